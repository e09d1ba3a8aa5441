"""The filters: views, kinds, sources, dates and documents, each with its count under the query in force."""

from calendar import month_abbr
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import field
from functools import lru_cache
from typing import ClassVar, NamedTuple

from rich.style import Style
from textual.message import Message

from reader.model import Kind
from reader.query import Field, Not, Query, Saved, Term, Value
from reader.query import Style as Wording
from reader.repository import Facets
from reader.tui.lines import PLAIN, Lines, Piece, fit
from reader.tui.results import is_view
from reader.values import dataclass

VIEWS, KINDS, SOURCES, DATES, DOCUMENTS = "Views", "Kind", "Source", "Date", "Documents"
MANY = 40
"""A group of more lines than this is closed until somebody opens it."""

KIND_NAMES = {Kind.ARTICLE: "Articles", Kind.HEADLINE: "Headlines", Kind.VIDEO: "Videos"}
ARROW = 2
"""The last cell in which a click opens and closes."""

BAR = 6
"""Cells of a bar."""
UNREAD = Field("is", (Value("unread"),))
STARRED = Field("is", (Value("starred"),))


class Choice(NamedTuple):
    """One line of the filters. Not a dataclass: they are made by the thousand."""

    label: str
    term: Term | None = None
    """What it narrows the query by; nothing for a heading."""
    hits: int | None = None
    depth: int = 0
    folds: str = ""
    """What opens and closes with this line; nothing for a line that doesn't."""
    is_open: bool = False
    bar: float = 0.0
    """From 0 to 1; nothing is drawn for 0."""
    is_heading: bool = False
    is_all: bool = False
    """Whether this is the line that takes every view out of the query again."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What the filters show."""

    query: Query = field(default_factory=Query)
    facets: Facets = field(default_factory=Facets)
    """Under the query, each group without its own terms."""
    all: Facets = field(default_factory=Facets)
    """Of everything: what has no hit under the query is still listed."""
    saved: Mapping[str, int | None] = field(default_factory=dict)
    """Saved searches by name, with their hits as far as they are known."""


class FilterPane(Lines):
    """The lines to narrow the list by."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "filter--heading",
        "filter--line",
        "filter--none",
        "filter--active",
        "filter--count",
        "filter--bar",
        "filter--cursor",
        "filter--cursor-away",
    }

    class Toggled(Message):
        """A line is to narrow the query, or no longer to."""

        def __init__(self, choice: Choice) -> None:
            super().__init__()
            self.choice = choice

    class Excluded(Message):
        """What a line stands for is to be left out, or no longer to be."""

        def __init__(self, choice: Choice) -> None:
            super().__init__()
            self.choice = choice

    def __init__(self, shown: Callable[[str], str], *, id: str) -> None:
        super().__init__(id=id)
        self._shown = shown
        self._filters = Filters()
        self._choices: Sequence[Choice] = ()
        self._folded: dict[str, bool] = {}
        self._wanted: Term | None = None

    def show(self, filters: Filters) -> None:
        """Show other counts; the cursor stays on its line."""
        self._filters = filters
        self._build()

    def follow(self, term: Term) -> None:
        """Put the cursor on the line of ``term`` as soon as there is one."""
        self._wanted = term

    def _build(self) -> None:
        was = _key(self.current) if self.current else None
        self._choices = tuple(choices(self._filters, self._is_open, self._shown))
        place = next((n for n, choice in enumerate(self._choices) if was and _key(choice) == was), None)
        if place is None and self._wanted:
            place = next((n for n, choice in enumerate(self._choices) if choice.term == self._wanted), None)
            self._wanted = None
        self.cursor = min(self.cursor, max(0, len(self._choices) - 1)) if place is None else place
        self.set_line_count(len(self._choices))

    @property
    def current(self) -> Choice | None:
        """The line under the cursor."""
        return self._choices[self.cursor] if 0 <= self.cursor < len(self._choices) else None

    @property
    def saved_search(self) -> str | None:
        """The name of the saved search under the cursor, if there is one."""
        term = self.current.term if self.current else None
        return term.name if isinstance(term, Saved) else None

    def _is_open(self, name: str, size: int) -> bool:
        return self._folded.get(name, size <= MANY)

    # What the person does

    def toggle(self) -> None:
        """Narrow by the line under the cursor; on a heading, open or close it."""
        choice = self.current
        if choice and choice.is_heading:
            self.fold()
        elif choice:
            self.post_message(self.Toggled(choice))

    def exclude(self) -> None:
        """Leave out what the line under the cursor stands for."""
        choice = self.current
        if choice and choice.term is not None:
            self.post_message(self.Excluded(choice))

    def fold(self) -> None:
        """Open or close what the line under the cursor opens and closes."""
        choice = self.current
        if choice and choice.folds:
            self._folded[choice.folds] = not choice.is_open
            self._build()

    def line_clicked(self, line: int, chain: int, column: int) -> None:
        """A click narrows, or opens and closes: what has an arrow, at the arrow."""
        self.move_to(line)
        if self.current and self.current.folds and column <= ARROW:
            self.fold()
        elif chain == 1:
            self.toggle()

    # Looks

    def look_of(self, line: int, width: int) -> tuple[Style, Sequence[Piece]]:
        """A choice, with its count at the right edge."""
        if line >= len(self._choices):
            return self.style("filter--line"), ()
        choice = self._choices[line]
        under = line == self.cursor
        base = self.style(self._look(choice, under))
        room = width - 2
        count = "" if choice.hits is None else f"{choice.hits:,}"
        bar = _bar(choice.bar) if choice.bar and room > 20 else ""
        sign = self._sign(choice)
        label = fit("  " * choice.depth + sign + choice.label, max(0, room - len(count) - len(bar) - 2))
        quiet = PLAIN if under else self.ink("filter--count")
        drawn = PLAIN if under else self.ink("filter--bar")
        return base, [(f" {label} ", PLAIN), (bar, drawn), (f" {count} ", quiet)]

    def _look(self, choice: Choice, under: bool) -> str:
        if under:
            return "filter--cursor" if self.has_focus else "filter--cursor-away"
        if choice.is_heading:
            return "filter--heading"
        if self._state(choice):
            return "filter--active"
        return "filter--line" if choice.hits or choice.hits is None else "filter--none"

    def _state(self, choice: Choice) -> str:
        query = self._filters.query
        if choice.is_all:
            return "in" if not any(is_view(term) for term in query.conjuncts()) else ""
        if choice.term is None:
            return ""
        return "in" if query.asks_for(choice.term) else "out" if query.has(Not(choice.term)) else ""

    def _sign(self, choice: Choice) -> str:
        """Narrowed by, left out, or opening; by a sign, since colour alone tells nobody anything."""
        if choice.is_heading:
            return "▾ " if choice.is_open else "▸ "
        state = {"in": "✓ ", "out": "− ", "": ""}[self._state(choice)]
        if choice.folds:
            return ("▾ " if choice.is_open else "▸ ") + state
        return state or "  "


def choices(filters: Filters, is_open: Callable[[str, int], bool], shown: Callable[[str], str]) -> Iterator[Choice]:
    """The lines of the filters, from the top."""
    counts, everything = filters.facets, filters.all
    groups: tuple[tuple[str, int, Callable[[], Iterator[Choice]]], ...] = (
        (VIEWS, 1, lambda: _views(filters)),
        (KINDS, sum(everything.kinds.values()), lambda: _kinds(filters)),
        (SOURCES, len(everything.sources), lambda: _named("source", counts.sources, everything.sources, str)),
        (DATES, len(everything.months) + everything.undated, lambda: _dates(filters, is_open)),
        (DOCUMENTS, len(everything.documents), lambda: _named("doc", counts.documents, everything.documents, shown)),
    )
    for name, size, lines in groups:
        if size:
            is_named = name in (SOURCES, DOCUMENTS)
            opened = is_open(name, size if is_named else 0)
            yield Choice(name, folds=name, is_open=opened, is_heading=True, hits=size if is_named else None)
            # Not made before somebody looks at them: there may be thousands.
            yield from lines() if opened else ()


def _views(filters: Filters) -> Iterator[Choice]:
    facets = filters.facets
    yield Choice("All", hits=facets.total, is_all=True)
    yield Choice("Unread", UNREAD, facets.unread)
    yield Choice("Starred", STARRED, facets.starred)
    for name, count in filters.saved.items():
        yield Choice(f"@{name}", Saved(name), count)


def _kinds(filters: Filters) -> Iterator[Choice]:
    for kind, name in KIND_NAMES.items():
        if filters.all.kinds.get(kind):
            yield Choice(name, Field("kind", (Value(kind.value),)), filters.facets.kinds.get(kind, 0))


def _named(
    field_name: str, counts: Mapping[str, int], everything: Mapping[str, int], label: Callable[[str], str]
) -> Iterator[Choice]:
    for name in sorted(everything, key=lambda name: (-everything[name], name)):
        yield Choice(*_labelled(field_name, name, label), counts.get(name, 0))


@lru_cache(maxsize=1 << 14)
def _labelled(field_name: str, name: str, label: Callable[[str], str]) -> tuple[str, Field]:
    """What does not change with the counts, which may be of thousands."""
    # "=" where the name must be meant as a whole: "Post" is no part of "Harbour Post" here.
    return label(name), Field(field_name, (Value(name, Wording.WORD, "="),))


def _dates(filters: Filters, is_open: Callable[[str, int], bool]) -> Iterator[Choice]:
    months = filters.facets.months
    years: Counter[int] = Counter()
    for (year, _), count in months.items():
        years[year] += count
    most = max(years.values(), default=1)
    most_in_month = max(months.values(), default=1)
    for year in sorted({year for year, _ in filters.all.months}, reverse=True):
        name = f"{year:04}"
        opened = is_open(name, MANY + 1)
        yield Choice(name, _date(name), years[year], folds=name, is_open=opened, bar=years[year] / most)
        if opened:
            for month in sorted((m for y, m in filters.all.months if y == year), reverse=True):
                count = months.get((year, month), 0)
                term = _date(f"{year:04}-{month:02}")
                yield Choice(month_abbr[month], term, count, depth=1, bar=count / most_in_month)
    if filters.all.undated:
        yield Choice("Undated", Field("is", (Value("undated"),)), filters.facets.undated)


def _date(period: str) -> Field:
    return Field("date", (Value(period),))


def _key(choice: Choice) -> tuple[object, ...]:
    return choice.term, choice.folds, choice.label if choice.term is None else ""


def _bar(share: float) -> str:
    """A bar of :data:`BAR` cells, to half a cell; what is not nothing is never nothing."""
    full, half = divmod(max(1, round(share * BAR * 2)), 2)
    return ("━" * full + "╸" * half).ljust(BAR)
