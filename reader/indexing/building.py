"""Filling a new catalogue from many documents: nothing is joined until all is there.

To look up the story of each telling while a million come in would take as long as to write them, and so would keeping
every index up to date. So what is told is first listed as it is told; the indexes are made at the end, each in one
go, and the first of them shows which stories have tellings to be joined. Until all is done a note in the catalogue
says so, whoever comes next.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from reader.catalogue.connection import connect, data_version, path_of, transaction
from reader.catalogue.notes import put_off
from reader.catalogue.schema import ARTICLE, ITEM_INDEXES

if TYPE_CHECKING:
    from concurrent.futures import Future

CACHE_KIB, SORTING_KIB = 128_000, 4_000

LOG_PAGES = 64_000
"""Pages of the log at which who fills the catalogue copies it after all: half a gigabyte."""


def begin(connection: sqlite3.Connection) -> None:
    """Note that joining is put off, unless there is something in the catalogue already."""
    with transaction(connection):
        if is_empty(connection):
            put_off(connection)
            for name in ITEM_INDEXES:
                connection.execute(f"DROP INDEX IF EXISTS {name}")
            _set_merging(connection, 0)
    # Room for the pages that every step touches; the log is copied into the file beside it, see :func:`copying`.
    connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
    connection.execute(f"PRAGMA wal_autocheckpoint = {LOG_PAGES}")


def is_empty(connection: sqlite3.Connection) -> bool:
    """Whether the catalogue knows of no document."""
    return connection.execute("SELECT 1 FROM documents LIMIT 1").fetchone() is None


@contextmanager
def copying(connection: sqlite3.Connection) -> "Iterator[Callable[[], None]]":
    """A function that has a thread copy the log into the catalogue's file, while the next step is being made."""
    from concurrent.futures import ThreadPoolExecutor

    copies: list[Future[object]] = []
    with closing(connect(path_of(connection), writable=True)) as other, ThreadPoolExecutor(1) as thread:
        yield lambda: copies.append(thread.submit(lambda: other.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()))
        for copy in copies:
            copy.result()


def crowded(connection: sqlite3.Connection) -> list[int]:
    """The stories of which some tellings have to be joined."""
    _make_index(connection, "items_story")
    query = (
        "SELECT story FROM items WHERE story IN (SELECT story FROM items GROUP BY story HAVING count(*) > 1)"
        " GROUP BY story HAVING max(kind) = ? OR count(DISTINCT key) < count(*)"
    )
    return [story for (story,) in connection.execute(query, (ARTICLE,))]


def end(connection: sqlite3.Connection, version: int, made: Callable[[], None] = lambda: None) -> None:
    """Make the indexes, and note that all is done, unless others have written since the data had ``version``.

    ``made`` is called behind each index.
    """
    with _words_known_by(connection) as words:
        for name in ITEM_INDEXES:
            _make_index(connection, name)
            made()
        known = words.result()
    with transaction(connection):
        if data_version(connection) == version:
            connection.executemany("INSERT OR IGNORE INTO lexicon VALUES (?)", known)
            connection.execute("DELETE FROM meta WHERE name = 'building'")
            _set_merging(connection, 4)


@contextmanager
def _words_known_by(connection: sqlite3.Connection) -> "Iterator[Future[list[tuple[str]]]]":
    """Every word of the full-text index, found in a thread: it takes as long as an index of a million items."""
    from concurrent.futures import ThreadPoolExecutor

    def find(path: Path) -> list[tuple[str]]:
        with closing(connect(path)) as other:
            return other.execute("SELECT term FROM vocabulary").fetchall()

    with ThreadPoolExecutor(1) as thread:
        yield thread.submit(find, path_of(connection))


def _make_index(connection: sqlite3.Connection, name: str) -> None:
    # SQLite sorts as much at a time as its cache may hold: twice as fast in pieces that fit into the processor's.
    connection.execute(f"PRAGMA cache_size = -{SORTING_KIB}")
    connection.execute(f"CREATE INDEX IF NOT EXISTS {name} ON {ITEM_INDEXES[name]}")
    connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")


def _set_merging(connection: sqlite3.Connection, segments: int) -> None:
    """How many segments of the full-text index, of one size, are merged into one; 0 leaves them as they are."""
    connection.execute("INSERT INTO words (words, rank) VALUES ('automerge', ?)", (segments,))
