"""What a text matches: the one definition that searching, highlighting and the tests share.

Upper and lower case, accents and the shapes of quotation marks and dashes make no difference, unless the text
that is looked for has a capital letter: then case and accents must be as they are written.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Protocol, TypeAlias
from unicodedata import combining, normalize

from reader.errors import ReaderError
from reader.values import dataclass

from .expressions import compiled, is_quick
from .terms import All, Any, Field, Style, Term, Text, Value

if TYPE_CHECKING:
    from regex import Pattern

Span: TypeAlias = tuple[int, int]
"""Where something stands in a text: the index of its first character, and the index behind its last."""

LONGEST_GAP = 100
"""The most characters that a blank stands for behind something that is no word: see ``_searcher``."""

PATIENCE = 0.1
"""Seconds that a pattern may take for one text."""

SHORT = 1_000
"""Characters of a text on which a pattern with one open end is quick whatever they are."""

# To `re`, letters and digits are what they are to `str.isalnum`; the underscore is one more.
_WORD = re.compile(r"[^\W_]+")
_BETWEEN = r"[\W_]"
_WORD_START = r"(?<![^\W_])"
_WORD_END = r"(?![^\W_])"
_PLAIN = {"'": "‘’‚‛ʼ", '"': "“”„‟", "-": "‐‑‒–—―−"}
_QUOTES_AND_DASHES = {ord(shape): plain for plain, shapes in _PLAIN.items() for shape in shapes}
_SHAPE = re.compile(f"[{''.join(_PLAIN.values())}]")


class SlowPattern(ReaderError):
    """A pattern needs longer for a text than anybody should wait."""


class _Folding(dict[int, str]):
    """What each character folds to, found out when it is first met."""

    def __missing__(self, code: int) -> str:
        decomposed = normalize("NFKD", normalize("NFKD", chr(code)).casefold())
        folded = "".join(char for char in decomposed if not combining(char)).translate(_QUOTES_AND_DASHES)
        self[code] = folded
        return folded


_FOLDING = _Folding()


def fold(text: str) -> str:
    """``text`` without what a search ignores: case, accents, the shapes of quotation marks and dashes."""
    return text.lower() if text.isascii() else text.translate(_FOLDING)


_folded = lru_cache(maxsize=2)(fold)
"""For a query of several words, each of which is looked for in an item's title and in its text, which may be long."""


def fold_map(text: str) -> tuple[str, Sequence[int]]:
    """``fold(text)``, and for each of its characters the index of the one in ``text`` that it comes from."""
    if text.isascii():
        return text.lower(), range(len(text))
    pieces = [_FOLDING[ord(char)] for char in text]
    return "".join(pieces), [index for index, piece in enumerate(pieces) for _ in piece]


def words(folded: str) -> list[str]:
    """Split into words: runs of letters and digits, as ``str.isalnum`` knows them."""
    return _WORD.findall(folded)


class Matcher(Protocol):
    """Finds one text in others, which it takes raw: not folded."""

    def found(self, raw: str) -> bool:
        """Whether it is there; raises :class:`SlowPattern`."""
        ...

    def spans(self, raw: str) -> list[Span]:
        """Where it is there, in order and without overlaps; nothing for a pattern that is too slow."""
        ...


@lru_cache(maxsize=1024)
def pattern(text: Text, inside: bool = False) -> Matcher:
    """Make the matcher for ``text``.

    A word is found at the start of a word, with ``inside`` anywhere; a phrase must also end a word.
    A blank stands for whatever is between two words. A regular expression is looked for in the raw text and
    ignores case unless it has a capital.
    """
    if text.style is Style.REGEX:
        return Expression(text.value, compiled(text.value), SHORT if is_quick(text.value) else -1)
    exact = any(map(str.isupper, text.value))
    pieces = _levelled(text.value).split() if exact else fold(text.value).split()
    if not pieces:
        exact, pieces = True, text.value.split()
    return _Wording(_searcher(pieces, text.style, inside), max(pieces, key=len, default=""), exact)


def highlights(term: Term, raw: str, column: str, inside_terms: frozenset[Text] = frozenset()) -> tuple[Span, ...]:
    """Find what to mark in the ``title``, ``text`` or ``source`` of an item that ``term`` found.

    The spans are in order and do not touch. ``inside_terms`` are the words that were looked for inside words.
    What stands under a negation is not marked, nor are saved searches: put their terms in their places first.
    """
    found: list[Span] = []
    for text in _sought(term, column):
        found += _exact_spans(text, raw) if isinstance(text, Value) else pattern(text, text in inside_terms).spans(raw)
    return tuple(_merged(sorted(found)))


@dataclass(frozen=True, slots=True)
class _Wording:
    """Words, looked for in a text that is folded, or only levelled if they are exact."""

    search: re.Pattern[str]
    probe: str
    """A part of every match: to look for it alone first is many times faster."""
    exact: bool

    def found(self, raw: str) -> bool:
        line = _levelled(raw) if self.exact else _folded(raw)
        return self.probe in line and self.search.search(line) is not None

    def spans(self, raw: str) -> list[Span]:
        line, origin = (_levelled(raw), range(len(raw))) if self.exact else fold_map(raw)
        if self.probe not in line:
            return []
        places = [*origin, len(raw)]
        # One character may fold to several (then its later parts end with it), or to none (then it goes with
        # the one before it: an accent with its letter).
        return [
            (places[start], max(places[end], places[end - 1] + 1))
            for start, end in (match.span() for match in self.search.finditer(line))
            if start < end
        ]


@dataclass(frozen=True, slots=True)
class Expression:
    """A regular expression, looked for in the raw text."""

    expression: str
    pattern: "Pattern[str]"
    clockless: int
    """Characters of a text up to which it needs no clock, which takes most of the time; -1 if it always does."""

    def found(self, raw: str) -> bool:
        """Whether it is there; raises :class:`SlowPattern`."""
        if len(raw) <= self.clockless:
            return self.pattern.search(raw) is not None
        try:
            return self.pattern.search(raw, timeout=PATIENCE) is not None
        except TimeoutError as error:
            raise SlowPattern(f"The pattern /{self.expression}/ takes too long.") from error

    def spans(self, raw: str) -> list[Span]:
        """Where it is there, in order and without overlaps; nothing where it is too slow."""
        try:
            spans = [match.span() for match in self.pattern.finditer(raw, timeout=PATIENCE)]
        except TimeoutError:
            return []
        return [span for span in spans if span[0] < span[1]]


def _levelled(text: str) -> str:
    """``text`` with plain quotation marks and dashes, each character in its place."""
    return text if text.isascii() else _SHAPE.sub(_plain_shape, text)


def _plain_shape(shape: re.Match[str]) -> str:
    return _QUOTES_AND_DASHES[ord(shape[0])]


def _searcher(pieces: list[str], style: Style, inside: bool) -> re.Pattern[str]:
    # Each piece is taken at its first place behind the gap and never tried again at a later one: no match is
    # lost by that, and no time. A first piece without a letter could begin anywhere in a line of dashes, and
    # the gap behind it would be walked from each place: there it is bounded.
    head, *tail = pieces or [""]
    gap = rf"{_BETWEEN}+?" if words(head) else rf"{_BETWEEN}{{1,{LONGEST_GAP}}}?"
    start = _WORD_START if head[:1].isalnum() and not (inside and style is Style.WORD) else ""
    end = _WORD_END if style is Style.PHRASE and [head, *tail][-1][-1:].isalnum() else ""
    return re.compile(start + re.escape(head) + "".join(f"(?>{gap}{re.escape(piece)})" for piece in tail) + end)


@lru_cache(maxsize=256)
def _sought(term: Term, column: str) -> tuple[Text | Value, ...]:
    """List what ``term`` looks for in ``column``: texts, and values that all of it must equal."""
    match term:
        case Text():
            return (term,)
        case All() | Any():
            return tuple(text for part in term.terms for text in _sought(part, column))
        case Field() if term.name == column:
            values = (value for value in term.values if isinstance(value, Value))
            return tuple(value if value.op else Text(value.text, value.style) for value in values)
        case _:
            return ()


def _exact_spans(value: Value, raw: str) -> list[Span]:
    return [(0, len(raw))] if raw and raw == value.text else []


def _merged(spans: list[Span]) -> Iterator[Span]:
    if not spans:
        return
    start, end = spans[0]
    for following in spans:
        if following[0] > end:
            yield start, end
            start = following[0]
        end = max(end, following[1])
    yield start, end
