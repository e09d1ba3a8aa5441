import pytest

from reader.repository import Report
from reader.tui import main_screen
from reader.tui.main_screen import MainScreen
from tests.tui.stage import GREENHOUSE, Library, headline


async def test_what_is_added_shows_and_the_selection_stays_on_its_item(library: Library) -> None:
    async with library.open() as reader:
        await reader.press("j", "j")
        library.write("new.txt", headline("Newest of all", "July 1st, 2022") + headline("Older", "May 1st, 2018"))
        assert "Newest of all" not in reader.list
        await reader.press("ctrl+r")
        assert "Newest of all" in reader.list
        assert "12 items" in reader.bar
        assert reader.selected == "Shared lighthouse is lit again"
        assert "4/12" in reader.status
        assert "new.txt" in reader.filters
        assert "Shared lighthouse" in reader.detail.splitlines()[1]


async def test_what_is_changed_and_removed(library: Library) -> None:
    async with library.open() as reader:
        await reader.press("G", "k")
        assert reader.selected == "Fog horn retires"
        library.write("greenhouse.txt", GREENHOUSE.replace("A toothbrush for whales", "A comb for whales"))
        (library.folder / "crane.txt").unlink()
        await reader.press("ctrl+r")
        assert "A comb for whales" in reader.list
        assert "A toothbrush" not in reader.list
        assert "Old crane" not in reader.list
        assert "×2" not in reader.list
        assert reader.selected == "Fog horn retires"
        assert "crane.txt" not in reader.filters


@pytest.mark.parametrize("text", ["", headline("Only one", "July 1st, 2022")])
async def test_reading_waits_for_a_look_only_where_there_is_something_to_see(
    empty: Library, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    # Whoever waited in vain would wait for longer than any test may take.
    monkeypatch.setattr(main_screen, "FIRST_LOOK", 1e6)
    empty.write("one.txt", text)
    async with empty.open() as reader:
        assert ("Only one" in reader.list) == bool(text)
        assert "looking" not in reader.status


async def test_the_item_that_is_read_goes(library: Library) -> None:
    async with library.open() as reader:
        assert reader.selected == "Old crane learns to dance"
        (library.folder / "crane.txt").unlink()
        await reader.press("ctrl+r")
        assert "Old crane" not in reader.list
        assert reader.selected == "Lettuces under the lunar night"


async def test_everything_goes(library: Library) -> None:
    async with library.open() as reader:
        for file in library.folder.iterdir():
            file.unlink()
        await reader.press("ctrl+r")
        assert "No documents yet" in reader.empty
        assert reader.selected == ""
        assert "problem" not in reader.status


async def test_marks_stay_when_a_document_is_renamed(library: Library) -> None:
    async with library.open() as reader:
        await reader.press("s")
        (library.folder / "crane.txt").rename(library.folder / "renamed.txt")
        await reader.press("ctrl+r")
        assert reader.line_with("Old crane").startswith("│★")
        assert "news/renamed.txt:4" in reader.detail


async def test_a_document_with_a_problem_is_told_of(library: Library) -> None:
    async with library.open() as reader:
        library.write("odd.txt", headline("Mended", "May 1st, 2018"))
        await reader.press("ctrl+r")
        assert "problem" not in reader.status
        library.write("odder.txt", b"\x00" * 100)
        await reader.press("ctrl+r")
        assert "1 problem" in reader.status


async def test_nothing_new_leaves_everything_as_it_is(library: Library) -> None:
    async with library.open() as reader:
        await reader.press("j", "enter", "j")
        before = reader.lines
        await reader.press("ctrl+r")
        assert reader.lines == before


async def test_a_wish_to_read_the_folder_again_while_it_is_read_is_kept(library: Library) -> None:
    async with library.open() as reader:
        screen = reader.main
        screen.busy = "looking at the folder"
        await reader.press("ctrl+r")
        (library.folder / "late.txt").write_text("- Late news [Last Updated On: May 3rd, 2020]\n")
        screen.post_message(MainScreen.Scanned(Report()))
        await reader.until(lambda: "Late news" in reader.list, "the new item")
