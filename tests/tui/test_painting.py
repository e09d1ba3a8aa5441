"""What is painted of a part of the screen is what the whole screen shows there."""

import asyncio
from collections.abc import Sequence

import pyte
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.segment import Segment
from textual._styles_cache import StylesCache
from textual.app import App, ComposeResult
from textual.geometry import Region
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget

from reader.tui.painting import FramedLines, NarrowScreen
from tests.tui.stage import Library, screen_text

COLUMNS, ROWS = 24, 8


class Patch(Widget):
    """A rectangle of signs upon all that was there before."""

    DEFAULT_CSS = "Patch { position: absolute; }"

    def __init__(self, sign: str, place: Region) -> None:
        super().__init__()
        self.styles.offset = place.x, place.y
        self.styles.width, self.styles.height = place.width, place.height
        self.rows = [[sign] * place.width for _ in range(place.height)]

    def render_line(self, y: int) -> Strip:
        return Strip([Segment("".join(self.rows[y]))])

    def write(self, sign: str, where: Region) -> None:
        """Put a sign into a part of it."""
        part = where.intersection(Region(0, 0, len(self.rows[0]), len(self.rows)))
        for y in part.line_range:
            self.rows[y][part.x : part.right] = sign * part.width
        if part:
            self.refresh(part)


class Wall(App[None]):
    """An app of patches, and a terminal that gets what is painted of them."""

    def __init__(self, places: Sequence[Region]) -> None:
        super().__init__()
        self.patches = [Patch(*each) for each in zip("ABCDEF", places, strict=False)]
        self.terminal = pyte.Screen(COLUMNS, ROWS)

    def compose(self) -> ComposeResult:
        yield from self.patches

    def get_default_screen(self) -> Screen[None]:
        return NarrowScreen(classes="")

    def paint(self) -> None:
        """Let the terminal show what has changed."""
        compositor = self.screen._compositor
        compositor.update_widgets(set(self.patches))
        if update := compositor.render_partial_update():
            pyte.Stream(self.terminal).feed(update.render_segments(self.console).replace("\n", "\r\n"))


def regions(columns: int, rows: int) -> st.SearchStrategy[Region]:
    """Not empty, and perhaps only in part within so many columns and rows."""
    places = st.integers(0, columns - 1), st.integers(0, rows - 1)
    return st.builds(Region, *places, st.integers(1, columns), st.integers(1, rows))


PLACES = st.lists(regions(COLUMNS, ROWS), min_size=1, max_size=6)
CHANGE = st.tuples(st.integers(0, 5), regions(COLUMNS, ROWS))
CHANGES = st.lists(st.lists(CHANGE, min_size=1, max_size=3), min_size=1, max_size=20)


@settings(max_examples=100)
@given(PLACES, CHANGES)
def test_bit_by_bit_everything_is_painted(places: Sequence[Region], changes: list[list[tuple[int, Region]]]) -> None:
    async def play() -> None:
        wall = Wall(places)
        async with wall.run_test(size=(COLUMNS, ROWS)) as pilot:
            await pilot.pause()
            pyte.Stream(wall.terminal).feed("\r\n".join(screen_text(wall)))
            for number, together in enumerate(changes):
                for which, where in together:
                    wall.patches[which % len(places)].write("abcdefghijklmnopqrst"[number], where)
                wall.paint()
                assert wall.terminal.display == screen_text(wall)

    asyncio.run(play())


@pytest.mark.parametrize("theme", ["tokyo-night", "textual-light", "ansi-dark"])
async def test_lines_in_a_frame_are_as_textual_frames_them(library: Library, theme: str) -> None:
    async with library.open() as reader:
        reader.app.theme = theme
        for pane in (reader.main.list_pane, reader.main.detail_pane, reader.main.filter_pane):
            pane.focus()
            await reader.settle()
            for each in (reader.main.list_pane, reader.main.detail_pane, reader.main.filter_pane):
                whole = Region(0, 0, *each.outer_size)
                shown = each.render_lines(whole)
                each._styles_cache = StylesCache()
                assert [*map(list, shown)] == [*map(list, each.render_lines(whole))]
                each._styles_cache = FramedLines()
