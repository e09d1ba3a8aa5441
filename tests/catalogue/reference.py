"""What the catalogue should say, by the rules of the design alone: slow, and plain enough to be seen to be right."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce

from reader.catalogue import Facets
from reader.marks import merge
from reader.model import Document, Kind, Mark, Sighting, item_id
from reader.query import (
    All,
    Any,
    Clock,
    Field,
    Not,
    Query,
    Range,
    Saved,
    Sort,
    Style,
    Term,
    Text,
    Value,
    fold,
    is_in,
    parse,
    pattern,
)

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
    known = [marks[each] for each in ids if each in marks]
    mark = reduce(merge, known) if known else None
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
        read=bool(mark and mark.read),
        starred=bool(mark and mark.starred),
    )


def _missing(items: Sequence[Told], marks: Mapping[str, Mark]) -> list[Told]:
    known = {each for item in items for each in item.ids}
    found: dict[str, set[str]] = {}
    for each, mark in marks.items():
        if mark.starred:
            own = item_id(mark.title, mark.source, mark.published)
            found.setdefault(own, {own}).add(each)
    return [
        Told(own, frozenset(ids), first.title, first.source, Kind.HEADLINE, first.published, None, "", 0, frozenset(),
             first.read, first.starred)
        for own, ids in found.items()
        if not ids & known
        for first in [next(marks[each] for each in marks if each in ids)]
    ]  # fmt: skip


class Reference:
    """Answers queries by trying each item."""

    def __init__(
        self,
        documents: Sequence[Document],
        marks: Mapping[str, Mark] | None = None,
        saved: Mapping[str, str] | None = None,
        today: date = date(2026, 11, 22),
    ) -> None:
        self.items = told(documents, marks)
        self.saved = saved or {}
        self.clock = Clock(today, max((item.day for item in self.items if item.day), default=None))
        # What a word may begin a word of, by where it is looked for.
        self._names: dict[Sequence[str], list[str]] = {
            columns: [raw for item in self.items for name in columns if (raw := item.column(name)) is not None]
            for columns in (EVERYWHERE, ("title",), ("text",), ("source",))
        }
        self._names["doc",] = [document.path for document in documents]
        self._finders: dict[tuple[Text, Sequence[str]], Callable[[str], bool]] = {}

    def hits(self, query: Query) -> list[Told]:
        """The items that the query finds, in its order."""
        term = self._expanded(query.term, ()) or All(())
        found = [item for item in self.items if self._holds(term, item)]
        return self._ordered(found, query.order, term)[: query.limit]

    def facets(self, query: Query) -> Facets:
        """The counts by group, each without its own term."""

        def without(group: str) -> list[Told]:
            return self.hits(query.without_field(group))

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
                return type(term)(parts) if parts or isinstance(term, All) else None
        return term

    def _holds(self, term: Term, item: Told) -> bool:
        match term:
            case Text():
                return any(self._stands_in(term, name, item) for name in EVERYWHERE)
            case Not(inner):
                return not self._holds(inner, item)
            case All(terms):
                return all(self._holds(part, item) for part in terms)
            case Any(terms):
                return any(self._holds(part, item) for part in terms)
            case Field("date" | "published" | "updated" as name, values):
                day = {"date": item.day, "published": item.published, "updated": item.updated}[name]
                return is_in(day, values, self.clock)
            case Field(name, values):
                return any(self._has(name, value, item) for value in values)
        raise AssertionError(term)

    def _has(self, name: str, value: Value | Range, item: Told) -> bool:
        if name == "seen":
            return _compares(item.seen, value)
        assert isinstance(value, Value)
        if name == "is":
            return _is(value.text, item)
        if name == "kind":
            return item.kind == value.text
        raws = [sighting.path for sighting in item.sightings] if name == "doc" else [item.column(name)]
        return any(raw is not None and self._finds(value, name, raw) for raw in raws)

    def _finds(self, value: Value, name: str, raw: str) -> bool:
        return raw == value.text if value.op else self._finder(Text(value.text, value.style), (name,))(raw)

    def _stands_in(self, text: Text, name: str, item: Told) -> bool:
        raw = item.column(name)
        return raw is not None and self._finder(text, EVERYWHERE)(raw)

    def _finder(self, text: Text, columns: Sequence[str]) -> Callable[[str], bool]:
        """What finds ``text``: at the start of words, unless it begins no word of all the columns."""
        if (text, columns) not in self._finders:
            begins = pattern(text).found
            inside = text.style is Style.WORD and not any(map(begins, self._names[columns]))
            self._finders[text, columns] = pattern(text, inside=True).found if inside else begins
        return self._finders[text, columns]

    def _ordered(self, items: list[Told], sort: Sort, term: Term) -> list[Told]:
        """Ties go to the newest first, which is the order that ``items`` come in."""
        match sort.key:
            case "title":
                return sorted(items, key=lambda item: fold(item.title).encode(), reverse=sort.descending)
            case "source":
                named = [item for item in items if item.source]
                named.sort(key=lambda item: fold(item.source).encode(), reverse=sort.descending)
                return named + [item for item in items if not item.source]
            case "relevance":
                texts = [part for part in (term.terms if isinstance(term, All) else (term,)) if isinstance(part, Text)]
                best = not sort.descending
                return sorted(items, key=lambda item: self._relevance(texts, item), reverse=best)
        return items if sort.descending else items[::-1]

    def _relevance(self, texts: Iterable[Text], item: Told) -> int:
        return sum(self._stands_in(text, "title", item) for text in texts)


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
