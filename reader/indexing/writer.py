"""Writing documents into the catalogue, in batches that are each one transaction.

Almost every telling is the only one of its story; those are written in bulk. The stories that are told more than
once, or were, are derived anew from all their tellings (see :mod:`reader.indexing.stories`).
"""

import json
import sqlite3
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from reader.catalogue.connection import transaction
from reader.catalogue.lexicon import learn
from reader.catalogue.notes import forget_totals
from reader.indexing.items import INSERT_ITEM, INSERT_UNLESS_TAKEN, INSERT_WORDS, Entry, free_row
from reader.indexing.packing import Fingerprint, Packed, Row, indexed
from reader.indexing.stories import Stories
from reader.indexing.telling import Telling
from reader.model import NO_FLAGS, Flags

DOC, LINE = 10, 11
"""Where they stand among the values of an item."""

Fresh = tuple[int, Row, int | None]
"""A telling that comes: the numbers of its document and of its text, and what it says."""


class Known(NamedTuple):
    """A document as the catalogue last saw it."""

    path: str
    size: int
    mtime: int
    inode: int
    doc: int
    digest: bytes


def known_documents(connection: sqlite3.Connection) -> dict[str, tuple[Any, ...]]:
    """Every document in the catalogue, by path: values of a :class:`Known`, which most of them never become."""
    rows = connection.execute("SELECT path, size, mtime, inode, doc, digest FROM documents").fetchall()
    return {row[0]: row for row in rows}


def touch(connection: sqlite3.Connection, known: Known, path: str, fingerprint: Fingerprint) -> None:
    """Note that a document with the bytes of ``known`` now has this path and fingerprint."""
    # Another reader may have noted it first.
    connection.execute(
        "UPDATE OR IGNORE documents SET path = ?, size = ?, mtime = ?, inode = ? WHERE doc = ?",
        (path, fingerprint.size, fingerprint.mtime, fingerprint.inode, known.doc),
    )


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
                others[row.story].append(row.telling(doc, text))
            else:
                alone.append((doc, row, text))
        self._insert_alone(alone)
        return others

    def _insert_alone(self, fresh: Sequence[Fresh]) -> None:
        marked = self._marked(fresh)
        items, entries = [], []
        # In the order of their numbers: both trees are then filled from one end.
        for doc, row, text in sorted(fresh, key=_number):
            number, key, story, title, words, source, kind, published, updated, line, body = row
            flags = self._flags.of((key,)) if key in marked else (False, False)
            where = (self._source(source), kind, published, updated, text, 1, doc, line)
            items.append((number, key, story, title, *where, *flags))
            entries.append((number, title if words is None else words, indexed(source), indexed(body)))
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

    def _derive(self, fresh: Mapping[int, Sequence[Telling]], gone: frozenset[int]) -> None:
        Stories(self._db, self._flags, self._source).derive(fresh, gone)


def _number(fresh: Fresh) -> int:
    return fresh[1].number
