"""The catalogue's file: its tables, and how a connection to it is opened.

SQLite with FTS5 from the standard library. The file is a cache: a version that is not ours, or damage, means that
it is deleted and made again from the documents.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from urllib.parse import quote

from reader.errors import CatalogueError
from reader.model import Kind

VERSION = 1
"""Raised whenever the tables, or what the parsers make of a document, change."""

KINDS = (Kind.HEADLINE, Kind.VIDEO, Kind.ARTICLE)
"""Kinds by their number in the tables; of several tellings of one item the larger number wins."""

ARTICLE = KINDS.index(Kind.ARTICLE)

UNDATED_ARTICLE = 4_000_000
"""Stands for the day of an article without one: after every day of the calendar, so that it leads the list."""

DAY_SHIFT = 32
"""A row number begins with the day: newest first is the table's own order, read backwards."""

STORY_INDEX = "CREATE INDEX IF NOT EXISTS items_story ON items (story)"

SCHEMA = f"""
CREATE TABLE meta (name TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE documents (
    doc INTEGER PRIMARY KEY AUTOINCREMENT, path TEXT NOT NULL UNIQUE,
    size INTEGER NOT NULL, mtime INTEGER NOT NULL, inode INTEGER NOT NULL, digest BLOB NOT NULL);
CREATE TABLE problems (doc INTEGER NOT NULL, line INTEGER NOT NULL, message TEXT NOT NULL);
CREATE INDEX problems_doc ON problems (doc);
CREATE TABLE sources (source INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE texts (text INTEGER PRIMARY KEY, doc INTEGER NOT NULL, body TEXT NOT NULL);
CREATE INDEX texts_doc ON texts (doc);
CREATE TABLE items (
    row INTEGER PRIMARY KEY,
    key INTEGER NOT NULL,              -- the id, as a signed number
    story INTEGER NOT NULL,            -- the id that the item would have without a day
    title TEXT NOT NULL, source INTEGER NOT NULL, kind INTEGER NOT NULL,
    published INTEGER, updated INTEGER,   -- proleptic Gregorian ordinals
    text INTEGER,
    seen INTEGER NOT NULL,
    doc INTEGER, line INTEGER,         -- of the one telling; if there are several, they stand in `echoes`
    read INTEGER NOT NULL DEFAULT 0, starred INTEGER NOT NULL DEFAULT 0);
CREATE INDEX items_key ON items (key);
{STORY_INDEX};
CREATE INDEX items_doc ON items (doc, line) WHERE doc IS NOT NULL;
CREATE INDEX items_source ON items (source) WHERE source <> 0;
CREATE INDEX items_kind ON items (kind) WHERE kind <> 0;
CREATE INDEX items_read ON items (row) WHERE read = 1;
CREATE INDEX items_starred ON items (row) WHERE starred = 1;
CREATE INDEX items_seen ON items (seen) WHERE seen <> 1;
CREATE TABLE echoes (
    doc INTEGER NOT NULL, line INTEGER NOT NULL, row INTEGER NOT NULL,
    title TEXT NOT NULL, source INTEGER NOT NULL, kind INTEGER NOT NULL,
    published INTEGER, updated INTEGER, text INTEGER,
    PRIMARY KEY (doc, line)) WITHOUT ROWID;
CREATE INDEX echoes_row ON echoes (row);
CREATE VIEW tellings AS
    SELECT doc, line, row, title, source, kind, published, updated, text FROM items WHERE doc IS NOT NULL
    UNION ALL
    SELECT doc, line, row, title, source, kind, published, updated, text FROM echoes;
CREATE TABLE aliases (key INTEGER PRIMARY KEY, row INTEGER NOT NULL);
CREATE INDEX aliases_row ON aliases (row);
CREATE VIRTUAL TABLE words USING fts5 (title, source, body, content='', columnsize=0, tokenize='ascii');
CREATE VIRTUAL TABLE vocabulary USING fts5vocab (words, 'row');
"""
# The tokenizer sees text that was folded and split by the query's own rules (see `indexed`), so that what the
# index calls a word is what the matcher calls one, whatever version of Unicode SQLite was built with.

HASH_BYTES = 32 << 20
"""How much FTS5 gathers before it writes a segment; with the default of 1 MB a first indexing takes a third more."""


def connect(path: Path, *, writable: bool = False) -> sqlite3.Connection:
    """A connection to the catalogue at ``path`` that any one thread at a time may use."""
    mode = "rwc" if writable else "ro"
    connection = sqlite3.connect(
        f"file:{quote(str(path))}?mode={mode}",
        uri=True,
        isolation_level=None,
        check_same_thread=False,
        timeout=30,
        cached_statements=256,
    )
    connection.execute("PRAGMA cache_size = -16000")
    connection.execute("PRAGMA mmap_size = 1073741824")
    if writable:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
    return connection


def is_ready(connection: sqlite3.Connection) -> bool:
    """Whether the file holds tables of this version."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    return bool(version == VERSION)


def create(connection: sqlite3.Connection) -> None:
    """Make the tables, unless another process was faster."""
    with transaction(connection):
        if is_ready(connection):
            return
        for statement in SCHEMA.split(";\n"):
            connection.execute(statement)
        connection.execute("INSERT INTO sources VALUES (0, '')")
        connection.execute("INSERT INTO words (words, rank) VALUES ('hashsize', ?)", (HASH_BYTES,))
        connection.execute(f"PRAGMA user_version = {VERSION}")


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """A write transaction: all of it or nothing, waiting for another writer if there is one."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def remove(path: Path) -> None:
    """Delete a catalogue with what SQLite keeps beside it."""
    for name in (path, *(path.with_name(path.name + suffix) for suffix in ("-wal", "-shm", "-journal"))):
        name.unlink(missing_ok=True)


def open_or_rebuild(path: Path) -> sqlite3.Connection:
    """A writable connection to a catalogue of this version; an older or damaged one is deleted first."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            return _open(path)
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError) and "locked" in str(error):
                raise
            remove(path)
            return _open(path)
    except (OSError, sqlite3.Error) as error:
        raise CatalogueError(f"The catalogue {path} cannot be used: {error}.") from error


def _open(path: Path) -> sqlite3.Connection:
    connection = connect(path, writable=True)
    try:
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if version not in (0, VERSION):
            raise sqlite3.DatabaseError(f"version {version}")
        if version == 0:
            create(connection)
        connection.execute("SELECT count(*) FROM (SELECT 1 FROM items LIMIT 1)").fetchone()
    except BaseException:
        connection.close()
        raise
    return connection


def ordinal(day: date | None) -> int | None:
    """A day as the tables keep it."""
    return day.toordinal() if day else None


def from_ordinal(number: int | None) -> date | None:
    """The inverse of :func:`ordinal`."""
    return date.fromordinal(number) if number else None


def to_key(item: str) -> int:
    """An item's id as the tables keep it: a signed 64-bit number."""
    return int.from_bytes(bytes.fromhex(item), "big", signed=True)


def from_key(key: int) -> str:
    """The inverse of :func:`to_key`."""
    return key.to_bytes(8, "big", signed=True).hex()
