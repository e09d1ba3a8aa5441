"""A walk through folders: every file below them that may be a document, with what tells whether it has changed.

It takes nothing that is slow to import, so that another process can be on its way before a command has begun.
"""

import os
import sys
from array import array
from collections.abc import Sequence
from stat import S_ISDIR, S_ISLNK, S_ISREG
from typing import NamedTuple

from reader.blake2 import blake2b

MOST_BYTES = 64 << 20
"""A larger file is a problem, not a document."""


class File(NamedTuple):
    """A file that may be a document, with what tells whether it has changed."""

    path: str
    size: int
    mtime: int
    inode: int


def listing(files: Sequence[File]) -> bytes:
    """A digest of all that is known of ``files``, by which two looks at the same folders are compared."""
    digest = blake2b(digest_size=16)
    if files:
        paths, *numbers = zip(*files, strict=True)
        digest.update("\0".join(paths).encode("utf-8", "surrogateescape"))
        for column in numbers:
            digest.update(array("q", column))
    return digest.digest()


class Walk:
    """What is found on the way through folders: all of it, or as many files as are wanted."""

    def __init__(self, most: int = sys.maxsize) -> None:
        self._most = most
        self.flaws: list[tuple[str, str]] = []
        """Paths of what cannot be a document, each with a sentence that says why."""
        self._files: dict[str, File] = {}

    @property
    def files(self) -> tuple[File, ...]:
        """The files, by path."""
        return tuple(self._files[path] for path in sorted(self._files))

    @property
    def is_full(self) -> bool:
        """Whether enough files are found."""
        return len(self._files) >= self._most

    def look_at(self, path: str) -> None:
        """Find what stands at ``path`` and below."""
        try:
            status = os.stat(path)  # noqa: PTH116  # pathlib is slow to import
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
            descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
            try:
                # In the order of their names, so that little is left to be sorted.
                for name in sorted(os.listdir(descriptor)):  # noqa: PTH208
                    if self.is_full:
                        return
                    # No name is empty.
                    if name[0] != ".":
                        self._look_at_name(name, descriptor, f"{folder.rstrip('/')}/{name}", waiting)
            finally:
                os.close(descriptor)
        except OSError as error:
            self._note(folder, f"This folder cannot be read: {error.strerror}.")

    def _look_at_name(self, name: str, folder: int, path: str, waiting: list[str]) -> None:
        try:
            # By the folder's descriptor, or the system finds its way along the whole path for each of its files.
            status = os.lstat(name, dir_fd=folder)
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
            self._files[path] = File(path, size, status.st_mtime_ns, status.st_ino)

    def _note(self, path: str, message: str) -> None:
        self.flaws.append((path, message))


def _is_text(path: str) -> bool:
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True
