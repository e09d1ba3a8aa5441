"""Writing documents into the catalogue, in batches that are each one transaction.

Almost every telling is the only one of its story; those are written in bulk. The stories that are told more than
once, or were, are derived anew from all their tellings (see :mod:`reader.catalogue.telling`), so that what is in the
tables never depends on the order in which documents came and went.
"""

import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from reader.catalogue.packing import Fingerprint, Packed, Row, indexed
from reader.catalogue.schema import transaction
from reader.catalogue.telling import Telling, Told, first_row, items_of, listed_under

INSERT_ITEM = (
    "INSERT INTO items (row, key, story, title, source, kind, published, updated, text, seen, doc, line, read, starred)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
INSERT_WORDS = "INSERT INTO words (rowid, title, source, body) VALUES (?, ?, ?, ?)"


@dataclass(frozen=True, slots=True)
class Flags:
    """What the marks say of items, asked by their keys."""

    keys: Collection[int]
    """Every marked key."""
    of: Callable[[Sequence[int]], tuple[bool, bool]]
    """Read and starred, for an item that goes by these keys."""


NO_FLAGS = Flags(frozenset(), lambda _keys: (False, False))


@dataclass(frozen=True, slots=True)
class Known:
    """A document as the catalogue last saw it."""

    doc: int
    path: str
    fingerprint: Fingerprint
    digest: bytes


def known_documents(connection: sqlite3.Connection) -> dict[str, Known]:
    """Every document in the catalogue, by path."""
    rows = connection.execute("SELECT doc, path, size, mtime, inode, digest FROM documents")
    return {path: Known(doc, path, Fingerprint(*stat), digest) for doc, path, *stat, digest in rows}


class Batch:
    """One transaction's worth of change: documents that come, and documents that go."""

    def __init__(self, connection: sqlite3.Connection, flags: Flags = NO_FLAGS) -> None:
        self._db = connection
        self._flags = flags
        self._sources: dict[str, int] = {name: source for source, name in connection.execute("SELECT * FROM sources")}
        self._serial = self._read_serial()

    def write(self, packed: Sequence[Packed], gone: Iterable[str] = ()) -> None:
        """Put ``packed`` in the place of what was known of their paths, and forget the paths in ``gone``."""
        with transaction(self._db):
            replaced = self._numbers([*gone, *(document.path for document in packed)])
            stories = self._stories_told_by(replaced)
            tellings: dict[int, list[Telling]] = {story: [] for story in stories}
            self._forget(replaced)
            fresh = self._add_documents(packed)
            tellings |= self._separate(fresh, tellings)
            self._derive(tellings, frozenset(replaced))
            self._db.execute("INSERT OR REPLACE INTO meta VALUES ('serial', ?)", (self._serial,))

    # What goes

    def _numbers(self, paths: Collection[str]) -> list[int]:
        query = "SELECT doc FROM documents WHERE path IN (SELECT value FROM json_each(?))"
        return [doc for (doc,) in self._db.execute(query, (json.dumps(list(paths)),))]

    def _stories_told_by(self, docs: Collection[int]) -> set[int]:
        numbers = json.dumps(list(docs))
        direct = "SELECT story FROM items WHERE doc IN (SELECT value FROM json_each(?))"
        echoed = (
            "SELECT story FROM echoes JOIN items USING (row) WHERE echoes.doc IN (SELECT value FROM json_each(?))"
        )
        return {story for query in (direct, echoed) for (story,) in self._db.execute(query, (numbers,))}

    def _forget(self, docs: Collection[int]) -> None:
        for table in ("documents", "problems"):
            self._db.executemany(f"DELETE FROM {table} WHERE doc = ?", ((doc,) for doc in docs))

    # What comes

    def _add_documents(self, packed: Sequence[Packed]) -> list[tuple[int, Row, int | None]]:
        """The rows of the documents, each with its document's number and that of its text."""
        rows = []
        for document in packed:
            doc = self._add_document(document)
            for row in document.rows:
                rows.append((doc, row, self._add_text(doc, row[-1])))
        return rows

    def _add_document(self, document: Packed) -> int:
        stat = document.fingerprint
        inserted = self._db.execute(
            "INSERT INTO documents (path, size, mtime, inode, digest) VALUES (?, ?, ?, ?, ?)",
            (document.path, stat.size, stat.mtime, stat.inode, document.digest),
        )
        doc = int(inserted.lastrowid or 0)
        problems = ((doc, line, message) for line, message in document.problems)
        self._db.executemany("INSERT INTO problems VALUES (?, ?, ?)", problems)
        return doc

    def _add_text(self, doc: int, body: str) -> int | None:
        if not body:
            return None
        return self._db.execute("INSERT INTO texts (doc, body) VALUES (?, ?)", (doc, body)).lastrowid

    def _separate(
        self, fresh: Sequence[tuple[int, Row, int | None]], touched: Mapping[int, object]
    ) -> dict[int, list[Telling]]:
        """Write the tellings that are alone in their story; give back the others, by story."""
        counts = Counter(row[1] for _, row, _ in fresh)
        query = "SELECT DISTINCT story FROM items WHERE story IN (SELECT value FROM json_each(?))"
        crowded = {story for (story,) in self._db.execute(query, (json.dumps(list(counts)),))}
        crowded |= {story for story, count in counts.items() if count > 1} | touched.keys()
        others: dict[int, list[Telling]] = {story: [] for story in crowded}
        alone = []
        for doc, row, text in fresh:
            if row[1] in crowded:
                others[row[1]].append(_telling(doc, row, text))
            else:
                alone.append((doc, row, text))
        self._insert_alone(alone)
        return others

    def _insert_alone(self, rows: Sequence[tuple[int, Row, int | None]]) -> None:
        marked = set(self._flags.keys).intersection(row[0] for _, row, _ in rows) if self._flags.keys else set()
        items, entries = [], []
        for doc, (key, story, title, source, kind, published, updated, line, body), text in rows:
            number = self._number(listed_under(kind, published, updated))
            flags = self._flags.of((key,)) if key in marked else (False, False)
            where = (self._source(source), kind, published, updated, text, 1, doc, line)
            items.append((number, key, story, title, *where, *flags))
            entries.append((number, indexed(title), indexed(source), indexed(body)))
        # In the order of their numbers: both trees are then filled from one end.
        items.sort()
        entries.sort()
        self._db.executemany(INSERT_ITEM, items)
        self._db.executemany(INSERT_WORDS, entries)

    def _source(self, name: str) -> int:
        number = self._sources.get(name)
        if number is None:
            number = int(self._db.execute("INSERT INTO sources (name) VALUES (?)", (name,)).lastrowid or 0)
            self._sources[name] = number
        return number

    def _number(self, day: int) -> int:
        self._serial += 1
        return first_row(day) + self._serial

    def _read_serial(self) -> int:
        found = self._db.execute("SELECT value FROM meta WHERE name = 'serial'").fetchone()
        return int(found[0]) if found else 0

    # Stories with several tellings

    def _derive(self, fresh: Mapping[int, Sequence[Telling]], gone: frozenset[int]) -> None:
        for story, new in fresh.items():
            old_rows = self._rows_of(story)
            kept = [t for row in old_rows for t in self._tellings_of(row) if t.doc not in gone]
            told = items_of([*kept, *new])
            numbers = self._take_out(old_rows, told)
            for item in told:
                self._insert(story, item, numbers.get((item.key, item.day)))
        self._db.executemany("DELETE FROM texts WHERE doc = ?", ((doc,) for doc in gone))

    def _rows_of(self, story: int) -> list[int]:
        return [row for (row,) in self._db.execute("SELECT row FROM items WHERE story = ?", (story,))]

    def _tellings_of(self, row: int) -> list[Telling]:
        query = (
            "SELECT tellings.doc, line, title, name, kind, published, updated, text, coalesce(length(body), 0)"
            " FROM tellings JOIN sources USING (source) LEFT JOIN texts USING (text) WHERE row = ?"
        )
        return [Telling(*found) for found in self._db.execute(query, (row,))]

    def _take_out(self, rows: Sequence[int], told: Sequence[Told]) -> dict[tuple[int, int], int]:
        """Take the rows of a story out, but for starred items that nobody tells of now: these stay, as missing.

        The numbers of the rows by key and day, so that an item that is told on keeps its number.
        """
        keys = {key for item in told for key in (item.key, *item.aliases)}
        numbers = {}
        for row in rows:
            query = "SELECT key, kind, published, updated, starred FROM items WHERE row = ?"
            key, kind, published, updated, starred = self._db.execute(query, (row,)).fetchone()
            if starred and key not in keys:
                self._unindex(row)
                self._strip(row)
            else:
                numbers[key, listed_under(kind, published, updated)] = row
                self._delete(row)
        return numbers

    def _strip(self, row: int) -> None:
        self._db.execute("DELETE FROM echoes WHERE row = ?", (row,))
        self._db.execute("UPDATE items SET seen = 0, doc = NULL, line = NULL, text = NULL WHERE row = ?", (row,))
        self._index(row)

    def _delete(self, row: int) -> None:
        self._unindex(row)
        for table in ("items", "echoes", "aliases"):
            self._db.execute(f"DELETE FROM {table} WHERE row = ?", (row,))

    def _insert(self, story: int, item: Told, number: int | None) -> None:
        row = number or self._number(item.day)
        source = self._source(item.source)
        seen = len(item.tellings)
        doc, line = (item.tellings[0].doc, item.tellings[0].line) if seen == 1 else (None, None)
        flags = self._flags.of((item.key, *item.aliases))
        what = (item.title, source, item.kind, item.published, item.updated, item.text)
        self._db.execute(INSERT_ITEM, (row, item.key, story, *what, seen, doc, line, *flags))
        self._db.executemany("INSERT OR REPLACE INTO aliases VALUES (?, ?)", ((key, row) for key in item.aliases))
        if seen > 1:
            self._insert_echoes(row, item.tellings)
        self._index(row)

    def _insert_echoes(self, row: int, tellings: Iterable[Telling]) -> None:
        self._db.executemany(
            "INSERT INTO echoes VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                (t.doc, t.line, row, t.title, self._source(t.source), t.kind, t.published, t.updated, t.text)
                for t in tellings
            ),
        )

    # Full text. A contentless index must be told what it forgets.

    def _index(self, row: int) -> None:
        self._db.execute(INSERT_WORDS, (row, *self._indexed(row)))

    def _unindex(self, row: int) -> None:
        query = "INSERT INTO words (words, rowid, title, source, body) VALUES ('delete', ?, ?, ?, ?)"
        self._db.execute(query, (row, *self._indexed(row)))

    def _indexed(self, row: int) -> tuple[str, ...]:
        query = (
            "SELECT title, name, coalesce(body, '') FROM items JOIN sources USING (source)"
            " LEFT JOIN texts USING (text) WHERE row = ?"
        )
        return tuple(indexed(text) for text in self._db.execute(query, (row,)).fetchone())


def _telling(doc: int, row: Row, text: int | None) -> Telling:
    _, _, title, source, kind, published, updated, line, body = row
    return Telling(doc, line, title, source, kind, published, updated, text, len(body))


def touch(connection: sqlite3.Connection, known: Known, path: str, fingerprint: Fingerprint) -> None:
    """Note that a document with the bytes of ``known`` now has this path and fingerprint."""
    moved = replace(known, path=path, fingerprint=fingerprint)
    stat = moved.fingerprint
    connection.execute(
        "UPDATE documents SET path = ?, size = ?, mtime = ?, inode = ? WHERE doc = ?",
        (moved.path, stat.size, stat.mtime, stat.inode, moved.doc),
    )
