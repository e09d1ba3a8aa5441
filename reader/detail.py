"""All that there is to show of one item, put together from the catalogue and the marks."""

from collections.abc import Sequence

from reader.catalogue import View
from reader.marking import Marking
from reader.model import Entry, Mark, Sighting
from reader.values import dataclass

NEIGHBOURS = 3
"""How many items just newer, and how many just older, are shown beside a headline."""

INDEX_WINDOW = 500
"""How many items of a document's index are shown with its article."""


@dataclass(frozen=True, slots=True)
class Detail:
    """All that there is to show of one item."""

    entry: Entry
    text: tuple[str, ...]
    """Paragraphs."""
    sightings: tuple[Sighting, ...]
    mark: Mark | None
    document: str
    """For an article: the path of the document that its text stands in."""
    neighbours: tuple[Entry, ...]
    """For anything else: what is listed around it, newest first."""


def detail_of(entry: Entry, view: View, marking: Marking) -> Detail:
    """All that there is to show of ``entry``."""
    sightings = view.sightings((entry.row,))[entry.row]
    text = view.text(entry.row)
    document = _document_of(entry, sightings) if text and sightings else ""
    around = view.neighbours(entry.row, NEIGHBOURS) if entry.item.day and not text else ()
    neighbours = tuple(map(marking.marked, around))
    return Detail(entry, text, sightings, marking.mark_of(entry), document, neighbours)


def index_of(detail: Detail, view: View, marking: Marking) -> tuple[Entry, ...]:
    """What else the document of an article tells of, in the order of its lines."""
    told = view.told_by(detail.document, INDEX_WINDOW) if detail.document else ()
    return tuple(marking.marked(other) for other in told if other.row != detail.entry.row)


def _document_of(entry: Entry, sightings: Sequence[Sighting]) -> str:
    """The document that an article's text stands in: of several, the one whose line the entry names."""
    own = (sighting.path for sighting in sightings if sighting.line == entry.item.line)
    return next(own, sightings[0].path)
