"""The least that a Textual app can do with the same frame: what the reader's start and its moving are held against.

``floor.py`` is header, footer and three empty panes; ``floor.py N`` has a bare list of N lines in the middle.
"""

import sys
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widgets import Footer, Header, Static

LINE, CURSOR = Style(color="white", bgcolor="black"), Style(color="black", bgcolor="cyan")


class Bare(ScrollView, can_focus=True):
    """Lines that are made when they are seen, and a cursor."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("down", "move(1)"), Binding("pagedown", "page")]

    def __init__(self, count: int) -> None:
        super().__init__()
        self._count = count
        self._cursor = 0

    def on_mount(self) -> None:
        self.virtual_size = Size(80, self._count)
        self.focus()

    def render_line(self, y: int) -> Strip:
        number, width = y + self.scroll_offset.y, self.size.width
        text = f"{number:9}  2012-09-07  Robots are to mend a station as long as the way home is open, says crew"
        return Strip([Segment(text[:width].ljust(width), CURSOR if number == self._cursor else LINE)], width)

    def action_page(self) -> None:
        self.action_move(self.size.height)

    def action_move(self, step: int) -> None:
        before, top, height = self._cursor, self.scroll_offset.y, self.size.height
        self._cursor = min(before + step, self._count - 1)
        if self._cursor < top + height:
            self.refresh(*(Region(0, line - top, self.size.width, 1) for line in (before, self._cursor)))
        else:
            self.scroll_to(y=self._cursor - height + 1, animate=False, force=True)
            self.refresh()


class Floor(App[None]):
    """The frame."""

    CSS = "Horizontal > Static { width: 1fr; height: 1fr; border: round $primary } Bare { width: 2fr; height: 1fr }"

    def __init__(self, count: int) -> None:
        super().__init__()
        self._count = count

    def compose(self) -> ComposeResult:
        yield Header()
        with Horizontal():
            yield Static("the first pane")
            yield Bare(self._count) if self._count else Static()
            yield Static()
        yield Footer()


if __name__ == "__main__":
    Floor(int(sys.argv[1]) if len(sys.argv) > 1 else 0).run()
