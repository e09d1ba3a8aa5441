"""From a parsed document to the flat rows that the catalogue writes.

Runs in worker processes while a folder is read, so it makes plain tuples: they cross to the writer cheaply.
"""

from datetime import date
from functools import lru_cache
from hashlib import blake2b
from typing import NamedTuple

from reader.catalogue.schema import KINDS, ordinal
from reader.catalogue.telling import listed_under, row_number
from reader.model import Document, Item, fold_title
from reader.query import fold, words
from reader.values import dataclass


class Row(NamedTuple):
    """One telling, as the tables have it. All of it is worked out here, because the writer has the least time."""

    number: int
    """The row number that an item of this telling alone has, see :func:`row_number`."""
    key: int
    story: int
    title: str
    source: str
    kind: int
    published: int | None
    updated: int | None
    line: int
    body: str
    words: tuple[str, str, str]
    """Title, source and body as the full-text index is given them."""


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
    rows: tuple[Row, ...]
    problems: tuple[tuple[int, str], ...]


def pack(document: Document, fingerprint: Fingerprint, digest: bytes) -> Packed:
    """``document`` as rows."""
    rows = tuple(_row(item) for item in document.items)
    problems = tuple((problem.line, problem.message) for problem in document.problems)
    return Packed(document.path, fingerprint, digest, rows, problems)


def _row(item: Item) -> Row:
    # Both ids of an item in one go, a third of the time that `item_id` twice would take: the story's has no day.
    name = f"{fold_title(item.title)}\x1f{_folded_source(item.source)}\x1f"
    identity = blake2b(name.encode("utf-8", "surrogatepass"), digest_size=8)
    story = key = int.from_bytes(identity.digest(), "big", signed=True)
    published, written = _day(item.published)
    if written:
        identity.update(written)
        key = int.from_bytes(identity.digest(), "big", signed=True)
    kind = KINDS.index(item.kind)
    updated, _ = _day(item.updated)
    body = "\n".join(item.text) if item.text else ""
    return Row(
        row_number(listed_under(kind, published, updated), item.line, key),
        key,
        story,
        item.title,
        item.source,
        kind,
        published,
        updated,
        item.line,
        body,
        (indexed(item.title), _indexed_source(item.source), indexed(body) if body else ""),
    )


def indexed(text: str) -> str:
    """``text`` as the full-text index is given it: folded, and of non-ASCII characters only those of words.

    The index splits at every ASCII character that is no letter or digit, and lowers A to Z, itself.
    """
    return text if text.isascii() else " ".join(words(fold(text)))


@lru_cache(maxsize=1 << 14)
def _day(day: date | None) -> tuple[int | None, bytes]:
    """A day as the tables have it, and as identity does."""
    return ordinal(day), day.isoformat().encode() if day else b""


_folded_source = lru_cache(maxsize=4096)(fold_title)
_indexed_source = lru_cache(maxsize=4096)(indexed)
