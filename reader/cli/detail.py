"""What ``reader show`` prints for people: the item's particulars, then its text."""

from collections.abc import Iterator
from itertools import chain

from reader.clean import printable
from reader.cli.cells import wrap
from reader.cli.output import BOLD
from reader.cli.table import Paint
from reader.repository import Detail, Repository

MEASURE = 80
"""The most cells in a line that people like to read."""


def lines(repository: Repository, detail: Detail, width: int | None, paint: Paint) -> str:
    """The item in lines of at most ``width`` cells, and never of more than people like to read."""
    measure = max(20, min(width or MEASURE, MEASURE))
    title = (paint(line, BOLD) for line in wrap(printable(detail.entry.item.title), measure))
    paragraphs = (("", *wrap(printable(paragraph), measure)) for paragraph in detail.text)
    return "\n".join(chain(title, _particulars(repository, detail), chain.from_iterable(paragraphs)))


def _particulars(repository: Repository, detail: Detail) -> Iterator[str]:
    entry, item = detail.entry, detail.entry.item
    particulars = [
        ("source", item.source),
        ("kind", item.kind),
        ("published", item.published.isoformat() if item.published else ""),
        ("updated", item.updated.isoformat() if item.updated else ""),
        ("marks", ", ".join(("starred", "read")[not entry.starred : 1 + entry.read]) or "unread"),
        ("id", entry.id),
        *(("seen in", f"{repository.shown(place.path)}:{place.line}") for place in detail.sightings),
    ]
    if entry.missing:
        particulars.append(("seen in", "a document that is gone"))
    return (f"{name:10}{printable(value)}" for name, value in particulars if value)
