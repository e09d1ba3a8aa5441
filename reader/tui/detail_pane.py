"""The detail: one item, at a measure that people can read."""

import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from itertools import islice, takewhile, zip_longest
from typing import ClassVar

from rich.style import Style
from textual.content import Content
from textual.message import Message

from reader.model import Entry, RawLines, Sighting
from reader.tui.item_rows import Page, Row, item_rows, raw_rows
from reader.tui.lines import PLAIN, Lines, Piece, emphasis, marked_pieces

TITLE = "Detail"

MEASURE = 80
"""Columns of text at most."""

STEP = 200
"""Lines laid out at a time: some 5 ms."""

EVERYTHING = sys.maxsize


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

    class LaidOut(Message):
        """How many lines a long item has is known now."""

    def __init__(self, shown: Callable[[str], str], today: Callable[[], date], *, id: str) -> None:
        super().__init__(id=id)
        self._shown = shown
        self._today = today
        self._page: Page | None = None
        self._raw: RawLines | None = None
        self._rows: list[Row] = []
        self._links: list[int] = []
        self._rest: Iterator[Row] | None = None
        """The lines that are still to be laid out, if there may be some."""
        self._is_going_on = False
        self._laid_out_for = -1
        self.cursor = -1

    # What is shown

    def show(self, page: Page | None) -> None:
        """Show an item from its beginning, or nothing."""
        same = page and self._page and page.detail.entry.id == self._page.detail.entry.id
        self._page = page
        if same and self.is_raw:
            # The item was only read again: its raw lines stay until the person leaves them.
            return
        self._show_item()
        link = self.link
        if not same:
            self._put_cursor(-1)
            self.scroll_to(y=0, animate=False, force=True, immediate=True)
        self._lay_out()
        if same and link:
            self._keep_to(link)

    def leave_raw(self) -> None:
        """Show the item again, from its beginning, in the place of raw lines."""
        page, self._page = self._page, None
        self._show_item()
        self.show(page)

    def _show_item(self) -> None:
        if self._raw is not None:
            self._raw, self.border_title = None, Content(TITLE)

    def show_raw(self, raw: RawLines, place: Sighting) -> None:
        """Show the lines of a document, under its path, from a little above ``place`` on."""
        self._raw, self.border_title = raw, Content(self._shown(place.path))
        self.cursor = -1
        self._lay_out()
        above = takewhile(lambda row: row[0] < place.line - 3, raw_rows(raw, self.line_width))
        self.scroll_to(y=sum(1 for _ in above), animate=False, force=True, immediate=True)

    @property
    def is_raw(self) -> bool:
        """Whether the lines of a document are shown."""
        return self._raw is not None

    @property
    def is_at_end(self) -> bool:
        """Whether the last line is in view."""
        self._lay_out_to(self._end_of_view + 1)
        return self._end_of_view >= len(self._rows)

    @property
    def link(self) -> Entry | None:
        """The item of the line under the cursor."""
        return self._rows[self.cursor].entry if 0 <= self.cursor < len(self._rows) else None

    @property
    def place(self) -> tuple[int, int]:
        """The first line in view and the one under the cursor: see :meth:`go_to`."""
        return self.scroll_offset.y, self.cursor

    def go_to(self, top: int, cursor: int, link: Entry) -> None:
        """Take up the place where the same item was left by ``link``, which stands elsewhere at another width."""
        self._lay_out_to(top + self.page_size)
        self.scroll_to(y=top, animate=False, force=True, immediate=True)
        self._put_cursor(cursor)
        if self.link is None or self.link.id != link.id:
            self._lay_out_to(EVERYTHING)
            self._keep_to(link)

    @property
    def _end_of_view(self) -> int:
        return self.scroll_offset.y + self.page_size

    def _lay_out(self) -> None:
        width = self.line_width
        before, is_as_wide = self._rows, width == self._laid_out_for
        self._laid_out_for = width
        self._rest, self._rows, self._links = self._lines(width), [], []
        self._lay_out_to(EVERYTHING if self.is_raw else self._end_of_view, soon=True)
        if is_as_wide and not self.is_raw:
            # Most of the pane is empty, or as it was: painting all of it would take longer than everything else.
            top, end = self.scroll_offset.y, self._end_of_view
            seen = enumerate(zip_longest(before[top:end], self._rows[top:end]), top)
            self.repaint(line for line, (old, new) in seen if old != new)
        else:
            self.repaint_window()

    def _lines(self, width: int) -> Iterator[Row]:
        if self._raw is not None:
            yield from (row for _, row in raw_rows(self._raw, width))
        elif self._page:
            yield from item_rows(self._page, max(10, min(MEASURE, width - 2)), self._shown, self._today())

    def _lay_out_to(self, end: int, soon: bool = False) -> None:
        """Have the lines before ``end`` laid out, as far as there are any; how many there are may be said ``soon``."""
        start = len(self._rows)
        if self._rest is None or start >= end:
            return
        self._rows += islice(self._rest, end - start)
        self._links += (line for line in range(start, len(self._rows)) if self._rows[line].entry)
        if len(self._rows) < end:
            self._rest = None
            self.let_scroll(len(self._rows))
        elif not soon:
            self.let_scroll(max(self.line_count, len(self._rows)))
            self.repaint(range(start, len(self._rows)))
        if self._rest is not None and not self._is_going_on:
            # Most of an article, and the index behind it: after what is seen, and so that no key waits for long.
            self._is_going_on = self.call_later(self._go_on)

    def _keep_to(self, link: Entry) -> None:
        """Leave the cursor on the item that it was on, in view: a line more, or less, may stand above it now."""
        self._lay_out_to(self.cursor + STEP)
        at = [line for line in self._links if (entry := self._rows[line].entry) and entry.id == link.id]
        self._put_cursor(min(at, key=lambda line: abs(line - self.cursor), default=-1))
        if self.cursor >= 0:
            self.scroll_into_view(self.cursor)

    def _go_on(self) -> None:
        self._is_going_on = False
        self._lay_out_to(len(self._rows) + STEP)
        if self._rest is None:
            self.post_message(self.LaidOut())

    def on_resize(self) -> None:
        """Lay the text out for the new size."""
        if self.line_width != self._laid_out_for:
            self._lay_out()
        else:
            self._lay_out_to(self._end_of_view)

    def on_mouse_scroll_down(self) -> None:
        """Before the wheel is followed, have something to be followed to."""
        self._lay_out_to(self._end_of_view + STEP)

    # Moving: through the text line by line, but from link to link where there are links in view

    def move(self, step: int) -> None:
        """To the next link if it is in view, else a line on."""
        top, bottom = self.scroll_offset.y, self._end_of_view
        self._lay_out_to(bottom + step)
        start = self.cursor if top <= self.cursor < bottom else (top - 1 if step > 0 else bottom)
        ahead = [n for n in self._links if (n - start) * step > 0 and top <= n < bottom]
        if ahead:
            self._put_cursor(min(ahead) if step > 0 else max(ahead))
        else:
            self.scroll_to(y=top + step, animate=False, force=True, immediate=True)
            self._drop_cursor_out_of_view()

    def page(self, step: int) -> None:
        """A page on."""
        self._lay_out_to(self._end_of_view + step * self.page_size)
        self.scroll_to(y=self.scroll_offset.y + step * self.page_size, animate=False, force=True, immediate=True)
        self._drop_cursor_out_of_view()

    def edge(self, step: int) -> None:
        """To the beginning or to the end."""
        self._lay_out_to(EVERYTHING if step > 0 else 0)
        self.scroll_to(y=0 if step < 0 else self.line_count, animate=False, force=True, immediate=True)
        self._drop_cursor_out_of_view()
        if step > 0 and self._links and self._links[-1] >= self.scroll_offset.y:
            self._put_cursor(self._links[-1])

    def _put_cursor(self, line: int) -> None:
        old, self.cursor = self.cursor, line
        self.repaint((old, line))

    def _drop_cursor_out_of_view(self) -> None:
        if not self.scroll_offset.y <= self.cursor < self._end_of_view:
            self._put_cursor(-1)

    def line_clicked(self, line: int, chain: int, column: int) -> None:  # noqa: ARG002  # anywhere on the line
        """A click on a link opens it."""
        self._lay_out_to(line + 1)
        entry = self._rows[line].entry if line < len(self._rows) else None
        if entry and chain == 1:
            self._put_cursor(line)
            self.post_message(self.Followed(entry))

    # Looks

    def look_of(self, line: int, width: int) -> tuple[Style, Sequence[Piece]]:
        """A line of the text, in the middle of the pane."""
        base = self.style("detail--text")
        if line >= len(self._rows):
            return base, ()
        row = self._rows[line]
        look, hit = self.ink(row.look), self.ink("detail--hit")
        if line == self.cursor:
            base = self.style("detail--cursor")
            look, hit = PLAIN, emphasis(hit)
        margin = " " * max(1, (width - MEASURE) // 2) if self._raw is None else " "
        return base, [(margin, PLAIN), *marked_pieces(row.text, row.spans, look, look + hit)]
