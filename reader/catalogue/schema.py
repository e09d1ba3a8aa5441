"""The catalogue's file: its tables, and how it is made where there is none that is of use.

SQLite with FTS5 from the standard library. The file is a cache: a version that is not ours, or damage, means that
it is deleted and made again from the documents.
"""

import errno
import os
import sqlite3
from datetime import date
from pathlib import Path

from reader.catalogue.connection import Damaged, connect, remove, transaction
from reader.errors import CatalogueError
from reader.model import Kind

VERSION = 7
"""Raised whenever the tables, or what the parsers make of a document, change."""

KINDS = (Kind.HEADLINE, Kind.VIDEO, Kind.ARTICLE)
"""Kinds by their number in the tables; of several tellings of one item the larger number wins."""

ARTICLE = KINDS.index(Kind.ARTICLE)

UNDATED_ARTICLE = 4_000_000
"""Stands for the day of an article without one: after every day of the calendar, so that it leads the list."""

DAY_SHIFT = 32
"""A row number begins with the day: newest first is the table's own order, read backwards."""

ITEM_INDEXES = {
    "items_key": "items (key)",
    "items_story": "items (story)",
    "items_doc": "items (doc) WHERE doc IS NOT NULL",
    "items_source": "items (source) WHERE source <> 0",
    "items_kind": "items (kind) WHERE kind <> 0",
}
"""What a new catalogue does without until it is filled, see :mod:`reader.indexing.building`."""

_MADE = "".join(f"CREATE INDEX {name} ON {definition};\n" for name, definition in ITEM_INDEXES.items())

_NOTES = "".join(
    f"CREATE TRIGGER documents_{event} AFTER {event} ON documents BEGIN DELETE FROM meta WHERE name = 'listing'; END;\n"
    for event in ("INSERT", "UPDATE", "DELETE")
)

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
{_MADE}CREATE INDEX items_read ON items (row) WHERE read = 1;
CREATE INDEX items_starred ON items (row) WHERE starred = 1;
CREATE INDEX items_seen ON items (row, seen) WHERE seen <> 1;
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
CREATE TABLE lexicon (  -- every word of the index, and some that have gone
    word TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE VIRTUAL TABLE vocabulary USING fts5vocab (words, 'row');
{_NOTES}"""
# The tokenizer sees text that was folded and split by the query's own rules (see `indexed`), so that what the
# index calls a word is what the matcher calls one, whatever version of Unicode SQLite was built with.

HASH_BYTES = 32 << 20
"""How much FTS5 gathers before it writes a segment; with the default of 1 MB a first indexing takes a third more."""


def is_ready(connection: sqlite3.Connection) -> bool:
    """Whether the file holds tables of this version."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    return bool(version == VERSION)


def create(connection: sqlite3.Connection) -> None:
    """Make the tables, unless another process was faster."""
    with transaction(connection):
        if not _is_new(connection):
            return
        for statement in SCHEMA.split(";\n"):
            connection.execute(statement)
        connection.execute("INSERT INTO sources VALUES (0, '')")
        connection.execute("INSERT INTO words (words, rank) VALUES ('hashsize', ?)", (HASH_BYTES,))
        connection.execute(f"PRAGMA user_version = {VERSION}")


def open_or_rebuild(path: Path) -> sqlite3.Connection:
    """A writable connection to a catalogue of this version; one of another version or a damaged one is deleted first.

    Raises :class:`CatalogueError` when there can be none, say because the folder is read-only.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        # SQLite would open it all the same, and fail at the first writing.
        if path.exists() and not os.access(path, os.W_OK):
            raise PermissionError(errno.EACCES, "The file is write-protected")
        connection = _opened(path)
        if connection is None:
            remove(path)
            connection = _opened(path)
    except OSError as error:
        raise CatalogueError(f"The catalogue {path} cannot be used: {error.strerror or error}.") from error
    except sqlite3.Error as error:
        raise CatalogueError(f"The catalogue {path} cannot be used: {error}.") from error
    if connection is None:
        raise CatalogueError(f"The catalogue {path} cannot be used.")
    return connection


def _opened(path: Path) -> sqlite3.Connection | None:
    """A connection to the catalogue, which is made if there is none; nothing if what is there is of no use."""
    try:
        connection = connect(path, writable=True)
        try:
            if _is_new(connection):
                create(connection)
            if is_ready(connection) and not is_cut_off(connection, path):
                return connection
        except BaseException:
            connection.close()
            raise
    except sqlite3.OperationalError:
        # It may be in order, and only locked, or not ours to write.
        raise
    except (sqlite3.DatabaseError, Damaged):
        return None
    connection.close()
    return None


def _is_new(connection: sqlite3.Connection) -> bool:
    return connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone() is None


def is_cut_off(connection: sqlite3.Connection, path: Path) -> bool:
    """Whether the file is shorter than it says; what is still in the log need not be in the file."""
    log = path.with_name(path.name + "-wal")
    if log.exists() and log.stat().st_size:
        return False
    (pages,), (size,) = (connection.execute(f"PRAGMA {each}").fetchone() for each in ("page_count", "page_size"))
    return path.stat().st_size < int(pages) * int(size)


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
