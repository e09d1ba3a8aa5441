"""The steps of marking that can be taken back, also by the next run: ``state.json.undo``, beside the state file.

One JSON object a line, only ever appended: a step, that one was undone, that one was redone. What stands there is
therefore true whoever else appends, and a line that was torn by a kill is passed over. Marks are worth more than
this file: whatever is wrong with it, it costs steps at most.
"""

import json
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from threading import Lock

from reader import disk
from reader.marks.merge import Flag
from reader.values import dataclass

VERSION = 1
"""The version of the format that is written here; a file of a higher one is left alone."""

MOST = 100
"""Steps kept at least, as far as :data:`LARGEST` lets them; the newest one is kept however large it is."""

ROOM = 256 << 10
"""Bytes below which the file is not worth looking through for what can be dropped."""

LARGEST = 32 << 20
"""Bytes read at most, from the end: two steps of a million items."""

_DIGITS = 16
_PACKED = re.compile(rf"(?:[0-9a-f]{{{_DIGITS}}})*")
_HEAD = 1 << 10


@dataclass(frozen=True, slots=True)
class Change:
    """One step of marking, such as can be undone."""

    ids: tuple[str, ...]
    """The items that were changed, each by its own id."""
    flag: Flag
    value: bool
    also: tuple[str, ...] = ()
    """Other ids by which these items went."""


class History:
    """The steps of one state file. :meth:`add` never waits for the disk; the rest does."""

    def __init__(self, state: Path) -> None:
        self._state = state
        self._io = Lock()  # held while a line goes from memory into the file, and while both are read
        self._memory = Lock()
        self._pending: list[bytes] = []

    @property
    def path(self) -> Path:
        """Where the steps are kept: beside the state file itself, should that be a link."""
        target = Path(os.path.realpath(self._state))
        return target.with_name(f"{target.name}.undo")

    @property
    def unsaved(self) -> bool:
        """Whether memory holds what the file does not."""
        return bool(self._pending)

    def add(self, name: str, part: Change) -> None:
        """Note a step, or a further part of the one of that name. It can be undone at once."""
        step = {"step": name, "flag": part.flag, "value": part.value, "ids": "".join(part.ids)}
        self._note(step | ({"also": "".join(part.also)} if part.also else {}))

    def undo(self) -> Change | None:
        """The last step that is in force; it counts as undone from now on."""
        return self._take("undo")

    def redo(self) -> Change | None:
        """The step that was undone last, if nothing was marked since; it counts as done again."""
        return self._take("redo")

    def save(self) -> None:
        """Append what is not in the file yet; under the state file's lock. Raises ``OSError``."""
        with self._io:
            path = self.path
            version = _version_of(path)
            with self._memory:
                waiting = tuple(self._pending)
            if not waiting or version > VERSION:
                return
            start = () if version else (_line({"version": VERSION, "room": ROOM}),)
            # Not forced down to the disk: only when the whole machine stops may a step be lost.
            disk.append(path, b"".join((*start, *waiting)))
            with self._memory:
                del self._pending[: len(waiting)]

    def trim(self) -> None:
        """Drop what is too old, once that is worth the while; under the state file's lock. Raises ``OSError``."""
        path = self.path
        if _is_small(path):
            return
        kept = _kept(_Steps(_lines_of(path)))
        room = max(ROOM, 2 * sum(map(len, kept)))
        temporary, _ = disk.write_beside(path, (_line({"version": VERSION, "room": room}), *kept), None)
        disk.replace(path, temporary)

    def _note(self, event: Mapping[str, object]) -> None:
        line = _line(event)
        with self._memory:
            self._pending.append(line)

    def _take(self, what: str) -> Change | None:
        with self._io:
            written = _lines_of(self.path)
            with self._memory:
                steps = _Steps((*written, *self._pending))
            stack = steps.done if what == "undo" else steps.undone
            if not stack:
                return None
            name = next(reversed(stack))
            self._note({what: name})
        return stack[name].change()


class _Step:
    """A step as its lines tell of it; a large one has many."""

    def __init__(self, flag: Flag, value: bool) -> None:
        self.flag, self.value = flag, value
        self.lines: list[bytes] = []
        self._ids: list[str] = []
        self._also: list[str] = []

    def add(self, line: bytes, ids: str, also: str) -> None:
        """Take in one of its lines; ids are packed, without anything between them."""
        self.lines.append(line)
        self._ids.append(ids)
        self._also.append(also)

    def change(self) -> Change:
        """The step, unpacked."""
        return Change(_unpacked(self._ids), self.flag, self.value, _unpacked(self._also))


class _Steps:
    """What lines come to: the steps in force and those undone, by name, each in the order in which they became so."""

    def __init__(self, lines: Iterable[bytes]) -> None:
        self.done: dict[str, _Step] = {}
        self.undone: dict[str, _Step] = {}
        for line in lines:
            try:
                self._take(line, json.loads(line))
            except (ValueError, TypeError, KeyError, RecursionError):
                # Torn, damaged, or none of ours: a step less.
                continue

    def _take(self, line: bytes, event: dict[str, object]) -> None:
        if "undo" in event:
            _move(str(event["undo"]), self.done, self.undone)
        elif "redo" in event:
            _move(str(event["redo"]), self.undone, self.done)
        elif "step" in event:
            name, ids, also = str(event["step"]), event["ids"], event.get("also", "")
            if not (_is_packed(ids) and _is_packed(also) and type(event["value"]) is bool):
                raise ValueError("not a step")
            step = self.done.get(name) or self.undone.get(name)
            if step is None:
                self.undone.clear()
                step = self.done[name] = _Step(Flag(str(event["flag"])), event["value"])
            step.add(line, str(ids), str(also))


def _move(name: str, taken: dict[str, _Step], given: dict[str, _Step]) -> None:
    if name in taken:
        given[name] = taken.pop(name)


def _kept(steps: _Steps) -> list[bytes]:
    """The lines of the newest steps, and of what was undone of them; as few as :data:`MOST` and what is large ask."""
    names = [*steps.done, *reversed(steps.undone)]
    all_steps = steps.done | steps.undone
    kept: list[list[bytes]] = []
    size = 0
    for name in reversed(names[-MOST:]):
        lines = all_steps[name].lines
        size += sum(map(len, lines))
        if kept and size > LARGEST // 2:
            break
        kept.append(lines)
    events = (_line({"undo": name}) for name in steps.undone)
    return [line for lines in reversed(kept) for line in lines] + list(events)


def _lines_of(path: Path) -> list[bytes]:
    """The lines of the file, or of its end where it is too large; none where it cannot be read."""
    try:
        with disk.opened(path) as (file, (size, _, _)):
            if _head_in(file.readline(_HEAD))[0] > VERSION:
                return []
            file.seek(max(0, size - LARGEST))
            return file.read(LARGEST).splitlines(keepends=True)
    except OSError:
        return []


def _is_small(path: Path) -> bool:
    """Whether the file may stay as it is."""
    try:
        with disk.opened(path) as (file, (size, _, _)):
            version, room = _head_in(file.readline(_HEAD))
    except OSError:
        return True
    return version > VERSION or size <= room


def _version_of(path: Path) -> int:
    """The version of the file; 0 when it is absent, or damaged in its first line."""
    try:
        with disk.opened(path) as (file, _):
            return _head_in(file.readline(_HEAD))[0]
    except FileNotFoundError:
        return 0


def _head_in(line: bytes) -> tuple[int, int]:
    """What the first line says: the version, and the size from which on to look for what can be dropped."""
    try:
        head = json.loads(line)
        version, room = head["version"], head["room"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return 0, 0
    return (version, room) if type(version) is type(room) is int else (0, 0)


def _is_packed(ids: object) -> bool:
    return isinstance(ids, str) and _PACKED.fullmatch(ids) is not None


def _unpacked(parts: Sequence[str]) -> tuple[str, ...]:
    ids = "".join(parts)
    return tuple(ids[start : start + _DIGITS] for start in range(0, len(ids), _DIGITS))


def _line(event: Mapping[str, object]) -> bytes:
    return json.dumps(event).encode() + b"\n"
