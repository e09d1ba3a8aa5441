"""From a parsed document to the flat rows that the catalogue writes.

Runs in worker processes while a folder is read, so it makes plain columns: they cross to the writer cheaply.
"""

import re
import struct
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import NamedTuple, TypeVar

from reader.blake2 import blake2b
from reader.catalogue.schema import KINDS, ordinal
from reader.indexing.telling import Telling, row_number
from reader.model import Document, Item, fold_title
from reader.query import fold
from reader.values import dataclass

K = TypeVar("K")
V = TypeVar("V")

_KIND_NUMBERS = {kind: number for number, kind in enumerate(KINDS)}

_FOREIGN = re.compile(r"([^\x00-\x7f]+)")
_BETWEEN_WORDS = re.compile(r"[\W_]")

_SHORT = 16
"""Characters of what is worth remembering: a letter with an accent, a dash."""

_MOST_RUNS = 1 << 14


class Row(NamedTuple):
    """One telling, as the tables have it. All of it is worked out here, because the writer has the least time."""

    number: int
    """The row number that an item of this telling alone has, see :func:`row_number`."""
    key: int
    story: int
    title: str
    words: str | None
    """The title as :func:`indexed` gives it; nothing if that is the title."""
    source: str
    kind: int
    published: int | None
    updated: int | None
    line: int
    body: str

    def telling(self, doc: int, text: int | None) -> Telling:
        """The telling, by the catalogue's numbers of its document and of its text."""
        what = self.title, self.source, self.kind, self.published, self.updated
        return Telling(doc, self.line, *what, text, self.body)


class Columns(NamedTuple):
    """Rows, value by value."""

    number: Sequence[int]
    key: Sequence[int]
    story: Sequence[int]
    title: Sequence[str]
    words: Sequence[str | None]
    source: Sequence[str]
    kind: Sequence[int]
    published: Sequence[int | None]
    updated: Sequence[int | None]
    line: Sequence[int]
    body: Sequence[str]


class Fingerprint(NamedTuple):
    """What tells a changed file from an unchanged one without opening it."""

    size: int
    mtime: int
    """Nanoseconds."""
    inode: int


@dataclass(frozen=True, slots=True)
class Packed:
    """A document, ready to be written."""

    path: str
    fingerprint: Fingerprint
    digest: bytes
    """Of the file's bytes: a file that was only touched or moved is not indexed again."""
    columns: Columns
    problems: tuple[tuple[int, str], ...]

    @property
    def rows(self) -> Iterator[Row]:
        """What the document tells, telling by telling."""
        return map(Row._make, zip(*self.columns, strict=True))


def pack(document: Document, fingerprint: Fingerprint, digest: bytes) -> Packed:
    """``document`` as rows."""
    problems = tuple((problem.line, problem.message) for problem in document.problems)
    return Packed(document.path, fingerprint, digest, _columns(document.items), problems)


def _columns(items: Sequence[Item]) -> Columns:
    if not items:
        return Columns(*[()] * len(Columns._fields))
    # An item is a tuple: this is its fields, each of all items.
    titles, kinds, sources, published, updated, texts, lines = zip(*items, strict=True)
    days, names = zip(*map(_DAYS.__getitem__, published), strict=True)
    updated_days = [_DAYS[day][0] for day in updated]
    ids = _ids(titles, sources, names)
    numbers = [*map(_KIND_NUMBERS.__getitem__, kinds)]
    return Columns(
        number=[*map(row_number, numbers, days, updated_days, lines, ids[1::2])],
        key=ids[1::2],
        story=ids[::2],
        title=titles,
        words=_words(titles),
        source=sources,
        kind=numbers,
        published=days,
        updated=updated_days,
        line=lines,
        body=["\n".join(text) if text else "" for text in texts],
    )


def _ids(titles: Sequence[str], sources: Sequence[str], days: Sequence[bytes]) -> Sequence[int]:
    """Of each item the story's id and its own, which :func:`reader.model.item_id` would give in three times the time.

    The two differ in the day, as ISO 8601 has it, which the story's lacks.
    """
    digests: list[bytes] = []
    # A copy is made more quickly than a new one.
    begin = blake2b(digest_size=8).copy
    for title, source, day in zip(titles, sources, days, strict=True):
        name = f"{fold_title(title)}\x1f{_SOURCES[source]}\x1f"
        identity = begin()
        identity.update(name.encode("utf-8", "surrogatepass"))
        digests.append(identity.digest())
        identity.update(day)
        digests.append(identity.digest())
    return struct.unpack(f">{len(digests)}q", b"".join(digests))


def _words(titles: Sequence[str]) -> Sequence[str | None]:
    """Of each title what :func:`indexed` gives; nothing where that is the title."""
    foreign = [title for title in titles if not title.isascii()]
    words = indexed("\n".join(foreign)).split("\n") if foreign else []
    if len(words) > len(foreign):
        # No clean title holds a line end.
        words = [*map(indexed, foreign)]
    rest = iter(words)
    return [None if title.isascii() else next(rest) for title in titles]


def indexed(text: str) -> str:
    """``text`` as the full-text index is given it: of non-ASCII characters only those of words, and those folded.

    The index splits at every ASCII character that is no letter or digit, and lowers A to Z, itself.
    """
    if text.isascii():
        return text
    runs = _FOREIGN.split(text)
    runs[1::2] = map(_INDEXED.__getitem__, runs[1::2])
    return "".join(runs)


class _Indexed(dict[str, str]):
    """What the index is given for runs of non-ASCII characters; short ones are remembered."""

    def __missing__(self, run: str) -> str:
        words = _BETWEEN_WORDS.sub(" ", fold(run))
        if len(run) <= _SHORT:
            if len(self) >= _MOST_RUNS:
                self.clear()
            self[run] = words
        return words


_INDEXED = _Indexed()


class _Remembered(dict[K, V]):
    """What ``make`` gives for each key, remembered for up to ``most`` keys; quicker to ask than an ``lru_cache``."""

    def __init__(self, make: Callable[[K], V], most: int) -> None:
        super().__init__()
        self._make = make
        self._most = most

    def __missing__(self, key: K) -> V:
        if len(self) >= self._most:
            self.clear()
        made = self[key] = self._make(key)
        return made


def _day(day: date | None) -> tuple[int | None, bytes]:
    """A day as the tables have it, and as identity does."""
    return ordinal(day), day.isoformat().encode() if day else b""


_DAYS = _Remembered(_day, 1 << 14)
_SOURCES = _Remembered(fold_title, 1 << 12)
