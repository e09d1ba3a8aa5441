"""Conflict copies: what programs that keep folders in step leave beside a file that two machines changed.

Syncthing calls them ``state.sync-conflict-20261122-183000-ABCDEFG.json``; Dropbox and Nextcloud ``state (Ann's
conflicted copy 2026-11-22).json``. A copy that was merged, and is saved as such, is given a name by which it is not
found again. None is ever deleted.
"""

import os
import re
import time
from collections.abc import Callable, Iterator, Mapping
from itertools import count
from pathlib import Path

from reader import disk
from reader.marks.codec import VERSION, Reading, read
from reader.marks.place import reason

_FRESH = 2 * 10**9
"""Nanoseconds within which a folder may change once more without its time telling."""


class ConflictCopies:
    """The conflict copies of one state file, as far as they have been seen."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        self._tell = tell
        self._folder: Path | None = None
        self._time: int | None = None
        self._known: dict[Path, disk.Stamp] = {}
        self._merged: dict[Path, disk.Stamp] = {}

    @property
    def waiting(self) -> bool:
        """Whether copies were merged that still have to be put aside."""
        return bool(self._merged)

    def may_differ(self, target: Path | None = None) -> bool:
        """Whether there may be copies that are not known: the folder has changed, or is another. Cheap."""
        if self._folder is None or (target and target.parent != self._folder):
            return True
        return _time_of(self._folder) != self._time

    def take(self, target: Path, lines: Mapping[str, bytes]) -> Iterator[Reading]:
        """Read the copies of ``target`` that are not known yet; of their marks, those that ``lines`` do not have."""
        self._folder = target.parent
        changed = _time_of(self._folder)
        for copy in copies_of(target):
            stamp = _stamp_of(copy)
            if stamp and self._known.get(copy) != stamp:
                self._known[copy] = stamp
                if reading := self._read(copy, lines):
                    yield reading
        # A folder that has just changed may do so again within one tick of its clock: it is looked at once more.
        self._time = changed if changed and time.time_ns() - changed > _FRESH else None

    def _read(self, copy: Path, lines: Mapping[str, bytes]) -> Reading | None:
        """What a copy says, if all of it is understood."""
        try:
            with disk.opened(copy) as (file, stamp):
                reading = read(file, lines)
        except OSError as error:
            self._tell(f"{copy} cannot be read: {reason(error)}. It is left alone.")
            return None
        if reading.version > VERSION:
            self._tell(f"{copy} was written by a newer version of reader; it is left alone.")
        elif reading.flaw:
            self._tell(f"{copy} {reading.flaw}; it is left alone.")
        else:
            self._merged[copy] = stamp
            return reading
        return None

    def put_aside(self, into: Path) -> None:
        """Rename the copies that were merged: what they said is saved in ``into``."""
        while self._merged:
            copy, stamp = self._merged.popitem()
            try:
                aside = _renamed(copy, stamp)
            except OSError as error:
                self._tell(f"{copy} is merged, but cannot be renamed: {reason(error)}.")
                continue
            if aside:
                self._tell(f"{copy.name} is merged into {into}, and kept as {aside.name}.")


def copies_of(target: Path) -> list[Path]:
    """The conflict copies beside a file, by name."""
    name = re.compile(
        rf"{re.escape(target.stem)}(\.sync-conflict-[\w-]+|\s*\(.*conflicted copy.*\)){re.escape(target.suffix)}",
        re.IGNORECASE,
    )
    try:
        with os.scandir(target.parent) as found:
            names = [e.name for e in found if name.fullmatch(e.name) and e.is_file(follow_symlinks=False)]
    except OSError:
        # Whoever reads or writes the state file itself will say what is the matter.
        return []
    return [target.parent / name for name in sorted(names)]


def _renamed(copy: Path, stamp: disk.Stamp) -> Path | None:
    """Give the copy another name; nothing when another reader was first, or it is not the one that was merged."""
    for number in count(1):
        aside = copy.with_name(f"{copy.name}.merged{f'-{number}' if number > 1 else ''}")
        if not os.path.lexists(aside):
            break
    try:
        copy.rename(aside)
    except FileNotFoundError:
        return None
    if disk.stamp_of(aside) != stamp and not os.path.lexists(copy):
        aside.rename(copy)
        return None
    return aside


def _stamp_of(path: Path) -> disk.Stamp | None:
    try:
        return disk.stamp_of(path)
    except OSError:
        return None


def _time_of(folder: Path) -> int | None:
    try:
        return os.stat(folder).st_mtime_ns  # noqa: PTH116  # twice a second, for ever
    except OSError:
        return None
