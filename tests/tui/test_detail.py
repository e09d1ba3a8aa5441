import re
from collections.abc import Iterator
from itertools import pairwise

import pytest
from textual.events import MouseScrollDown

from reader.model import Entry, Item, Kind, RawLines
from reader.query import Query
from reader.repository import Detail
from reader.tui.commands import Pane
from reader.tui.detail_pane import STEP, DetailPane
from reader.tui.item_rows import Page, Row, raw_rows
from tests.tui.stage import CRANE, TODAY, Library, headline, screen_text
from tests.tui.test_panes import Alone

LONG = "\n".join(f"Paragraph {number} of many." for number in range(60))
LONG += f"\nRead on here:\nLong story\n{headline('The last line')}"


async def test_an_article_with_its_index(library: Library) -> None:
    async with library.open() as reader:
        await reader.press("j")
        text = reader.detail
        assert "Article · Harbour Post" in text
        assert "Published 8 July 2021, 5 years ago" in text
        assert "Updated 9 July 2021, 5 years ago" in text
        assert "stubborn radish" in text
        assert "Seen in 2 places" in text
        assert "news/greenhouse.txt:6" in text
        assert "news/crane.txt:5" in text
        assert "In the same document (5)" in text
        assert "嫦娥五号带回月球样品" in text


async def test_a_headline_with_sightings_and_neighbours(library: Library) -> None:
    async with library.open("shared") as reader:
        text = reader.detail
        assert "Headline · Northern Wire" in text
        assert "Published 1 June 2021" in text
        assert "Updated 5 June 2021" in text, "the latest of its sightings"
        assert "news/crane.txt:6" in text
        assert "news/greenhouse.txt:7" in text
        assert "About the same time" in text
        around = text[text.index("About the same time") :]
        order = [around.index(day) for day in ("2021-07-08", "2021-05-04", "2021-03-02", "2020-08-01")]
        assert order == sorted(order)
        assert "Shared lighthouse" not in around


async def test_an_undated_headline(library: Library) -> None:
    async with library.open("never") as reader:
        assert "No date is known" in reader.detail


async def test_the_index_opens_items(library: Library) -> None:
    async with library.open() as reader:
        await reader.press("enter", "j")
        assert reader.main.detail_pane.link
        assert reader.main.detail_pane.link.item.title == "Lettuces under the lunar night"
        await reader.press("j", "j", "k", "enter")
        assert reader.selected == "Shared lighthouse is lit again"
        assert "Headline · Northern Wire" in reader.detail
        assert reader.focused == "detail"
        await reader.press("escape", "s")
        assert reader.line_with("Shared lighthouse").startswith("│★")
    assert library.read == {"Old crane learns to dance", "Shared lighthouse is lit again"}
    assert library.starred == {"Shared lighthouse is lit again"}


async def test_backspace_returns_to_where_a_link_was_followed(library: Library) -> None:
    async with library.open(size=(80, 24)) as reader:
        await reader.press("enter", "G", "k")
        pane = reader.main.detail_pane
        article, place = reader.selected, pane.place
        assert pane.link
        assert place[0] > 0
        await reader.press("enter", "G", "enter")
        assert reader.selected not in {article, pane.link}
        await reader.press("backspace", "backspace")
        assert (reader.selected, pane.place) == (article, place)
        assert reader.focused == "detail"
        await reader.press("enter", "escape", "j", "k", "backspace")
        assert reader.focused == "list", "who goes through the list has begun anew"


async def test_the_end_of_an_article_is_its_last_link(library: Library) -> None:
    async with library.open() as reader:
        await reader.press("enter", "G")
        assert reader.main.detail_pane.link
        assert reader.main.detail_pane.cursor == len(reader.main.detail_pane._rows) - 1


async def test_since_when_an_item_is_starred_is_told_from_the_start(library: Library) -> None:
    async with library.open() as reader:
        await reader.press("s")
    async with library.open() as reader:
        assert re.search(r"★ starred \d{4}-\d\d-\d\d", reader.detail)


async def test_an_item_that_the_query_does_not_list_opens_too(library: Library) -> None:
    async with library.open("crane") as reader:
        await reader.press("enter", "j", "enter", "s")
        assert "Lettuces under the lunar night" in reader.detail.splitlines()[1]
        assert "★ starred" in reader.detail
        await reader.press("escape", "j")
        assert "/ crane" in reader.bar
    assert library.starred == {"Lettuces under the lunar night"}


async def test_raw_lines(library: Library) -> None:
    async with library.open("shared", size=(200, 40)) as reader:
        await reader.press("v")
        assert reader.focused == "detail"
        assert " 4  Old crane learns to dance - Northern Wire" in reader.detail
        assert " 6  - Shared lighthouse is lit again - Northern Wire [Last" in reader.detail
        assert "─ news/crane.txt ─" in reader.detail
        await reader.press("v")
        assert "Seen in 2 places" in reader.detail
        assert "─ Detail ─" in reader.detail
        await reader.press("v", "2")
        reader.main.ask(Query())
        await reader.settle()
        await reader.press("G")
        assert "─ Detail ─" in reader.detail, "another item"


async def test_raw_lines_are_whole_however_narrow_the_pane(empty: Library) -> None:
    words = " ".join(f"word{number}" for number in range(60))
    empty.write("long.txt", f"{words}\n\n{words}\nRead on here:\nA title - Harbour Post\n")
    async with empty.open(size=(120, 60)) as reader:
        await reader.press("v")
        shown = "".join(line[5:-1].strip("│ ") for line in reader.detail.splitlines()[1:-1])
        assert shown.replace(" ", "").count(words.replace(" ", "")) == 2
        assert "│ 2  " in reader.detail, "blank lines count"


async def test_raw_begins_a_little_above_the_item(many: Library) -> None:
    async with many.open() as reader:
        await reader.press("G", "v")
        assert "Parcel number 1 arrives" in reader.detail
        await reader.press("escape", "2", "g", "v")
        assert "Parcel number 500 arrives" in reader.detail


async def test_raw_of_a_document_that_is_gone(library: Library) -> None:
    async with library.open() as reader:
        (library.folder / "crane.txt").unlink()
        await reader.press("v")
        assert "news/crane.txt cannot be read" in reader.said
        assert "It takes a bow" in reader.detail


async def test_scrolling_the_detail(empty: Library) -> None:
    body = "".join(f"Paragraph {number}.\n" for number in range(60))
    empty.write("log.txt", f"{body}Continue here:\nLog book - Harbour Post\n")
    async with empty.open(size=(120, 24)) as reader:
        await reader.press("enter", "j", "j")
        assert "Log book" not in reader.detail
        assert "Paragraph 0." in reader.detail
        await reader.press("k", "k")
        assert "Log book" in reader.detail
        await reader.press("pagedown")
        assert "Paragraph 0." not in reader.detail
        await reader.press("G")
        assert "news/log.txt:62" in reader.detail
        await reader.press("s", "r")
        assert "news/log.txt:62" in reader.detail, "marking leaves the place"
        await reader.press("g")
        assert "★ starred" in reader.detail
        await reader.resize(80, 24)
        assert "★ starred" in reader.detail


async def test_every_mark_is_told_however_narrow(library: Library) -> None:
    async with library.open() as reader:
        await reader.press("s", "r")
    (library.folder / "crane.txt").unlink()
    async with library.open("is:missing") as reader:
        told = " ".join(reader.detail.replace("│", " ").split())
        assert "★ starred" in told
        assert "document missing" in told


@pytest.mark.parametrize(("paragraphs", "at_once"), [(3, 1), (100, 0)])
async def test_an_index_is_looked_up_after_what_is_seen(paragraphs: int, at_once: int) -> None:
    asked: list[Entry] = []

    def index() -> tuple[Entry, ...]:
        asked.append(Entry(2, "2" * 16, Item("The one below")))
        return tuple(asked)

    entry = Entry(1, "1" * 16, Item("A lamp", Kind.ARTICLE))
    detail = Detail(entry, tuple(f"Paragraph {n}." for n in range(paragraphs)), (), None, "lamp.txt", ())
    pane = DetailPane(str, lambda: TODAY, id="detail")
    async with Alone(pane).run_test(size=(60, 20)) as pilot:
        pane.show(None)
        await pilot.pause()
        pane.show(Page(detail, index))
        assert len(asked) == at_once
        await pilot.pause()
        assert len(asked) == 1
        pane.edge(1)
        await pilot.pause()
        assert "The one below" in screen_text(pilot.app)[-1 if paragraphs > 20 else 12]


async def test_a_long_article_is_laid_out_step_by_step(monkeypatch: pytest.MonkeyPatch) -> None:
    entry = Entry(1, "1" * 16, Item("A lamp", Kind.ARTICLE))
    detail = Detail(entry, tuple(f"Paragraph {n}." for n in range(2_000)), (), None, "", ())
    pane = DetailPane(str, lambda: TODAY, id="detail")
    async with Alone(pane).run_test(size=(60, 20)) as pilot:
        told, let_scroll = [20], pane.let_scroll

        def listen(count: int) -> None:
            told.append(count)
            let_scroll(count)

        monkeypatch.setattr(pane, "let_scroll", listen)
        pane.show(Page(detail))
        await pilot.pause()
        assert pane.line_count == told[-1] > 4_000
        assert max(after - before for before, after in pairwise(told)) <= STEP
        pane.edge(1)
        await pilot.pause()
        assert "Paragraph 1999." in screen_text(pilot.app)[-1]


@pytest.mark.parametrize("key", ["move", "page", "edge", "read_on"])
async def test_what_moves_in_an_article_knows_where_it_ends(empty: Library, key: str) -> None:
    empty.write("long.txt", LONG)
    async with empty.open() as reader:
        await reader.press("j")
        assert "Headline" in reader.detail
        # All of it in one step: nothing that was put off has been done when the key comes.
        reader.main.action_move(-1)
        reader.main.catch_up()
        reader.main.panes.focus_pane(Pane.DETAIL)
        if key == "read_on":
            reader.main.action_read_on()
        else:
            getattr(reader.main, f"action_{key}")(1)
        await reader.settle()
        pane = reader.main.detail_pane
        end = pane.line_count - pane.page_size
        assert pane.scroll_offset.y == {"move": 1, "edge": end}.get(key, pane.page_size)
        assert ("The last line" in reader.detail) == (key == "edge")


async def test_the_wheel_is_followed_right_behind_a_key(empty: Library) -> None:
    empty.write("long.txt", LONG)
    async with empty.open() as reader:
        await reader.press("j")
        # They were all read from the terminal before the first of them has done anything.
        for _ in range(3):
            reader.main.detail_pane.post_message(MouseScrollDown(None, 3, 3, 0, 0, 0, False, False, False))
        reader.main.action_move(-1)
        reader.main.catch_up()
        await reader.settle()
        assert reader.main.detail_pane.scroll_offset.y == 6


async def test_a_mark_leaves_the_link_under_the_cursor_in_view(empty: Library) -> None:
    index = "".join(headline(f"Line {number} of many") for number in range(60))
    empty.write("long.txt", f"A paragraph.\nRead on here:\nLong story\n{index}")
    async with empty.open() as reader:
        await reader.press("l", "j")
        pane = reader.main.detail_pane
        last = pane.scroll_offset.y + pane.page_size - 1
        await reader.press(*["j"] * (last - pane.cursor))
        assert pane.cursor == last
        link = pane.link
        assert link
        await reader.press("s")
        assert pane.link
        assert pane.link.id == link.id
        assert link.item.title in reader.detail


@pytest.mark.parametrize("marks", [("s",), ("s", "r"), ("s", "s", "r")])
async def test_a_mark_leaves_the_cursor_on_its_link(library: Library, marks: tuple[str, ...]) -> None:
    async with library.open() as reader:
        await reader.press("j", "l", "j", "j", "j")
        link = reader.main.detail_pane.link
        assert link
        await reader.press(*marks)
        assert reader.main.detail_pane.link
        assert reader.main.detail_pane.link.id == link.id


async def test_backspace_tells_the_place_too(library: Library) -> None:
    async with library.open() as reader:
        await reader.press("enter", "G", "k")
        assert " 1/10 " in reader.status
        await reader.press("enter")
        assert " 1/10 " not in reader.status
        await reader.press("backspace")
        assert " 1/10 " in reader.status


async def test_backspace_returns_to_the_link_in_a_window_of_another_width(library: Library) -> None:
    async with library.open(size=(120, 24)) as reader:
        await reader.press("enter", "G", "k")
        link = reader.main.detail_pane.link
        assert link
        await reader.press("enter")
        await reader.resize(80, 24)
        await reader.press("backspace")
        assert reader.main.detail_pane.link
        assert reader.main.detail_pane.link.id == link.id


async def test_there_is_a_way_back_after_the_folder_was_read_again(library: Library) -> None:
    async with library.open() as reader:
        await reader.press("enter", "G", "k")
        article = reader.selected
        await reader.press("enter")
        followed = reader.selected
        library.write("more.txt", headline("A kite over the bay"))
        await reader.press("ctrl+r")
        assert "11 items" in reader.bar
        assert reader.selected == followed
        await reader.press("backspace")
        assert reader.selected == article


async def test_raw_lines_behind_the_item_are_left_alone(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[int] = []

    def listen(raw: RawLines, width: int) -> Iterator[tuple[int, Row]]:
        for number, row in raw_rows(raw, width):
            made.append(number)
            yield number, row

    monkeypatch.setattr("reader.tui.detail_pane.raw_rows", listen)
    library.write("crane.txt", CRANE + headline("Nothing new") * 500)
    async with library.open() as reader:
        await reader.press("v")
        assert reader.main.detail_pane.is_raw
        assert len(made) < 2 * len(reader.main.detail_pane._rows)
