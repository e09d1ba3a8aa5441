"""Which files the given paths stand for, and their bytes.

Read-only throughout. Regular files only; nothing outside of the given folders, wherever symlinks point.
"""

import os
import sys
from collections.abc import Iterable
from errno import ELOOP
from pathlib import Path
from stat import S_ISREG

from reader.blake2 import blake2b
from reader.model import Problem
from reader.values import dataclass
from reader.walking import MOST_BYTES, File, Walk, listing

__all__ = ["MOST_BYTES", "File", "Found", "Root", "key", "listing", "read", "roots", "walk"]


@dataclass(frozen=True, slots=True)
class Root:
    """A path as a person gave it, and where it really is."""

    given: str
    real: str

    def shown(self, path: str) -> str | None:
        """``path`` as it follows from what was given; nothing if it is not under this root."""
        if path == self.real:
            return self.given
        prefix = self.real.rstrip("/") + "/"
        return os.path.join(self.given, path[len(prefix) :]) if path.startswith(prefix) else None  # noqa: PTH118


@dataclass(frozen=True, slots=True)
class Found:
    """What stands under the roots now."""

    files: tuple[File, ...]
    problems: tuple[Problem, ...]


def roots(paths: Iterable[Path]) -> tuple[Root, ...]:
    """The paths, each once, in their order."""
    given: dict[str, str] = {}
    for path in paths:
        given.setdefault(str(path.expanduser().resolve()), str(path))
    return tuple(Root(wording, real) for real, wording in given.items())


def key(places: Iterable[Root]) -> str:
    """A short name for a set of places, in whatever order they were given."""
    names = "\0".join(sorted(root.real for root in places))
    return blake2b(names.encode("utf-8", "surrogateescape")).hexdigest()[:16]


def walk(places: Iterable[Root], most: int = sys.maxsize) -> Found:
    """Every file under ``places``, by path; or ``most`` of them, those that are met first, and no problems."""
    walk = Walk(most)
    for root in places:
        walk.look_at(root.real)
        if walk.is_full:
            return Found(walk.files, ())
    return Found(walk.files, tuple(Problem(path, 0, message) for path, message in walk.flaws))


def read(path: str) -> bytes:
    """The bytes of a document; :class:`OSError` as it comes.

    A path may have become something else since it was listed: a FIFO, which must not hang the program, a link out of
    the folder, or a file without an end.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOFOLLOW)
    except OSError as error:
        if error.errno == ELOOP:
            raise OSError("a link leads to it") from error
        raise
    try:
        if not _stands_at(path, descriptor):
            raise OSError("a link leads to it")
        status = os.fstat(descriptor)
        if not S_ISREG(status.st_mode):
            raise OSError("not a regular file")
        data = os.read(descriptor, min(status.st_size, MOST_BYTES) + 1)
    finally:
        os.close(descriptor)
    if len(data) > MOST_BYTES:
        raise OSError(f"larger than {MOST_BYTES >> 20} MB")
    return data


def _stands_at(path: str, descriptor: int) -> bool:
    """Whether what was opened by ``path`` was reached without a link."""
    try:
        # Linux tells where an open file really is, which is quicker than to look at each folder on the way.
        if os.readlink(f"/proc/self/fd/{descriptor}") == path:  # noqa: PTH115  # a Path takes as long again
            return True
    except OSError:
        pass
    return os.path.realpath(path) == path
