"""The list: one line an item, of as many items as there are."""

from array import array
from collections.abc import Callable, Sequence
from typing import ClassVar

from rich.cells import cell_len
from rich.style import Style
from textual.message import Message

from reader.model import Entry, Kind
from reader.query import Term, Text, highlights
from reader.tui.lines import PLAIN, Lines, Piece, emphasis, fit, marked_pieces
from reader.values import dataclass

WINDOW = 128
"""Entries fetched at a time."""

KEPT = 20
"""Windows kept; more than any screen shows."""

SIGNS = {Kind.ARTICLE: "¶", Kind.VIDEO: "▶", Kind.HEADLINE: " "}
DATE_WIDTH = 10
SOURCE_WIDTH = 18
ROOM_FOR_SOURCE = 84
"""Columns from which on there is room for the source too."""


@dataclass(frozen=True, slots=True)
class Listing:
    """What is listed: row numbers, and how what was looked for is marked in titles."""

    rows: "array[int]"
    total: int
    """How many there are in all; the row numbers may still be on their way."""
    term: Term
    inside: frozenset[Text]


class ListPane(Lines):
    """The rows of a result. The cursor is on an item, wherever that stands."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "list--row",
        "list--read",
        "list--cursor",
        "list--cursor-away",
        "list--star",
        "list--unread",
        "list--faint",
        "list--hit",
    }

    class Selected(Message):
        """The mouse has put the cursor on an item."""

    class Opened(Message):
        """The item under the cursor is to be read."""

    def __init__(self, fetch: Callable[[Sequence[int]], tuple[Entry, ...]], *, id: str) -> None:
        super().__init__(id=id)
        self._fetch = fetch
        self._listing = Listing(array("q"), 0, Text(""), frozenset())
        self._windows: dict[int, dict[int, Entry]] = {}
        self._painted: dict[int, Entry | None] = {}

    # What is listed

    def show(self, listing: Listing, cursor: int) -> None:
        """List something, with the cursor on the line ``cursor``, as far down the screen as it was."""
        down = self.cursor - self.scroll_offset.y
        self._listing = listing
        self._windows.clear()
        self.cursor = min(cursor, max(0, listing.total - 1))
        self.set_line_count(listing.total)
        if 0 <= down < self.page_size:
            self.scroll_to(y=self.cursor - down, animate=False, force=True, immediate=True)
        self.scroll_into_view(self.cursor)

    def extend(self, listing: Listing) -> None:
        """More of what is listed has become known; what is seen stays where it is, and is not painted again."""
        known = self._listing.rows
        is_longer = listing.rows is known or listing.rows[: len(known)] == known
        if is_longer:
            # The last window may have been a part of what it is now.
            self._windows.pop(max(0, len(known) - 1) // WINDOW, None)
        else:
            self._windows.clear()
        self._listing = listing
        if is_longer and self.scroll_offset.y + self.page_size <= len(known):
            self.let_scroll(listing.total)
        elif not is_longer or (listing.total, len(listing.rows)) != (self.line_count, len(known)):
            self.set_line_count(listing.total)

    def renew(self) -> None:
        """The marks of what is listed have changed: lines that look different now are painted again."""
        self._windows.clear()
        seen = range(self.scroll_offset.y, self.scroll_offset.y + self.page_size)
        self.repaint(line for line in seen if self.entry_at(line) != self._painted.get(line))

    @property
    def rows(self) -> "array[int]":
        """The row numbers that are known."""
        return self._listing.rows

    @property
    def current(self) -> Entry | None:
        """The item under the cursor."""
        return self.entry_at(self.cursor) if self.line_count else None

    def entry_at(self, line: int) -> Entry | None:
        """The item on a line; nothing while its row number is not known, or when it is gone."""
        rows = self._listing.rows
        if not 0 <= line < len(rows):
            return None
        number = line // WINDOW
        window = self._windows.get(number)
        if window is None:
            if len(self._windows) >= KEPT:
                self._windows.clear()
            entries = self._fetch(rows[number * WINDOW : (number + 1) * WINDOW])
            window = self._windows[number] = {entry.row: entry for entry in entries}
        return window.get(rows[line])

    def on_resize(self) -> None:
        """Keep the item under the cursor in view."""
        self.scroll_into_view(self.cursor)

    def line_clicked(self, line: int, chain: int, column: int) -> None:  # noqa: ARG002  # anywhere on the line
        """A click selects an item, a second one opens it."""
        self.move_to(line)
        self.post_message(self.Opened() if chain > 1 else self.Selected())

    # Looks

    def look_of(self, line: int, width: int) -> tuple[Style, Sequence[Piece]]:
        """An item, as it is now."""
        if line >= self.line_count:
            return self.style("list--row"), ()
        entry = self.entry_at(line)
        if len(self._painted) == KEPT * WINDOW:
            self._painted.clear()
        self._painted[line] = entry
        under = line == self.cursor
        base = self._base(entry, under)
        return base, [("  …", PLAIN)] if entry is None else self._pieces(entry, under, width)

    def _base(self, entry: Entry | None, under: bool) -> Style:
        if under:
            return self.style("list--cursor" if self.has_focus else "list--cursor-away")
        return self.style("list--read" if entry and entry.read else "list--row")

    def _pieces(self, entry: Entry, under: bool, width: int) -> list[Piece]:
        """Marks, day, kind, title, source, sightings."""
        item = entry.item
        faint = PLAIN if under else self.ink("list--faint")
        day = item.day.isoformat() if item.day else " " * DATE_WIDTH
        unread = PLAIN if under else self.ink("list--unread")
        pieces = [
            ("★", PLAIN if under else self.ink("list--star")) if entry.starred else (" ", unread),
            (" " if entry.read else "●", unread),
            (f" {day} ", faint),
            (f"{SIGNS[item.kind]} ", faint),
        ]
        tail = _tail(entry, width)
        room = max(0, width - DATE_WIDTH - 6 - cell_len(tail))
        spans = highlights(self._listing.term, item.title, "title", self._listing.inside)
        shown = fit(item.title, room)
        kept = len(shown.rstrip(" ")) - (1 if shown.rstrip(" ").endswith("…") and shown.strip() != item.title else 0)
        clipped = [(start, min(end, kept)) for start, end in spans if start < kept]
        hit = self.ink("list--hit")
        pieces += marked_pieces(shown, clipped, PLAIN, emphasis(hit) if under else hit)
        return [*pieces, (tail, faint)]


def _tail(entry: Entry, width: int) -> str:
    """What stands at the right edge, its own width."""
    seen = "missing" if entry.missing else f"×{entry.seen}" if entry.seen > 1 else ""
    if width < ROOM_FOR_SOURCE:
        return f" {seen}" if seen else ""
    source = entry.item.source
    # As wide as it is: most items have none, and titles are cut soon enough.
    return f" {fit(source, min(SOURCE_WIDTH, cell_len(source)))} {seen:>3}" if source else f" {seen:>3}"
