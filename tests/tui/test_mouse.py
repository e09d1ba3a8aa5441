from textual.events import MouseDown, MouseMove, MouseUp
from textual.scrollbar import ScrollTo

from tests.tui.stage import Library


async def test_a_click_focuses_and_selects(library: Library) -> None:
    async with library.open() as reader:
        await reader.press("1")
        await reader.click("Café crème", "#list")
        assert reader.focused == "list"
        assert reader.selected == "Café crème on the ferry"
        assert "Café crème" in reader.detail.splitlines()[1]
        await reader.click("Old crane", "#list")
        assert reader.selected == "Old crane learns to dance"
    assert library.marks == {}


async def test_a_double_click_opens(library: Library) -> None:
    async with library.open() as reader:
        await reader.click("Bridge of glass", "#list", times=2)
        assert reader.focused == "detail"
        assert reader.selected == "Bridge of glass opens"
    assert library.read == {"Bridge of glass opens"}


async def test_a_click_below_the_rows_or_on_the_frame_selects_nothing(library: Library) -> None:
    async with library.open() as reader:
        await reader.press("j")
        region = reader.main.list_pane.region
        for y in (region.y, region.y + 20, region.bottom - 1):
            await reader.pilot.click(offset=(region.x + 5, y))
            await reader.settle()
            assert reader.selected == "Lettuces under the lunar night"
            assert reader.focused == "list"


async def test_the_wheel_scrolls_and_leaves_the_selection(many: Library) -> None:
    async with many.open() as reader:
        assert "Parcel number 500 arrives" in reader.list
        await reader.wheel("#list", times=5)
        assert "Parcel number 500 arrives" not in reader.list
        assert reader.selected == "Parcel number 500 arrives"
        await reader.click("Parcel number 480", "#list")
        assert reader.selected == "Parcel number 480 arrives", "a row that was scrolled to"
        await reader.wheel("#list", down=False, times=10)
        assert "Parcel number 500 arrives" in reader.list


async def test_a_scrollbar_leads_to_whole_lines(many: Library) -> None:
    async with many.open() as reader:
        pane = reader.main.list_pane
        # As a dragged one says it, and as the place is while Textual glides there.
        pane.vertical_scrollbar.post_message(ScrollTo(y=7.4, animate=False))
        await reader.settle()
        assert pane.scroll_y == pane.vertical_scrollbar.position == 7


async def test_a_click_on_a_scrollbar_does_not_keep_the_mouse(many: Library) -> None:
    async with many.open() as reader:
        bar = reader.main.list_pane.vertical_scrollbar
        x, y = bar.region.offset
        # Pressed and let go before the scrollbar has heard of it.
        for kind, down in ((MouseDown, 0), (MouseUp, 0), (MouseMove, 9)):
            button = 0 if kind is MouseMove else 1
            reader.app.post_message(kind(None, x, y + down, 0, down, button, shift=False, meta=False, ctrl=False))
            if kind is MouseUp:
                await reader.settle()
        await reader.settle()
        assert reader.app.mouse_captured is None
        assert reader.main.list_pane.scroll_y == 0


async def test_a_click_in_the_filters_narrows(library: Library) -> None:
    async with library.open() as reader:
        await reader.click("Videos", "#filters")
        assert "/ kind:video" in reader.bar
        await reader.click("Videos", "#filters")
        assert "10 items" in reader.bar
        await reader.click("Documents", "#filters")
        assert "odd.txt" not in reader.filters


async def test_a_click_on_the_query_is_the_start_of_typing(library: Library) -> None:
    async with library.open("shared") as reader:
        await reader.click("shared", "#query")
        assert reader.main.bar.is_open
        await reader.type(" -lit")
        assert "/ shared -lit" in reader.bar
        await reader.click("Videos", "#filters")
        assert not reader.main.bar.is_open
        assert "/ shared -lit kind:video" in reader.bar, "what was typed stays"


async def test_a_click_at_the_foot_does_what_the_key_does(library: Library) -> None:
    async with library.open() as reader:
        await reader.click("Star", "#keys")
        assert "★" in reader.list
        await reader.click("Undo", "#keys")
        assert "★" not in reader.list
        await reader.click("Help", "#keys")
        assert "Keys in the list" in reader.text
        await reader.press("escape")
        await reader.click("Search", "#keys")
        assert reader.main.bar.is_open


async def test_a_click_on_a_link_opens_it(library: Library) -> None:
    async with library.open() as reader:
        await reader.click("Bridge of glass", "#detail")
        assert reader.selected == "Bridge of glass opens"
        assert "Bridge of glass opens" in reader.detail.splitlines()[1]
    assert library.read == {"Bridge of glass opens"}


async def test_selecting_text_with_the_mouse_breaks_nothing(library: Library) -> None:
    async with library.open() as reader:
        await reader.pilot.mouse_down("#detail", offset=(3, 3))
        await reader.pilot.hover("#detail", offset=(20, 9))
        await reader.pilot.mouse_up("#detail", offset=(20, 9))
        await reader.settle()
        assert "Old crane" in reader.detail


async def test_a_click_on_an_arrow_opens_and_one_behind_it_narrows(library: Library) -> None:
    async with library.open() as reader:
        await reader.click("▸ 2021", "#filters")
        assert "▾ 2021" in reader.filters
        assert "/ everything" in reader.bar
        await reader.click("Jun", "#filters")
        assert "/ date:2021-06 " in reader.bar
        await reader.click("2021", "#filters")
        assert "/ date:2021 " in reader.bar
        assert "▾ ✓ 2021" in reader.filters
