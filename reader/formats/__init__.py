"""From the bytes of a file to a :class:`~reader.model.Document`: one module a format.

A format is pure: it opens no file, reads no clock and knows no other format.
"""

from typing import Protocol

from reader.clean import clean_text
from reader.formats import capture
from reader.formats.text import decode, is_binary
from reader.model import Document, Problem

__all__ = ["MAX_RAW_LINE", "MAX_RAW_LINES", "MAX_RAW_TEXT", "decode_lines", "read"]

MAX_RAW_LINE = 10_000
MAX_RAW_TEXT = 2_000_000
"""Characters of one line and of all lines that :func:`decode_lines` gives."""

MAX_RAW_LINES = 100_000
"""Lines that it gives."""


class _Format(Protocol):
    def accepts(self, path: str, data: bytes, /) -> bool:
        """Whether the file is of this format."""

    def read(self, path: str, data: bytes) -> Document:
        """Read what the file tells; never raise: what can't be read is a problem."""


# The first that accepts a file reads it. Captures come last, since any text passes for one.
_FORMATS: tuple[_Format, ...] = (capture,)


def read(path: str, data: bytes) -> Document:
    """Read what the file ``path`` with the content ``data`` tells; a binary file is one problem, no items."""
    if is_binary(data):
        return Document(path, problems=(Problem(path, 0, "The file is binary, not text."),))
    return next(form for form in _FORMATS if form.accepts(path, data)).read(path, data)


def decode_lines(data: bytes) -> tuple[str, ...]:
    """Give the lines of a file as they stand there, cleaned for a terminal, tabs as blanks.

    An ellipsis ends a line that is cut, and is the last line of a text that is.
    """
    shown: list[str] = []
    left = MAX_RAW_TEXT
    for ended in decode(data).lines():
        raw = ended.removesuffix("\n")
        line = clean_text(raw[:MAX_RAW_LINE]).replace("\n", " ").expandtabs(4)
        if len(raw) > MAX_RAW_LINE:
            line += "…"
        left -= len(line) + 1
        if left < 0 or len(shown) == MAX_RAW_LINES:
            return (*shown, "…")
        shown.append(line)
    return tuple(shown)
