"""Which tellings are one item: the rule of identity, as a pure function.

A *telling* is one place in a document that tells of an item. All tellings of one story (the same title and source,
whatever the day) are looked at together: when one of them is an article, they are all that article; otherwise each
day's tellings are an item of their own.
"""

from collections import Counter
from collections.abc import Iterable, Sequence

from reader.catalogue.schema import ARTICLE, DAY_SHIFT, UNDATED_ARTICLE, from_ordinal, to_key
from reader.model import item_id
from reader.values import dataclass

LINE_SHIFT = 22
KEY_PART = (1 << LINE_SHIFT) - 1
LAST_LINE = (1 << DAY_SHIFT - LINE_SHIFT) - 1
"""Lines from here on are listed in no order of their own."""


@dataclass(frozen=True, slots=True)
class Telling:
    """One place that tells of an item; ``doc`` and ``text`` are the catalogue's numbers, days are ordinals."""

    doc: int
    line: int
    title: str
    source: str
    kind: int
    published: int | None
    updated: int | None
    text: int | None = None
    body: str = ""
    """The text itself, its paragraphs a line each."""


@dataclass(frozen=True, slots=True)
class Told:
    """An item, made of its tellings."""

    key: int
    aliases: tuple[int, ...]
    """Other ids under which marks may have been made, see design section 3."""
    title: str
    source: str
    kind: int
    published: int | None
    updated: int | None
    text: int | None
    line: int
    """Of the telling that has the text; without a text, of the topmost one."""
    tellings: tuple[Telling, ...]

    @property
    def row(self) -> int:
        """See :func:`row_number`."""
        return row_number(self.kind, self.published, self.updated, self.line, self.key)


def row_number(kind: int, published: int | None, updated: int | None, line: int, key: int) -> int:
    """The row number that an item should have: it follows from the item alone, not from when it was read.

    Undated articles lead the list, undated headlines end it. Captures list the oldest first, so of one day the later
    line is the larger number. The rest is a part of the key: two items seldom want the same number, and then one of
    them has the next that is free.
    """
    day = published or updated or (UNDATED_ARTICLE if kind == ARTICLE else 0)
    return day << DAY_SHIFT | (line if line < LAST_LINE else LAST_LINE) << LINE_SHIFT | key & KEY_PART


def items_of(tellings: Iterable[Telling]) -> tuple[Told, ...]:
    """The items that the tellings of one story make."""
    told = tuple(tellings)
    if any(telling.kind == ARTICLE for telling in told):
        return (_joined(told),)
    days = sorted({telling.published or 0 for telling in told})
    return tuple(_joined([t for t in told if (t.published or 0) == day]) for day in days)


def _joined(tellings: Sequence[Telling]) -> Told:
    title, source = _wording(tellings)
    published = min((t.published for t in tellings if t.published), default=None)
    updated = max((t.updated for t in tellings if t.updated), default=None)
    main = max(tellings, key=lambda t: (len(t.body), t.body, -t.line))
    key = _key(title, source, published)
    keys = {_key(*name) for name in {(t.title, t.source, t.published) for t in tellings}}
    return Told(
        key=key,
        aliases=tuple(sorted(keys - {key})),
        title=title,
        source=source,
        kind=max(t.kind for t in tellings),
        published=published,
        updated=updated,
        text=main.text,
        line=main.line,
        tellings=tuple(tellings),
    )


def _wording(tellings: Sequence[Telling]) -> tuple[str, str]:
    """The spelling that is shown: an article's, else the most frequent one; ties go to lower case."""
    of_articles = [t for t in tellings if t.kind == ARTICLE]
    spellings = Counter((t.title, t.source) for t in of_articles or tellings)
    return max(spellings, key=lambda spelling: (spellings[spelling], spelling))


def _key(title: str, source: str, published: int | None) -> int:
    return to_key(item_id(title, source, from_ordinal(published)))
