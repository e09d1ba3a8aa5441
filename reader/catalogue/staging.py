"""Parts of a new catalogue: written beside it by several processes, each taken over in a few statements.

What many documents tell would cross from process to process, and from Python to SQLite, value by value. So a worker
writes its documents into a small database of its own, in the order that the catalogue has; to take several over is to
merge what is sorted already, without a line of Python for an item, and so without keeping a screen from its work.
"""

import fcntl
import json
import os
import sqlite3
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from operator import itemgetter
from pathlib import Path
from typing import Any

from reader.catalogue import building
from reader.catalogue.flags import update
from reader.catalogue.items import INSERT_ITEM, INSERT_UNLESS_TAKEN, INSERT_WORDS, Flags, free_row
from reader.catalogue.packing import Columns, Packed, indexed
from reader.catalogue.schema import ARTICLE, forget_totals, path_of, transaction
from reader.catalogue.telling import row_number

MOST = 8
"""Parts taken over at a time: SQLite attaches ten databases at most."""

KEY, STORY, KIND, PUBLISHED, LINE = 1, 2, 6, 7, 11
"""Where they stand among the values of a row."""

AGE = 60.0
"""Seconds after which a folder of parts has been locked by whoever made it, if it is still in use."""

SCHEMA = """
CREATE TABLE documents (
    doc INTEGER PRIMARY KEY, path TEXT NOT NULL,
    size INTEGER NOT NULL, mtime INTEGER NOT NULL, inode INTEGER NOT NULL, digest BLOB NOT NULL);
CREATE TABLE problems (doc INTEGER NOT NULL, line INTEGER NOT NULL, message TEXT NOT NULL);
CREATE TABLE sources (
    source INTEGER PRIMARY KEY, name TEXT NOT NULL, words TEXT NOT NULL,
    number INTEGER);      -- in the catalogue, once that is known
CREATE TABLE texts (text INTEGER PRIMARY KEY, doc INTEGER NOT NULL, body TEXT NOT NULL, words TEXT);
CREATE TABLE rows (
    row INTEGER PRIMARY KEY, key INTEGER NOT NULL, story INTEGER NOT NULL, title TEXT NOT NULL, words TEXT,
    source INTEGER NOT NULL, kind INTEGER NOT NULL, published INTEGER, updated INTEGER, text INTEGER,
    doc INTEGER NOT NULL, line INTEGER NOT NULL);
"""
# Words for the full-text index are there only where they are not the title, or the text, as it stands.


@contextmanager
def workshop(connection: sqlite3.Connection) -> Iterator[Path]:
    """A folder for parts, beside the catalogue and gone at the end; those that killed programs left behind go too."""
    # Imported here, as what removes it is, because few runs build a catalogue.
    from tempfile import mkdtemp

    catalogue = path_of(connection)
    for old in catalogue.parent.glob(f"{catalogue.name}.parts-*"):
        _remove_unless_in_use(old)
    folder = Path(mkdtemp(prefix=f"{catalogue.name}.parts-", dir=catalogue.parent))
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield folder
    finally:
        _remove(folder)
        os.close(handle)


def _remove_unless_in_use(folder: Path) -> None:
    try:
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except FileNotFoundError:
        return  # another reader was faster
    try:
        if time.time() - os.fstat(handle).st_mtime > AGE:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            _remove(folder)
    except BlockingIOError:
        pass  # it is in use
    finally:
        os.close(handle)


def _remove(folder: Path) -> None:
    from shutil import rmtree

    rmtree(folder, ignore_errors=True)


def write_part(path: Path, packed: Iterable[Packed]) -> int:
    """Write documents into a new part at ``path``; how many items they tell of. Runs in a worker process."""
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        # Nobody reads it before it is whole, and nobody wants it when it is not.
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("PRAGMA synchronous = OFF")
        connection.executescript(SCHEMA)
        connection.execute("BEGIN")
        count = _Part(connection).write(packed)
        connection.execute("COMMIT")
        return count
    finally:
        connection.close()


class _Part:
    """The filling of a part."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection
        self._sources: dict[str, int] = {}
        self._texts: list[tuple[int, int, str, str | None]] = []
        self._rows: list[tuple[Any, ...]] = []

    def write(self, packed: Iterable[Packed]) -> int:
        """Write documents; how many items they tell of."""
        for doc, document in enumerate(packed, 1):
            values = (doc, document.path, *document.fingerprint, document.digest)
            self._db.execute("INSERT INTO documents VALUES (?, ?, ?, ?, ?, ?)", values)
            problems = ((doc, line, message) for line, message in document.problems)
            self._db.executemany("INSERT INTO problems VALUES (?, ?, ?)", problems)
            self._add(doc, document.columns)
        sources = ((number, name, indexed(name)) for name, number in self._sources.items())
        self._db.executemany("INSERT INTO sources (source, name, words) VALUES (?, ?, ?)", sources)
        self._db.executemany("INSERT INTO texts VALUES (?, ?, ?, ?)", self._texts)
        self._place_articles()
        self._rows.sort(key=itemgetter(0))
        rows = _renumbered(self._rows)
        self._db.executemany("INSERT INTO rows VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
        return len(self._rows)

    def _add(self, doc: int, told: Columns) -> None:
        sources = [self._sources.setdefault(name, len(self._sources)) for name in told.source]
        texts = [self._add_text(doc, body) if body else None for body in told.body]
        docs = [doc] * len(texts)
        columns = told.number, told.key, told.story, told.title, told.words, sources, told.kind
        self._rows += zip(*columns, told.published, told.updated, texts, docs, told.line, strict=True)

    def _add_text(self, doc: int, body: str) -> int:
        number = len(self._texts) + 1
        self._texts.append((number, doc, body, None if body.isascii() else indexed(body)))
        return number

    def _place_articles(self) -> None:
        """Give articles that a headline dates the numbers that they will have when all is joined.

        So nearly all stay in their places then, and their long texts need not be indexed twice.
        """
        articles = [at for at, row in enumerate(self._rows) if row[KIND] == ARTICLE]
        stories = {self._rows[at][STORY] for at in articles}
        first: dict[int, tuple[int, int]] = {}
        for row in self._rows:
            if row[STORY] in stories and row[PUBLISHED]:
                found = row[PUBLISHED], row[KEY]
                first[row[STORY]] = min(first.get(row[STORY], found), found)
        for at in articles:
            row = self._rows[at]
            if row[STORY] in first:
                day, key = first[row[STORY]]
                self._rows[at] = row_number(day, row[LINE], key), *row[1:]


def _renumbered(rows: Sequence[tuple[Any, ...]]) -> Iterable[tuple[Any, ...]]:
    """Rows in the order of their numbers, each of which becomes larger than the one before, if only by one."""
    return _apart(rows) if len({row[0] for row in rows}) < len(rows) else rows


def _apart(rows: Iterable[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    last = -1
    for row in rows:
        last = max(row[0], last + 1)
        yield row if row[0] == last else (last, *row[1:])


def take_over(connection: sqlite3.Connection, parts: Sequence[Path], flags: Flags) -> None:
    """Put what ``parts`` (:data:`MOST` at most) hold into a catalogue that is being built, in one transaction."""
    names = [f"part{number}" for number in range(len(parts))]
    for name, path in zip(names, parts, strict=True):
        connection.execute(f"ATTACH ? AS {name}", (str(path),))
    try:
        with transaction(connection):
            forget_totals(connection)
            # Another reader may have come to the end of it meanwhile: then there is something to be joined again.
            building.put_off(connection)
            _Taking(connection, names).take(flags)
    finally:
        for name in names:
            connection.execute(f"DETACH {name}")


class _Taking:
    """The taking over of some parts, by the names that they are attached under."""

    def __init__(self, connection: sqlite3.Connection, names: Sequence[str]) -> None:
        self._db = connection
        self._names = names
        self._docs: dict[str, int] = {}
        """What is added to the numbers of a part's documents."""
        self._texts: dict[str, int] = {}

    def take(self, flags: Flags) -> None:
        """Take everything over."""
        for name in self._names:
            self._drop_known(name)
            self._take_documents(name)
        self._take_items()
        self._take_words()
        self._mark(flags)

    def _drop_known(self, name: str) -> None:
        """Leave out the documents that another reader has written meanwhile."""
        known = f"SELECT p.doc FROM {name}.documents p JOIN main.documents USING (path)"
        for (doc,) in self._db.execute(known).fetchall():
            for table in ("documents", "problems", "texts", "rows"):
                self._db.execute(f"DELETE FROM {name}.{table} WHERE doc = ?", (doc,))

    def _take_documents(self, name: str) -> None:
        self._docs[name] = docs = self._last("documents", "doc")
        self._texts[name] = texts = self._last("texts", "text")
        self._db.execute(
            "INSERT INTO main.documents (doc, path, size, mtime, inode, digest)"
            f" SELECT doc + ?, path, size, mtime, inode, digest FROM {name}.documents",
            (docs,),
        )
        self._db.execute(f"INSERT INTO main.problems SELECT doc + ?, line, message FROM {name}.problems", (docs,))
        taken = f"INSERT INTO main.texts (text, doc, body) SELECT text + ?, doc + ?, body FROM {name}.texts"
        self._db.execute(taken, (texts, docs))
        self._db.execute(f"INSERT OR IGNORE INTO main.sources (name) SELECT name FROM {name}.sources")
        number = "(SELECT source FROM main.sources m WHERE m.name = sources.name)"
        self._db.execute(f"UPDATE {name}.sources SET number = {number}")

    def _last(self, table: str, column: str) -> int:
        # The numbers of documents that have gone are not used again: those of their texts are as old.
        query = f"SELECT coalesce(max({column}), 0) FROM main.{table}"
        if table == "documents":
            query = "SELECT coalesce(max(seq), 0) FROM main.sqlite_sequence WHERE name = 'documents'"
        return int(self._db.execute(query).fetchone()[0])

    def _take_items(self) -> None:
        arms = [
            "SELECT row, key, story, title, number, kind, published, updated,"
            f" text + {self._texts[name]}, 1, doc + {self._docs[name]}, line, 0, 0"
            f" FROM {name}.rows CROSS JOIN {name}.sources USING (source)"
            for name in self._names
        ]
        values = f"VALUES ({', '.join('?' * 14)})"
        taken = self._db.execute(INSERT_UNLESS_TAKEN.replace(values, _merged(arms))).rowcount
        counts = (self._db.execute(f"SELECT count(*) FROM {name}.rows").fetchone()[0] for name in self._names)
        if taken < sum(counts):
            for name in self._names:
                self._renumber(name)

    def _renumber(self, name: str) -> None:
        """Take the items over whose numbers were taken, under others."""
        docs, texts = self._docs[name], self._texts[name]
        late = self._db.execute(
            "SELECT r.row, r.key, r.story, r.title, number, r.kind, r.published, r.updated,"
            " r.text + ?1, 1, r.doc + ?2, r.line, 0, 0"
            f" FROM main.items i CROSS JOIN {name}.rows r USING (row) CROSS JOIN {name}.sources s"
            " ON s.source = r.source"
            " WHERE i.doc IS NOT r.doc + ?2 OR i.line <> r.line",
            (texts, docs),
        ).fetchall()
        for row, *values in late:
            number = free_row(self._db, row)
            self._db.execute(INSERT_ITEM, (number, *values))
            self._db.execute(f"UPDATE {name}.rows SET row = ? WHERE row = ?", (number, row))

    def _take_words(self) -> None:
        arms = [
            "SELECT row, coalesce(r.words, title), s.words, coalesce(t.words, body, '')"
            f" FROM {name}.rows r CROSS JOIN {name}.sources s USING (source) LEFT JOIN {name}.texts t USING (text)"
            for name in self._names
        ]
        self._db.execute(INSERT_WORDS.replace("VALUES (?, ?, ?, ?)", _merged(arms)))

    def _mark(self, flags: Flags) -> None:
        if flags.keys:
            keys = json.dumps(list(flags.keys))
            marked = "SELECT key FROM {name}.rows WHERE key IN (SELECT value FROM json_each(?))"
            for name in self._names:
                found = self._db.execute(marked.format(name=name), (keys,)).fetchall()
                update(self._db, [key for (key,) in found], flags)


def _merged(arms: Sequence[str]) -> str:
    """The rows of all ``arms``, each of which is in order: SQLite merges them as they come."""
    return f"{' UNION ALL '.join(arms)} ORDER BY 1"
