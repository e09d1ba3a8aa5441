"""The parts of a capture: what stands above its index, the index, and what stands below.

The lines come one after the other and only so many are kept of each part: however large a file is, what it tells
has a size that fits into memory.
"""

import re
from collections import deque
from collections.abc import Iterable, Sequence

from reader.clean import Clean

MAX_LINES = 100_000
"""Lines of each part."""

MAX_TEXT = 2_000_000
MAX_INDEX = 16_000_000
"""Characters of a text and of an index."""

Line = tuple[int, Clean]
"""A line that is not blank, with its number from 1."""

MARKERS = ("- ", "* ", "• ")
BARE_MARKERS = ("-", "*", "•")

# A stamp at the end of the line, where stamps stand, or the beginning of one.
_STAMP_OR_MOST = re.compile(r"\[(?:last updated|originally added) on:[^\[\]]*\]?$", re.ASCII | re.IGNORECASE)


class Stretch:
    """Lines, of which the first are kept, and the last two, since these may say what all of it is."""

    def __init__(self, most_characters: int = MAX_TEXT, most_lines: int = MAX_LINES) -> None:
        self.most_characters, self.most_lines = most_characters, most_lines
        self.cut_at = 0
        """The number of the first line that is not kept; 0 when all are."""
        self._first: list[Line] = []
        self._last: deque[Line] = deque(maxlen=2)
        self._left, self._room = most_characters, most_lines

    @classmethod
    def of(cls, lines: Iterable[Line]) -> "Stretch":
        """All of ``lines``, which are not too many."""
        stretch = cls()
        stretch._first = list(lines)
        return stretch

    @property
    def lines(self) -> list[Line]:
        """The lines that are kept."""
        return [*self._first, *self._last] if self._last else self._first

    def add(self, number: int, line: Clean) -> None:
        """Take another line."""
        if len(line) <= self._left and self._room:
            self._left -= len(line)
            self._room -= 1
            self._first.append((number, line))
            return
        self._room = 0
        if len(self._last) == 2:
            self.cut_at = self.cut_at or self._last[0][0]
        self._last.append((number, line))

    def take(self, other: "Stretch") -> None:
        """Take the lines of another stretch, which follow."""
        for line in other._first:
            self.add(*line)
        if other.cut_at:
            self.cut_at = self.cut_at or other.cut_at
            self._room = 0
        for line in other._last:
            self.add(*line)


def part(lines: Sequence[Line]) -> tuple[Stretch, Stretch, Stretch]:
    """What a :class:`Page` makes of ``lines``, when all are there and no part of them can be too long."""
    end = len(lines)
    while end and not lines[end - 1][1].startswith(MARKERS):
        end -= 1
    start = end
    while start and (lines[start - 1][1].startswith(MARKERS) or lines[start - 1][1] in BARE_MARKERS):
        start -= 1
    while end < len(lines) and lines[end][1] in BARE_MARKERS:
        end += 1
    if not any(_STAMP_OR_MOST.search(line) for _, line in lines[start:end]):
        return Stretch.of(lines), Stretch(), Stretch()
    return Stretch.of(lines[:start]), Stretch.of(lines[start:end]), Stretch.of(lines[end:])


class Page:
    """The lines of a document as they come; the last list in it is the index, if a line of it bears a stamp."""

    def __init__(self) -> None:
        self._above, self._list, self._below, self._bare = Stretch(), Stretch(MAX_INDEX), Stretch(), Stretch()
        self._in_list = False
        self._is_index = False

    def add(self, number: int, line: Clean) -> None:
        """Take the next line that is not blank."""
        if line.startswith(MARKERS):
            if not self._in_list:
                self._begin_list()
            self._list.add(number, line)
            self._is_index = self._is_index or bool(_STAMP_OR_MOST.search(line))
        elif line not in BARE_MARKERS:
            self._end_list()
            self._below.add(number, line)
        else:
            # Outside of a list it belongs to one that may be about to begin.
            (self._list if self._in_list else self._bare).add(number, line)

    def parts(self) -> tuple[Stretch, Stretch, Stretch]:
        """What stands above the index, the index, and what stands below it. Nothing can be added any more."""
        self._end_list()
        if self._is_index:
            return self._above, self._list, self._below
        self._above.take(self._list)
        self._above.take(self._below)
        return self._above, Stretch(MAX_INDEX), Stretch()

    def _begin_list(self) -> None:
        self._above.take(self._list)
        self._above.take(self._below)
        self._list, self._below = Stretch(MAX_INDEX), Stretch()
        self._list.take(self._bare)
        self._bare = Stretch()
        self._in_list, self._is_index = True, False

    def _end_list(self) -> None:
        self._in_list = False
        if self._bare.lines:
            self._below.take(self._bare)
            self._bare = Stretch()
