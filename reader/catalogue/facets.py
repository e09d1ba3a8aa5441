"""How many hits each kind, source, month and document has."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from reader.catalogue.plan import Plan
from reader.catalogue.schema import DAY_SHIFT, KINDS, UNDATED_ARTICLE
from reader.catalogue.view import View
from reader.model import Kind

Month = tuple[int, int]
"""Year and month."""


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

    def facets(self, plan: Plan) -> Facets:
        """The counts of the result of ``plan``; those of everything are kept until the catalogue changes."""
        if not plan.everything:
            return self._counted(plan)
        stamp = self._stamp()
        kept = self._kept
        if kept is None or kept[0] != stamp:
            self._kept = kept = (stamp, self._counted(plan))
        return kept[1]

    _kept: tuple[tuple[int, int], Facets] | None = None

    def _stamp(self) -> tuple[int, int]:
        return self.version(), self.document_count()

    def _counted(self, plan: Plan) -> Facets:
        with self._asking(plan.wanted):
            cells = self._cells(plan)
            documents = self._documents(plan)
        return _facets(cells, self._source_names(), documents)

    def _cells(self, plan: Plan) -> list[tuple[int, int, int, int, int, int]]:
        """``day, kind, source, read, starred, count`` of the result."""
        columns = f"{plan.row} >> {DAY_SHIFT} AS day, i.kind AS kind, i.source AS source, i.read AS read"
        found = f"SELECT {columns}, i.starred AS starred {plan.tables(needs_items=True)}"
        if plan.limit is not None:
            found += f" ORDER BY {plan.order} LIMIT {plan.limit}"
        query = f"SELECT day, kind, source, read, starred, count(*) FROM ({found}) GROUP BY 1, 2, 3, 4, 5"
        return self._db.execute(query, plan.params).fetchall()

    def _documents(self, plan: Plan) -> dict[str, int]:
        found = f"SELECT {plan.row} AS row, i.doc AS doc {plan.tables(needs_items=True)}"
        if plan.limit is not None:
            found += f" ORDER BY {plan.order} LIMIT {plan.limit}"
        alone = f"SELECT doc, count(*) FROM ({found}) WHERE doc IS NOT NULL GROUP BY doc"
        several = f"SELECT echoes.doc, count(DISTINCT row) FROM echoes JOIN ({found}) USING (row) GROUP BY echoes.doc"
        counts: Counter[int] = Counter()
        for query in (alone, several):
            counts.update(dict(self._db.execute(query, plan.params)))
        paths = dict(self._db.execute("SELECT doc, path FROM documents"))
        return {paths[doc]: count for doc, count in counts.items() if doc in paths}

    def _source_names(self) -> dict[int, str]:
        return dict(self._db.execute("SELECT source, name FROM sources"))


def _facets(
    cells: list[tuple[int, int, int, int, int, int]], names: Mapping[int, str], documents: Mapping[str, int]
) -> Facets:
    kinds: Counter[int] = Counter()
    sources: Counter[int] = Counter()
    days: Counter[int] = Counter()
    total = unread = starred = 0
    for day, kind, source, read, star, count in cells:
        total += count
        unread += 0 if read else count
        starred += count if star else 0
        kinds[kind] += count
        sources[source] += count
        days[day] += count
    return Facets(
        total=total,
        unread=unread,
        starred=starred,
        kinds={KINDS[kind]: count for kind, count in kinds.items()},
        sources={names[source]: count for source, count in sources.items() if names.get(source)},
        months=_months(days),
        undated=days[0] + days[UNDATED_ARTICLE],
        documents=documents,
    )


def _months(days: Mapping[int, int]) -> dict[Month, int]:
    months: Counter[Month] = Counter()
    for day, count in days.items():
        if 0 < day < UNDATED_ARTICLE:
            found = date.fromordinal(day)
            months[found.year, found.month] += count
    return dict(months)
