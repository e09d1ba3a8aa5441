"""The lines of the detail, as pure functions: what is said of an item, and how text is wrapped."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import field
from datetime import date, datetime
from operator import itemgetter

from rich.cells import cell_len, chop_cells

from reader.model import Entry, Kind, RawLines
from reader.query import Term, Text, highlights
from reader.repository import Detail
from reader.tui.lines import fit
from reader.values import dataclass

NO_SPANS: tuple[tuple[int, int], ...] = ()

_NARROW = re.compile("[ -~\u00a1-\u00ac\u00ae-\u02ff\u0370-\u0482\u2010-\u2027]*")
"""Text in Latin, Greek or Cyrillic, with the usual quotes and dashes: a character of it takes one cell."""


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
    index: Callable[[], Sequence[Entry]] = tuple
    """Gives what else the document of an article tells of; asked for when it comes into view."""
    term: Term = field(default_factory=lambda: Text(""))
    inside: frozenset[Text] = frozenset()


def raw_rows(raw: RawLines, width: int) -> Iterator[tuple[int, Row]]:
    """The lines of a document, each row beside the number of its line; cut to ``width``, nothing lost."""
    digits = len(str(raw.last))
    measure = max(10, width - digits - 4)
    if raw.first > 1:
        yield raw.first - 1, Row(f"{'…':>{digits}}")
    for number, line in enumerate(raw.lines, raw.first):
        for place, part in enumerate(_chopped(line, measure) or [""]):
            yield number, Row(f"{'' if place else number:>{digits}}  {part}")
    if raw.goes_on:
        yield raw.last + 1, Row(f"{'…':>{digits}}")


def _chopped(line: str, measure: int) -> list[str]:
    if _NARROW.fullmatch(line):
        return [line[at : at + measure] for at in range(0, len(line), measure)]
    return chop_cells(line, measure)


def item_rows(page: Page, measure: int, shown: Callable[[str], str], today: date) -> Iterator[Row]:
    """The lines for an item, each at most ``measure`` cells wide; made one by one, as they are asked for."""
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
    if detail.document and (index := page.index()):
        yield from _entries(f"In the same document ({len(index)})", index, measure)
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
        # Of many, which are in order, a line meets a few.
        first, last = bisect_right(spans, start, key=itemgetter(1)), bisect_left(spans, at, key=itemgetter(0))
        own = tuple((max(s, start) - start, min(e, at) - start) for s, e in spans[first:last]) if spans else NO_SPANS
        yield Row(line, look, own, None)


def wrapped(text: str, measure: int) -> list[str]:
    """``text`` in lines of at most ``measure`` cells, broken at blanks; each line stands so in the text."""
    is_even = _NARROW.fullmatch(text) and "  " not in f" {text} "
    wrap = _wrapped_by_characters if is_even else _wrapped_by_cells
    return list(wrap(text, measure)) or [""]


def _wrapped_by_characters(text: str, measure: int) -> Iterator[str]:
    """Wrapping for words of one-cell characters with one blank between them, which most texts are."""
    at = 0
    while len(text) - at > measure:
        end = text.rfind(" ", at, at + measure + 1)
        blank = end > at
        end = end if blank else at + measure
        yield text[at:end]
        at = end + blank
    if at < len(text):
        yield text[at:]


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
