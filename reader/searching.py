"""Answering one query in the order in which a person wants to see it: the newest hits, their number, the rest.

A searcher owns its connection to the catalogue, so that a search under way neither waits for the screen nor keeps it
waiting. It belongs to one thread; only :meth:`Searcher.interrupt` may be called from another.
"""

from array import array
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from itertools import takewhile
from pathlib import Path
from time import monotonic

from reader.catalogue import Facets, FacetView, Plan
from reader.query import Query, Term, Text
from reader.values import dataclass

FIRST_PAGE = 200
"""Rows in the first answer."""

PATIENCE = 0.5
"""Seconds after which no more is tried of what a query without a hit could do without."""

SLOW_SHARE = 0.4
"""Of the time for an answer, what counting may take of a query whose first hits have taken all of it."""

GROUPS = ("is", "kind", "source", "date", "doc")
"""Fields by which results are counted; each group without its own terms."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The beginning of a result."""

    query: Query
    plan: Plan
    term: Term
    """What was looked for, with the saved searches in the place of their names: what is to be marked in texts."""
    rows: "array[int]"
    """The first row numbers, in order."""
    complete: bool
    """Whether these are all."""
    hints: tuple[str, ...]
    inside: frozenset[Text]
    """Words that were looked for inside words."""


class Searcher:
    """What one thread searches with."""

    def __init__(self, path: Path, saved: Mapping[str, str]) -> None:
        self._view = FacetView(path)
        self._saved = saved

    def close(self) -> None:
        """Give the connection back."""
        self._view.close()

    def interrupt(self) -> None:
        """End the question under way with :class:`~reader.catalogue.Interrupted`. Any thread may call this."""
        self._view.interrupt()

    @property
    def version(self) -> int:
        """A number that changes whenever the catalogue does: until then, all answers are as they were."""
        return self._view.version

    def first(self, query: Query, most: int = FIRST_PAGE) -> Answer:
        """The first ``most`` hits."""
        plan = self._plan(query)
        rows = self._view.page(plan, most)
        hints = (*query.hints, *plan.hints, *filter(None, (self._view.slow,)))
        return Answer(query, plan, plan.term, rows, len(rows) < most, hints, plan.inside)

    @property
    def slow(self) -> str:
        """Why the last answer may lack some hits (a pattern took too long): a sentence, empty when it lacks none."""
        return self._view.slow

    def count(self, answer: Answer) -> int:
        """How many hits there are."""
        if answer.complete:
            return len(answer.rows)
        return self._view.count(answer.plan, answer.rows, SLOW_SHARE if self._view.slow else 1)

    def total(self, query: Query) -> int:
        """How many hits a query has."""
        return self._view.count(self._plan(query))

    def rows(self, answer: Answer) -> Iterator["array[int]"]:
        """All row numbers, in order, chunk by chunk."""
        return iter((answer.rows,)) if answer.complete else self._view.rows(answer.plan)

    def facets(self, query: Query) -> Facets:
        """The counts by group, each group counted without its own terms."""
        reduced = {group: query.without_field(group) for group in GROUPS}
        different = dict.fromkeys(reduced.values())
        # Together they may take twice the time of an answer, which is plenty for each unless a pattern is slow.
        share = min(1, 2 / len(different))
        counted = {each: self._view.facets(self._plan(each), share) for each in different}
        by_group = {group: counted[each] for group, each in reduced.items()}
        return Facets(
            total=by_group["is"].total,
            unread=by_group["is"].unread,
            starred=by_group["is"].starred,
            kinds=by_group["kind"].kinds,
            sources=by_group["source"].sources,
            months=by_group["date"].months,
            undated=by_group["date"].undated,
            documents=by_group["doc"].documents,
        )

    def relaxed(self, query: Query) -> tuple[tuple[Term, int], ...]:
        """For a query without a hit: its terms, each with the hits there would be without it; most hits first.

        Of a query that takes long, only the first few terms.
        """
        counts: dict[Term, int] = {}
        deadline = monotonic() + PATIENCE
        for term in dict.fromkeys(query.conjuncts()):
            if monotonic() > deadline:
                break
            counts[term] = self._view.count(self._plan(query.without(term)))
        return tuple(sorted(((term, count) for term, count in counts.items() if count), key=lambda pair: -pair[1]))

    def nowhere(self, query: Query) -> tuple[Term, ...]:
        """Of a query of several terms those that have no hit by themselves. Of one that takes long, the first few."""
        terms = [*dict.fromkeys(query.conjuncts())] if len(query.conjuncts()) > 1 else []
        deadline = monotonic() + PATIENCE
        early = takewhile(lambda _: monotonic() <= deadline, terms)
        return tuple(term for term in early if not self.total(Query(term)))

    def _plan(self, query: Query) -> Plan:
        return self._view.plan(replace(query, hints=()), self._saved, date.today())
