"""Saved searches: named, listed with their counts, asked for by their names, renamed and deleted."""

from tests.tui.stage import Library, Reader


async def _name(reader: Reader, key: str, name: str) -> None:
    """Open the dialog with a key, and give a name in the place of the one there is."""
    await reader.press(key)
    await reader.press("ctrl+u", *name, "enter")


def _labels(reader: Reader) -> list[str]:
    return [choice.label for choice in reader.main.filter_pane._choices if choice.label.startswith("@")]


async def test_the_first_search_that_is_saved_can_be_asked_for_at_once(library: Library) -> None:
    async with library.open("toothbrush") as reader:
        await _name(reader, "+", "teeth")
        assert "Saved as @teeth." in reader.said
        assert 'teeth = "toothbrush"' in (library.home / "searches.toml").read_text()
        assert reader.line_with("@teeth", "#filters").split()[-2:] == ["2", "│"]
        await reader.press("escape", "/")
        await reader.type("@teeth whales")
        assert "1 item " in reader.bar
        assert reader.hints == ""


async def test_renaming_and_deleting_are_for_the_search_under_the_cursor(library: Library) -> None:
    saved = {"a": "crane", "b": "lettuces", "m": "lighthouse"}
    async with library.open(saved=saved) as reader:
        assert _labels(reader) == ["@a", "@b", "@m"]
        await reader.press("1", *["down"] * 5)
        assert reader.main.filter_pane.saved_search == "b"
        await _name(reader, "m", "z")
        assert _labels(reader) == ["@a", "@m", "@z"]
        assert reader.main.filter_pane.saved_search == "z"
        await reader.press("x")
        assert "Delete @z?" in reader.text
        await reader.press("y")
        assert _labels(reader) == ["@a", "@m"]


async def test_a_name_that_is_taken_stays_where_it_is(library: Library) -> None:
    async with library.open(saved={"a": "crane", "b": "lettuces"}) as reader:
        await reader.press("1", *["down"] * 4)
        await _name(reader, "m", "b")
        await reader.press("escape")
        assert _labels(reader) == ["@a", "@b"]
        assert reader.main.filter_pane.saved_search == "a"


async def test_a_saved_search_is_replaced_by_who_says_so(library: Library) -> None:
    async with library.open("toothbrush", saved={"teeth": "crane"}) as reader:
        await _name(reader, "+", "teeth")
        assert "Replace @teeth, which is “crane”?" in reader.text
        await reader.press("n")
        assert 'teeth = "crane"' in (library.home / "searches.toml").read_text()
        await _name(reader, "+", "teeth")
        await reader.press("y")
        assert "Saved as @teeth." in reader.said
        await _name(reader, "+", "teeth")
        assert "Replace" not in reader.text, "it is that query already"
    assert (library.home / "searches.toml").read_text() == 'teeth = "toothbrush"\n'


async def test_the_dialog_stands_in_the_middle_and_shows_all_that_it_says(library: Library) -> None:
    async with library.open("toothbrush", size=(80, 24)) as reader:
        await reader.press("+")
        assert "letters, digits, - and _" in reader.text
        x, y = reader.place_of("Save “toothbrush” as")
        assert 10 < x < 40
        assert 6 < y < 14


async def test_what_does_not_count_of_a_saved_search_is_told(library: Library) -> None:
    async with library.open("@few", saved={"few": "toothbrush sort:title limit:1"}) as reader:
        assert "2 items" in reader.bar
        assert "sort: and limit:" in reader.hints


async def test_each_is_counted_as_choosing_it_would_leave_the_result(library: Library) -> None:
    saved = {"teeth": "toothbrush", "shared": "shared OR lighthouse"}
    async with library.open("kind:headline", saved=saved) as reader:
        assert reader.line_with("@teeth", "#filters").split()[-2] == "1"
        await reader.press("1", *["down"] * 5)
        assert reader.main.filter_pane.saved_search == "teeth"
        await reader.press("enter")
        assert "/ kind:headline @teeth " in reader.bar
        assert "1 item " in reader.bar
        assert reader.line_with("@teeth", "#filters").split()[-2] == "1"
        assert reader.line_with("@shared", "#filters").split()[-2] == "0"
        every = reader.line_with("All", "#filters").split()[-2]
        await reader.press("home", "down", "enter")
        assert f"{every} items" in reader.bar, "All takes every view out"


async def test_a_search_in_force_is_followed_to_its_new_name(library: Library) -> None:
    saved = {"teeth": "toothbrush", "more": "@teeth whales", "other": '"@teeth"  whales'}
    async with library.open("@teeth kind:headline", saved=saved) as reader:
        await reader.press("1", *["down"] * 6)
        assert reader.main.filter_pane.saved_search == "teeth"
        await _name(reader, "m", "bite")
        assert "/ @bite kind:headline " in reader.bar
        assert "1 item " in reader.bar
        assert "✓ @bite" in reader.filters
    kept = (library.home / "searches.toml").read_text()
    assert kept == 'bite = "toothbrush"\nmore = "@bite whales"\nother = "\\"@teeth\\" whales"\n'


async def test_a_name_that_cannot_be_is_said_where_it_is_typed(library: Library) -> None:
    async with library.open("toothbrush", saved={"a": "crane", "b": "whales"}) as reader:
        await reader.press("+")
        await reader.press("m", "y", "space", *"teeth", "enter")
        assert "cannot name a search" in reader.text
        assert "my teeth" in reader.text
        await reader.press("ctrl+u", *"teeth", "enter")
        assert "Saved as @teeth." in reader.said
        await reader.press("1", *["down"] * 4)
        await _name(reader, "m", "b")
        assert "There is a saved search 'b' already." in reader.text
        await reader.press("escape")
        assert _labels(reader) == ["@a", "@b", "@teeth"]


async def test_views_left_out_are_counted_as_choosing_them_would_leave_the_result(library: Library) -> None:
    async with library.open("-@teeth", saved={"teeth": "toothbrush"}) as reader:
        assert reader.line_with("@teeth", "#filters").split()[-2] == "2"
        assert reader.line_with("All", "#filters").split()[-2] == "10"


async def test_a_second_enter_is_no_second_answer(library: Library) -> None:
    async with library.open("toothbrush") as reader:
        await reader.press("+")
        await reader.press_at_once(*"teeth", "enter", "enter")
        assert "Saved as @teeth." in reader.said
        assert "2 items" in reader.bar
