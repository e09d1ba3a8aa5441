"""Which files the given paths stand for, and their bytes.

Read-only throughout. Regular files only; nothing outside of the given folders, wherever symlinks point.
"""

import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from reader.model import Problem

MOST_BYTES = 64 << 20
"""A larger file is a problem, not a document."""


@dataclass(frozen=True, slots=True)
class File:
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
    real = {str(path.expanduser().resolve()): str(path) for path in reversed(tuple(paths))}
    return tuple(Root(given, where) for where, given in reversed(real.items()))


def walk(places: Iterable[Root]) -> Found:
    """Every file under ``places``, by path."""
    files: dict[str, File] = {}
    problems: list[Problem] = []
    for root in places:
        for found in _walk_root(root.real):
            if isinstance(found, Problem):
                problems.append(found)
            else:
                files[found.path] = found
    return Found(tuple(files[path] for path in sorted(files)), tuple(problems))


def read(path: str) -> bytes:
    """The bytes of a document; :class:`OSError` as it comes."""
    # Opened without waiting: a path that has become a FIFO since it was listed must not hang the program.
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    with open(descriptor, "rb") as file:  # noqa: PTH123
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError("not a regular file")
        return file.read(MOST_BYTES + 1)


def _walk_root(real: str) -> Iterator[File | Problem]:
    try:
        status = os.stat(real)  # noqa: PTH116
    except OSError as error:
        yield Problem(real, 0, f"It cannot be opened: {error.strerror}.")
        return
    if stat.S_ISDIR(status.st_mode):
        yield from _walk_folder(real)
    else:
        yield from _file(real, status)


def _walk_folder(top: str) -> Iterator[File | Problem]:
    waiting = [top]
    while waiting:
        folder = waiting.pop()
        try:
            with os.scandir(folder) as entries:
                for entry in entries:
                    if not entry.name.startswith("."):
                        yield from _entry(entry, waiting)
        except OSError as error:
            yield Problem(folder, 0, f"This folder cannot be read: {error.strerror}.")


def _entry(entry: "os.DirEntry[str]", waiting: list[str]) -> Iterator[File | Problem]:
    try:
        if entry.is_symlink():
            # A link inside of the folder leads to what is walked anyway; one that leaves it is not followed.
            return
        if entry.is_dir(follow_symlinks=False):
            waiting.append(entry.path)
        else:
            yield from _file(entry.path, entry.stat(follow_symlinks=False))
    except OSError as error:
        yield Problem(entry.path, 0, f"It cannot be looked at: {error.strerror}.")


def _file(path: str, status: os.stat_result) -> Iterator[File | Problem]:
    if not stat.S_ISREG(status.st_mode):
        yield Problem(path, 0, "This is not a regular file.")
    elif status.st_size > MOST_BYTES:
        yield Problem(path, 0, f"This file is larger than {MOST_BYTES >> 20} MB.")
    elif not _is_text(path):
        yield Problem(path, 0, "The name of this file is not UTF-8.")
    else:
        yield File(path, status.st_size, status.st_mtime_ns, status.st_ino)


def _is_text(path: str) -> bool:
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True
