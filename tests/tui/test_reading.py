import pytest

from tests.tui.stage import TITLES, Library, headline


async def test_opening_reads(library: Library) -> None:
    async with library.open() as reader:
        for unread, key in ((9, "enter"), (8, "l"), (7, "right")):
            await reader.press("j", key)
            assert reader.focused == "detail"
            assert "●" not in reader.line_with(reader.selected[:20])
            assert " read 2" in reader.detail
            assert f"{unread} unread" in reader.status
            await reader.press("escape")
    assert library.read == set(TITLES[1:4])
    assert library.marks["Shared lighthouse is lit again"]["published"] == "2021-06-01"


async def test_a_star_is_seen_at_once_and_kept(library: Library) -> None:
    async with library.open() as reader:
        await reader.press("j", "j", "s")
        assert reader.line_with("Shared lighthouse").startswith("│★●")
        assert "★ starred" in reader.detail
        assert reader.line_with("Starred", "#filters").split()[-2] == "1"
    assert library.starred == {"Shared lighthouse is lit again"}
    async with library.open() as reader:
        assert reader.line_with("Shared lighthouse").startswith("│★●")
        await reader.press("j", "j", "s")
        assert "★" not in reader.list
    assert library.starred == set()
    assert library.marks["Shared lighthouse is lit again"]["starred"] is False


async def test_toggling_read(library: Library) -> None:
    async with library.open() as reader:
        await reader.press("r")
        assert "●" not in reader.line_with("Old crane")
        await reader.press("r")
        assert "●" in reader.line_with("Old crane")
        await reader.press("enter", "r")
        assert "●" in reader.line_with("Old crane"), "in the detail, too"
    assert library.read == set()


async def test_undo_and_redo_take_steps(library: Library) -> None:
    async with library.open() as reader:
        await reader.press("s", "j", "r", "u")
        assert "Undone: 1 item marked unread." in reader.said
        assert "10 unread" in reader.status
        await reader.press("u")
        assert "Undone: 1 item un-starred." in reader.said
        assert "★" not in reader.list
        await reader.press("u")
        assert "Nothing to undo." in reader.said
        await reader.press("U", "U")
        assert reader.line_with("Old crane").startswith("│★●")
        assert "9 unread" in reader.status
        await reader.press("U")
        assert "Nothing to redo." in reader.said
    assert (library.starred, library.read) == ({TITLES[0]}, {TITLES[1]})


async def test_a_new_mark_ends_what_could_be_redone(library: Library) -> None:
    async with library.open() as reader:
        await reader.press("s", "u", "r", "U")
        assert "★" not in reader.list


async def test_mark_all_asks_and_takes_no(library: Library) -> None:
    async with library.open() as reader:
        for no in ("n", "escape", "q"):
            await reader.press("R")
            assert "Mark 10 items read?" in reader.text
            await reader.press(no)
            assert "Mark 10 items read?" not in reader.text
            assert "10 unread" in reader.status
    assert library.marks == {}


@pytest.mark.parametrize("yes", ["y", "enter"])
async def test_mark_all_touches_what_is_shown_and_is_undone_as_one(library: Library, yes: str) -> None:
    async with library.open("source:northern") as reader:
        await reader.press("j", "r", "R")
        assert "Mark 3 items read?" in reader.text
        await reader.press(yes)
        assert "2 items marked read" in reader.said, "one was read before"
        assert "●" not in reader.list
        await reader.press("u")
        assert reader.list.count("●") == 2
        await reader.press("U", "escape")
        assert reader.list.count("●") == 7
    assert library.read == {"Old crane learns to dance", "Shared lighthouse is lit again", "A toothbrush for whales"}


async def test_mark_all_of_more_than_a_screen(many: Library) -> None:
    async with many.open() as reader:
        await reader.press("R", "y")
        assert "0 unread" in reader.status
        await reader.press("u")
        assert "500 unread" in reader.status
    assert many.read == set()
    assert len(many.marks) == 500


async def test_space_reads_on(empty: Library) -> None:
    body = "".join(f"Paragraph {number} of the log book.\n" for number in range(60))
    empty.write("log.txt", f"{body}The rest is here:\nLog book of a slow ship - Harbour Post\n{headline('A gull')}")
    async with empty.open(size=(120, 24)) as reader:
        await reader.press("enter")
        assert "Paragraph 0 " in reader.detail
        pages = 0
        while reader.selected != "A gull":
            await reader.press("space")
            pages += 1
            assert pages < 20
        assert pages >= 5
        assert reader.focused == "detail"
        assert "A gull" in reader.detail.splitlines()[1]
        await reader.press("space")
        assert "Nothing more is unread" in reader.said
    assert empty.read == {"Log book of a slow ship", "A gull"}, "what is gone to in the detail has been read"


async def test_a_read_row_stays_until_the_query_changes(library: Library) -> None:
    async with library.open("is:unread") as reader:
        await reader.press("j", "enter", "escape")
        assert "●" not in reader.line_with("Lettuces")
        assert reader.selected == "Lettuces under the lunar night"
        assert "9 unread" in reader.status
        await reader.press("j", "k")
        assert "Lettuces" in reader.list
        await reader.press("/", "space")
        await reader.type("kind:article")
        await reader.press("enter")
        assert "Lettuces" not in reader.list
        assert "1 item" in reader.bar


async def test_an_unstarred_row_stays_until_the_query_changes(library: Library) -> None:
    async with library.open() as reader:
        await reader.press("s")
    async with library.open("is:starred") as reader:
        await reader.press("s")
        assert "Old crane" in reader.list
        await reader.press("escape", "1", "j", "j", "j", "enter")
        assert "is:starred" in reader.bar
        assert "Nothing matches" in reader.empty


async def test_marks_are_kept_when_documents_go(library: Library) -> None:
    async with library.open() as reader:
        await reader.press("s")
    (library.folder / "crane.txt").unlink()
    async with library.open("crane") as reader:
        row = reader.line_with("Old crane")
        assert "missing" in row
        assert "★" in row
        await reader.press("enter")
        assert "document missing" in " ".join(reader.detail.replace("│", " ").split())
        await reader.press("v")
        assert "The document of this item is missing." in reader.said


async def test_copying_a_title(library: Library) -> None:
    async with library.open() as reader:
        await reader.press("j", "y")
        assert reader.app.clipboard == "Lettuces under the lunar night - Harbour Post"
        assert "copied" in reader.said


async def test_the_browser_is_asked_for_a_search(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":0")
    opened: list[str] = []
    async with library.open() as reader:
        monkeypatch.setattr(reader.app, "open_url", opened.append)
        await reader.press("j", "o")
        assert opened == ["https://duckduckgo.com/?q=Lettuces+under+the+lunar+night+-+Harbour+Post"]
        monkeypatch.delenv("DISPLAY")
        for name in ("WAYLAND_DISPLAY", "WSL_DISTRO_NAME"):
            monkeypatch.delenv(name, raising=False)
        await reader.press("o")
        assert len(opened) == 1, "a browser in this terminal would paint over the screen"
        assert reader.app.clipboard == opened[0]
