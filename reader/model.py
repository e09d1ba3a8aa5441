"""The values that everything else speaks of: items, the documents that tell of them, and a person's marks.

All are frozen and pure: nothing here reads a file, a clock or the environment.
"""

import dataclasses
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import field
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple
from unicodedata import normalize

from reader.blake2 import blake2b
from reader.values import dataclass

NOTHING: Mapping[str, object] = MappingProxyType({})
"""An empty mapping, safe to share as a default."""


class Kind(StrEnum):
    """What sort of news an item is."""

    ARTICLE = "article"
    HEADLINE = "headline"
    VIDEO = "video"


def fold_title(text: str) -> str:
    """``text`` as identity sees it: NFKC, case folded, white space folded to single blanks."""
    folded = text.casefold() if text.isascii() else normalize("NFKC", text).casefold()
    # Most titles are clean lines, and stay so: the blank is the only white space that is printable.
    if folded.isprintable() and "  " not in folded and folded == folded.strip():
        return folded
    return " ".join(folded.split())


def item_id(title: str, source: str, published: date | None) -> str:
    """The 16 hex digits that name an item wherever its document lies.

    BLAKE2b over the folded title, the folded source and the published day (ISO 8601, empty when there is none);
    the parts are joined by a unit separator, which no cleaned text contains.
    """
    day = published.isoformat() if published else ""
    key = f"{fold_title(title)}\x1f{fold_title(source)}\x1f{day}"
    return blake2b(key.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


class Item(NamedTuple):
    """One piece of news as a document tells it. Not a dataclass: they are made by the million."""

    title: str
    kind: Kind = Kind.HEADLINE
    source: str = ""
    published: date | None = None
    updated: date | None = None
    text: tuple[str, ...] = ()
    """The paragraphs of an article; headlines have none."""
    line: int = 1
    """The line of the document that names the item, from 1."""

    @property
    def id(self) -> str:
        """The item's name, see :func:`item_id`."""
        return item_id(self.title, self.source, self.published)

    @property
    def day(self) -> date | None:
        """The day the item is listed under: when it was published, else when it was last updated."""
        return self.published or self.updated


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """Something in a document that could not be read as it should be."""

    path: str
    line: int
    """From 1; 0 when the whole file is meant."""
    message: str
    """A sentence for people."""

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}"


@dataclass(frozen=True, slots=True)
class Document:
    """What one file tells."""

    path: str
    items: tuple[Item, ...] = ()
    problems: tuple[Problem, ...] = ()
    lead_in: str = ""
    """The line that announces the attribution (``See the rest here:``)."""


@dataclass(frozen=True, slots=True)
class RawLines:
    """Lines that follow each other in a file, cleaned for a terminal, tabs as blanks."""

    first: int
    """The number of the first, from 1."""
    lines: tuple[str, ...]
    """An ellipsis ends one that is cut."""
    goes_on: bool
    """Whether there are more behind them."""

    @property
    def last(self) -> int:
        """The number of the last."""
        return self.first + len(self.lines) - 1


@dataclass(frozen=True, slots=True, order=True)
class Sighting:
    """One place that tells of an item."""

    path: str
    line: int


@dataclasses.dataclass(frozen=True, slots=True)  # made by the million
class Mark:
    """What a person did to one item, with enough of the item to list it when its document is gone.

    A flag that was never touched is ``None`` in time and ``False`` in value; an undone flag is ``False`` with its
    time, so that two copies can be merged flag by flag.
    """

    title: str = ""
    source: str = ""
    published: date | None = None
    read: bool = False
    read_at: datetime | None = None
    starred: bool = False
    starred_at: datetime | None = None
    document: str = ""
    """The document in which the item was seen when it was marked; empty when that is not known."""
    extra: Mapping[str, object] = field(default_factory=lambda: NOTHING)
    """Keys of the state file that this version does not know, kept as they are."""


@dataclass(frozen=True, slots=True)
class Flags:
    """What the marks say of items, asked by their keys."""

    keys: Collection[int]
    """Every marked key."""
    of: Callable[[Sequence[int]], tuple[bool, bool]]
    """Read and starred, for an item that goes by these keys."""


NO_FLAGS = Flags(frozenset(), lambda _keys: (False, False))


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of a result: an item, where it stands, and what the person did to it."""

    row: int
    """The catalogue's number of the item; larger is newer. It may change when the catalogue is rebuilt."""
    id: str
    item: Item
    read: bool = False
    starred: bool = False
    seen: int = 1
    """How many places tell of the item; 0 when its document is gone."""

    @property
    def missing(self) -> bool:
        """Whether no document tells of the item any more."""
        return self.seen == 0
