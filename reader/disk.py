"""Files that survive: what a file is locked, replaced, backed up and moved aside with.

Every function raises ``OSError`` as it comes; whoever calls knows the sentence that goes with it.
"""

import errno
import fcntl
import os
import stat
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import BinaryIO

Stamp = tuple[int, int, int]
"""Size, modification time in nanoseconds, and inode: what changes when a file does."""

LOCK_PATIENCE = 5.0
"""Seconds to wait for another reader that is saving; one that was stopped by ctrl+z must not stop us too."""

_LOCK_PAUSE = 0.01

# Bytes. Each read lets go of the interpreter lock for an instant; when many come within 5 ms, a thread that
# waits for the lock sleeps on through them all (300 ms, with reads of 8 KB), and the screen stands still.
_READ_SIZE = 1 << 20

_NO_LINKS = {errno.EPERM, errno.EOPNOTSUPP, errno.ENOTSUP, errno.EMLINK, errno.ENOSYS, errno.EXDEV}
_NO_FOLDER_SYNC = {errno.EINVAL, errno.EOPNOTSUPP, errno.ENOTSUP}


def stamp_of(path: Path) -> Stamp | None:
    """Take the stamp of the file that ``path`` leads to; ``None`` when there is none."""
    try:
        return _stamp(path.stat())
    except FileNotFoundError:
        return None


@contextmanager
def opened(path: Path) -> Iterator[tuple[BinaryIO, Stamp]]:
    """Open a regular file for reading, with the stamp that it had before the first byte was read.

    Anything else (a folder, a FIFO, a device) is an ``OSError`` at once, and never waited for.
    """
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode):
            raise OSError(errno.EINVAL, "It is not a regular file")
        with os.fdopen(handle, "rb", _READ_SIZE, closefd=False) as file:
            yield file, _stamp(status)
    finally:
        os.close(handle)


@contextmanager
def locked(path: Path, patience: float = LOCK_PATIENCE) -> Iterator[None]:
    """Be the only one who replaces ``path``, among all who use this function.

    The lock is on a file beside it (the file itself is replaced, so it cannot carry one), which is never
    deleted: else two could hold two locks of one name. The system lets go of it when a process dies.
    """
    lock = path.with_name(f".{path.name}.lock")
    handle = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        _acquire(handle, time.monotonic() + patience)
        yield
    finally:
        os.close(handle)


def _acquire(handle: int, deadline: float) -> None:
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                raise TimeoutError(errno.ETIMEDOUT, "Another program holds the lock") from None
            time.sleep(_LOCK_PAUSE)
        else:
            return


def write_beside(path: Path, content: Iterable[bytes], previous: Stamp | None) -> tuple[Path, Stamp]:
    """Write what is to replace ``path`` into a temporary file beside it, down to the disk; mode 0600.

    The name is always the same, so that what a killed program left behind is not left for good; so call
    this under the lock. The new time of modification is later than the ``previous`` stamp's, even within
    one tick of the file system's clock, so that no two contents ever share a stamp (inodes are used again
    at once).
    """
    temporary = path.with_name(f".{path.name}.tmp")
    temporary.unlink(missing_ok=True)
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.writelines(content)
            file.flush()
            os.fchmod(handle, 0o600)
            status = os.fstat(handle)
            if previous and status.st_mtime_ns <= previous[1]:
                os.utime(handle, ns=(status.st_atime_ns, previous[1] + 1))
            os.fsync(handle)
            return temporary, _stamp(os.fstat(handle))
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def replace(path: Path, temporary: Path) -> None:
    """Put ``temporary`` in the place of ``path``, in one step, and see that this too is on the disk."""
    temporary.replace(path)
    _sync_folder(path.parent)


def append(path: Path, content: bytes) -> None:
    """Add lines to the end of ``path``, which is made if need be (mode 0600): all of them, or on an error none.

    A last line that was torn ends there, so that it spoils nothing but itself. Call this under the lock.
    """
    flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
    handle = os.open(path, flags, 0o600)
    try:
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode):
            raise OSError(errno.EINVAL, "It is not a regular file")
        torn = status.st_size and os.pread(handle, 1, status.st_size - 1) != b"\n"
        try:
            with os.fdopen(handle, "ab", closefd=False) as file:
                file.write(b"\n" + content if torn else content)
        except OSError:
            os.ftruncate(handle, status.st_size)
            raise
    finally:
        os.close(handle)


def keep_copy(path: Path, copy: Path) -> None:
    """Make ``copy`` what ``path`` is now. A hard link, so it costs nothing and neither is ever absent."""
    temporary = copy.with_name(f".{copy.name}.tmp")
    temporary.unlink(missing_ok=True)
    try:
        _duplicate(path, temporary)
        temporary.replace(copy)
    finally:
        # Renaming does nothing, without an error, when both names are links to one file already.
        temporary.unlink(missing_ok=True)


def set_aside(path: Path, now: datetime) -> Path:
    """Give ``path`` a second name, ``….corrupt-TIME``, under which it stays when it is replaced; that name.

    Never the name of another file: a number is added until it is free.
    """
    for number in count(1):
        suffix = f"-{number}" if number > 1 else ""
        aside = path.with_name(f"{path.name}.corrupt-{now:%Y%m%dT%H%M%SZ}{suffix}")
        try:
            _duplicate(path, aside)
        except FileExistsError:
            continue
        _sync_folder(path.parent)
        return aside
    raise AssertionError("numbers do not end")


def make_folder(folder: Path) -> None:
    """Make ``folder`` and those above it where they are absent; each is for its owner alone (0700)."""
    absent = [place for place in (folder, *folder.parents) if not place.exists()]
    for place in reversed(absent):
        place.mkdir(mode=0o700, exist_ok=True)
        _sync_folder(place.parent)


def _stamp(status: os.stat_result) -> Stamp:
    return status.st_size, status.st_mtime_ns, status.st_ino


def _duplicate(path: Path, new: Path) -> None:
    """Let ``new``, which must not exist, have what ``path`` has: by a hard link, else by a copy."""
    try:
        new.hardlink_to(path)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        _copy(path, new)


def _copy(path: Path, new: Path) -> None:
    handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        with os.fdopen(handle, "wb") as target, path.open("rb") as source:
            while piece := source.read(_READ_SIZE):
                target.write(piece)
            target.flush()
            os.fsync(handle)
    except BaseException:
        new.unlink(missing_ok=True)
        raise


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in _NO_FOLDER_SYNC:
            raise
    finally:
        os.close(handle)
