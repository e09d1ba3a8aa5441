"""Captures: the text of a web page that quotes an article, then names it, then lists older headlines.

    body paragraph, one a line
    See the rest here:                        the lead-in
    TITLE - SOURCE                            the attribution
    - HEADLINE - Video [Last Updated On: September 7th, 2012] [Originally Added On: September 7th, 2012]

The parts are told by structure alone, never by a list of known phrases, and no line is lost: each ends up in
the body, the lead-in, the attribution, an item, or a problem.
"""

import re
from datetime import date
from functools import lru_cache

from reader.clean import Clean, clean_line, loses_text
from reader.formats.page import BARE_MARKERS, MARKERS, MAX_LINES, Line, Page, Stretch, part
from reader.formats.text import MAX_DATE_LENGTH, MAX_LINE, decode, parse_day, usual_lines
from reader.model import Document, Item, Kind, Problem

MAX_TITLE = 500
MAX_PARAGRAPH = 10_000
"""Characters of a title and of a paragraph; what is longer is cut, and the cut is a problem."""

MOST_STAMPS = 1 << 14
"""Stamps that are remembered: in an index many are the same."""

MAX_PROBLEMS = 10_000
"""Problems of one document that are told one by one; how many more there are is told too."""

# Looked up in its class, a kind costs as much as a word of a title.
_HEADLINE, _VIDEO = Kind.HEADLINE, Kind.VIDEO

_LABELS = ("last updated on:", "originally added on:")
_UPDATED, _ADDED = _LABELS

# Each is anchored at the end of the line, where stamps stand; ASCII, or a long s would count as an s.
_STAMP = re.compile(r" ?\[(last updated on:|originally added on:) ?([^\[\]]*)\]$", re.ASCII | re.IGNORECASE)
_UNCLOSED = re.compile(r" ?\[([^\[\]]*)$")

_SEPARATOR = re.compile(r"(.+) [-–—|] (.+)")
_HYPHEN = " - "
_LEAD_IN_LENGTH = 60
_FIRST_LINE_TITLE = 120
_PUBLISHER_WORDS = 5
_PUBLISHER_LENGTH = 100
# A quotation mark of any script; between letters, ' and ’ are apostrophes (People's Daily).
_QUOTE = re.compile(r"[\"“”„‟«»‹›‚‛「」『』〝〞〟＂`´]|(?<!\w)['‘’]|['‘’](?!\w)")


def accepts(_path: str, _data: bytes, /) -> bool:
    """Every text is a capture, if only of an article."""
    return True


def read(path: str, data: bytes) -> Document:
    """Read the document that ``data`` holds; ``path`` only names it, and no bytes make it fail."""
    return _Capture(path).read(data)


class _Capture:
    """The reading of one capture: what its steps share are the problems they find."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.problems: list[Problem] = []
        self.untold = 0
        """How many problems there are besides."""
        self.unended_line = 0
        """The number of a last line that lacks its line end, else 0."""

    def read(self, data: bytes) -> Document:
        above, index, below = self._parts(data)
        article, lead_in = self._article(above.lines)
        self._note_cut(above, "text")
        headlines = self._headlines(index.lines)
        self._note_cut(index, "index")
        for number, _ in below.lines:
            self._note(number, "The line stands behind the index and belongs to nothing.")
        self._note_cut(below, "text behind the index")
        if self.untold:
            self.problems.append(Problem(self.path, 0, f"{self.untold:,} more problems are not listed."))
        items = (article, *headlines) if article else tuple(headlines)
        return Document(self.path, items, tuple(sorted(self.problems)), lead_in)

    def _note(self, line: int, message: str) -> None:
        if len(self.problems) < MAX_PROBLEMS:
            self.problems.append(Problem(self.path, line, message))
        else:
            self.untold += 1

    def _note_cut(self, stretch: Stretch, what: str) -> None:
        if stretch.cut_at:
            limits = f"{stretch.most_lines:,} lines or {stretch.most_characters:,} characters"
            self._note(
                stretch.cut_at, f"The {what} is longer than {limits}; from here on, only the last two lines were read."
            )

    def _parts(self, data: bytes) -> tuple[Stretch, Stretch, Stretch]:
        lines = usual_lines(data)
        if lines is None or len(lines) > MAX_LINES:
            return self._page(data).parts()
        if lines[-1]:
            self.unended_line = len(lines)
        return part([(number, line) for number, line in enumerate(lines, 1) if line])

    def _page(self, data: bytes) -> Page:
        decoded = decode(data)
        if decoded.problem:
            self._note(0, decoded.problem)
        page = Page()
        number, ended = 0, "\n"
        for number, ended in enumerate(decoded.lines(), 1):
            raw = ended.removesuffix("\n")
            if len(raw) > MAX_LINE:
                self._note(number, f"Only the first {MAX_LINE:,} characters of the line were read.")
                raw = raw[:MAX_LINE]
            line = clean_line(raw)
            if line:
                page.add(number, line)
            if line != raw:
                self._account_for_cleaning(number, raw, line)
        if not ended.endswith("\n"):
            self.unended_line = number
        return page

    def _account_for_cleaning(self, number: int, raw: str, line: Clean) -> None:
        if loses_text(raw):
            self._note(number, "An unfinished terminal sequence was removed, to the end of the line.")
        elif not line and any(char.isprintable() and char != " " for char in raw):
            self._note(number, "The line held nothing but terminal sequences.")

    def _article(self, head: list[Line]) -> tuple[Item | None, Clean]:
        """Read the article above the index, and its lead-in, empty without an attribution."""
        if not head:
            return None, Clean("")
        if _has_attribution(head):
            *body, (_, lead_in), (number, attribution) = head
            parts = _SEPARATOR.fullmatch(attribution)
            title, source = parts.groups() if parts and _names_publisher(parts[2]) else (attribution, "")
            title = self._cut(number, title, MAX_TITLE, "title")
        else:
            body, lead_in, source = head, Clean(""), ""
            number, first = head[0]
            title = _shorten(first)
        return Item(title, Kind.ARTICLE, source, text=self._text(body), line=number), lead_in

    def _text(self, body: list[Line]) -> tuple[str, ...]:
        return tuple(self._cut(number, line, MAX_PARAGRAPH, "paragraph") for number, line in body)

    def _headlines(self, index: list[Line]) -> list[Item]:
        found = [_usual_headline(number, line) or self._told_by(number, line) for number, line in index]
        return [item for item in found if item]

    def _told_by(self, number: int, line: Clean) -> Item | None:
        if line in BARE_MARKERS:
            self._note(number, "The list marker has no headline behind it.")
            return None
        return self._headline(number, line[2:])

    def _headline(self, number: int, text: str) -> Item | None:
        title, updated, added = self._stamps(number, text)
        if not title:
            self._note(number, "The line has stamps but no headline.")
            return None
        title, kind, source = _parted(title) if _HYPHEN in title else (title, _HEADLINE, "")
        return Item(self._cut(number, title, MAX_TITLE, "title"), kind, source, added, updated, (), number)

    def _stamps(self, number: int, text: str) -> tuple[str, date | None, date | None]:
        """Part an index line of any shape into title, Last Updated On and Originally Added On."""
        title = self._without_half_stamp(number, text)
        days: dict[str, date | None] = {}
        while (stamp := _STAMP.search(title)) and (label := stamp[1].lower()) not in days:
            title = title[: stamp.start()]
            days[label], problem = parse_day(stamp[2].rstrip())
            if problem:
                self._note(number, problem)
        if not days and title == text and number == self.unended_line:
            self._note(number, "The file ends in this line, which bears no stamp: it may have been cut off.")
        return title.strip(), days.get(_UPDATED), days.get(_ADDED)

    def _without_half_stamp(self, number: int, text: str) -> str:
        unclosed = _UNCLOSED.search(text)
        begun = unclosed[1].lower() if unclosed else ""
        if not unclosed or not any(label.startswith(begun) or begun.startswith(label) for label in _LABELS):
            return text
        self._note(number, "The line is cut off within a stamp.")
        return text[: unclosed.start()]

    def _cut(self, number: int, text: str, limit: int, what: str) -> str:
        if len(text) <= limit:
            return text
        self._note(number, f"The {what} is longer than {limit:,} characters and was cut.")
        return text[:limit].rstrip()


def _has_attribution(head: list[Line]) -> bool:
    """Whether the last line names the article: one that is no list's stands below a lead-in."""
    if len(head) < 2 or head[-1][1].startswith(MARKERS):
        return False
    above = head[-2][1]
    return len(above) <= _LEAD_IN_LENGTH and above.endswith(":")


def _usual_headline(number: int, line: Clean) -> Item | None:
    """The item of a line as captures write it, which is what the slower way gives too; nothing of any other."""
    parts = line.rsplit(" [", 2)
    if len(parts) < 3 or not (updated := _UPDATED_STAMPS[parts[1]]) or not (added := _ADDED_STAMPS[parts[2]]):
        return None
    title = parts[0][2:]
    if not title or len(title) > MAX_TITLE:
        return None
    if _HYPHEN not in title:
        return Item(title, _HEADLINE, "", added, updated, (), number)
    return Item(*_parted(title), added, updated, (), number)


def _parted(text: str) -> tuple[str, Kind, str]:
    """Title, kind and source of a headline that has a hyphen between blanks."""
    kind = _HEADLINE
    if text.endswith((" - Video", " - video")):
        kind, text = _VIDEO, text[: -len(" - Video")]
    title, _, source = text.rpartition(_HYPHEN)
    return (title, kind, source) if title and _names_publisher(source) else (text, kind, "")


class _Stamps(dict[str, date | None]):
    """The days of stamps as captures write them, from behind their opening brackets on."""

    def __init__(self, label: str) -> None:
        super().__init__()
        self._label = label

    def __missing__(self, stamp: str) -> date | None:
        if len(stamp) > len(self._label) + MAX_DATE_LENGTH + 1:
            return None
        if len(self) >= MOST_STAMPS:
            self.clear()
        day = stamp.removeprefix(self._label).removesuffix("]")
        found = self[stamp] = parse_day(day).day if stamp == f"{self._label}{day}]" else None
        return found


_UPDATED_STAMPS, _ADDED_STAMPS = _Stamps("Last Updated On: "), _Stamps("Originally Added On: ")


def _names_publisher(text: str) -> bool:
    """Whether what follows the last separator looks like a source."""
    return len(text) <= _PUBLISHER_LENGTH and _looks_like_one(text)


@lru_cache(maxsize=4096)
def _looks_like_one(text: str) -> bool:
    return len(text.split()) <= _PUBLISHER_WORDS and text[-1:] not in ("", "?", "!") and not _QUOTE.search(text)


def _shorten(line: str) -> str:
    """Make a title of a first line: a paragraph is cut behind a word, with an ellipsis."""
    if len(line) <= _FIRST_LINE_TITLE:
        return line
    end = line.rfind(" ", _FIRST_LINE_TITLE // 2, _FIRST_LINE_TITLE + 1)
    return line[: end if end > 0 else _FIRST_LINE_TITLE].rstrip(" ,;:-–—") + "…"
