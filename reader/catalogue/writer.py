"""Writing documents into the catalogue, in batches that are each one transaction.

Almost every telling is the only one of its story; those are written in bulk. The stories that are told more than
once, or were, are derived anew from all their tellings (see :mod:`reader.catalogue.telling`), so that what is in the
tables never depends on the order in which documents came and went.
"""

import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from reader.catalogue.lexicon import learn
from reader.catalogue.packing import Fingerprint, Packed, Row, indexed
from reader.catalogue.schema import forget_totals, transaction
from reader.catalogue.telling import Telling, Told, items_of
from reader.values import dataclass

INSERT_ITEM = (
    "INSERT INTO items"
    " (row, key, story, title, source, kind, published, updated, text, seen, doc, line, read, starred)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
DOC, LINE = 10, 11
"""Where they stand among the values of an item."""
INSERT_UNLESS_TAKEN = INSERT_ITEM.replace("INSERT", "INSERT OR IGNORE", 1)
INSERT_WORDS = "INSERT INTO words (rowid, title, source, body) VALUES (?, ?, ?, ?)"

Fresh = tuple[int, Row, int | None]
"""A telling that comes: the numbers of its document and of its text, and what it says."""

Entry = tuple[int, str, str, str]
"""A row of the full-text index."""


@dataclass(frozen=True, slots=True)
class Flags:
    """What the marks say of items, asked by their keys."""

    keys: Collection[int]
    """Every marked key."""
    of: Callable[[Sequence[int]], tuple[bool, bool]]
    """Read and starred, for an item that goes by these keys."""


NO_FLAGS = Flags(frozenset(), lambda _keys: (False, False))


class Known(NamedTuple):
    """A document as the catalogue last saw it."""

    path: str
    size: int
    mtime: int
    inode: int
    doc: int
    digest: bytes


def known_documents(connection: sqlite3.Connection) -> dict[str, Known]:
    """Every document in the catalogue, by path."""
    rows = connection.execute("SELECT path, size, mtime, inode, doc, digest FROM documents")
    return {known.path: known for known in map(Known._make, rows)}


def touch(connection: sqlite3.Connection, known: Known, path: str, fingerprint: Fingerprint) -> None:
    """Note that a document with the bytes of ``known`` now has this path and fingerprint."""
    # Another reader may have noted it first.
    connection.execute(
        "UPDATE OR IGNORE documents SET path = ?, size = ?, mtime = ?, inode = ? WHERE doc = ?",
        (path, fingerprint.size, fingerprint.mtime, fingerprint.inode, known.doc),
    )


@dataclass(frozen=True, slots=True)
class _Story:
    """A story that is derived anew."""

    story: int
    before: tuple[int, ...]
    """The rows of its items as they were."""
    items: tuple[Told, ...]
    same: frozenset[int]
    """The rows of items that stay in their places with the words that they had: the index need not know of them."""


class Batch:
    """One transaction's worth of change: documents that come, and documents that go."""

    def __init__(self, connection: sqlite3.Connection, flags: Flags = NO_FLAGS) -> None:
        self._db = connection
        self._flags = flags
        self._sources: dict[str, int] = {}

    def write(self, packed: Sequence[Packed], gone: Iterable[str] = ()) -> None:
        """Put ``packed`` in the place of what was known of their paths, and forget the paths in ``gone``."""
        with transaction(self._db):
            forget_totals(self._db)
            self._read_sources()
            packed = self._unknown(packed)
            replaced = self._numbers([*gone, *(document.path for document in packed)])
            stories = self._stories_told_by(replaced)
            tellings: dict[int, list[Telling]] = {story: [] for story in stories}
            self._forget(replaced)
            fresh = self._add_documents(packed)
            tellings |= self._separate(fresh, tellings)
            self._derive(tellings, frozenset(replaced))

    def join(self, stories: Iterable[int]) -> None:
        """Derive the items of ``stories`` anew from their tellings."""
        with transaction(self._db):
            forget_totals(self._db)
            self._read_sources()
            self._derive({story: [] for story in stories}, frozenset())

    def _read_sources(self) -> None:
        self._sources = {name: source for source, name in self._db.execute("SELECT source, name FROM sources")}

    # What goes

    def _unknown(self, packed: Sequence[Packed]) -> Sequence[Packed]:
        """Without the documents that another reader has written meanwhile."""
        paths = json.dumps([document.path for document in packed])
        query = "SELECT path, digest FROM documents WHERE path IN (SELECT value FROM json_each(?)) AND digest <> x''"
        known = dict(self._db.execute(query, (paths,)))
        return [document for document in packed if known.get(document.path) != document.digest]

    def _numbers(self, paths: Collection[str]) -> list[int]:
        query = "SELECT doc FROM documents WHERE path IN (SELECT value FROM json_each(?))"
        return [doc for (doc,) in self._db.execute(query, (json.dumps(list(paths)),))]

    def _stories_told_by(self, docs: Collection[int]) -> set[int]:
        numbers = json.dumps(list(docs))
        direct = "SELECT story FROM items WHERE doc IN (SELECT value FROM json_each(?))"
        echoed = "SELECT story FROM echoes JOIN items USING (row) WHERE echoes.doc IN (SELECT value FROM json_each(?))"
        return {story for query in (direct, echoed) for (story,) in self._db.execute(query, (numbers,))}

    def _forget(self, docs: Collection[int]) -> None:
        for table in ("documents", "problems"):
            self._db.executemany(f"DELETE FROM {table} WHERE doc = ?", ((doc,) for doc in docs))

    # What comes

    def _add_documents(self, packed: Sequence[Packed]) -> list[Fresh]:
        """The tellings of the documents, which are noted, as are their texts."""
        fresh: list[Fresh] = []
        for document in packed:
            doc = self._add_document(document)
            fresh += ((doc, row, self._add_text(doc, row.body)) for row in document.rows)
        return fresh

    def _add_document(self, document: Packed) -> int:
        stat = document.fingerprint
        inserted = self._db.execute(
            "INSERT INTO documents (path, size, mtime, inode, digest) VALUES (?, ?, ?, ?, ?)",
            (document.path, stat.size, stat.mtime, stat.inode, document.digest),
        )
        doc = int(inserted.lastrowid or 0)
        if document.problems:
            problems = ((doc, line, message) for line, message in document.problems)
            self._db.executemany("INSERT INTO problems VALUES (?, ?, ?)", problems)
        return doc

    def _add_text(self, doc: int, body: str) -> int | None:
        if not body:
            return None
        return self._db.execute("INSERT INTO texts (doc, body) VALUES (?, ?)", (doc, body)).lastrowid

    def _separate(self, fresh: Sequence[Fresh], touched: Mapping[int, object]) -> dict[int, list[Telling]]:
        """Write the tellings that are alone in their story; give back the others, by story."""
        counts = Counter(row.story for _, row, _ in fresh)
        query = "SELECT DISTINCT story FROM items WHERE story IN (SELECT value FROM json_each(?))"
        crowded = {story for (story,) in self._db.execute(query, (json.dumps(list(counts)),))}
        crowded |= {story for story, count in counts.items() if count > 1} | touched.keys()
        others: dict[int, list[Telling]] = {story: [] for story in crowded}
        alone = []
        for doc, row, text in fresh:
            if row.story in crowded:
                others[row.story].append(_telling(doc, row, text))
            else:
                alone.append((doc, row, text))
        self._insert_alone(alone)
        return others

    def _insert_alone(self, fresh: Sequence[Fresh]) -> None:
        marked = self._marked(fresh)
        items, entries = [], []
        # In the order of their numbers: both trees are then filled from one end.
        for doc, row, text in sorted(fresh, key=_number):
            number, key, story, title, source, kind, published, updated, line, _, words = row
            flags = self._flags.of((key,)) if key in marked else (False, False)
            where = (self._source(source), kind, published, updated, text, 1, doc, line)
            items.append((number, key, story, title, *where, *flags))
            entries.append((number, *words))
        if self._db.executemany(INSERT_UNLESS_TAKEN, items).rowcount < len(items):
            entries = self._renumbered(items, entries)
        self._db.executemany(INSERT_WORDS, entries)
        learn(self._db, (text for _, *texts in entries for text in texts))

    def _marked(self, fresh: Sequence[Fresh]) -> set[int]:
        return {row.key for _, row, _ in fresh}.intersection(self._flags.keys) if self._flags.keys else set()

    def _renumbered(self, items: Sequence[tuple[object, ...]], entries: Sequence[Entry]) -> list[Entry]:
        """Insert the items whose numbers were taken under others; the entries, with the numbers as they are."""
        query = "SELECT row, doc, line FROM items WHERE row IN (SELECT value FROM json_each(?))"
        numbers = json.dumps([number for number, *_ in entries])
        holders = {row: place for row, *place in self._db.execute(query, (numbers,))}
        renumbered: list[Entry] = []
        for item, (number, title, source, body) in zip(items, entries, strict=True):
            if holders[number] != [item[DOC], item[LINE]]:
                number = free_row(self._db, number)  # noqa: PLW2901
                self._db.execute(INSERT_ITEM, (number, *item[1:]))
            renumbered.append((number, title, source, body))
        return sorted(renumbered)

    def _source(self, name: str) -> int:
        number = self._sources.get(name)
        if number is None:
            number = int(self._db.execute("INSERT INTO sources (name) VALUES (?)", (name,)).lastrowid or 0)
            self._sources[name] = number
        return number

    # Stories with several tellings

    def _derive(self, fresh: Mapping[int, Sequence[Telling]], gone: frozenset[int]) -> None:
        stories = [self._told_anew(story, new, gone) for story, new in fresh.items()]
        # All at once, since the full-text index writes out what it has gathered whenever a row number is no larger
        # than the one before.
        forget_words(self._db, [row for each in stories for row in each.before if row not in each.same])
        moved: list[int] = []
        for each in stories:
            delete_items(self._db, each.before)
            for item in sorted(each.items, key=lambda item: item.row not in each.same):
                row = item.row if item.row in each.same else free_row(self._db, item.row)
                self._insert(each.story, item, row)
                moved += () if row in each.same else (row,)
        self._index(moved)
        self._db.executemany("DELETE FROM texts WHERE doc = ?", ((doc,) for doc in gone))

    def _told_anew(self, story: int, new: Sequence[Telling], gone: frozenset[int]) -> "_Story":
        before = self._wordings_of(story)
        kept = [telling for telling in self._tellings_of(tuple(before)) if telling.doc not in gone]
        items = items_of([*kept, *new])
        same = {item.row for item in items if before.get(item.row) == (item.title, item.source, item.text)}
        return _Story(story, tuple(before), items, frozenset(same))

    def _wordings_of(self, story: int) -> dict[int, tuple[str, str, int | None]]:
        """Title, source and text of each item of a story, by row."""
        query = "SELECT row, title, name, text FROM items JOIN sources USING (source) WHERE story = ?"
        return {row: (title, name, text) for row, title, name, text in self._db.execute(query, (story,))}

    def _tellings_of(self, rows: Sequence[int]) -> list[Telling]:
        numbers = json.dumps(rows)
        found: list[Telling] = []
        for table in ("items", "echoes"):
            query = (
                f"SELECT t.doc, line, title, name, kind, published, updated, text, coalesce(body, '') FROM {table} t"
                " JOIN sources USING (source) LEFT JOIN texts USING (text)"
                " WHERE row IN (SELECT value FROM json_each(?)) AND t.doc IS NOT NULL"
            )
            found += map(_as_telling, self._db.execute(query, (numbers,)))
        return found

    def _insert(self, story: int, item: Told, row: int) -> None:
        seen = len(item.tellings)
        doc = item.tellings[0].doc if seen == 1 else None
        flags = self._flags.of((item.key, *item.aliases))
        what = (item.title, self._source(item.source), item.kind, item.published, item.updated, item.text)
        self._db.execute(INSERT_ITEM, (row, item.key, story, *what, seen, doc, item.line, *flags))
        self._db.executemany("INSERT OR IGNORE INTO aliases VALUES (?, ?)", ((key, row) for key in item.aliases))
        if seen > 1:
            self._insert_echoes(row, item.tellings)

    def _index(self, rows: Sequence[int]) -> None:
        entries = _indexed(self._db, rows)
        self._db.executemany(INSERT_WORDS, entries)
        learn(self._db, (text for _, *texts in entries for text in texts))

    def _insert_echoes(self, row: int, tellings: Iterable[Telling]) -> None:
        self._db.executemany(
            "INSERT INTO echoes VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                (t.doc, t.line, row, t.title, self._source(t.source), t.kind, t.published, t.updated, t.text)
                for t in tellings
            ),
        )


def free_row(connection: sqlite3.Connection, number: int) -> int:
    """The first row number from ``number`` on that no item has."""
    while connection.execute("SELECT 1 FROM items WHERE row = ?", (number,)).fetchone():
        number += 1
    return number


def forget_words(connection: sqlite3.Connection, rows: Sequence[int]) -> None:
    """Take items out of the full-text index, before they are deleted: it keeps no texts, and must be told them."""
    query = "INSERT INTO words (words, rowid, title, source, body) VALUES ('delete', ?, ?, ?, ?)"
    connection.executemany(query, _indexed(connection, rows))


def delete_items(connection: sqlite3.Connection, rows: Sequence[int]) -> None:
    """Take items out, with all that hangs on them but their words."""
    for table in ("items", "echoes", "aliases"):
        connection.execute(f"DELETE FROM {table} WHERE row IN (SELECT value FROM json_each(?))", (json.dumps(rows),))


def _indexed(connection: sqlite3.Connection, rows: Sequence[int]) -> list[Entry]:
    """What the full-text index has of items."""
    query = (
        "SELECT row, title, name, coalesce(body, '') FROM items JOIN sources USING (source)"
        " LEFT JOIN texts USING (text) WHERE row IN (SELECT value FROM json_each(?)) ORDER BY row"
    )
    found = connection.execute(query, (json.dumps(rows),)).fetchall()
    return [(row, indexed(title), indexed(name), indexed(body)) for row, title, name, body in found]


def _as_telling(found: tuple[Any, ...]) -> Telling:
    return Telling(*found)


def _telling(doc: int, row: Row, text: int | None) -> Telling:
    return Telling(doc, row.line, row.title, row.source, row.kind, row.published, row.updated, text, row.body)


def _number(fresh: Fresh) -> int:
    return fresh[1].number
