from itertools import pairwise

import pytest

from reader.session import Session
from tests.tui.stage import Library


@pytest.mark.parametrize(
    ("size", "panes"), [((60, 24), 1), ((69, 24), 1), ((70, 24), 2), ((80, 24), 2), ((109, 30), 2)]
)
async def test_narrow(library: Library, size: tuple[int, int], panes: int) -> None:
    async with library.open(size=size) as reader:
        assert "Old crane" in reader.list
        assert bool(reader.detail) is (panes == 2)
        assert reader.filters == ""
        assert {strip.cell_length for strip in reader.main._compositor.render_strips()} == {size[0]}
        assert "Quit" in reader.keys
        assert "Help" in reader.keys


@pytest.mark.parametrize("size", [(110, 30), (120, 40), (200, 60)])
async def test_wide(library: Library, size: tuple[int, int]) -> None:
    async with library.open(size=size) as reader:
        places = [reader.app.screen.query_one(name).region for name in ("#filters", "#list", "#detail")]
        assert all(left.right <= right.x for left, right in pairwise(places))
        assert "Old crane" in reader.list
        assert "It takes a bow" in reader.detail
        assert "Videos" in reader.filters


async def test_two_panes_stand_above_each_other_and_the_filters_come_in_over_them(library: Library) -> None:
    async with library.open(size=(80, 24)) as reader:
        upper, lower = (reader.app.screen.query_one(name).region for name in ("#list", "#detail"))
        assert upper.bottom <= lower.y
        await reader.press("f")
        assert reader.focused == "filters"
        assert "Videos" in reader.filters
        await reader.press("f")
        assert (reader.focused, reader.filters) == ("list", "")
        await reader.press("1")
        assert "Videos" in reader.filters
        await reader.press("escape")
        assert (reader.focused, reader.filters) == ("list", "")


async def test_one_pane_at_a_time_does_everything(library: Library) -> None:
    async with library.open(size=(60, 24)) as reader:
        await reader.press("j", "enter")
        assert reader.list == ""
        assert "stubborn radish" in reader.detail
        await reader.press("s", "escape")
        assert reader.detail == ""
        assert "★" in reader.list
        await reader.press("f", "j", "j", "j", "enter", "escape")
        assert "is:starred" in reader.bar
        assert "Old crane" not in reader.list
    assert library.starred == library.read == {"Lettuces under the lunar night"}


async def test_filters_on_and_off(library: Library) -> None:
    async with library.open() as reader:
        width = reader.main.list_pane.region.width
        await reader.press("f")
        assert reader.filters == ""
        assert reader.main.list_pane.region.width > width
        await reader.press("tab", "tab")
        assert reader.focused == "list", "a pane that is off is passed over"
        await reader.press("1")
        assert reader.focused == "filters"
        assert "Videos" in reader.filters
        await reader.press("f")
        assert (reader.focused, reader.filters) == ("list", "")


@pytest.mark.parametrize("size", [(60, 24), (80, 24), (120, 40)])
async def test_zoom(library: Library, size: tuple[int, int]) -> None:
    async with library.open(size=size) as reader:
        await reader.press("z")
        assert reader.main.list_pane.region.width == size[0]
        assert reader.detail == reader.filters == ""
        await reader.press("enter")
        assert "It takes a bow" in reader.detail
        assert reader.list == ""
        await reader.press("1")
        assert "Videos" in reader.filters
        assert reader.detail == ""
        await reader.press("2", "z")
        assert bool(reader.detail) is (size[0] >= 70)


async def test_resizing_goes_from_one_form_to_the_next_and_keeps_the_place(many: Library) -> None:
    async with many.open(size=(120, 40)) as reader:
        await reader.press(*["pagedown"] * 3, "j")
        selected, line = reader.selected, reader.main.list_pane.cursor
        for width, height in ((100, 30), (60, 12), (60, 40), (200, 60), (80, 24)):
            await reader.resize(width, height)
            assert (reader.selected, reader.main.list_pane.cursor) == (selected, line)
            assert selected[:16] in reader.list, "what is selected stays in view"
            assert {strip.cell_length for strip in reader.main._compositor.render_strips()} == {width}


@pytest.mark.parametrize("size", [(1, 1), (12, 4), (30, 8)])
async def test_hardly_any_room(library: Library, size: tuple[int, int]) -> None:
    async with library.open(size=size) as reader:
        await reader.press("j", "enter", "space", "1", "j", "3", "v", "2")
        assert reader.app.is_running
        await reader.resize(100, 30)
        assert "Old crane" in reader.list


async def test_a_session_with_the_filters_off(library: Library) -> None:
    async with library.open(session=Session(filters=False)) as reader:
        assert reader.filters == ""
        assert "Old crane" in reader.list
        await reader.press("f")
        assert "Videos" in reader.filters


@pytest.mark.parametrize(
    ("pane", "size"), [("filters", (60, 24)), ("filters", (120, 40)), ("list", (80, 24)), ("detail", (120, 40))]
)
async def test_a_session_with_a_zoomed_pane(library: Library, pane: str, size: tuple[int, int]) -> None:
    async with library.open(session=Session(pane=pane, zoomed=True), size=size) as reader:
        assert reader.focused == pane
        assert [bool(reader.seen(f"#{name}")) for name in ("filters", "list", "detail")] == [
            name == pane for name in ("filters", "list", "detail")
        ]


async def test_another_theme_is_taken_up_by_every_pane(library: Library) -> None:
    async with library.open() as reader:
        places = (("Lettuces under", "#list"), ("Northern Wire", "#filters"), ("Seen in", "#detail"))
        await reader.press("down")
        before = [reader.style_of(*place) for place in places]
        reader.app.theme = "textual-light"
        await reader.settle()
        after = [reader.style_of(*place) for place in places]
        assert all(old != new for old, new in zip(before, after, strict=True))
        reader.app.theme = "tokyo-night"
        await reader.settle()
        assert [reader.style_of(*place) for place in places] == before
