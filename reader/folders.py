"""Which files the given paths stand for, and their bytes.

Read-only throughout. Regular files only; nothing outside of the given folders, wherever symlinks point.
"""

import os
import sys
from array import array
from collections.abc import Callable, Iterable, Sequence
from hashlib import blake2b
from pathlib import Path
from stat import S_ISDIR, S_ISLNK, S_ISREG
from typing import NamedTuple

from reader.model import Problem
from reader.values import dataclass

MOST_BYTES = 64 << 20
"""A larger file is a problem, not a document."""


class File(NamedTuple):
    """A file that may be a document, with what tells whether it has changed."""

    path: str
    size: int
    mtime: int
    inode: int


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
    walk = _Walk(most)
    for root in places:
        walk.look_at(root.real)
        if walk.is_full:
            return Found(tuple(walk.files.values()), ())
    return Found(tuple(walk.files[path] for path in sorted(walk.files)), tuple(walk.problems))


def listing(files: Sequence[File]) -> bytes:
    """A digest of all that is known of ``files``, by which two looks at the same folders are compared."""
    digest = blake2b(digest_size=16)
    if files:
        paths, *numbers = zip(*files, strict=True)
        digest.update("\0".join(paths).encode("utf-8", "surrogateescape"))
        for column in numbers:
            digest.update(array("q", column))
    return digest.digest()


def listing_ahead(places: Iterable[Root]) -> Callable[[], bytes]:
    """Let another process walk while this one, which has no threads yet, gets ready; what gives its :func:`listing`.

    Nothing where there were problems on the way, or can be no other process: whoever wants to know more walks again.
    """
    reading, writing = os.pipe()
    try:
        walker = os.fork()
    except OSError:
        os.close(reading)
        os.close(writing)
        return bytes
    if not walker:
        try:
            found = walk(places)
            if not found.problems:
                os.write(writing, listing(found.files))
        finally:
            # Not a line more of what it was forked from.
            os._exit(0)
    os.close(writing)

    def listed() -> bytes:
        with open(reading, "rb") as pipe:  # noqa: PTH123
            found = pipe.read()
        os.waitpid(walker, 0)
        return found

    return listed


def read(path: str) -> bytes:
    """The bytes of a document; :class:`OSError` as it comes.

    A path may have become something else since it was listed: a FIFO, which must not hang the program, a link out of
    the folder, or a file without an end.
    """
    if os.path.realpath(path) != path:
        raise OSError("a link leads to it")
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOFOLLOW)
    try:
        status = os.fstat(descriptor)
        if not S_ISREG(status.st_mode):
            raise OSError("not a regular file")
        data = os.read(descriptor, min(status.st_size, MOST_BYTES) + 1)
    finally:
        os.close(descriptor)
    if len(data) > MOST_BYTES:
        raise OSError(f"larger than {MOST_BYTES >> 20} MB")
    return data


class _Walk:
    """What is found on the way through folders."""

    def __init__(self, most: int) -> None:
        self._most = most
        self.files: dict[str, File] = {}
        self.problems: list[Problem] = []

    @property
    def is_full(self) -> bool:
        """Whether enough files are found."""
        return len(self.files) >= self._most

    def look_at(self, path: str) -> None:
        """Find what stands at ``path`` and below."""
        try:
            status = Path(path).stat()
        except OSError as error:
            self._note(path, f"It cannot be opened: {error.strerror}.")
            return
        if not S_ISDIR(status.st_mode):
            self._add(path, status)
            return
        waiting = [path]
        while waiting and not self.is_full:
            self._look_into(waiting.pop(), waiting)

    def _look_into(self, folder: str, waiting: list[str]) -> None:
        try:
            with os.scandir(folder) as entries:
                for entry in entries:
                    # No name is empty.
                    if entry.name[0] != ".":
                        self._look_at_entry(entry, waiting)
                        if len(self.files) >= self._most:
                            return
        except OSError as error:
            self._note(folder, f"This folder cannot be read: {error.strerror}.")

    def _look_at_entry(self, entry: "os.DirEntry[str]", waiting: list[str]) -> None:
        path = entry.path
        try:
            status = entry.stat(follow_symlinks=False)
        except OSError as error:
            self._note(path, f"It cannot be looked at: {error.strerror}.")
            return
        if S_ISDIR(status.st_mode):
            waiting.append(path)
        elif not S_ISLNK(status.st_mode):
            # A link inside of the folder leads to what is walked anyway; one that leaves it is not followed.
            self._add(path, status)

    def _add(self, path: str, status: os.stat_result) -> None:
        size = status.st_size
        if not S_ISREG(status.st_mode):
            self._note(path, "This is not a regular file.")
        elif size > MOST_BYTES:
            self._note(path, f"This file is larger than {MOST_BYTES >> 20} MB.")
        elif not path.isascii() and not _is_text(path):
            self._note(path, "The name of this file is not UTF-8.")
        else:
            self.files[path] = File(path, size, status.st_mtime_ns, status.st_ino)

    def _note(self, path: str, message: str) -> None:
        self.problems.append(Problem(path, 0, message))


def _is_text(path: str) -> bool:
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True
