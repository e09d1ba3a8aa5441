"""The detail: one item, at a measure that people can read."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from textwrap import TextWrapper
from typing import ClassVar

from rich.cells import cell_len, chop_cells
from rich.style import Style
from textual.message import Message
from textual.strip import Strip

from reader.model import Entry, Kind
from reader.query import Term, Text, highlights
from reader.repository import Detail
from reader.tui.lines import Lines, fit, marked_pieces

MEASURE = 80
"""Columns of text at most."""

NO_SPANS: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the detail."""

    text: str = ""
    look: str = "detail--text"
    """The component class that it has the style of."""
    spans: tuple[tuple[int, int], ...] = NO_SPANS
    """What is marked in it."""
    entry: Entry | None = None
    """The item that the line stands for, and that opens from it."""


@dataclass(frozen=True, slots=True)
class Page:
    """What is to be shown: an item, and how what was looked for is marked."""

    detail: Detail
    term: Term = field(default_factory=lambda: Text(""))
    inside: frozenset[Text] = frozenset()


class DetailPane(Lines):
    """An item's text, or the raw lines of a document. The cursor goes from link to link as they come into view."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "detail--title",
        "detail--text",
        "detail--faint",
        "detail--mark",
        "detail--heading",
        "detail--hit",
        "detail--link",
        "detail--cursor",
    }

    class Followed(Message):
        """Another item is to be shown."""

        def __init__(self, entry: Entry) -> None:
            super().__init__()
            self.entry = entry

    def __init__(self, shown: Callable[[str], str], today: Callable[[], date], *, id: str) -> None:
        super().__init__(id=id)
        self._shown = shown
        self._today = today
        self._page: Page | None = None
        self._raw: tuple[str, ...] | None = None
        self._rows: Sequence[Row] = ()
        self._links: list[int] = []
        self._laid_out_for = -1
        self.cursor = -1

    # What is shown

    def show(self, page: Page | None) -> None:
        """Show an item from its beginning, or nothing."""
        same = page and self._page and page.detail.entry.id == self._page.detail.entry.id
        self._page, self._raw = page, None
        self._lay_out()
        if not same:
            self.cursor = -1
            self.scroll_to(y=0, animate=False, force=True, immediate=True)

    def show_raw(self, lines: tuple[str, ...], line: int) -> None:
        """Show the lines of a document, from a little above ``line`` on."""
        self._raw = lines
        self.cursor = -1
        self._lay_out()
        above = len(raw_rows(lines[: max(0, line - 4)], self.line_width, len(lines)))
        self.scroll_to(y=above, animate=False, force=True, immediate=True)

    @property
    def is_raw(self) -> bool:
        """Whether the lines of a document are shown."""
        return self._raw is not None

    @property
    def is_at_end(self) -> bool:
        """Whether the last line is in view."""
        return self.scroll_offset.y + self.page_size >= self.line_count

    @property
    def link(self) -> Entry | None:
        """The item of the line under the cursor."""
        return self._rows[self.cursor].entry if 0 <= self.cursor < len(self._rows) else None

    def _lay_out(self) -> None:
        width = self.line_width
        self._laid_out_for = width
        measure = max(10, min(MEASURE, width - 2))
        if self._raw is not None:
            self._rows = raw_rows(self._raw, width, len(self._raw))
        elif self._page:
            self._rows = tuple(item_rows(self._page, measure, self._shown, self._today()))
        else:
            self._rows = ()
        self._links = [number for number, row in enumerate(self._rows) if row.entry]
        self.set_line_count(len(self._rows))

    def on_resize(self) -> None:
        """Lay the text out for the new width."""
        if self.line_width != self._laid_out_for:
            self._lay_out()

    # Moving: through the text line by line, but from link to link where there are links in view

    def move(self, step: int) -> None:
        """To the next link if it is in view, else a line on."""
        top, bottom = self.scroll_offset.y, self.scroll_offset.y + self.page_size
        start = self.cursor if top <= self.cursor < bottom else (top - 1 if step > 0 else bottom)
        ahead = [n for n in self._links if (n - start) * step > 0 and top <= n < bottom]
        if ahead:
            self._put_cursor(min(ahead) if step > 0 else max(ahead))
        else:
            self.scroll_to(y=top + step, animate=False, force=True, immediate=True)
            self._drop_cursor_out_of_view()

    def page(self, step: int) -> None:
        """A page on."""
        self.scroll_to(y=self.scroll_offset.y + step * self.page_size, animate=False, force=True, immediate=True)
        self._drop_cursor_out_of_view()

    def edge(self, step: int) -> None:
        """To the beginning or to the end."""
        self.scroll_to(y=0 if step < 0 else self.line_count, animate=False, force=True, immediate=True)
        self._drop_cursor_out_of_view()

    def _put_cursor(self, line: int) -> None:
        old, self.cursor = self.cursor, line
        self.repaint((old, line))

    def _drop_cursor_out_of_view(self) -> None:
        if not self.scroll_offset.y <= self.cursor < self.scroll_offset.y + self.page_size:
            self._put_cursor(-1)

    def line_clicked(self, line: int, chain: int) -> None:
        """A click on a link opens it."""
        entry = self._rows[line].entry
        if entry and chain == 1:
            self._put_cursor(line)
            self.post_message(self.Followed(entry))

    # Looks

    def render_line(self, y: int) -> Strip:
        """One line of the window, the text in the middle of it."""
        line = y + self.scroll_offset.y
        base = self.style("detail--text")
        if line >= len(self._rows):
            return Strip.blank(self.line_width, base)
        row = self._rows[line]
        look = self.ink(row.look)
        if line == self.cursor:
            base = self.style("detail--cursor")
            look = Style()
        margin = " " * max(1, (self.line_width - MEASURE) // 2) if self._raw is None else " "
        hit = self.ink("detail--hit")
        return self.strip_of([(margin, Style()), *marked_pieces(row.text, row.spans, look, look + hit)], base)


def raw_rows(lines: Sequence[str], width: int, last: int) -> tuple[Row, ...]:
    """The lines of a document with their numbers, of which ``last`` is the largest; cut to ``width``, nothing lost."""
    digits = len(str(last))
    measure = max(10, width - digits - 4)
    rows = []
    for number, line in enumerate(lines, 1):
        for place, part in enumerate(chop_cells(line, measure) or [""]):
            rows.append(Row(f"{'' if place else number:>{digits}}  {part}"))
    return tuple(rows)


def item_rows(page: Page, measure: int, shown: Callable[[str], str], today: date) -> Iterator[Row]:
    """The lines for an item, each at most ``measure`` cells wide."""
    detail, item = page.detail, page.detail.entry.item
    yield from _paragraph(item.title, "detail--title", measure, _spans(page, item.title, "title"))
    yield Row()
    for line in _facts(detail, today):
        yield from _paragraph(line, "detail--faint", measure, ())
    if marks := _marks(detail):
        yield from _paragraph(marks, "detail--mark", measure, ())
    for paragraph in detail.text:
        yield Row()
        yield from _paragraph(paragraph, "detail--text", measure, _spans(page, paragraph, "text"))
    yield from _sightings(detail, measure, shown)
    if detail.index:
        yield from _entries(f"In the same document ({len(detail.index)})", detail.index, measure)
    if detail.neighbours:
        yield from _entries("About the same time", detail.neighbours, measure)


def _spans(page: Page, raw: str, column: str) -> tuple[tuple[int, int], ...]:
    return highlights(page.term, raw, column, page.inside)


def _facts(detail: Detail, today: date) -> Iterator[str]:
    item = detail.entry.item
    kind = {Kind.ARTICLE: "Article", Kind.VIDEO: "Video", Kind.HEADLINE: "Headline"}[item.kind]
    yield f"{kind} · {item.source}" if item.source else kind
    if item.published:
        yield f"Published {long_day(item.published)}, {ago(item.published, today)}"
    if item.updated and item.updated != item.published:
        yield f"Updated {long_day(item.updated)}, {ago(item.updated, today)}"
    if not item.day:
        yield "No date is known"


def _marks(detail: Detail) -> str:
    entry, mark = detail.entry, detail.mark
    parts = []
    if entry.starred:
        parts.append("★ starred" + _when(mark.starred_at if mark else None))
    if entry.read:
        parts.append("read" + _when(mark.read_at if mark else None))
    if entry.missing:
        parts.append("document missing")
    return " · ".join(parts)


def _when(moment: datetime | None) -> str:
    return f" {moment.astimezone():%Y-%m-%d %H:%M}" if moment else ""


def _sightings(detail: Detail, measure: int, shown: Callable[[str], str]) -> Iterator[Row]:
    if not detail.sightings:
        return
    count = len(detail.sightings)
    yield Row()
    yield Row("Seen in" if count == 1 else f"Seen in {count} places", "detail--heading")
    for sighting in detail.sightings:
        yield from _paragraph(f"{shown(sighting.path)}:{sighting.line}", "detail--faint", measure, ())


def _entries(heading: str, entries: Iterable[Entry], measure: int) -> Iterator[Row]:
    yield Row()
    yield Row(heading, "detail--heading")
    for entry in entries:
        day = entry.item.day.isoformat() if entry.item.day else " " * 10
        sign = "★" if entry.starred else " " if entry.read else "●"
        yield Row(fit(f"{sign} {day}  {entry.item.title}", measure).rstrip(), "detail--link", entry=entry)


def _paragraph(text: str, look: str, measure: int, spans: tuple[tuple[int, int], ...]) -> Iterator[Row]:
    """``text`` in lines; each keeps what is marked in it."""
    at = 0
    for line in wrapped(text, measure):
        start = text.index(line, at)
        at = start + len(line)
        own = tuple((max(s, start) - start, min(e, at) - start) for s, e in spans if s < at and e > start)
        yield Row(line, look, own)


def wrapped(text: str, measure: int) -> list[str]:
    """``text`` in lines of at most ``measure`` cells, broken at blanks; each line stands so in the text."""
    if text.isascii():
        wrapper = TextWrapper(measure, break_on_hyphens=False, expand_tabs=False, replace_whitespace=False)
        return wrapper.wrap(text) or [""]
    return list(_wrapped_by_cells(text, measure)) or [""]


def _wrapped_by_cells(text: str, measure: int) -> Iterator[str]:
    """Wrapping for text of which not every character is one cell wide."""
    line_start = line_end = 0
    width = 0
    for start, end in _words(text):
        gap = cell_len(text[line_end:start]) if line_end > line_start else 0
        size = cell_len(text[start:end])
        if line_end > line_start and width + gap + size > measure:
            yield text[line_start:line_end]
            line_start = line_end = start
            width = gap = 0
        if line_end == line_start:
            line_start = start
        if size > measure:
            *full, rest = chop_cells(text[start:end], measure)
            yield from full
            line_start, size = end - len(rest), cell_len(rest)
        line_end, width = end, width + gap + size
    if line_end > line_start:
        yield text[line_start:line_end]


def _words(text: str) -> Iterator[tuple[int, int]]:
    at = 0
    for word in text.split():
        start = text.index(word, at)
        at = start + len(word)
        yield start, at


def long_day(day: date) -> str:
    """``7 September 2012``."""
    return f"{day.day} {day:%B} {day.year}"


def ago(day: date, today: date) -> str:
    """How long ago a day was, in words."""
    days = (today - day).days
    if days < 0:
        return "in the future"
    if days < 2:
        return ("today", "yesterday")[days]
    for size, name in ((365.25, "year"), (30.44, "month"), (7, "week"), (1, "day")):
        if days >= size:
            count = int(days / size)
            return f"{count} {name}{'s' if count > 1 else ''} ago"
    raise AssertionError("a day is as long as a day")
