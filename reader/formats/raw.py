"""The lines of a document as they stand there, for people who want to see them."""

from collections import deque

from reader.clean import clean_text
from reader.formats.text import decode
from reader.model import RawLines

MAX_RAW_LINE = 10_000
MAX_RAW_TEXT = 2_000_000
"""Characters of one line and of all lines that :func:`decode_lines` gives."""

MAX_RAW_LINES = 100_000
"""Lines that it gives."""

TAB = 4
"""Columns from one tab stop to the next."""


def decode_lines(data: bytes, around: int = 1) -> RawLines:
    """The lines of a file; of one that has too many of them, those from half of that above line ``around`` on."""
    kept: deque[str] = deque()
    first, size, above = 1, 0, 0
    for number, ended in enumerate(decode(data).lines(), 1):
        raw = ended.removesuffix("\n")
        kept.append(raw[:MAX_RAW_LINE] + "…" if len(raw) > MAX_RAW_LINE else raw)
        size += _size(kept[-1])
        above = size if number < around else above
        while size > MAX_RAW_TEXT or len(kept) > MAX_RAW_LINES:
            if 2 * above <= MAX_RAW_TEXT and 2 * (around - first) <= MAX_RAW_LINES:
                kept.pop()
                return RawLines(first, tuple(map(_cleaned, kept)), goes_on=True)
            gone = _size(kept.popleft())
            first, size, above = first + 1, size - gone, above - gone
    return RawLines(first, tuple(map(_cleaned, kept)), goes_on=False)


def _size(raw: str) -> int:
    """At least as many characters as the line has once tabs are blanks, its end among them."""
    return len(raw) + (TAB - 1) * raw.count("\t") + 1


def _cleaned(raw: str) -> str:
    return clean_text(raw).replace("\n", " ").expandtabs(TAB)
