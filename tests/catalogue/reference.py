"""What the catalogue should say, by the rules of the design alone: slow, and plain enough to be seen to be right."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from reader.catalogue import Facets
from reader.model import Document, Kind, Mark, Sighting, item_id
from reader.query import All, Any, Field, Not, Query, Range, Saved, Sort, Style, Term, Text, Value, parse
from tests.catalogue import plain

NEVER = datetime.min.replace(tzinfo=UTC)
EVERYWHERE = ("title", "text", "source")
KINDS = (Kind.HEADLINE, Kind.VIDEO, Kind.ARTICLE)


@dataclass(frozen=True)
class Told:
    """An item as all documents together tell of it."""

    id: str
    ids: frozenset[str]
    title: str
    source: str
    kind: Kind
    published: date | None
    updated: date | None
    text: str
    line: int
    sightings: frozenset[Sighting]
    read: bool = False
    starred: bool = False

    @property
    def seen(self) -> int:
        return len(self.sightings)

    @property
    def day(self) -> date | None:
        return self.published or self.updated

    @property
    def place(self) -> tuple[int, int, int]:
        """Larger is newer: undated articles lead, undated headlines end; of one day, later lines lead."""
        undated = 10**9 if self.kind is Kind.ARTICLE else 0
        return (self.day.toordinal() if self.day else undated, min(self.line, 1023), int(self.id, 16) % 2**22)

    def column(self, name: str) -> str | None:
        return {"title": self.title, "text": self.text or None, "source": self.source}[name]


Telling = tuple[str, str, str, Kind, date | None, date | None, str, int]
"""Path, title, source, kind, published, updated, text, line."""


def told(documents: Iterable[Document], marks: Mapping[str, Mark] | None = None) -> list[Told]:
    """Every item, the newest first."""
    stories: dict[str, list[Telling]] = {}
    for document in documents:
        for item in document.items:
            telling = (document.path, item.title, item.source, item.kind, item.published, item.updated)
            story = stories.setdefault(item_id(item.title, item.source, None), [])
            story.append((*telling, "\n".join(item.text), item.line))
    items = [_joined(group, marks or {}) for story in stories.values() for group in _groups(story)]
    items += _missing(items, marks or {})
    return sorted(items, key=lambda item: item.place, reverse=True)


def _groups(story: list[Telling]) -> list[list[Telling]]:
    if any(kind is Kind.ARTICLE for _, _, _, kind, *_ in story):
        return [story]
    return [[telling for telling in story if telling[4] == day] for day in {telling[4] for telling in story}]


def _joined(tellings: list[Telling], marks: Mapping[str, Mark]) -> Told:
    articles = [telling for telling in tellings if telling[3] is Kind.ARTICLE]
    spellings = Counter((title, source) for _, title, source, *_ in articles or tellings)
    title, source = max(spellings, key=lambda spelling: (spellings[spelling], spelling))
    text, line = max(((text, -line) for *_, text, line in tellings), key=lambda each: (len(each[0]), each))
    published = min((telling[4] for telling in tellings if telling[4]), default=None)
    own = item_id(title, source, published)
    ids = frozenset({own, *(item_id(telling[1], telling[2], telling[4]) for telling in tellings)})
    return Told(
        id=own,
        ids=ids,
        title=title,
        source=source,
        kind=max((telling[3] for telling in tellings), key=KINDS.index),
        published=published,
        updated=max((telling[5] for telling in tellings if telling[5]), default=None),
        text=text,
        line=-line,
        sightings=frozenset(Sighting(telling[0], telling[7]) for telling in tellings),
        read=last_done("read", ids, marks),
        starred=last_done("starred", ids, marks),
    )


def last_done(flag: str, ids: Iterable[str], marks: Mapping[str, Mark]) -> bool:
    """What was done last to any of the ids; of two things at once, the one that sets the flag."""
    done = [(getattr(marks[each], f"{flag}_at") or NEVER, getattr(marks[each], flag)) for each in ids if each in marks]
    return bool(max(done, default=(NEVER, False))[1])


def _missing(items: Sequence[Told], marks: Mapping[str, Mark]) -> list[Told]:
    known = {each for item in items for each in item.ids}
    found: dict[str, set[str]] = {}
    for each, mark in marks.items():
        if mark.starred:
            own = item_id(mark.title, mark.source, mark.published)
            found.setdefault(own, {own}).add(each)
    return [
        Told(own, frozenset(ids), first.title, first.source, Kind.HEADLINE, first.published, None, "", 0, frozenset(),
             last_done("read", ids, marks), last_done("starred", ids, marks))
        for own, ids in found.items()
        if not ids & known
        for first in [next(marks[each] for each in marks if each in ids)]
    ]  # fmt: skip


class Reference:
    """Answers queries by trying each item. What a text matches and a period covers is said in ``plain``."""

    def __init__(
        self,
        documents: Sequence[Document],
        marks: Mapping[str, Mark] | None = None,
        saved: Mapping[str, str] | None = None,
        today: date = date(2026, 11, 22),
    ) -> None:
        self.items = told(documents, marks)
        self.saved = saved or {}
        self.today = today
        self.newest = max((item.day for item in self.items if item.day), default=None)
        self._everything = frozenset(range(len(self.items)))
        self._raws = self._columns(document.path for document in documents)
        self._known: dict[object, frozenset[int]] = {}

    def _columns(self, paths: Iterable[str]) -> dict[str, dict[str, list[int]]]:
        """For each column, which items have what in it."""
        columns: dict[str, dict[str, list[int]]] = {name: {} for name in EVERYWHERE} | {"doc": {p: [] for p in paths}}
        for number, item in enumerate(self.items):
            for name in EVERYWHERE:
                if (raw := item.column(name)) is not None:
                    columns[name].setdefault(raw, []).append(number)
            for path in {sighting.path for sighting in item.sightings}:
                columns["doc"][path].append(number)
        return columns

    def hits(self, query: Query) -> list[Told]:
        """The items that the query finds, in its order."""
        term = self._expanded(query.term, ()) or All(())
        return [self.items[number] for number in self._ordered(sorted(self._found(term)), query.order, term)][
            : query.limit
        ]

    def facets(self, query: Query) -> Facets:
        """The counts by group, each without its own term."""

        def without(group: str) -> list[Told]:
            return self.hits(replace(query, term=All(tuple(p for p in _conjuncts(query.term) if not _is_on(p, group)))))

        marked = without("is")
        months = Counter((item.day.year, item.day.month) for item in without("date") if item.day)
        paths = [{sighting.path for sighting in item.sightings} for item in without("doc")]
        return Facets(
            total=len(marked),
            unread=sum(not item.read for item in marked),
            starred=sum(item.starred for item in marked),
            kinds=Counter(item.kind for item in without("kind")),
            sources=Counter(item.source for item in without("source") if item.source),
            months=months,
            undated=sum(not item.day for item in without("date")),
            documents=Counter(path for each in paths for path in each),
        )

    def _expanded(self, term: Term, within: tuple[str, ...]) -> Term | None:
        """``term`` without names; nothing for what has to be left out."""
        match term:
            case Saved(name):
                known = parse(self.saved[name]).term if name in self.saved else Text(f"@{name}")
                return None if name in within else self._expanded(known, (*within, name))
            case Not(inner):
                expanded = self._expanded(inner, within)
                return Not(expanded) if expanded else None
            case All(terms) | Any(terms):
                parts = tuple(part for each in terms if (part := self._expanded(each, within)))
                return type(term)(parts) if parts or not terms else None
        return term

    # Which items: their numbers

    def _found(self, term: Term) -> frozenset[int]:
        match term:
            case Not(inner):
                return self._everything - self._found(inner)
            case All(terms):
                return self._everything.intersection(*map(self._found, terms))
            case Any(terms):
                return frozenset().union(*map(self._found, terms))
        if term not in self._known:
            self._known[term] = self._tried(term)
        return self._known[term]

    def _tried(self, term: Term) -> frozenset[int]:
        match term:
            case Text():
                return frozenset().union(*(self._standing_in(name, term, EVERYWHERE) for name in EVERYWHERE))
            case Field("title" | "text" | "source" | "doc" as name, values):
                return frozenset().union(*(self._having(name, value) for value in values if isinstance(value, Value)))
            case Field(name, values):
                tried = enumerate(self.items)
                return frozenset(n for n, item in tried if any(self._has(name, value, item) for value in values))
        raise AssertionError(term)

    def _has(self, name: str, value: Value | Range, item: Told) -> bool:
        if name in ("date", "published", "updated"):
            day = {"date": item.day, "published": item.published, "updated": item.updated}[name]
            return plain.covers(value, day, self.today, self.newest)
        if name == "seen":
            return _compares(item.seen, value)
        assert isinstance(value, Value)
        return _is(value.text, item) if name == "is" else item.kind == value.text

    def _having(self, name: str, value: Value) -> frozenset[int]:
        if value.op:
            return frozenset(self._raws[name].get(value.text, ()))
        return self._standing_in(name, Text(value.text, value.style), (name,))

    def _standing_in(self, name: str, text: Text, columns: Sequence[str]) -> frozenset[int]:
        """The items in whose ``name`` the text stands: inside words if it begins no word of all the ``columns``."""
        key = name, text, columns
        if key not in self._known:
            inside = text.style is Style.WORD and not any(self._where(each, text, inside=False) for each in columns)
            found = self._where(name, text, inside)
            self._known[key] = frozenset(number for raw in found for number in self._raws[name][raw])
        return self._known[key]

    def _where(self, name: str, text: Text, inside: bool) -> list[str]:
        return [raw for raw in self._raws[name] if plain.stands_in(text.value, text.style, raw, inside)]

    # Their order

    def _ordered(self, numbers: list[int], sort: Sort, term: Term) -> list[int]:
        """Ties go to the newest first, which is the order that ``numbers`` come in."""
        match sort.key:
            case "title":
                return sorted(
                    numbers, key=lambda n: plain.folded(self.items[n].title).encode(), reverse=sort.descending
                )
            case "source":
                named = [number for number in numbers if self.items[number].source]
                named.sort(key=lambda n: plain.folded(self.items[n].source).encode(), reverse=sort.descending)
                return named + [number for number in numbers if not self.items[number].source]
            case "relevance":
                texts = [part for part in _conjuncts(term) if isinstance(part, Text)]
                titles = [self._standing_in("title", text, EVERYWHERE) for text in texts]
                best = not sort.descending
                return sorted(numbers, key=lambda n: sum(n in having for having in titles), reverse=best)
        return numbers if sort.descending else numbers[::-1]


def _conjuncts(term: Term) -> list[Term]:
    """What must hold, brackets within brackets opened."""
    return [part for each in term.terms for part in _conjuncts(each)] if isinstance(term, All) else [term]


def _is_on(term: Term, name: str) -> bool:
    inner = term.term if isinstance(term, Not) else term
    return isinstance(inner, Field) and inner.name == name


def _is(state: str, item: Told) -> bool:
    return {
        "unread": not item.read,
        "read": item.read,
        "starred": item.starred,
        "dup": item.seen > 1,
        "missing": item.seen == 0,
        "undated": item.day is None,
    }[state]


def _compares(number: int, value: Value | Range) -> bool:
    if isinstance(value, Range):
        return int(value.low or 0) <= number and (not value.high or number <= int(value.high))
    other = int(value.text)
    return {"<": number < other, "<=": number <= other, ">": number > other, ">=": number >= other}.get(
        value.op, number == other
    )
