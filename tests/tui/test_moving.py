import pytest

from tests.tui.stage import TITLES, Library, Reader


def _at(reader: Reader) -> int:
    return TITLES.index(reader.selected) + 1


@pytest.mark.parametrize(("down", "up"), [("down", "up"), ("j", "k")])
async def test_lines(library: Library, down: str, up: str) -> None:
    async with library.open() as reader:
        await reader.press(down, down)
        assert _at(reader) == 3
        assert "3/10" in reader.status
        assert "Shared lighthouse is lit again" in reader.detail.splitlines()[1], "the detail follows"
        await reader.press(up, up, up, up)
        assert _at(reader) == 1, "up stops at the first"
        assert "1/10" in reader.status


@pytest.mark.parametrize(("end", "top"), [("end", "home"), ("G", "g")])
async def test_edges(library: Library, end: str, top: str) -> None:
    async with library.open() as reader:
        await reader.press(end)
        assert _at(reader) == 10
        await reader.press("down")
        assert _at(reader) == 10
        await reader.press(top)
        assert _at(reader) == 1


@pytest.mark.parametrize(("down", "up"), [("pagedown", "pageup"), ("ctrl+d", "ctrl+u")])
async def test_pages(many: Library, down: str, up: str) -> None:
    async with many.open(size=(120, 26)) as reader:
        page = reader.list.count("●")
        assert page == 21
        await reader.press(down)
        assert "22/500" in reader.status
        assert reader.selected in reader.list
        await reader.press(down)
        assert "43/500" in reader.status
        await reader.press(up)
        assert "22/500" in reader.status
        await reader.pilot.press(*["down"] * 21)
        await reader.settle()
        assert "43/500" in reader.status, "arrows move the cursor where there is more than fits, too"
        assert reader.selected in reader.list
        await reader.press("G")
        assert "500/500" in reader.status
        assert reader.selected == "Parcel number 1 arrives"
        assert "Parcel number 1 arrives" in reader.list
        await reader.press(down)
        assert "500/500" in reader.status


async def test_keys_and_numbers_change_the_pane(library: Library) -> None:
    async with library.open() as reader:
        for key, pane in (("1", "filters"), ("2", "list"), ("3", "detail")):
            await reader.press(key)
            assert reader.focused == pane
        for pane in ("filters", "list", "detail"):
            await reader.press("tab")
            assert reader.focused == pane
        for pane in ("list", "filters", "detail"):
            await reader.press("shift+tab")
            assert reader.focused == pane


async def test_the_foot_names_what_the_pane_with_the_focus_does(library: Library) -> None:
    async with library.open() as reader:
        assert "Star" in reader.keys
        await reader.press("1")
        assert "Only these" in reader.keys
        assert "Without" in reader.keys
        assert "Star" not in reader.keys.split()
        await reader.press("3")
        assert "Star" in reader.keys


async def test_one_step_back_at_a_time(library: Library) -> None:
    async with library.open("shared") as reader:
        await reader.press("enter", "v")
        assert "- Shared lighthouse" in reader.detail
        await reader.press("escape")
        assert "Seen in 2 places" in reader.detail
        assert reader.focused == "detail"
        await reader.press("h")
        assert reader.focused == "list"
        assert "shared" in reader.bar
        await reader.press("left")
        assert "shared" not in reader.bar
        assert "10 items" in reader.bar
        assert reader.selected == "Shared lighthouse is lit again", "the item stays, where it is now"
        assert "3/10" in reader.status
        await reader.press("escape")
        assert reader.app.is_running


async def test_q_leaves_from_the_list_alone(library: Library) -> None:
    async with library.open() as reader:
        await reader.press("enter")
        await reader.press("q")
        assert reader.focused == "list"
        await reader.press("1", "q")
        assert reader.focused == "list"
        assert not reader.app._exit
        await reader.pilot.press("q")
        assert reader.app._exit


@pytest.mark.parametrize("key", ["ctrl+q", "ctrl+c"])
@pytest.mark.parametrize("before", ["/", "R"])
async def test_leaving_from_anywhere(library: Library, before: str, key: str) -> None:
    async with library.open() as reader:
        await reader.press(before)
        await reader.pilot.press(key)
        assert reader.app._exit


async def test_next_and_previous_unread(library: Library) -> None:
    async with library.open() as reader:
        await reader.press("j", "r", "j", "r", "g")
        await reader.press("n")
        assert _at(reader) == 4
        await reader.press("p")
        assert _at(reader) == 1
        await reader.press("p")
        assert _at(reader) == 1
        assert "Nothing more is unread" in reader.said
        await reader.press("G", "n")
        assert _at(reader) == 10
    assert library.read == set(TITLES[1:3]), "moving in the list reads nothing"


async def test_next_unread_far_beyond_the_first_answer(many: Library) -> None:
    async with many.open() as reader:
        await reader.press("R", "y", "G", "r", "g", "n")
        assert "500/500" in reader.status
        assert reader.selected == "Parcel number 1 arrives"


async def test_what_is_told_of_one_key_makes_room_for_the_next(library: Library) -> None:
    async with library.open() as reader:
        await reader.press("s", "j", "s", "u", "u", "u")
        assert reader.said == "Nothing to undo."
