"""How many hits each kind, source, month and document has."""

import json
import sqlite3
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import field
from datetime import date
from pathlib import Path

from reader.catalogue.connection import data_version, transaction
from reader.catalogue.plan import Plan
from reader.catalogue.schema import DAY_SHIFT, KINDS, UNDATED_ARTICLE
from reader.catalogue.view import View
from reader.model import Kind
from reader.values import dataclass

Month = tuple[int, int]
"""Year and month."""

CHUNK = 10_000
"""Items counted at a time: what runs beside need not wait longer."""

CELL = f"((({{row}} >> {DAY_SHIFT}) << 36) | (i.source << 4) | (i.kind << 2) | (i.read << 1) | i.starred)"
"""All that is counted of an item, but for its documents, as one number: the quickest to gather."""


DAYS = f"""
WITH RECURSIVE days (day) AS (
    SELECT min(row) >> {DAY_SHIFT} FROM items
    UNION
    SELECT (SELECT min(row) FROM items WHERE row >= day + 1 << {DAY_SHIFT}) >> {DAY_SHIFT} FROM days
    WHERE day IS NOT NULL)
SELECT day, (SELECT count(*) FROM items WHERE row >= day << {DAY_SHIFT} AND row < day + 1 << {DAY_SHIFT}) FROM days
WHERE day IS NOT NULL
"""
"""The days of all items, and how many each has: from one to the next, since SQLite does not know that they are in order
and would sort a million. No day comes twice, or a damaged table might lead round in a circle."""


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

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._everything: tuple[int, Facets] | None = None

    def facets(self, plan: Plan, share: float = 1) -> Facets:
        """The counts of the result of ``plan``, in this share of the time that there is for an answer."""
        with self._answering(plan, share):
            return self._of_everything() if plan.everything else _named(self._db, _counted(self._db, plan))

    def _of_everything(self) -> Facets:
        # They are asked for with every query, and change only when somebody writes.
        version = data_version(self._db)
        if self._everything is None or self._everything[0] != version:
            counts = _kept_counts(self._db) or _counted_everything(self._db)
            self._everything = version, _named(self._db, counts)
        return self._everything[1]


@dataclass(frozen=True, slots=True)
class _Counts:
    """Counts by the numbers that the tables have for names."""

    kinds: Mapping[int, int]
    sources: Mapping[int, int]
    months: Mapping[Month, int]
    documents: Mapping[int, int]
    undated: int
    unread: int
    starred: int


def keep_totals(connection: sqlite3.Connection) -> None:
    """Keep the counts of everything beside the items, until these change."""
    with transaction(connection):
        counts = _counted_everything(connection)
        groups = counts.kinds, counts.sources, counts.months, counts.documents
        value = json.dumps([*(list(group.items()) for group in groups), counts.undated])
        connection.execute("INSERT OR REPLACE INTO meta VALUES ('totals', ?)", (value,))


def _kept_counts(connection: sqlite3.Connection) -> _Counts | None:
    found = connection.execute("SELECT value FROM meta WHERE name = 'totals'").fetchone()
    if not found:
        return None
    kinds, sources, months, documents, undated = json.loads(found[0])
    total = sum(count for _, count in kinds)
    # Marks come and go by themselves, and have indexes of their own.
    read, starred = _marked(connection)
    by_month = {(year, month): count for (year, month), count in months}
    return _Counts(dict(kinds), dict(sources), by_month, dict(documents), undated, total - read, starred)


def _counted_everything(connection: sqlite3.Connection) -> _Counts:
    """The counts of all items, from indexes: a fraction of the time that going through the items takes."""

    def count(query: str) -> dict[int, int]:
        return dict(connection.execute(query).fetchall())

    # Each index leaves out what most items have, or those with several documents.
    kinds = count("SELECT kind, count(*) FROM items WHERE kind <> 0 GROUP BY kind")
    sources = count("SELECT source, count(*) FROM items WHERE source <> 0 GROUP BY source")
    documents = Counter(count("SELECT doc, count(*) FROM items WHERE doc IS NOT NULL GROUP BY doc"))
    documents.update(count("SELECT doc, count(DISTINCT row) FROM echoes GROUP BY doc"))
    days = Counter(count(DAYS))
    total = days.total()
    rest = total - sum(kinds.values()), total - sum(sources.values())
    read, starred = _marked(connection)
    undated = days[0] + days[UNDATED_ARTICLE]
    kinds, sources = ({0: left, **found} if left else found for left, found in zip(rest, (kinds, sources), strict=True))
    return _Counts(kinds, sources, _months(days), documents, undated, total - read, starred)


def _marked(connection: sqlite3.Connection) -> tuple[int, ...]:
    """How many items are read, and how many starred."""
    query = "SELECT count(*) FROM items WHERE {} = 1"
    return tuple(connection.execute(query.format(flag)).fetchone()[0] for flag in ("read", "starred"))


def _counted(connection: sqlite3.Connection, plan: Plan) -> _Counts:
    """The counts of the result of ``plan``."""
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
    return _parted(cells, documents)


def _echoing(connection: sqlite3.Connection, rows: Iterable[int]) -> Iterable[int]:
    """The numbers of the documents of items that several documents tell of."""
    query = "SELECT DISTINCT row, doc FROM echoes WHERE row IN (SELECT value FROM json_each(?))"
    return (doc for _, doc in connection.execute(query, (json.dumps(list(rows)),)))


def _parted(cells: Mapping[int, int], documents: Mapping[int, int]) -> _Counts:
    kinds: Counter[int] = Counter()
    sources: Counter[int] = Counter()
    days: Counter[int] = Counter()
    unread = starred = 0
    for cell, count in cells.items():
        days[cell >> 36] += count
        sources[cell >> 4 & 0xFFFFFFFF] += count
        kinds[cell >> 2 & 3] += count
        unread += count * (~cell >> 1 & 1)
        starred += count * (cell & 1)
    undated = days[0] + days[UNDATED_ARTICLE]
    return _Counts(kinds, sources, _months(days), documents, undated, unread, starred)


def _named(connection: sqlite3.Connection, counts: _Counts) -> Facets:
    names = _names(connection, "source", "sources", "name", counts.sources)
    paths = _names(connection, "doc", "documents", "path", counts.documents)
    return Facets(
        total=sum(counts.kinds.values()),
        unread=counts.unread,
        starred=counts.starred,
        kinds={KINDS[kind]: count for kind, count in counts.kinds.items()},
        sources={names[source]: count for source, count in counts.sources.items() if names.get(source)},
        months=counts.months,
        undated=counts.undated,
        documents={paths[doc]: count for doc, count in counts.documents.items() if doc in paths},
    )


def _names(
    connection: sqlite3.Connection, number: str, table: str, name: str, wanted: Collection[int]
) -> dict[int, str]:
    query = f"SELECT {number}, {name} FROM {table} WHERE {number} IN (SELECT value FROM json_each(?))"
    return dict(connection.execute(query, (json.dumps(list(wanted)),)))


def _months(days: Mapping[int, int]) -> dict[Month, int]:
    months: Counter[Month] = Counter()
    for day, count in days.items():
        if 0 < day < UNDATED_ARTICLE:
            found = date.fromordinal(day)
            months[found.year, found.month] += count
    return dict(months)
