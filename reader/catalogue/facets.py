"""How many hits each kind, source, month and document has."""

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from reader.catalogue.plan import EVERYTHING, Plan
from reader.catalogue.schema import DAY_SHIFT, KINDS, UNDATED_ARTICLE, transaction
from reader.catalogue.view import View
from reader.model import Kind

Month = tuple[int, int]
"""Year and month."""

CHUNK = 10_000
"""Items counted at a time: what runs beside need not wait longer."""

CELL = f"((({{row}} >> {DAY_SHIFT}) << 36) | (i.source << 4) | (i.kind << 2) | (i.read << 1) | i.starred)"
"""All that is counted of an item, but for its documents, as one number: the quickest to gather."""


@dataclass(frozen=True, slots=True)
class Facets:
    """Counts of one result. A name that has no hit in it is not there."""

    total: int = 0
    unread: int = 0
    starred: int = 0
    kinds: Mapping[Kind, int] = field(default_factory=dict)
    sources: Mapping[str, int] = field(default_factory=dict)
    """By name; items without a source are not counted."""
    months: Mapping[Month, int] = field(default_factory=dict)
    undated: int = 0
    documents: Mapping[str, int] = field(default_factory=dict)
    """By path."""


class FacetView(View):
    """A view that counts by group."""

    def facets(self, plan: Plan, share: float = 1) -> Facets:
        """The counts of the result of ``plan``, in this share of the time that there is for an answer."""
        with self._answering(share):
            kept = _kept_totals(self._db) if plan.everything else None
            return kept or _facets(self._db, *_counted(self._db, plan))


def keep_totals(connection: sqlite3.Connection) -> None:
    """Keep the counts of everything beside the items, until these change: they are asked for all the time."""
    with transaction(connection):
        cells, documents = _counted(connection, EVERYTHING)
        unmarked: Counter[int] = Counter()
        for cell, count in cells.items():
            unmarked[cell & ~3] += count
        value = json.dumps([list(unmarked.items()), list(documents.items())])
        connection.execute("INSERT OR REPLACE INTO meta VALUES ('totals', ?)", (value,))


def _kept_totals(connection: sqlite3.Connection) -> Facets | None:
    found = connection.execute("SELECT value FROM meta WHERE name = 'totals'").fetchone()
    if not found:
        return None
    cells, documents = map(dict, json.loads(found[0]))
    # Marks come and go by themselves, and have indexes of their own.
    (read,), (starred,) = (
        connection.execute(f"SELECT count(*) FROM items WHERE {flag} = 1").fetchone() for flag in ("read", "starred")
    )
    return replace(_facets(connection, cells, documents), unread=sum(cells.values()) - read, starred=starred)


def _counted(connection: sqlite3.Connection, plan: Plan) -> tuple[Counter[int], Counter[int]]:
    """How often each cell and each document's number is in the result."""
    order = "" if plan.limit is None else f" ORDER BY {plan.order} LIMIT {plan.limit}"
    columns = f"{CELL.format(row=plan.row)}, coalesce(i.doc, -{plan.row})"
    found = connection.execute(f"SELECT {columns} {plan.tables(needs_items=True)}{order}", plan.params)
    cells: Counter[int] = Counter()
    places: Counter[int] = Counter()
    while chunk := found.fetchmany(CHUNK):
        some_cells, some_places = zip(*chunk, strict=True)
        cells.update(some_cells)
        places.update(some_places)
    # An item without a document of its own has several, or none.
    several = [-place for place in places if place < 0]
    documents = Counter({place: count for place, count in places.items() if place >= 0})
    documents.update(_echoing(connection, several))
    return cells, documents


def _echoing(connection: sqlite3.Connection, rows: Iterable[int]) -> Iterable[int]:
    """The numbers of the documents of items that several documents tell of."""
    query = "SELECT DISTINCT row, doc FROM echoes WHERE row IN (SELECT value FROM json_each(?))"
    return (doc for _, doc in connection.execute(query, (json.dumps(list(rows)),)))


def _facets(connection: sqlite3.Connection, cells: Mapping[int, int], documents: Mapping[int, int]) -> Facets:
    names = dict(connection.execute("SELECT source, name FROM sources"))
    paths = dict(connection.execute("SELECT doc, path FROM documents"))
    kinds: Counter[int] = Counter()
    sources: Counter[int] = Counter()
    days: Counter[int] = Counter()
    read = starred = 0
    for cell, count in cells.items():
        days[cell >> 36] += count
        sources[cell >> 4 & 0xFFFFFFFF] += count
        kinds[cell >> 2 & 3] += count
        read += count * (cell >> 1 & 1)
        starred += count * (cell & 1)
    total = kinds.total()
    return Facets(
        total=total,
        unread=total - read,
        starred=starred,
        kinds={KINDS[kind]: count for kind, count in kinds.items()},
        sources={names[source]: count for source, count in sources.items() if names.get(source)},
        months=_months(days),
        undated=days[0] + days[UNDATED_ARTICLE],
        documents={paths[doc]: count for doc, count in documents.items() if doc in paths},
    )


def _months(days: Mapping[int, int]) -> dict[Month, int]:
    months: Counter[Month] = Counter()
    for day, count in days.items():
        if 0 < day < UNDATED_ARTICLE:
            found = date.fromordinal(day)
            months[found.year, found.month] += count
    return dict(months)
