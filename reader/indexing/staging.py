"""Parts of a new catalogue: written beside it by several processes, each taken over in a few statements.

What many documents tell would cross from process to process, and from Python to SQLite, value by value. So a worker
writes its documents into a small database of its own (see :mod:`reader.indexing.part`), in the order that the
catalogue has; to take several over is to merge what is sorted already, without a line of Python for an item, and so
without keeping a screen from its work.
"""

import fcntl
import json
import os
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from reader.catalogue.connection import path_of, transaction
from reader.catalogue.notes import forget_totals, put_off
from reader.indexing.items import INSERT_ITEM, INSERT_UNLESS_TAKEN, INSERT_WORDS, free_row
from reader.model import Flags

MOST = 4
"""Parts taken over at a time. SQLite could attach ten databases, but taking over the last ones is work for one
processor, while the others have none any more."""

AGE = 60.0
"""Seconds after which a folder that is being made for parts has got its name, if whoever makes it is alive."""


@contextmanager
def workshop(connection: sqlite3.Connection) -> Iterator[Path]:
    """A folder for parts, beside the catalogue and gone at the end; those that killed programs left behind go too."""
    # Imported here, as what removes it is, because few runs build a catalogue.
    from tempfile import mkdtemp

    catalogue = path_of(connection)
    for kind, age in (("parts", 0.0), ("making", AGE)):
        for old in catalogue.parent.glob(f"{catalogue.name}.{kind}-*"):
            _remove_unless_in_use(old, age)
    folder = Path(mkdtemp(prefix=f"{catalogue.name}.making-", dir=catalogue.parent))
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        # Locked from its first moment under this name on: one that is not locked is nobody's.
        folder = folder.rename(f"{catalogue}.parts-{folder.name.rpartition('-')[2]}")
        yield folder
    finally:
        _remove(folder)
        os.close(handle)


def _remove_unless_in_use(folder: Path, age: float) -> None:
    try:
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except FileNotFoundError:
        return  # another reader was faster
    try:
        if time.time() - os.fstat(handle).st_mtime >= age:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            _remove(folder)
    except BlockingIOError:
        pass  # it is in use
    finally:
        os.close(handle)


def _remove(folder: Path) -> None:
    from shutil import rmtree

    rmtree(folder, ignore_errors=True)


def take_over(connection: sqlite3.Connection, parts: Sequence[Path], flags: Flags) -> None:
    """Put what ``parts`` (:data:`MOST` at most) hold into a catalogue that is being built, in one transaction."""
    names = [f"part{number}" for number in range(len(parts))]
    for name, path in zip(names, parts, strict=True):
        connection.execute(f"ATTACH ? AS {name}", (str(path),))
    try:
        with transaction(connection):
            forget_totals(connection)
            # Another reader may have come to the end of it meanwhile: then there is something to be joined again.
            put_off(connection)
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
        marked = json.dumps(list(flags.keys))
        for name in self._names:
            self._take_echoes(name)
            if flags.keys:
                self._mark(name, flags, marked)

    def _drop_known(self, name: str) -> None:
        """Leave out the documents that another reader has written meanwhile."""
        known = f"SELECT p.doc FROM {name}.documents p JOIN main.documents USING (path)"
        if self._db.execute(f"{known} LIMIT 1").fetchone():
            # Those who tell which they are go last.
            for table in ("problems", "texts", "rows", "echoes", "aliases", "documents"):
                self._db.execute(f"DELETE FROM {name}.{table} WHERE doc IN ({known})")

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
            f" text + {self._texts[name]}, seen, doc + {self._docs[name]}, line, 0, 0"
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
            " r.text + ?1, r.seen, r.doc + ?2, r.line, 0, 0"
            f" FROM {name}.rows r CROSS JOIN main.items i USING (row) CROSS JOIN {name}.sources s"
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

    def _take_echoes(self, name: str) -> None:
        docs, texts = self._docs[name], self._texts[name]
        joined = f"{name}.rows r ON r.doc = t.doc AND r.seen > 1"
        self._db.execute(
            "INSERT INTO main.echoes"
            " SELECT t.doc + ?, t.line, r.row, t.title, number, t.kind, t.published, t.updated, t.text + ?"
            f" FROM {name}.echoes t CROSS JOIN {joined} CROSS JOIN {name}.sources s ON s.source = t.source",
            (docs, texts),
        )
        aliases = f"SELECT t.key, r.row FROM {name}.aliases t CROSS JOIN {joined}"
        self._db.execute(f"INSERT OR IGNORE INTO main.aliases {aliases}")
        # Until now it told whose number had been taken.
        rows = f"SELECT row FROM {name}.rows WHERE seen > 1"
        self._db.execute(f"UPDATE main.items SET doc = NULL WHERE row IN ({rows})")

    def _mark(self, name: str, flags: Flags, marked: str) -> None:
        """Copy the marks, by row numbers: there is no index by keys yet. ``marked`` are their keys, as JSON."""
        joined = f"{name}.aliases t JOIN {name}.rows r ON r.doc = t.doc AND r.seen > 1"
        keys: dict[int, list[int]] = {}
        for tellings in (f"{name}.rows t", joined):
            query = f"SELECT row, t.key FROM {tellings} WHERE t.key IN (SELECT value FROM json_each(?))"
            for row, key in self._db.execute(query, (marked,)):
                keys.setdefault(row, []).append(key)
        flagged = ((*flags.of(each), row) for row, each in keys.items())
        self._db.executemany("UPDATE main.items SET read = ?, starred = ? WHERE row = ?", flagged)


def _merged(arms: Sequence[str]) -> str:
    """The rows of all ``arms``, each of which is in order: SQLite merges them as they come."""
    return f"{' UNION ALL '.join(arms)} ORDER BY 1"
