"""Keys that come faster than the screen is painted still mean what the person saw."""

from reader.query import parse
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
