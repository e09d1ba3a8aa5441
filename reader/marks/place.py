"""What the place of a state file holds, how it is read, and in which words it is told of."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from enum import Enum, auto
from pathlib import Path

from reader import disk
from reader.errors import StateError
from reader.marks.codec import Reading, read


class Found(Enum):
    """What the place of the state file was seen to hold."""

    UNREAD = auto()
    ABSENT = auto()
    SOUND = auto()
    DAMAGED = auto()
    SET_ASIDE = auto()
    """Damaged, and kept under another name as well: it may be replaced."""
    NEWER = auto()
    """Of a version that is not understood whole: it is never replaced."""


def copy_of(target: Path) -> Path:
    """Name the last good copy."""
    return target.with_name(f"{target.name}.bak")


def read_file(path: Path, known: Mapping[str, bytes]) -> tuple[disk.Stamp | None, Reading | None]:
    """Read what a file holds, and its stamp; nothing when there is no file."""
    with explained(f"{path} cannot be read"):
        try:
            with disk.opened(path) as (file, stamp):
                return stamp, read(file, known)
        except FileNotFoundError:
            return None, None


@contextmanager
def explained(sentence: str) -> Iterator[None]:
    """Turn an ``OSError`` into an error for people: ``SENTENCE: REASON.``."""
    try:
        yield
    except OSError as error:
        raise StateError(f"{sentence}: {reason(error)}.") from error


def reason(error: OSError) -> str:
    """What the system says."""
    return error.strerror or str(error)


def counted(marks: int) -> str:
    """A number of marks."""
    return "1 mark" if marks == 1 else f"{marks} marks"
