"""How things stand with one file, what can be done about it, and what goes for every file alike."""

import os
import stat
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from glob import escape
from pathlib import Path

from reader.errors import ReaderError

LEFT_BEHIND = timedelta(minutes=1)
"""A temporary file that is older belongs to nobody who is still writing it."""

_RIGHTS = ((os.R_OK, "read"), (os.W_OK, "write"), (os.X_OK, "enter"))


@dataclass(frozen=True, slots=True)
class Remedy:
    """What can be done about something."""

    what: str
    """To follow "would"."""
    apply: Callable[[], str]
    """Does it, and tells in a sentence what was done. Raises ``OSError`` and :class:`ReaderError`."""


@dataclass(frozen=True, slots=True)
class Finding:
    """How things stand with one file or folder."""

    place: str
    """What it is to the program: config, searches, state, session, cache, documents."""
    path: str
    state: str
    """In sentences."""
    is_wrong: bool = True
    remedy: Remedy | None = None

    def mend(self) -> str:
        """Apply the remedy; what was done, in a sentence. Raises :class:`ReaderError`."""
        if self.remedy is None:
            raise ReaderError("Nothing can be done about it here.")
        try:
            return self.remedy.apply()
        except OSError as error:
            raise ReaderError(f"It cannot be mended: {error.strerror or error}.") from error


def fine(place: str, path: Path | str, state: str) -> Finding:
    """Say how something stands that is as it should be."""
    return Finding(place, str(path), state, is_wrong=False)


def removal(done: str, remove: Callable[[], object]) -> Remedy:
    """Do away with something."""

    def apply() -> str:
        remove()
        return done

    return Remedy("remove it", apply)


def access(place: str, path: Path, need: int, *, is_private: bool = False) -> Generator[Finding, None, bool]:
    """What is wrong with the permissions of ``path``; returns whether it may be used (or is not there at all)."""
    try:
        status = path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError as error:
        yield Finding(place, str(path), f"It cannot be looked at: {error.strerror or error}.")
        return False
    if need & os.X_OK and not stat.S_ISDIR(status.st_mode):
        yield Finding(place, str(path), "It is not a folder.")
        return False
    mode = stat.S_IMODE(status.st_mode)
    owners = 0o700 if stat.S_ISDIR(status.st_mode) else 0o600
    if not os.access(path, need):
        rights = " and ".join(right for bit, right in _RIGHTS if need & bit)
        yield _mode(place, path, f"You may not {rights} it", mode, mode | owners)
    elif is_private and mode & 0o077:
        yield _mode(place, path, "Others than you may use it", mode, owners)
    return os.access(path, need)


def _mode(place: str, path: Path, what: str, mode: int, better: int) -> Finding:
    remedy = Remedy(f"set its mode to {better:03o}", partial(_set_mode, path, better))
    return Finding(place, str(path), f"{what}: its mode is {mode:03o}.", remedy=remedy)


def _set_mode(path: Path, mode: int) -> str:
    path.chmod(mode)
    return f"Its mode is {mode:03o} now."


def leftovers(place: str, file: Path, now: datetime) -> Iterator[Finding]:
    """What programs that were killed, and damage of old, have left beside ``file``."""
    for left in beside(file, escape(f".{file.name}.tmp")):
        if left.lstat().st_mtime < (now - LEFT_BEHIND).timestamp():
            what = "A program that was ended while it wrote has left it behind."
            yield Finding(place, str(left), what, remedy=removal("It is removed.", left.unlink))
    for aside in beside(file, f"{escape(file.name)}.corrupt-*"):
        yield fine(place, aside, "Kept of a file that was damaged; delete it when you need it no more.")


def beside(file: Path, pattern: str) -> list[Path]:
    """What lies in the folder of ``file`` and is named so."""
    return sorted(file.parent.glob(pattern))


def counted(count: int, thing: str, ending: str = "s") -> str:
    """A number of things."""
    return f"{count:,} {thing}{'' if count == 1 else ending}"
