"""The copy of the marks that the catalogue keeps beside its items, so that a query can ask for them.

The truth is the state file; this copy can be made again from it at any time.
"""

import sqlite3
from collections.abc import Iterable, Mapping

from reader.catalogue.packing import indexed
from reader.catalogue.schema import ordinal, to_key, transaction
from reader.catalogue.telling import first_row, listed_under
from reader.catalogue.writer import INSERT_ITEM, INSERT_WORDS, Flags
from reader.model import Mark, item_id


def update_flags(connection: sqlite3.Connection, keys: Iterable[int], flags: Flags) -> None:
    """Bring the items that go by ``keys`` up to date with ``flags``."""
    with transaction(connection):
        _update(connection, keys, flags)


def replace_flags(connection: sqlite3.Connection, flags: Flags, stamp: str) -> None:
    """Make the copy anew, and note the ``stamp`` of the state file that it agrees with."""
    with transaction(connection):
        connection.execute("UPDATE items SET read = 0, starred = 0 WHERE read = 1 OR starred = 1")
        _update(connection, flags.keys, flags)
        note_stamp(connection, stamp)


def note_stamp(connection: sqlite3.Connection, stamp: str) -> None:
    """Note which state of the state file the copy agrees with."""
    connection.execute("INSERT OR REPLACE INTO meta VALUES ('marks', ?)", (stamp,))


def read_stamp(connection: sqlite3.Connection) -> str:
    """What :func:`note_stamp` noted last; empty when nothing was."""
    found = connection.execute("SELECT value FROM meta WHERE name = 'marks'").fetchone()
    return str(found[0]) if found else ""


def _update(connection: sqlite3.Connection, keys: Iterable[int], flags: Flags) -> None:
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
    """List the starred items of ``marks`` that no document tells of, and drop those that are starred no more.

    Whether anything changed.
    """
    absent = {
        item: mark
        for item, mark in marks.items()
        if mark.starred and mark.title and not _rows(connection, to_key(item))
    }
    dropped = connection.execute(
        "SELECT row, title, name FROM items JOIN sources USING (source) WHERE seen = 0 AND starred = 0"
    ).fetchall()
    if absent or dropped:
        with transaction(connection):
            for row in dropped:
                _drop(connection, *row)
            for item, mark in absent.items():
                _insert_missing(connection, item, mark)
    return bool(absent or dropped)


def _drop(connection: sqlite3.Connection, row: int, title: str, source: str) -> None:
    forgotten = (row, indexed(title), indexed(source), "")
    connection.execute("INSERT INTO words (words, rowid, title, source, body) VALUES ('delete', ?, ?, ?, ?)", forgotten)
    connection.execute("DELETE FROM items WHERE row = ?", (row,))


def _insert_missing(connection: sqlite3.Connection, item: str, mark: Mark) -> None:
    serial = connection.execute("SELECT value FROM meta WHERE name = 'serial'").fetchone()
    number = int(serial[0]) + 1 if serial else 1
    connection.execute("INSERT OR REPLACE INTO meta VALUES ('serial', ?)", (number,))
    connection.execute("INSERT OR IGNORE INTO sources (name) VALUES (?)", (mark.source,))
    (source,) = connection.execute("SELECT source FROM sources WHERE name = ?", (mark.source,)).fetchone()
    published = ordinal(mark.published)
    row = first_row(listed_under(0, published, None)) + number
    story = to_key(item_id(mark.title, mark.source, None))
    what = (mark.title, source, 0, published, None, None)
    connection.execute(INSERT_ITEM, (row, to_key(item), story, *what, 0, None, None, mark.read, mark.starred))
    connection.execute(INSERT_WORDS, (row, indexed(mark.title), indexed(mark.source), ""))
