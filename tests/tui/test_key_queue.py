"""Keys that come faster than a query is answered: each acts on what the person asked for, in the order pressed."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event
from unittest.mock import AsyncMock

import pytest
from textual.events import AppBlur, Key, Paste

from reader.errors import CatalogueError
from reader.query import Query
from reader.searching import Answer, Searcher
from reader.tui.dialogs import Question
from reader.tui.key_queue import KeyQueue
from tests.tui.stage import TITLES, Library, Reader

SHARED, FERRY = "Shared lighthouse is lit again", "Café crème on the ferry"


@contextmanager
def slow_answers(monkeypatch: pytest.MonkeyPatch) -> Iterator[Event]:
    """No query is answered until the event is set."""
    answered = Event()
    first = Searcher.first

    def wait(searcher: Searcher, query: Query, most: int = 200) -> Answer:
        assert answered.wait(60)
        return first(searcher, query, most)

    with monkeypatch.context() as patch:
        patch.setattr(Searcher, "first", wait)
        yield answered
        answered.set()


async def type_slowly(reader: Reader, text: str) -> None:
    """Type a query that is not answered yet, and leave the field."""
    await reader.press("/")
    await reader.pilot.press(*text, "enter")
    await reader.pilot.pause()
    assert reader.focused == "list"
    assert reader.main.is_asking


async def test_a_mark_right_behind_a_query_is_for_its_first_hit(library: Library) -> None:
    async with library.open() as reader:
        assert reader.selected == TITLES[0]
        await reader.press_at_once("slash", *"shared", "enter", "s")
        assert reader.selected == SHARED
        await reader.press_at_once(
            "escape", "slash", *"ferry", "enter", "s", "escape", "slash", *"bridge", "enter", "r"
        )
        assert "1 item " in reader.bar
    assert library.starred == {SHARED, FERRY}
    assert library.read == {"Bridge of glass opens"}


async def test_keys_for_items_wait_for_the_answer(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    async with library.open() as reader:
        with slow_answers(monkeypatch) as answered:
            await type_slowly(reader, "toothbrush")
            await reader.pilot.press("down", "s")
            await reader.pilot.pause()
            assert reader.selected == TITLES[0], "of the query before"
            answered.set()
            await reader.settle()
        assert reader.selected == "A toothbrush for whales"
        assert "★" in reader.line_with("A toothbrush for whales")
    assert set(library.marks) == {"A toothbrush for whales"}


async def test_who_does_not_want_to_wait_drops_the_query(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    async with library.open() as reader:
        with slow_answers(monkeypatch) as answered:
            await type_slowly(reader, "toothbrush")
            await reader.pilot.press("escape")
            await reader.pilot.pause()
            assert reader.main.result.query == Query()
            answered.set()
            await reader.settle()
        assert "10 items" in reader.bar


async def test_filters_are_moved_in_while_the_list_waits(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    async with library.open() as reader:
        with slow_answers(monkeypatch) as answered:
            await type_slowly(reader, "toothbrush")
            before = reader.main.filter_pane.cursor
            await reader.pilot.press("1", "down")
            await reader.pilot.pause()
            assert reader.main.filter_pane.cursor > before
            answered.set()
            await reader.settle()


async def test_a_dialog_has_the_keys_behind_the_one_that_opened_it(library: Library) -> None:
    async with library.open() as reader:
        await reader.press_at_once("slash", *"ferry", "enter", "R", "enter")
        assert not isinstance(reader.app.screen, Question)
    assert library.read == {FERRY}


async def test_after_a_search_that_failed_keys_are_for_what_is_shown(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(searcher: Searcher, query: Query, most: int = 200) -> Answer:
        raise CatalogueError("The catalogue is on holiday.")

    async with library.open() as reader:
        with monkeypatch.context() as patch:
            patch.setattr(Searcher, "first", fail)
            await reader.press_at_once("slash", *"ferry", "enter", "s")
        assert "on holiday" in reader.text
        assert reader.selected == TITLES[0]
    assert set(library.marks) == {TITLES[0]}


async def test_letters_and_what_takes_them_away_come_in_their_order(library: Library) -> None:
    async with library.open("shared") as reader:
        await reader.press_at_once("slash", "backspace", "backspace", *"ne", "left", "x", "home", "-", "end", "y")
        assert reader.bar.startswith("/ -sharnxey ")
        await reader.press_at_once("ctrl+u", *"bri", "z", "backspace", "d", "enter", "s")
    assert library.starred == {"Bridge of glass opens"}


async def test_what_is_pasted_comes_in_its_order_too(library: Library) -> None:
    async with library.open() as reader:
        for event in (Key("slash", "/"), Paste("brid"), Key("g", "g"), Key("enter", "\r"), Key("s", "s")):
            reader.app.post_message(event)
        await reader.settle()
        assert "/ bridg " in reader.bar
    assert library.starred == {"Bridge of glass opens"}


async def test_a_key_brings_the_focus_back(library: Library) -> None:
    async with library.open() as reader:
        reader.app.post_message(AppBlur())
        await reader.settle()
        assert reader.focused == ""
        await reader.press("j")
        assert reader.focused == "list"
        assert reader.selected == TITLES[1]


async def test_keys_behind_one_that_moves_the_focus_are_for_where_it_is_then(library: Library) -> None:
    async with library.open(size=(80, 24)) as reader:
        await reader.press_at_once("slash", *"shared", "enter", "home", "s", "t", "left", "left", "H")
        assert "/ shared " in reader.bar
        assert reader.focused == "timeline"
        assert "1 item " in reader.bar
        await reader.press_at_once("escape", "escape", "1", *["down"] * 6, "enter", "2", "j", "s")
        assert reader.focused == "list"
        assert "kind:" in reader.bar
    assert SHARED in library.starred
    assert len(library.starred) == 2


async def test_a_mark_behind_the_way_to_the_next_unread_item_is_for_that(library: Library) -> None:
    async with library.open() as reader:
        await reader.press("r", "j", "r", "home")
        await reader.press_at_once("n", "s", "n", "n", "s")
        assert reader.selected == TITLES[4]
    assert library.starred == {TITLES[2], TITLES[4]}


async def test_a_pane_that_is_gone_to_from_the_field_ends_the_typing(library: Library) -> None:
    async with library.open() as reader:
        await reader.press_at_once("slash", *"ferry", "tab", "s")
        assert "/ ferry " in reader.bar
        assert reader.focused == "detail"
        assert not reader.main.bar.is_open
    assert library.starred == {FERRY}


async def test_keys_behind_a_filter_are_for_what_it_leaves(library: Library) -> None:
    async with library.open() as reader:
        await reader.press_at_once("1", *["down"] * 7, "enter", "2", "s")
        assert "/ kind:video " in reader.bar
        await reader.press_at_once("escape", "t", "home", "enter", "2", "s")
        assert "/ date:2019-05 " in reader.bar
    assert library.starred == {"Tide gauge sings at night", "Fog horn retires"}


async def test_keys_around_an_undo_are_acted_on_in_their_order(library: Library) -> None:
    async with library.open() as reader:
        await reader.press_at_once("s", "u", "s", "j", "s", "u", "j", "s")
        await reader.press_at_once("slash", *"kind:video", "enter", "R", "y", "u")
        assert "/ kind:video " in reader.bar
    assert library.starred == {TITLES[0], TITLES[2]}
    assert library.read == set()


async def test_the_palette_opens_behind_what_waits(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    async with library.open() as reader:
        with slow_answers(monkeypatch) as answered:
            await type_slowly(reader, "ferry")
            await reader.pilot.press("s", "ctrl+p")
            await reader.pilot.pause()
            assert reader.app.screen is reader.main
            answered.set()
            await reader.settle()
        assert reader.app.screen is not reader.main
    assert library.starred == {FERRY}


async def test_nothing_keeps_the_program_from_being_left(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    async with library.open() as reader:
        with slow_answers(monkeypatch):
            await type_slowly(reader, "ferry")
            await reader.pilot.press("s", "ctrl+c")
            await reader.pilot.pause()
            assert reader.app._exit
    assert library.starred == set()


async def test_a_widget_that_never_answers_keeps_no_key_for_ever(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with library.open() as reader:
        monkeypatch.setattr(KeyQueue, "hear", AsyncMock())
        monkeypatch.setattr("reader.tui.key_queue.PATIENCE", 0.0)
        await reader.press_at_once("j", "j", "s")
    assert library.starred == {TITLES[2]}


@pytest.mark.parametrize(("key", "pane"), [("tab", "detail"), ("3", "detail"), ("1", "filters")])
async def test_the_pane_of_the_keys_is_the_one_with_the_focus(library: Library, key: str, pane: str) -> None:
    async with library.open() as reader:
        await reader.press_at_once("slash", "a", "enter", "slash", "n", "enter", key)
        assert (reader.focused, reader.main.panes.pane.value) == (pane, pane)
