"""The result in force, as far as it is known: the first hits come first, their number next, then all the rest."""

from array import array
from bisect import bisect_left
from dataclasses import field, replace
from operator import neg

from reader.query import NEWEST_FIRST, Query
from reader.repository import Answer, Facets
from reader.tui.list_pane import Listing
from reader.tui.results import Counts
from reader.values import dataclass

NO_COUNTS = Counts(Facets(), Facets(), {})


@dataclass(frozen=True, slots=True)
class Result:
    """A query with what is known of its hits."""

    query: Query = field(default_factory=Query)
    answer: Answer | None = None
    rows: "array[int]" = field(default_factory=lambda: array("q"))
    count: int | None = None
    """Nothing while it is being counted."""
    counts: Counts = NO_COUNTS

    def answered(self, answer: Answer) -> "Result":
        """With the first hits."""
        return replace(self, answer=answer, rows=answer.rows, count=len(answer.rows) if answer.complete else None)

    @property
    def total(self) -> int:
        """How many lines to list: all hits once they are counted, those known before."""
        return len(self.rows) if self.count is None else self.count

    @property
    def is_complete(self) -> bool:
        """Whether every row number is known."""
        return self.count is not None and len(self.rows) >= self.count

    @property
    def listing(self) -> Listing:
        """What the list is shown."""
        if self.answer is None:
            return Listing(self.rows, self.total, self.query.term, frozenset())
        return Listing(self.rows, self.total, self.answer.term, self.answer.inside)

    @property
    def hints(self) -> tuple[str, ...]:
        """What could not be read, or found as it was asked for."""
        if self.answer is None:
            return self.query.hints
        inside = sorted(text.value for text in self.answer.inside)
        found = (f"“{inside[0]}” begins no word: looked for inside words.",) if inside and self.total else ()
        return (*self.answer.hints, *found)

    @property
    def shown_count(self) -> str:
        """The number of hits, for people."""
        if self.count is None:
            return f"{len(self.rows):,}+" if self.answer else "…"
        return f"{self.count:,} item{'' if self.count == 1 else 's'}"

    def line_of(self, row: int) -> int | None:
        """Where an item stands, as far as that is known."""
        if self.query.order == NEWEST_FIRST:
            # The numbers' own order: one of a million is found without a look at each.
            line = bisect_left(self.rows, -row, key=neg)
            return line if line < len(self.rows) and self.rows[line] == row else None
        try:
            return self.rows.index(row)
        except ValueError:
            return None
