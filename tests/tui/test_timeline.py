"""The timeline: a bar for each month of the result, and a range that narrows it."""

import pytest

from reader.tui.commands import ALLOWED, COMMANDS, Pane
from reader.tui.timeline import drawn
from tests.tui.stage import Library, Reader


def _range(reader: Reader) -> str:
    """What the timeline says of the range between its edges."""
    return reader.seen("#timeline").splitlines()[4].strip("│ ")


async def test_keys_move_and_draw_out_a_range_that_narrows_the_list(library: Library) -> None:
    async with library.open() as reader:
        await reader.press("t")
        assert reader.focused == "timeline"
        assert _range(reader) == "Jul 2021: 1"
        await reader.press("left", "h")
        assert reader.focused == "timeline"
        assert _range(reader) == "May 2021: 1"
        await reader.press("right", "l", "left")
        assert _range(reader) == "Jun 2021: 1"
        await reader.press("shift+left", "H", "L")
        assert _range(reader) == "May 2021 – Jun 2021: 2"
        await reader.press("enter")
        assert "/ date:2021-05..2021-06" in reader.bar
        assert "2 items" in reader.bar
        assert "Shared lighthouse" in reader.list
        await reader.press("home", "enter")
        assert "/ date:2019-05 " in reader.bar
        assert "Fog horn retires" in reader.list
        await reader.press("t")
        assert "Timeline" not in reader.text
        assert reader.focused == "list"


async def test_bars_stand_on_zero(library: Library) -> None:
    async with library.open("toothbrush") as reader:
        await reader.press("t")
        upper, lower = (line.strip("│")[1:] for line in reader.seen("#timeline").splitlines()[1:3])
        assert set(upper) <= {" ", "█"}
        assert upper.strip()
        assert not lower[0].strip(), "nothing in 2019 is no bar"


def test_what_is_not_nothing_has_a_bar() -> None:
    assert drawn([0, 1, 28, 56, 500, 1000], 2) == ["     █", " ▁▁▁██"]
    assert drawn([0, 0], 2) == ["  ", "  "]
    assert drawn([24, 56], 1) == ["▄█"]


async def test_escape_goes_back_to_the_list_and_the_timeline_stays(library: Library) -> None:
    async with library.open("shared") as reader:
        await reader.press("t", "escape")
        assert reader.focused == "list"
        assert "Timeline" in reader.text
        assert "/ shared " in reader.bar


@pytest.mark.parametrize("size", [(80, 24), (120, 30), (60, 24)])
async def test_there_is_room_for_rows_beside_it(library: Library, size: tuple[int, int]) -> None:
    async with library.open(size=size) as reader:
        before = reader.list.count("\n")
        await reader.press("t")
        assert sum(title in reader.list for title in ("Old crane", "Lettuces", "Shared lighthouse")) == 3
        await reader.press("t")
        assert reader.list.count("\n") == before


def _runs(pane: Pane, key: str) -> str:
    """The command that a key stands for in a pane: Textual takes the first whose action is allowed there."""
    for command in COMMANDS:
        if key in command.keys.split(",") and pane in ALLOWED[command.action.partition("(")[0]]:
            return command.id
    return ""


@pytest.mark.parametrize("pane", Pane)
def test_each_key_does_what_the_table_says(pane: Pane) -> None:
    told = {key: command.id for command in COMMANDS if pane in command.panes for key in command.keys.split(",")}
    assert {key: _runs(pane, key) for key in told} == told


async def test_counts_that_come_while_it_goes_are_for_nobody(library: Library) -> None:
    async with library.open() as reader:
        await reader.press("t")
        timeline = reader.main.panes.timeline
        assert timeline
        # As in the midst of its removal, or of its coming.
        await timeline.remove_children()
        timeline.show({(2021, 6): 3}, {(2021, 1): 3, (2021, 9): 2})
        assert len(timeline.span.hits) == 9
        assert reader.app.is_running
