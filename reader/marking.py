"""The marks of what is listed: set, undone, kept in the state file, and copied beside the items of the catalogue.

What a person marks is true at once, in memory: it is laid over what the catalogue says. Behind the screen's back one
thread saves the state file and another brings the catalogue's copy up to it, in the order in which things were done.
"""

import os
import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from threading import Lock
from types import MappingProxyType

from reader.catalogue import View, from_key, to_key
from reader.copyist import Copyist
from reader.errors import ReaderError, StateError
from reader.marks import Change, Flag, Saver, SaveReport, StateFile, Watcher, merge, set_flag, utc_now
from reader.model import Entry, Flags, Mark
from reader.values import dataclass

CHUNK = 1_000
"""Items marked at a time: nothing that runs beside waits longer than for these."""


@dataclass(frozen=True, slots=True)
class MarksNews:
    """What became of the marks behind the person's back."""

    error: str = ""
    """Why they cannot be saved, or read again: a sentence fit to show, once until it is otherwise."""
    notices: tuple[str, ...] = ()
    """All that the person should know about the state file so far."""
    unsaved: bool = False
    """Whether there are marks that could not be saved."""
    changed: bool = False
    """Whether marks were changed elsewhere."""


class Marking:
    """The marks of one state file, for the items of one catalogue."""

    def __init__(
        self, state: StateFile, writer: sqlite3.Connection, view: View, on_news: Callable[[MarksNews], None]
    ) -> None:
        self._state = state
        self._view = view
        self._on_news = on_news
        self._copyist = Copyist(writer, self._flags_of)
        self._saver = Saver(state, self._after_save)
        self._watcher = Watcher(self._look)
        self._is_read = False
        self._has_agreed = False
        self.is_failing = False
        """Whether there are marks that could not be saved; they are tried again."""
        self._last_news = MarksNews()
        self._newest: dict[int, tuple[bool, bool]] = {}
        self._laying = Lock()  # held, for moments, from a change of the marks until it is laid over the items
        self._history = state.history
        self._turn = Lock()  # held by what takes its time, so that no step is undone in the midst of being done
        self.renewed = self._copyist.noted != repr(state.stamp())
        """Whether the state file is not the one that the catalogue knew."""
        if self.renewed:
            self.load()

    def load(self) -> None:
        """Read the state file, unless it was read, and let the catalogue agree with it. Any thread may call this."""
        self._read()
        if not self._has_agreed:
            self._copyist.agree(self._agreed(), self.flags)
            self._has_agreed = True
        self._catch_up()

    def watch(self) -> None:
        """From now on, take over within a second what is changed elsewhere."""
        self._watcher.start()

    def _read(self) -> None:
        # The state file would see for itself that it is read already, but only when a save under way has ended.
        if not self._is_read:
            self._state.load()
            self._is_read = True

    def flush(self) -> bool:
        """Wait, for a second at most, until all that was marked is saved; whether it is."""
        return not self._state.is_due or self._saver.flush(1.0)

    def close(self) -> str:
        """Save what is left; a sentence when that could not be done, else an empty string."""
        self._watcher.close()
        error = self._saver.close()
        if self._is_read and not error and self._copyist.noted != self._agreed():
            self._catch_up()
        self._copyist.close()
        # An article may go by several ids; whoever marked it did so once.
        lost = len({(m.title, m.source, m.published) for m in self._state.unsaved_marks().values()}) if error else 0
        return f"{error} {lost:,} mark{'' if lost == 1 else 's'} could not be kept." if lost else error

    @property
    def notices(self) -> tuple[str, ...]:
        """What the person should know about the state file."""
        return self._state.notices

    # What is marked

    def marked(self, entry: Entry) -> Entry:
        """``entry`` with its marks as they are now."""
        flags = self._newest.get(entry.row)
        return Entry(entry.row, entry.id, entry.item, *flags, entry.seen) if flags else entry

    def mark_of(self, entry: Entry) -> Mark | None:
        """The whole mark of an item."""
        return self._merged(self._view.ids_of((entry.row,)).get(entry.row, ()))

    def first_unread(self, rows: Sequence[int]) -> int | None:
        """The index of the first of ``rows`` that is unread. May run in a thread of its own."""
        for start in range(0, len(rows), CHUNK):
            chunk = rows[start : start + CHUNK]
            unread = self._view.unread_among(chunk)
            for index, row in enumerate(chunk, start):
                flags = self._newest.get(row)
                if not flags[0] if flags else row in unread:
                    return index
        return None

    def flags(self) -> Flags:
        """What the marks say of items, for whoever writes items."""
        return Flags({to_key(item) for item in self._state.marks.copy()}, self._flags_of)

    def all(self) -> Mapping[str, Mark]:
        """Every mark, by item id."""
        return MappingProxyType(self._state.marks.copy())

    def _flags_of(self, keys: Sequence[int]) -> tuple[bool, bool]:
        mark = self._merged([from_key(key) for key in keys])
        return (mark.read, mark.starred) if mark else (False, False)

    def _merged(self, ids: Iterable[str]) -> Mark | None:
        merged: Mark | None = None
        for item in ids:
            if mark := self._state.marks.get(item):
                merged = merge(merged, mark) if merged else mark
        return merged

    # Marking

    def mark(self, rows: Sequence[int], flag: Flag, value: bool) -> Change:
        """Set a flag of items. What already has the value is not touched; the change can be undone."""
        name = os.urandom(6).hex()
        if len(rows) <= CHUNK:
            return Change(self._mark(name, rows, flag, value), flag, value)
        ids: list[str] = []
        with self._turn:
            for start in range(0, len(rows), CHUNK):
                ids += self._mark(name, rows[start : start + CHUNK], flag, value)
        return Change(tuple(ids), flag, value)

    def _mark(self, name: str, rows: Sequence[int], flag: Flag, value: bool) -> tuple[str, ...]:
        """Mark a few items, as a part of the step of that name; the ids of those that were not so already."""
        entries = {e.row: e for e in map(self.marked, self._view.entries(rows)) if getattr(e, flag) is not value}
        if not entries:
            return ()
        self._read()
        names = {row: (entries[row].id, *ids) for row, ids in self._view.ids_of(tuple(entries)).items()}
        owners = {item: entries[row] for row, ids in names.items() for item in ids}
        own = tuple(entry.id for entry in entries.values())
        # First, so that no mark is there that cannot be undone.
        self._history.add(name, Change(own, flag, value, tuple(owners.keys() - set(own))))
        marks, now = self._state.marks, utc_now()
        new = {item: marks.get(item) or self._new_mark(entry) for item, entry in owners.items()}
        self._keep({item: set_flag(mark, flag, value, now) for item, mark in new.items()})
        self._lay(names)
        return own

    def undo(self) -> Change | None:
        """Take the last change back, also one of an earlier run; what was changed, or nothing when there is none."""
        return self._replay(self._history.undo, backwards=True)

    def redo(self) -> Change | None:
        """Make the change again that was undone last."""
        return self._replay(self._history.redo, backwards=False)

    def _replay(self, take: Callable[[], Change | None], backwards: bool) -> Change | None:
        with self._turn:
            self.load()
            # A step of which nothing is left (its marks were never saved, or changed elsewhere) is none any more.
            while step := take():
                value = step.value is not backwards
                changed = self._set(step.ids, step.flag, value), self._set(step.also, step.flag, value)
                if any(changed):
                    return Change(changed[0], step.flag, step.value, changed[1])
            return None

    def _set(self, ids: Sequence[str], flag: Flag, value: bool) -> tuple[str, ...]:
        """Set a flag of marks that there are, listed or not; the ids of those that were not so already."""
        changed: list[str] = []
        for start in range(0, len(ids), CHUNK):
            marks, now = self._state.marks, utc_now()
            known = ((item, marks.get(item)) for item in ids[start : start + CHUNK])
            wrong = {item: mark for item, mark in known if mark and getattr(mark, flag) is not value}
            self._keep({item: set_flag(mark, flag, value, now) for item, mark in wrong.items()})
            self._renew(tuple(wrong))
            changed += wrong
        return tuple(changed)

    def _keep(self, changes: Mapping[str, Mark]) -> None:
        if changes:
            self._copyist.announce()
            self._state.apply(changes)
            self._saver.request()
            self._copyist.copy(changes)

    def _renew(self, ids: Sequence[str]) -> None:
        """Lay the marks as they are over the items that go by ``ids``."""
        for start in range(0, len(ids), CHUNK):
            self._lay(self._view.ids_of(self._view.rows_of(ids[start : start + CHUNK])))

    def _lay(self, names: Mapping[int, Iterable[str]]) -> None:
        """Lay the marks as they are over items, of which all ids are given by row."""
        # Of two threads the one that comes last sees what both have done.
        with self._laying:
            for row, ids in names.items():
                if mark := self._merged(ids):
                    self._newest[row] = mark.read, mark.starred

    def _new_mark(self, entry: Entry) -> Mark:
        item = entry.item
        sightings = self._view.sightings((entry.row,))[entry.row]
        document = sightings[0].path if sightings else ""
        return Mark(item.title, item.source, item.published, document=document)

    # What becomes of it

    def settle(self) -> None:
        """Wait until searches know of all that was marked so far. For a thread that may wait."""
        self._copyist.settle()

    def _agreed(self) -> str:
        """The stamp of the state file if the marks are what it says, as far as others know; else an empty string."""
        stamp = repr(self._state.seen)
        return "" if self._state.unsaved or self._state.has_news else stamp

    def _after_save(self, report: SaveReport) -> None:
        self.is_failing = bool(report.error)
        self._copyist.note(self._agreed)
        self._tell(report.error)

    def _look(self) -> None:
        """See whether somebody else has written; for the thread that watches."""
        try:
            if not self._is_read or not self._state.differs():
                return
        except StateError as error:
            self._tell(str(error))
            return
        self._catch_up()
        if self._state.is_due and not self.is_failing:
            self._saver.request()

    def _catch_up(self) -> None:
        """Take over what others did to the marks, and note that the catalogue agrees with the file."""
        self._copyist.announce()
        changed: tuple[str, ...] = ()
        error = ""
        try:
            changed = tuple(self._state.refresh())
            self._renew(changed)
        except ReaderError as failure:
            error = str(failure)
        self._copyist.copy(changed)
        self._copyist.note(self._agreed)
        self._tell(error, changed=bool(changed))

    def _tell(self, error: str = "", changed: bool = False) -> None:
        news = MarksNews(error, self._state.notices, self.is_failing)
        if changed or news != self._last_news:
            self._last_news = news
            self._on_news(replace(news, changed=changed))
