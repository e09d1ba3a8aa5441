"""Text by the cells that it takes in a terminal: wide characters take two, combining ones none."""

from collections.abc import Iterator
from unicodedata import category, east_asian_width

ELLIPSIS = "…"


def cells(text: str) -> int:
    """How many cells ``text`` takes."""
    return len(text) if text.isascii() else sum(map(_cells_of, text))


def _cells_of(char: str) -> int:
    if char.isascii():
        return 1
    if category(char) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if east_asian_width(char) in "WF" else 1


def fit(text: str, width: int) -> str:
    """``text`` in exactly ``width`` cells (at least one); what does not fit ends in an ellipsis."""
    taken = cells(text)
    if taken > width:
        text = text[: _end(text, width - 1)] + ELLIPSIS
        taken = cells(text)
    return text + " " * (width - taken)


def wrap(text: str, width: int) -> Iterator[str]:
    """``text`` in lines of at most ``width`` cells (at least two), broken at blanks; longer words are cut."""
    line = ""
    for word in text.split():
        if line and cells(line) + 1 + cells(word) > width:
            yield line
            line = ""
        line = f"{line} {word}" if line else word
        while cells(line) > width:
            end = _end(line, width)
            yield line[:end]
            line = line[end:]
    if line:
        yield line


def _end(text: str, width: int) -> int:
    """How many characters of ``text`` fit into ``width`` cells."""
    for at, char in enumerate(text):
        width -= _cells_of(char)
        if width < 0:
            return at
    return len(text)
