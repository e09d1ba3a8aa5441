"""The copy of the marks that the catalogue keeps beside its items, so that a query can ask for them.

The truth is the state file; this copy can be made again from it at any time.
"""

import json
import sqlite3
from collections.abc import Iterable, Mapping

from reader.catalogue.connection import guarded, transaction
from reader.catalogue.lexicon import learn
from reader.catalogue.notes import forget_totals, note_stamp
from reader.catalogue.schema import ordinal, to_key
from reader.clean import clean_line
from reader.indexing.items import INSERT_ITEM, INSERT_WORDS, delete_items, forget_words, free_row
from reader.indexing.packing import indexed
from reader.indexing.telling import row_number
from reader.model import Flags, Mark, item_id
from reader.values import dataclass

MOST_SHOWN = 500
"""Characters of a title or source that only a mark tells of."""


def update_flags(connection: sqlite3.Connection, keys: Iterable[int], flags: Flags) -> None:
    """Bring the items that go by ``keys`` up to date with ``flags``."""
    with transaction(connection):
        update(connection, keys, flags)


def replace_flags(connection: sqlite3.Connection, flags: Flags, stamp: str) -> None:
    """Make the copy anew, and note the ``stamp`` of the state file that it agrees with."""
    with transaction(connection):
        connection.execute("UPDATE items SET read = 0, starred = 0 WHERE read = 1 OR starred = 1")
        update(connection, flags.keys, flags)
        note_stamp(connection, stamp)


def update(connection: sqlite3.Connection, keys: Iterable[int], flags: Flags) -> None:
    """The same as a part of a transaction that is under way."""
    for key in keys:
        for row in _rows(connection, key):
            read, starred = flags.of(_keys(connection, row))
            connection.execute("UPDATE items SET read = ?, starred = ? WHERE row = ?", (read, starred, row))


def _rows(connection: sqlite3.Connection, key: int) -> list[int]:
    query = "SELECT row FROM items WHERE key = ? UNION SELECT row FROM aliases WHERE key = ?"
    return [row for (row,) in connection.execute(query, (key, key)).fetchall()]


def _keys(connection: sqlite3.Connection, row: int) -> list[int]:
    query = "SELECT key FROM items WHERE row = ? UNION SELECT key FROM aliases WHERE row = ?"
    return [key for (key,) in connection.execute(query, (row, row))]


def list_missing(connection: sqlite3.Connection, marks: Mapping[str, Mark]) -> bool:
    """List the starred items of ``marks`` that no document tells of, and no others; whether anything changed."""
    with guarded(connection):
        wanted = _missing(connection, marks)
        unseen = connection.execute("SELECT row, key FROM items WHERE seen = 0 AND seen <> 1").fetchall()
    listed = {key: row for row, key in unseen}
    dropped = [row for key, row in listed.items() if key not in wanted]
    new = [missing for key, missing in wanted.items() if key not in listed]
    if dropped or new:
        with transaction(connection):
            forget_totals(connection)
            forget_words(connection, dropped)
            delete_items(connection, dropped)
            for missing in new:
                _insert_missing(connection, missing)
    return bool(dropped or new)


@dataclass(frozen=True, slots=True)
class _Missing:
    """An item that is known from its marks alone: one for each title, source and day that they name."""

    key: int
    mark: Mark
    keys: set[int]


def _missing(connection: sqlite3.Connection, marks: Mapping[str, Mark]) -> dict[int, _Missing]:
    named: dict[int, _Missing] = {}
    for item, mark in marks.items():
        if mark.starred and clean_line(mark.title):
            key = to_key(item_id(mark.title, mark.source, mark.published))
            missing = named.setdefault(key, _Missing(key, mark, {key}))
            missing.keys.add(to_key(item))
    told = _told(connection, {key for missing in named.values() for key in missing.keys})
    return {key: missing for key, missing in named.items() if not missing.keys & told}


def _told(connection: sqlite3.Connection, keys: Iterable[int]) -> set[int]:
    """Those of ``keys`` by which an item goes that a document tells of."""
    query = (
        "SELECT key FROM items WHERE key IN (SELECT value FROM json_each(?1)) AND seen > 0 UNION"
        " SELECT aliases.key FROM aliases JOIN items USING (row)"
        " WHERE aliases.key IN (SELECT value FROM json_each(?1)) AND seen > 0"
    )
    return {key for (key,) in connection.execute(query, (json.dumps(list(keys)),))}


def _insert_missing(connection: sqlite3.Connection, missing: _Missing) -> None:
    mark = missing.mark
    # The file may have come from another machine: what it says is no more trusted than a document.
    title, name = clean_line(mark.title)[:MOST_SHOWN], clean_line(mark.source)[:MOST_SHOWN]
    connection.execute("INSERT OR IGNORE INTO sources (name) VALUES (?)", (name,))
    (source,) = connection.execute("SELECT source FROM sources WHERE name = ?", (name,)).fetchone()
    published = ordinal(mark.published)
    row = free_row(connection, row_number(0, published, None, 0, missing.key))
    story = to_key(item_id(mark.title, mark.source, None))
    what = (title, source, 0, published, None, None)
    connection.execute(INSERT_ITEM, (row, missing.key, story, *what, 0, None, None, mark.read, mark.starred))
    aliases = ((key, row) for key in missing.keys - {missing.key})
    connection.executemany("INSERT OR REPLACE INTO aliases VALUES (?, ?)", aliases)
    texts = indexed(title), indexed(name), ""
    connection.execute(INSERT_WORDS, (row, *texts))
    learn(connection, texts)
