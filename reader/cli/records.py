"""Items as JSON, for programs. The names of the fields are a promise (section 7 of the design)."""

import json
from collections.abc import Iterable, Mapping
from datetime import date

from reader.model import Entry, Sighting
from reader.repository import Repository

_as_is = json.JSONEncoder(ensure_ascii=False).encode
_as_ascii = json.JSONEncoder().encode


def record(repository: Repository, entry: Entry, sightings: Iterable[Sighting]) -> dict[str, object]:
    """The fields of one item."""
    item = entry.item
    return {
        "id": entry.id,
        "title": item.title,
        "source": item.source,
        "kind": item.kind,
        "published": _day(item.published),
        "updated": _day(item.updated),
        "read": entry.read,
        "starred": entry.starred,
        "seen": entry.seen,
        "documents": [{"path": repository.shown(place.path), "line": place.line} for place in sightings],
    }


def encoded(fields: Mapping[str, object], is_unicode: bool) -> str:
    """One line of JSON.

    Whatever no terminal prints is escaped, and so is everything but ASCII where the output cannot hold it.
    """
    text = _as_is(fields)
    return text if is_unicode and text.isprintable() else _as_ascii(fields)


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
