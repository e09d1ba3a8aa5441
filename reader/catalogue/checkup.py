"""Where catalogues lie, and what is wrong with one: looked at without writing anything, not even a lock."""

import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from reader.catalogue.connection import connect
from reader.catalogue.schema import VERSION, is_cut_off
from reader.clean import clean_line

SUFFIX = ".sqlite"


def place_of(cache: Path, name: str) -> Path:
    """The file of a catalogue in the folder ``cache``."""
    return cache / f"{name}{SUFFIX}"


def places_in(cache: Path) -> tuple[Path, ...]:
    """Every catalogue in the folder ``cache``, by name; ``OSError`` as it comes."""
    return tuple(sorted(path for path in cache.iterdir() if path.suffix == SUFFIX))


def flaw(path: Path) -> str:
    """Why a catalogue is of no use: a sentence, empty when it is in order. ``FileNotFoundError`` when there is none."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            return "It is not a regular file."
        # Whoever has it open keeps a log beside it.
        with closing(connect(path, alone=not path.with_name(f"{path.name}-wal").exists())) as connection:
            return next(_flaws(connection, path), "")
    except FileNotFoundError:
        raise
    except OSError as error:
        return f"It cannot be looked at: {error.strerror or error}."
    except sqlite3.OperationalError as error:
        return f"It cannot be opened: {error}."
    except sqlite3.DatabaseError as error:
        return f"It is damaged: {error}."


def _flaws(connection: sqlite3.Connection, path: Path) -> Iterator[str]:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version != VERSION:
        yield f"It is of version {version}, and this program makes version {VERSION}."
    if is_cut_off(connection, path):
        yield "It is damaged: it has been cut off."
    (found,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    if found != "ok":
        yield f"It is damaged: {clean_line(found.removeprefix('*** in database main ***'))}."
    # Reads the whole of the full-text index, which the check above takes for a table like any other.
    connection.execute("SELECT sum(cnt) FROM vocabulary").fetchone()
