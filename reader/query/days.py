"""Days and periods as a query writes them: ``2012``, ``2012-09``, ``2012-09-07``, ``today``, ``newest-7d``.

A partial date means its whole period. A relative one is a day: ``today``, ``yesterday`` or ``newest``, with a
number of days, weeks, months or years (``d w m y``) taken off or added on.
"""

import re
from calendar import monthrange
from collections.abc import Iterable
from datetime import date, timedelta
from typing import TypeAlias

from reader.values import dataclass

from .terms import Range, Value

Period: TypeAlias = tuple[date, date]
"""The first and the last day of a period."""

Bounds: TypeAlias = tuple[date | None, date | None]
"""The first and the last day that are meant; ``None`` is an open end."""

_CALENDAR = re.compile(r"(\d{4})(?:-(?!00)(\d\d)(?:-(?!00)(\d\d))?)?", re.ASCII)
_RELATIVE = re.compile(r"(today|yesterday|newest)(?:([+-]\d{1,4})([dwmy]))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Clock:
    """The days that relative dates count from."""

    today: date
    newest: date | None = None
    """The newest day in the catalogue: in an archive ``today`` is seldom of use."""

    def day(self, name: str) -> date | None:
        """Look up ``today``, ``yesterday`` or ``newest``; ``None`` if there is no newest day."""
        if name == "newest":
            return self.newest
        return self.today if name == "today" else _moved(self.today, -1, "d")


_SOME_DAY = date(2000, 1, 1)
_ANY_CLOCK = Clock(_SOME_DAY, _SOME_DAY)


def valid(text: str) -> bool:
    """Whether ``text`` is a day or a period that there can be."""
    return period(text, _ANY_CLOCK) is not None


def period(text: str, clock: Clock) -> Period | None:
    """Give the first and the last day of what ``text`` names.

    ``None`` if it names no day (``2012-13``), and for ``newest`` as long as there is no newest day.
    """
    if found := _CALENDAR.fullmatch(text):
        return _calendar_period(*(int(part or 0) for part in found.groups()))
    if found := _RELATIVE.fullmatch(text):
        origin = clock.day(found[1])
        moved = origin and _moved(origin, int(found[2] or 0), found[3] or "d")
        return (moved, moved) if moved else None
    return None


def bounds(value: Value | Range, clock: Clock) -> Bounds | None:
    """Give the days that ``value`` covers, both ends included; ``None`` if it covers no day at all.

    None is covered by what names no day, by a range that ends before it begins, and beyond either end of the
    calendar (``date:<0001``).
    """
    if isinstance(value, Range):
        return _range_bounds(value, clock)
    covered = period(value.text, clock)
    return _compared(*covered, value.op) if covered else None


def is_in(day: date | None, values: Iterable[Value | Range], clock: Clock) -> bool:
    """Whether ``day`` is within at least one of ``values``; no day is within none."""
    if day is None:
        return False
    spans = (bounds(value, clock) for value in values)
    return any((span[0] or date.min) <= day <= (span[1] or date.max) for span in spans if span)


def _range_bounds(value: Range, clock: Clock) -> Bounds | None:
    first = last = None
    if value.low:
        low = period(value.low, clock)
        if low is None:
            return None
        first = low[0]
    if value.high:
        high = period(value.high, clock)
        if high is None or (first and high[1] < first):
            return None
        last = high[1]
    return first, last


def _compared(first: date, last: date, op: str) -> Bounds | None:
    match op:
        case ">=":
            return first, None
        case "<=":
            return None, last
        case ">":
            return None if last == date.max else (last + timedelta(1), None)
        case "<":
            return None if first == date.min else (None, first - timedelta(1))
        case _:
            return first, last


def _calendar_period(year: int, month: int, day: int) -> Period | None:
    try:
        first = date(year, month or 1, day or 1)
    except ValueError:
        return None
    if day:
        return first, first
    last_month = month or 12
    return first, date(year, last_month, monthrange(year, last_month)[1])


def _moved(day: date, count: int, unit: str) -> date:
    """``day`` and ``count`` units, held within the calendar; a month too short for the day gives its last."""
    if unit in "dw":
        ordinal = day.toordinal() + count * (7 if unit == "w" else 1)
        return date.fromordinal(min(max(ordinal, 1), date.max.toordinal()))
    months = day.year * 12 + day.month - 1 + count * (12 if unit == "y" else 1)
    year, month = divmod(min(max(months, date.min.year * 12), date.max.year * 12 + 11), 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
