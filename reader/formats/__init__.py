"""From the bytes of a file to a :class:`~reader.model.Document`: one module a format.

A format is pure: it opens no file, reads no clock and knows no other format.
"""

from typing import Protocol

from reader.formats import capture
from reader.formats.raw import decode_lines
from reader.formats.text import is_binary
from reader.model import Document, Problem

__all__ = ["decode_lines", "read"]


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
