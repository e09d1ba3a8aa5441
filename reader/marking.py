"""The marks of what is listed: set, undone, kept in the state file, and copied beside the items of the catalogue.

What a person marks is true at once, in memory: it is laid over what the catalogue says. Behind the screen's back one
thread saves the state file and another brings the catalogue's copy up to it, in the order in which things were done.
"""

import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from types import MappingProxyType

from reader import catalogue
from reader.catalogue import Flags, View, from_key, to_key
from reader.marks import Flag, Saver, SaveReport, StateFile, merge, set_flag, utc_now
from reader.model import Entry, Mark
from reader.values import dataclass

CHUNK = 1_000
"""Items marked at a time: nothing that runs beside waits longer than for these."""


@dataclass(frozen=True, slots=True)
class Change:
    """One step of marking, such as can be undone."""

    ids: tuple[str, ...]
    """The items that were changed, each by its own id."""
    flag: Flag
    value: bool


class Marking:
    """The marks of one state file, for the items of one catalogue."""

    def __init__(
        self, state: StateFile, writer: sqlite3.Connection, view: View, on_saved: Callable[[SaveReport], None]
    ) -> None:
        self._state = state
        self._writer = writer
        self._view = view
        self._on_saved = on_saved
        self._copyist = ThreadPoolExecutor(1, "copyist")
        self._saver = Saver(state, self._after_save)
        self._is_read = False
        self._newest: dict[int, tuple[bool, bool]] = {}
        self._done: list[Change] = []
        self._undone: list[Change] = []
        self.renewed = catalogue.read_stamp(writer) != self._stamp()
        """Whether the state file is not the one that the catalogue knew."""
        if self.renewed:
            self.load()

    def load(self) -> None:
        """Read the state file, unless it was read, and let the catalogue agree with it. Any thread may call this."""
        self._read()
        self._copyist.submit(self._agree).result()

    def _read(self) -> None:
        # The state file would see for itself that it is read already, but only when a save under way has ended.
        if not self._is_read:
            self._state.load()
            self._is_read = True

    def close(self) -> str:
        """Save what is left; a sentence when that could not be done, else an empty string."""
        was_saving = self._state.unsaved
        error = self._saver.close()
        if was_saving and not error:
            self._copyist.submit(self._catch_up).result()
        self._copyist.shutdown()
        return error

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
        ids: list[str] = []
        for start in range(0, len(rows), CHUNK):
            entries = self._entries(rows[start : start + CHUNK])
            changing = [entry for entry in entries if _has(entry, flag) is not value]
            self._apply(changing, flag, value)
            ids += (entry.id for entry in changing)
        change = Change(tuple(ids), flag, value)
        if ids:
            self._done.append(change)
            self._undone.clear()
        return change

    def undo(self) -> Change | None:
        """Take the last change back; that change, or nothing when there is none."""
        return self._replay(self._done, self._undone, backwards=True)

    def redo(self) -> Change | None:
        """Make the change again that was undone last."""
        return self._replay(self._undone, self._done, backwards=False)

    def _replay(self, taken: list[Change], given: list[Change], backwards: bool) -> Change | None:
        if not taken:
            return None
        change = taken.pop()
        given.append(change)
        for start in range(0, len(change.ids), CHUNK):
            entries = self._entries(self._view.rows_of(change.ids[start : start + CHUNK]))
            self._apply(entries, change.flag, change.value is not backwards)
        return change

    def _entries(self, rows: Sequence[int]) -> list[Entry]:
        return [self.marked(entry) for entry in self._view.entries(rows)]

    def _apply(self, entries: Sequence[Entry], flag: Flag, value: bool) -> None:
        if not entries:
            return
        self._read()
        ids = self._view.ids_of([entry.row for entry in entries])
        marks, now = self._state.marks, utc_now()
        changes = {}
        for entry in entries:
            for item in ids.get(entry.row, (entry.id,)):
                changes[item] = set_flag(marks.get(item) or self._new_mark(entry), flag, value, now)
            self._newest[entry.row] = (value, entry.starred) if flag is Flag.READ else (entry.read, value)
        self._state.apply(changes)
        self._saver.request()
        self._copyist.submit(self._copy, [to_key(item) for item in changes])

    def _new_mark(self, entry: Entry) -> Mark:
        item = entry.item
        sightings = self._view.sightings((entry.row,))[entry.row]
        document = sightings[0].path if sightings else ""
        return Mark(item.title, item.source, item.published, document=document)

    # The catalogue's copy

    def settle(self) -> None:
        """Wait until searches know of all that was marked so far. For a thread that may wait."""
        self._copyist.submit(lambda: None).result()

    def _copy(self, keys: Sequence[int]) -> None:
        catalogue.update_flags(self._writer, keys, Flags(keys, self._flags_of))

    def _agree(self) -> None:
        stamp = self._stamp()
        if catalogue.read_stamp(self._writer) != stamp:
            catalogue.replace_flags(self._writer, self.flags(), stamp)

    def _after_save(self, report: SaveReport) -> None:
        self._on_saved(report)
        if not report.error:
            self._copyist.submit(self._catch_up)

    def _catch_up(self) -> None:
        """Take over what others did to the marks, and note that the catalogue agrees with the file."""
        changed = self._state.refresh()
        if changed:
            self._copy([to_key(item) for item in changed])
            for row in self._view.rows_of(changed):
                self._newest.pop(row, None)
        if not self._state.unsaved:
            catalogue.note_stamp(self._writer, self._stamp())

    def _stamp(self) -> str:
        return repr(self._state.stamp())


def _has(entry: Entry, flag: Flag) -> bool:
    return entry.read if flag is Flag.READ else entry.starred
