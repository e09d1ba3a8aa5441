"""The state file: a person's marks in memory, and the one file in which they are kept.

Memory only ever grows by merging, and the file is only ever replaced by what memory holds after the file
was merged into it. So nothing is lost whoever writes in between, and whatever kills the program: the file
is the old one or the new one, both whole.
"""

import errno
import os
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock, RLock
from types import MappingProxyType

from reader import disk
from reader.errors import StateError
from reader.marks.codec import VERSION, Reading, compose, encode_mark
from reader.marks.conflicts import ConflictCopies
from reader.marks.history import History
from reader.marks.merge import merge, merge_extra
from reader.marks.place import Found, copy_of, counted, explained, read_file, reason
from reader.model import Mark


def utc_now() -> datetime:
    """Tell the time, in UTC."""
    return datetime.now(UTC)


class StateFile:
    """The marks of one ``state.json``; safe to use from several threads, beside other programs that do so.

    :meth:`apply` and :attr:`marks` touch memory alone. :meth:`load`, :meth:`refresh` and :meth:`save` wait
    for the disk and belong in a thread of their own. All raise :class:`StateError` with a sentence fit to
    show.
    """

    def __init__(self, path: Path, now: Callable[[], datetime] = utc_now) -> None:
        self._path = path
        self._now = now
        self.history = History(path)
        """The steps by which the marks came about. What :meth:`save` saves can be undone by the next run."""
        self._io = RLock()  # held while the file is worked on; the memory lock only for moments
        self._memory = Lock()
        self._marks: dict[str, Mark] = {}
        self._unsaved: dict[str, Mark] = {}
        # Each mark that is not unsaved has its line here, as it stands in the file: see codec.compose.
        self._lines: dict[str, bytes] = {}
        self._extra: dict[str, object] = {}
        self._disk = Found.UNREAD
        self._seen: disk.Stamp | None = None
        self._suspect: disk.Stamp | None = None
        self._lagging = False  # the file lacks marks that memory has, though none was made here
        self._changed: set[str] = set()
        self._notices: list[str] = []
        self._copies = ConflictCopies(self._notify)

    @property
    def path(self) -> Path:
        """The file as it was named, which may be a link."""
        return self._path

    @property
    def marks(self) -> MappingProxyType[str, Mark]:
        """The marks in memory by item id, always the latest. To walk over them, take ``marks.copy()``."""
        return MappingProxyType(self._marks)

    @property
    def unsaved(self) -> bool:
        """Whether memory holds what the file does not."""
        return bool(self._unsaved) or (self._lagging and not self.read_only)

    def unsaved_marks(self) -> dict[str, Mark]:
        """The marks that memory holds and the file does not, by item id."""
        return self._unsaved.copy()

    @property
    def is_due(self) -> bool:
        """Whether there is something for :meth:`save` to do."""
        return self.unsaved or self.history.unsaved or self._copies.waiting

    @property
    def read_only(self) -> bool:
        """Whether the file is of a newer version, so that nothing can be saved."""
        return self._disk is Found.NEWER

    @property
    def notices(self) -> tuple[str, ...]:
        """Sentences that the person should read, oldest first: what was damaged, and what became of it."""
        return tuple(self._notices)

    def stamp(self) -> disk.Stamp | None:
        """Take what changes when the file does: size, time (ns), inode; ``None`` without a file. Cheap."""
        with explained(f"{self._path} cannot be looked at"):
            return disk.stamp_of(self._path)

    @property
    def seen(self) -> disk.Stamp | None:
        """The stamp of the file as it was merged, or written, last."""
        return self._seen

    def differs(self) -> bool:
        """Whether :meth:`refresh` may find something: the file or its folder has changed. Cheap."""
        return self.has_news or self.stamp() != self._seen or self._copies.may_differ()

    @property
    def has_news(self) -> bool:
        """Whether marks of others were merged that no :meth:`refresh` has told of yet."""
        return bool(self._changed)

    def apply(self, changes: Mapping[str, Mark]) -> frozenset[str]:
        """Merge marks, by item id, into memory; :attr:`marks` has them at once, the next save saves them.

        The ids whose marks are not what they were.
        """
        changed = set()
        for ident, change in changes.items():
            with self._memory:
                old = self._marks.get(ident)
                mark = merge(old, change) if old else change
                if mark != old:
                    self._marks[ident] = self._unsaved[ident] = mark
                    changed.add(ident)
        return frozenset(changed)

    def load(self) -> None:
        """Read the file, once; a later call does nothing.

        A damaged file is kept under another name and put right from what can be read of it and of the last
        good copy. A file that may not be read is an error, now and at each :meth:`save`; it is never
        replaced. Conflict copies are merged; what they changed, the next :meth:`refresh` tells.
        """
        with self._io:
            if self._disk is not Found.UNREAD:
                return
            target = self._target()
            self._catch_up(target)
            self._changed.clear()
            self._merge_copies(target)
            if self._lagging or self._copies.waiting:
                try:
                    self.save()
                except StateError as error:
                    self._notify(str(error))

    def refresh(self) -> frozenset[str]:
        """Merge what others wrote since; the ids whose marks they changed, also those that a save came upon.

        Conflict copies count as written by others. The file is not written to. A damaged one is believed only when it
        is found the same a second time: a program may be in the midst of writing it. Afterwards, ask :attr:`is_due`
        whether a save is due.
        """
        self.load()
        if self.differs():
            with self._io:
                target = self._target()
                self._catch_up(target, hasty=False)
                self._merge_copies(target)
                changed = frozenset(self._changed)
                self._changed.clear()
                return changed
        return frozenset()

    def save(self) -> None:
        """Bring the file up to memory; on return it is on the disk. Does nothing when nothing is unsaved.

        On an error all stays unsaved, for the next call to try again.
        """
        with self._io:
            self.load()
            if self.unsaved or self.history.unsaved:
                with explained(f"Marks cannot be saved in {self._path}"):
                    self._save(self._target())
            self._copies.put_aside(self._path)

    def _save(self, target: Path) -> None:
        marks_too = self.unsaved
        disk.make_folder(target.parent)
        with disk.locked(target):
            while marks_too and not self._write(target):
                pass  # a program that knows no lock came first; its marks are merged in the next turn
            self._keep_steps(self.history.save)
            self._keep_steps(self.history.trim)

    def _target(self) -> Path:
        """Find the file itself: a link to it stays a link, and all that is beside it lies beside the file."""
        return Path(os.path.realpath(self._path))

    def _catch_up(self, target: Path, *, hasty: bool = True) -> None:
        """Merge the file into memory, unless it is as it was when seen last."""
        with explained(f"{target} cannot be read"):
            if self._disk is not Found.UNREAD and disk.stamp_of(target) == self._seen:
                return
        stamp, reading = read_file(target, self._lines)
        if reading and reading.flaw and not hasty and stamp != self._suspect:
            self._suspect = stamp
            return
        found = self._judge(reading)
        if reading:
            self._merge(reading)
            self._extra = {**(self._extra if reading.flaw else {}), **reading.extra}
        if found in {Found.ABSENT, Found.DAMAGED}:
            self._recover(reading, target)
        there = reading.lines.keys() if reading else set()
        self._lagging = found is Found.DAMAGED or not self._lines.keys() <= there
        # Last, so that a file counts as seen only when all of it is in memory.
        self._disk, self._seen = found, stamp

    def _judge(self, reading: Reading | None) -> Found:
        """Tell what a reading says of the file, with a notice where the person should know."""
        if reading is None:
            return Found.ABSENT
        if reading.version > VERSION:
            self._notify(self._too_new())
            return Found.NEWER
        if reading.flaw:
            return Found.DAMAGED
        if reading.odd:
            which = counted(reading.odd)
            self._notify(f"{self._path} has {which} with fields that cannot be read; they are kept as they are.")
        return Found.SOUND

    def _merge(self, reading: Reading) -> None:
        """Merge marks that were read. Those that come out otherwise than they were read have to be saved."""
        for ident, theirs in reading.marks.items():
            self._lines[ident] = line = reading.lines[ident]
            with self._memory:
                ours = self._marks.get(ident)
                mark = merge(ours, theirs) if ours else theirs
                if mark != ours:
                    self._marks[ident] = mark
                    self._changed.add(ident)
                # Lines are compared as well: a NaN among the unknown keys never equals itself.
                if mark == theirs or encode_mark(ident, mark) == line:
                    self._unsaved.pop(ident, None)
                else:
                    self._unsaved[ident] = mark

    def _merge_copies(self, target: Path) -> None:
        """Merge conflict copies that are not known yet. The next save saves that, and puts them aside."""
        if self.read_only or not self._copies.may_differ(target):
            return
        for reading in self._copies.take(target, self._lines):
            self._changed |= self.apply(reading.marks)
            extra = merge_extra(self._extra, reading.extra)
            self._lagging = self._lagging or extra != self._extra
            self._extra = dict(extra)

    def _recover(self, damaged: Reading | None, target: Path) -> None:
        """Merge the last good copy, when there is no good file, and say what became of the marks."""
        copy, before = copy_of(target), len(self._marks)
        try:
            _, reading = read_file(copy, self._lines)
        except StateError as error:
            self._notify(str(error))
            reading = None
        if reading and reading.version <= VERSION:
            self._merge(reading)
            self._extra = {**self._extra, **reading.extra}
        known = counted(len(self._marks))
        if damaged:
            sources = f"it and {copy.name}" if reading else "it"
            self._notify(f"{self._path} {damaged.flaw}; {known} could be recovered from {sources}.")
        elif len(self._marks) > before:
            self._notify(f"{self._path} is not there; {known} could be recovered from {copy.name}.")
        elif not self._marks and self._path.is_symlink():
            # Its disk may be away: marks made now would not be seen beside those on it.
            self._notify(f"{self._path} is a link to {target}, where there is no file; marks begin anew there.")

    def _write(self, target: Path) -> bool:
        """Replace the file by what memory holds, under the lock; whether it was still the one merged."""
        self._catch_up(target)
        if self.read_only:
            raise StateError(self._too_new())
        if self._seen and not os.access(target, os.W_OK):
            raise PermissionError(errno.EACCES, "The file is write-protected")
        if self._disk is Found.DAMAGED:
            aside = disk.set_aside(target, self._now())
            self._disk = Found.SET_ASIDE
            self._notify(f"The damaged file is kept as {aside}.")
        with self._memory:
            pending = self._unsaved.copy()
        # First, so that no mark is on the disk that cannot be undone.
        self._keep_steps(self.history.save)
        lines = self._lines | {ident: encode_mark(ident, mark) for ident, mark in pending.items()}
        temporary, stamp = disk.write_beside(target, compose(lines.values(), self._extra), self._seen)
        if disk.stamp_of(target) != self._seen:
            return False
        if self._disk is Found.SOUND:
            self._back_up(target)
        disk.replace(target, temporary)
        self._disk, self._seen, self._lines, self._lagging = Found.SOUND, stamp, lines, False
        self._settle(pending)
        return True

    def _keep_steps(self, how: Callable[[], None]) -> None:
        """Keep what can be undone. The marks matter more: a failure is told, no more."""
        try:
            how()
        except OSError as error:
            self._notify(f"What u takes back cannot be kept in {self.history.path}: {reason(error)}.")

    def _back_up(self, target: Path) -> None:
        """Keep the file that is about to be replaced. New marks matter more: a failure is told, no more."""
        copy = copy_of(target)
        try:
            disk.keep_copy(target, copy)
        except OSError as error:
            self._notify(f"The last good copy cannot be kept as {copy}: {reason(error)}.")

    def _settle(self, saved: Mapping[str, Mark]) -> None:
        """Forget that ``saved`` marks are unsaved, but for those that changed while they were written."""
        for ident, mark in saved.items():
            with self._memory:
                if self._unsaved.get(ident) is mark:
                    del self._unsaved[ident]

    def _too_new(self) -> str:
        return f"{self._path} was written by a newer version of reader; no marks can be saved in it."

    def _notify(self, sentence: str) -> None:
        if sentence not in self._notices:
            self._notices.append(sentence)
