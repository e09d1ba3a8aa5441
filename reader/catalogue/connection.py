"""How a connection to the catalogue's file is opened, and what becomes of SQLite's errors."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from urllib.parse import quote

from reader.errors import CatalogueError

PATIENCE = 30
"""Seconds to wait for another writer."""

PAUSE = 0.01
"""Seconds between attempts where SQLite does not wait by itself."""

PAGE_BYTES = 8192
"""With twice SQLite's usual size the file is smaller by a tenth, and what reads many items is quicker by a fifth."""


def connect(path: Path, *, writable: bool = False, alone: bool = False) -> sqlite3.Connection:
    """A connection to the catalogue at ``path`` that any one thread at a time may use.

    One that is ``alone`` trusts that nobody writes, and leaves not even a lock behind.
    """
    mode = "mode=rwc" if writable else "mode=ro&immutable=1" if alone else "mode=ro"
    connection = sqlite3.connect(
        f"file:{quote(str(path))}?{mode}",
        uri=True,
        isolation_level=None,
        check_same_thread=False,
        timeout=PATIENCE,
        cached_statements=256,
    )
    try:
        connection.execute("PRAGMA cache_size = -4000")
        if writable:
            connection.execute(f"PRAGMA page_size = {PAGE_BYTES}")
            _use_log(connection)
            connection.execute("PRAGMA synchronous = NORMAL")
    except BaseException:
        connection.close()
        raise
    return connection


def _use_log(connection: sqlite3.Connection) -> None:
    # SQLite does not wait while another process that makes the same new file changes its mode.
    deadline = monotonic() + PATIENCE
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or monotonic() > deadline:
                raise
            sleep(PAUSE)
        else:
            return


class Interrupted(CatalogueError):
    """A newer question took the place of this one."""


class Damaged(CatalogueError):
    """The catalogue turned out to be damaged, and was deleted: whoever opens it again has a new one."""


@contextmanager
def guarded(connection: sqlite3.Connection) -> Iterator[None]:
    """Turn SQLite's errors into ours; a catalogue that turns out to be damaged is deleted."""
    try:
        yield
    except sqlite3.OperationalError as error:
        if "interrupted" in str(error):
            raise Interrupted("A newer question took the place of this one.") from error
        raise CatalogueError(f"The catalogue cannot be used: {error}.") from error
    except sqlite3.DatabaseError as error:
        if type(error) is not sqlite3.DatabaseError:
            raise
        remove(path_of(connection))
        raise Damaged(f"The catalogue is damaged and will be made again at the next start: {error}.") from error


def path_of(connection: sqlite3.Connection) -> Path:
    """The file that a connection is to."""
    return Path(connection.execute("PRAGMA database_list").fetchone()[2])


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """A write transaction: all of it or nothing, waiting for another writer if there is one."""
    with guarded(connection):
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            connection.execute("COMMIT")
        except BaseException:
            # Some errors have ended the transaction already.
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise


def data_version(connection: sqlite3.Connection) -> int:
    """A number that changes whenever another connection has written."""
    return int(connection.execute("PRAGMA data_version").fetchone()[0])


def shrink_log(connection: sqlite3.Connection) -> None:
    """Copy the log into the file and empty it, unless a reader needs it just now."""
    connection.execute("PRAGMA busy_timeout = 500")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    connection.execute(f"PRAGMA busy_timeout = {PATIENCE * 1000}")


def remove(path: Path) -> None:
    """Delete a catalogue with what SQLite keeps beside it."""
    # The file itself last: a new one, which another thread may make at once, would take what still stands beside it
    # for its own. It would empty the index of the log that others have mapped into memory, which ends the program.
    for name in (*(path.with_name(path.name + suffix) for suffix in ("-wal", "-shm", "-journal")), path):
        name.unlink(missing_ok=True)
