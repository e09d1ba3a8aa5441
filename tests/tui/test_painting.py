"""What is painted of a part of the screen is what the whole screen shows there."""

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from itertools import cycle
from unicodedata import normalize

import pyte
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.segment import Segment
from textual.app import App, ComposeResult
from textual.geometry import Region
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget

from reader.tui.painting import LinesUpdate, LineView, NarrowScreen
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


class Page(Patch, LineView):
    """A patch of which whole lines change."""

    DEFAULT_CSS = "Page { position: absolute; overflow: hidden; }"

    def write(self, sign: str, where: Region) -> None:
        """Put a sign into all of the lines that it meets."""
        super().write(sign, Region(0, where.y, COLUMNS, where.height))

    def lines_at(self, rows: Iterable[int]) -> Iterator[Strip]:
        return map(self.render_line, rows)


class Wall(App[None]):
    """An app of patches, and a terminal that gets what is painted of them."""

    def __init__(self, places: Sequence[Region]) -> None:
        super().__init__()
        kinds = cycle((Patch, Page))
        self.patches = [kind(sign, place) for kind, sign, place in zip(kinds, "ABCDEF", places, strict=False)]
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


@pytest.mark.parametrize("text", ["月" * (COLUMNS // 2), "e\u0301" * 8 + "-" * (COLUMNS - 8)], ids=["wide", "accented"])
async def test_no_character_is_painted_by_halves(text: str) -> None:
    wall = Wall([Region(0, 0, COLUMNS, 1)])
    async with wall.run_test(size=(COLUMNS, ROWS)) as pilot:
        wall.patches[0].rows = [[text]]
        await pilot.pause()
        pyte.Stream(wall.terminal).feed(text)
        for right in range(1, COLUMNS):
            wall.patches[0].refresh(Region(0, 0, right, 1), Region(right + 2, 0, 1, 1))
            wall.paint()
            assert wall.terminal.display[0] == normalize("NFC", text)


def written(strip: Strip) -> list[Segment]:
    """What of it reaches the terminal."""
    return [segment for segment in strip if segment.text]


@pytest.mark.parametrize("theme", ["tokyo-night", "textual-light", "ansi-dark"])
async def test_lines_by_themselves_are_as_textual_filters_and_crops_them(library: Library, theme: str) -> None:
    async with library.open() as reader:
        reader.app.theme = theme
        panes = (reader.main.list_pane, reader.main.detail_pane, reader.main.filter_pane)
        for focused in panes:
            focused.focus()
            await reader.settle()
            for pane in panes:
                window = pane.scrollable_content_region
                shown = pane.render_lines(window.translate(-pane.region.offset))
                assert len(shown) > 4
                by_themselves = pane.lines_at(range(window.height))
                assert [written(strip) for strip in by_themselves] == [written(strip) for strip in shown]


async def test_lines_that_alone_have_changed_are_written_without_being_cut(library: Library) -> None:
    async with library.open() as reader:
        pane, compositor = reader.main.list_pane, reader.main._compositor
        compositor._dirty_regions.clear()
        pane.repaint((0, 1))
        compositor.update_widgets({pane})
        update = compositor.render_partial_update()
        assert isinstance(update, LinesUpdate)
        assert not compositor._dirty_regions
        terminal = pyte.Screen(*reader.app.size)
        pyte.Stream(terminal).feed(update.render_segments(reader.app.console))
        window = pane.scrollable_content_region
        for row, (seen, line) in enumerate(zip(terminal.display, screen_text(reader.app), strict=True)):
            there = slice(window.x, window.right)
            assert seen[there] == (line[there] if 0 <= row - window.y <= 1 else " " * window.width)
            assert not seen[: window.x].strip()
            assert not seen[window.right :].strip()
