"""The lines of ``reader list``: marks, day, kind, title, source, how often seen, and the beginning of the id."""

from collections.abc import Callable, Iterable

from reader.clean import printable
from reader.cli.cells import fit
from reader.cli.output import BOLD, DIM, YELLOW
from reader.model import Entry
from reader.values import dataclass

ID_DIGITS = 8
"""Shown of an id: enough to tell a few million items apart, nearly always."""

ROOM_FOR_KIND, ROOM_FOR_SOURCE = 100, 60
"""The least width, in cells, at which a column is shown."""

Paint = Callable[[str, str], str]
"""Gives a text a look."""


@dataclass(frozen=True, slots=True)
class Columns:
    """The widths of the columns, in cells; 0 for one that is left out."""

    kind: int
    title: int
    source: int
    seen: int


def lines(entries: Iterable[Entry], width: int | None, paint: Paint) -> str:
    """The entries, a line each: fitted to ``width`` cells, or whole where there is no width."""
    if width is None:
        return "\n".join(map(_whole, entries))
    columns = columns_for(width)
    return "\n".join(_fitted(entry, columns, paint) for entry in entries)


def columns_for(width: int) -> Columns:
    """How ``width`` cells are shared out; what is not there for all takes nothing from the title."""
    kind = 8 if width >= ROOM_FOR_KIND else 0
    source = min(24, width // 6) if width >= ROOM_FOR_SOURCE else 0
    seen = 4 if width >= ROOM_FOR_SOURCE else 0
    others = (2, 10, kind, source, seen, ID_DIGITS)
    return Columns(kind, max(10, width - sum(others) - sum(map(bool, others))), source, seen)


def _whole(entry: Entry) -> str:
    item = entry.item
    fields = (_marks(entry), f"{_day(entry):10}", f"{item.kind:8}", item.title, item.source, _seen(entry))
    return printable("  ".join((*filter(None, fields), entry.id[:ID_DIGITS])))


def _fitted(entry: Entry, columns: Columns, paint: Paint) -> str:
    item = entry.item
    marks = _marks(entry)
    fields = [
        paint(marks[0], YELLOW) + marks[1],
        paint(f"{_day(entry):10}", DIM),
        paint(f"{item.kind:8}", DIM) if columns.kind else "",
        _title(entry, columns.title, paint),
        fit(printable(item.source), columns.source) if columns.source else "",
        fit(_seen(entry), columns.seen) if columns.seen else "",
        paint(entry.id[:ID_DIGITS], DIM),
    ]
    return " ".join(filter(None, fields))


def _title(entry: Entry, width: int, paint: Paint) -> str:
    title = fit(printable(entry.item.title), width)
    return title if entry.read else paint(title, BOLD)


def _marks(entry: Entry) -> str:
    return ("★" if entry.starred else " ") + (" " if entry.read else "●")


def _day(entry: Entry) -> str:
    return entry.item.day.isoformat() if entry.item.day else ""


def _seen(entry: Entry) -> str:
    if entry.missing:
        return "gone"
    return f"×{entry.seen}" if entry.seen > 1 else ""
