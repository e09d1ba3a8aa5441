"""Work that takes its time, done in threads; what comes of it returns as messages with frozen values.

One query at a time: a newer one interrupts the one under way, and every message names the query that it answers, so
that a stale one is never shown.
"""

from array import array
from collections.abc import Callable, Mapping
from dataclasses import replace
from threading import Event, Lock

from textual.message import Message
from textual.worker import get_current_worker

from reader.errors import ReaderError
from reader.query import Field, Not, Query, Saved, Term
from reader.repository import Answer, Damaged, Facets, Interrupted, Searcher
from reader.values import dataclass

PAINTING = 0.1
"""Seconds that the rest of an answer waits at most for the hits and their count to be painted."""


class Answered(Message):
    """The first hits."""

    def __init__(self, answer: Answer) -> None:
        super().__init__()
        self.answer = answer


class Counted(Message):
    """How many hits there are."""

    def __init__(self, query: Query, count: int) -> None:
        super().__init__()
        self.query, self.count = query, count


class Completed(Message):
    """All row numbers of the result, in order."""

    def __init__(self, query: Query, rows: "array[int]") -> None:
        super().__init__()
        self.query, self.rows = query, rows


@dataclass(frozen=True, slots=True)
class Counts:
    """Hits by group, of the result and of everything, and of each saved search."""

    facets: Facets
    all: Facets
    saved: Mapping[str, int | None]
    """What choosing a saved search would leave of the result."""


class Grouped(Message):
    """How the hits spread over the groups."""

    def __init__(self, query: Query, counts: Counts) -> None:
        super().__init__()
        self.query, self.counts = query, counts


class Relaxed(Message):
    """For a query without a hit: what there would be without each of its terms, or else which of them have none."""

    def __init__(self, query: Query, terms: tuple[tuple[Term, int], ...], nowhere: tuple[Term, ...]) -> None:
        super().__init__()
        self.query, self.terms, self.nowhere = query, terms, nowhere


class Failed(Message):
    """A search could not be done."""

    def __init__(self, query: Query, sentence: str) -> None:
        super().__init__()
        self.query, self.sentence = query, sentence


class Finder:
    """Answers one query after the other, in whichever thread calls :meth:`run`."""

    def __init__(self, searcher: Searcher, saved: Mapping[str, str], post: Callable[[Message], object]) -> None:
        self._searcher = searcher
        self._saved = saved
        self._post = post
        self._turn = Lock()
        self._seen = Event()

    def interrupt(self) -> None:
        """End the answer under way."""
        self._searcher.interrupt()
        self._seen.set()

    def go_on(self) -> None:
        """The hits and their count are painted: from now on, the rest does not take the time away."""
        self._seen.set()

    def first(self, query: Query) -> Answer:
        """The first hits, at once: for the first screen."""
        return self._searcher.first(query)

    def close(self) -> None:
        """End the answer under way, and answer no more."""
        self.interrupt()
        with self._turn:
            self._searcher.close()

    def run(self, query: Query, answer: Answer | None = None) -> None:
        """Answer ``query``, newest hits first; of which ``answer`` is known already."""
        with self._turn:
            try:
                self._run(query, answer)
            except Interrupted:
                return
            except Damaged:
                raise
            except ReaderError as error:
                self._post(Failed(query, str(error)))

    def recount(self, query: Query, settled: Callable[[], object]) -> None:
        """Count by group once more, after ``settled``: marks have changed."""
        settled()
        with self._turn:
            try:
                if not get_current_worker().is_cancelled:
                    self._post(Grouped(query, self._counts(query)))
            except Interrupted:
                return

    def _run(self, query: Query, answer: Answer | None) -> None:
        worker = get_current_worker()
        self._seen.clear()
        if worker.is_cancelled:
            return
        if answer is None:
            answer = self._searcher.first(query)
            self._post(Answered(answer))
        count = self._searcher.count(answer)
        self._post(Counted(query, count))
        self._seen.wait(PAINTING)
        if worker.is_cancelled:
            return
        if not answer.complete:
            # All the room at once: what grows has to move, and leaves holes where it was.
            rows, known = array("q", (0,)) * count, 0
            for chunk in self._searcher.rows(answer):
                rows[known : known + len(chunk)] = chunk
                known += len(chunk)
                if worker.is_cancelled:
                    return
            self._post(Completed(query, rows[:known] if known < count else rows))
        if not count:
            relaxed = self._searcher.relaxed(query)
            self._post(Relaxed(query, relaxed, () if relaxed else self._searcher.nowhere(query)))
        if not worker.is_cancelled:
            self._post(Grouped(query, self._counts(query)))

    def _counts(self, query: Query) -> Counts:
        saved = {name: self._searcher.total(_with_saved(query, name)) for name in sorted(self._saved)}
        everything = self._searcher.facets(Query())
        facets = everything if query == Query() else self._searcher.facets(query)
        if any(isinstance(_plain(term), Saved) for term in query.conjuncts()):
            # The line "All" takes every view out, and these are views.
            facets = replace(facets, total=self._searcher.total(without_views(query)))
        return Counts(facets, everything, saved)


def is_view(term: Term) -> bool:
    """Whether the line *All* of the filters takes ``term`` out of the query."""
    inner = _plain(term)
    return isinstance(inner, Saved) or (isinstance(inner, Field) and inner.name == "is")


def without_views(query: Query) -> Query:
    """``query`` as the line *All* leaves it."""
    for term in query.conjuncts():
        if is_view(term):
            query = query.without(term)
    return query


def _plain(term: Term) -> Term:
    return term.term if isinstance(term, Not) else term


def _with_saved(query: Query, name: str) -> Query:
    return query.without(Not(Saved(name))).with_term(Saved(name))
