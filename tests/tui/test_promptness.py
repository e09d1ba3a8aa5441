"""Keys that come faster than the screen is painted still mean what the person saw."""

import gc
from array import array
from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from textual.css.stylesheet import Stylesheet
from textual.dom import DOMNode
from textual.geometry import Region
from textual.strip import Strip

from reader.model import Entry
from reader.query import parse
from reader.session import Session
from reader.tui.lines import Lines
from reader.tui.news_screen import NewsScreen
from reader.tui.painting import NarrowCompositor
from reader.tui.result import Result
from tests.tui.stage import TITLES, Library


async def test_a_star_right_after_a_move_is_given_where_the_cursor_is(library: Library) -> None:
    async with library.open() as reader:
        # Two keys in one read from the terminal: both actions run before any message that the first has sent.
        reader.main.action_move(1)
        reader.main.action_star()
        await reader.settle()
        starred = [line for line in reader.list.splitlines() if "★" in line]
        assert len(starred) == 1
        assert TITLES[1][:20] in starred[0]


async def test_a_star_while_a_search_is_under_way_does_not_end_it(many: Library) -> None:
    async with many.open() as reader:
        reader.main.ask(parse("parcel"))
        reader.main.action_star()
        await reader.settle()
        assert reader.main.result.is_complete
        assert "500 items" in reader.bar
        assert "1/500" in reader.status
    assert len(many.starred) == 1


async def test_raw_lines_stay_when_the_folder_has_been_read(library: Library) -> None:
    async with library.open() as reader:
        await reader.press("v")
        shown = reader.detail
        reader.main.ask_again()
        await reader.settle()
        assert reader.detail == shown
        await reader.press("v")
        assert reader.detail != shown


async def test_the_text_follows_the_cursor(library: Library) -> None:
    async with library.open() as reader:
        reader.main.action_move(1)
        assert reader.selected == TITLES[1]
        assert TITLES[1] not in reader.detail.splitlines()[1]
        await reader.settle()
        assert TITLES[1] in reader.detail.splitlines()[1]
        assert f"2/{len(TITLES)}" in reader.status


async def test_only_the_last_of_many_moves_is_told_of(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    async with library.open() as reader:
        told: list[Entry | None] = []
        show = NewsScreen.show_entry

        def listen(screen: NewsScreen, entry: Entry | None) -> None:
            told.append(entry)
            show(screen, entry)

        monkeypatch.setattr(NewsScreen, "show_entry", listen)
        for _ in range(3):
            reader.main.action_move(1)
        await reader.settle()
        assert [entry.item.title for entry in told if entry] == [TITLES[3]]


async def test_raw_lines_right_after_a_move_are_of_the_document_under_the_cursor(library: Library) -> None:
    async with library.open() as reader:
        reader.main.action_move(8)
        reader.main.action_raw()
        await reader.settle()
        assert reader.selected == "Fog horn retires"
        assert reader.main.detail_pane.is_raw
        assert "Day that never was [Last Updated" in reader.detail


async def test_of_two_texts_nothing_is_mixed(library: Library) -> None:
    async with library.open(size=(120, 60)) as reader:
        for _ in range(2 * len(TITLES)):
            await reader.press("down" if reader.main.list_pane.cursor < len(TITLES) - 1 else "home")
            shown = reader.detail
            reader.main.detail_pane.refresh()
            await reader.settle()
            assert reader.detail == shown


async def test_a_text_that_was_scrolled_leaves_nothing_behind(library: Library) -> None:
    async with library.open(size=(120, 14)) as reader:
        await reader.press("down", "3", "end", "2")
        top = reader.main.detail_pane.scroll_offset.y
        await reader.press("down")
        shown = reader.detail
        reader.main.detail_pane.refresh()
        await reader.settle()
        assert top > 0
        assert reader.detail == shown
        assert TITLES[2] in shown.splitlines()[1]


@pytest.mark.parametrize("sort", ["", "sort:date", "sort:title"])
def test_an_item_is_found_in_any_order(sort: str) -> None:
    rows = {"": [90, 7, 5, 1], "sort:date": [1, 5, 7, 90], "sort:title": [7, 90, 1, 5]}[sort]
    result = Result(parse(sort), rows=array("q", rows))
    assert [result.line_of(row) for row in rows] == [0, 1, 2, 3]
    assert [result.line_of(row) for row in (0, 2, 6, 91)] == [None] * 4


async def test_garbage_is_looked_for_between_two_steps(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    async with library.open() as reader:
        looked: list[int] = []
        monkeypatch.setattr(gc, "collect", lambda: looked.append(1))
        monkeypatch.setattr(gc, "get_count", lambda: (0, 0, 0))
        await reader.press("j")
        assert not looked
        monkeypatch.setattr(gc, "get_count", lambda: (0, 0, 1))
        await reader.press("j")
        assert looked


async def test_painting_leaves_no_garbage(library: Library) -> None:
    async with library.open(size=(120, 30)) as reader:
        await reader.press("j", "k", "pagedown", "home")
        gc.collect()
        gc.set_debug(gc.DEBUG_SAVEALL)
        try:
            await reader.press("j", "k", "pagedown", "home")
            gc.collect()
            left = [thing for thing in gc.garbage if isinstance(thing, Strip)]
        finally:
            gc.set_debug(0)
            gc.garbage.clear()
        assert not left


def rendered_panes(monkeypatch: pytest.MonkeyPatch) -> list[str | None]:
    """Those that are rendered from now on, each as often as it is."""
    rendered: list[str | None] = []
    render_lines, lines_at = Lines.render_lines, Lines.lines_at

    def listen(pane: Lines, crop: Region) -> list[Strip]:
        rendered.append(pane.id)
        return render_lines(pane, crop)

    def listen_to_lines(pane: Lines, rows: Iterable[int]) -> Iterator[Strip]:
        rendered.append(pane.id)
        return lines_at(pane, rows)

    monkeypatch.setattr(Lines, "render_lines", listen)
    monkeypatch.setattr(Lines, "lines_at", listen_to_lines)
    return rendered


async def test_only_what_has_changed_is_rendered(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    async with library.open(size=(120, 30)) as reader:
        rendered = rendered_panes(monkeypatch)
        await reader.press("j")
        assert rendered.count("list") == 1
        assert set(rendered) == {"list", "detail"}


async def test_a_field_that_comes_has_no_other_pane_rendered(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    async with library.open(size=(120, 30)) as reader:
        await reader.press("slash", "escape")
        rendered = rendered_panes(monkeypatch)
        await reader.press("slash")
        assert set(rendered) == {"list"}, "which has lost the focus"


async def test_typing_lays_nothing_out(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    async with library.open() as reader:
        await reader.press("slash")
        laid_out: list[int] = []
        monkeypatch.setattr(NarrowCompositor, "reflow", lambda *_: laid_out.append(1))
        await reader.press(*"lettuces")
        assert "1 item" in reader.bar
        assert not laid_out


async def test_styles_are_found_once_for_the_first_frame(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    styled: list[str] = []
    apply = Stylesheet.apply

    def listen(stylesheet: Stylesheet, node: DOMNode, **options: Any) -> None:
        styled.append(f"{node.id}")
        apply(stylesheet, node, **options)

    async with library.open():
        pass  # there are items from then on
    # As wide as the stage.
    monkeypatch.setenv("COLUMNS", "120")
    with monkeypatch.context() as patch:
        patch.setattr(Stylesheet, "apply", listen)
        async with library.start(Session()):
            assert styled.count("filters") == styled.count("detail") == 1


@pytest.mark.parametrize("width", [60, 90, 120])
async def test_the_styles_of_the_first_frame_are_those_that_hold(library: Library, width: int) -> None:
    async with library.open(size=(width, 30)) as reader:
        shown = reader.main._compositor.render_strips()
        reader.main.update_node_styles(animate=False)
        reader.main.refresh(layout=True)
        await reader.settle()
        assert [*map(list, reader.main._compositor.render_strips())] == [*map(list, shown)]


async def test_the_end_of_a_long_query_is_seen_while_it_is_typed(library: Library) -> None:
    async with library.open(size=(80, 24)) as reader:
        await reader.press("slash", *"lettuces OR " * 12, *"whales")
        assert reader.bar.rstrip().endswith("items")
        assert "OR whales" in reader.bar
