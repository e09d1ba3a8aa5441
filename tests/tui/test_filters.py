from tests.tui.stage import TITLES, Library, Reader


async def _to(reader: Reader, label: str) -> None:
    """The cursor of the filters to a line."""
    await reader.press("1")
    lines = [line.strip("│ ▾▸✓−") for line in reader.filters.splitlines()[1:-1]]
    reader.main.filter_pane.move_to(next(number for number, line in enumerate(lines) if line.startswith(label)))
    assert reader.main.filter_pane.current
    assert reader.main.filter_pane.current.label == label


def _count(reader: Reader, label: str) -> int:
    return int(reader.line_with(label, "#filters").split()[-2])


async def test_groups_and_counts(library: Library) -> None:
    async with library.open() as reader:
        counts = {"All": 10, "Unread": 10, "Starred": 0, "Articles": 2, "Headlines": 7, "Videos": 1}
        counts |= {"Northern Wire": 3, "Harbour Post": 2, "2021": 4, "2020": 3, "2019": 1, "Undated": 2}
        counts |= {"greenhouse.txt": 6, "crane.txt": 4, "odd.txt": 2}
        assert {label: _count(reader, label) for label in counts} == counts


async def test_enter_narrows_and_takes_back(library: Library) -> None:
    async with library.open() as reader:
        await _to(reader, "Videos")
        await reader.press("enter")
        assert "/ kind:video" in reader.bar
        assert "1 item " in reader.bar
        assert "✓ Videos" in reader.filters
        assert reader.focused == "filters"
        assert _count(reader, "Headlines") == 7, "a group is counted without its own terms"
        assert _count(reader, "Harbour Post") == 0
        await reader.press("enter")
        assert "everything" in reader.bar


async def test_excluding(library: Library) -> None:
    async with library.open() as reader:
        await _to(reader, "Northern Wire")
        await reader.press("-")
        assert '-source:="Northern Wire"' in reader.bar
        assert "7 items" in reader.bar
        assert "− Northern Wire" in reader.filters
        assert "Old crane" not in reader.list
        await reader.press("-")
        assert "10 items" in reader.bar


async def test_narrowing_adds_to_what_was_typed(library: Library) -> None:
    async with library.open("lighthouse OR toothbrush") as reader:
        await _to(reader, "Harbour Post")
        await reader.press("enter")
        assert "1 item " in reader.bar
        assert "Lettuces" in reader.list
        await reader.press("enter")
        assert "lighthouse OR toothbrush" in reader.bar
        assert "3 items" in reader.bar


async def test_years_open_to_months(library: Library) -> None:
    async with library.open() as reader:
        await _to(reader, "2021")
        assert "Jun" not in reader.filters
        await reader.press("space")
        assert _count(reader, "Jul") == 1
        assert _count(reader, "Mar") == 1
        await reader.press("j", "j", "enter")
        assert "/ date:2021-06" in reader.bar
        assert reader.list.count("●") == 1
        await _to(reader, "2021")
        await reader.press("space")
        assert "Jun" not in reader.filters


async def test_a_heading_opens_and_closes(library: Library) -> None:
    async with library.open() as reader:
        await _to(reader, "Documents")
        await reader.press("enter")
        assert "crane.txt" not in reader.filters
        await reader.press("space")
        assert "crane.txt" in reader.filters


async def test_lines_without_a_hit_stay_and_are_dimmed(library: Library) -> None:
    async with library.open("lighthouse") as reader:
        assert _count(reader, "Harbour Post") == 0
        assert reader.style_of("Harbour Post", "#filters") != reader.style_of("Northern Wire", "#filters")
        assert _count(reader, "odd.txt") == 0


async def test_all_takes_every_view_out_and_nothing_else(library: Library) -> None:
    async with library.open("is:unread kind:headline -is:starred") as reader:
        await _to(reader, "All")
        await reader.press("enter")
        assert "/ kind:headline" in reader.bar
        assert "is:" not in reader.bar
        assert "✓ All" in reader.filters


async def test_counts_follow_marks(library: Library) -> None:
    async with library.open() as reader:
        await reader.press("s", "r")
        assert (_count(reader, "Starred"), _count(reader, "Unread")) == (1, 9)
        await reader.press("u")
        assert (_count(reader, "Starred"), _count(reader, "Unread")) == (1, 10)


async def test_the_cursor_stays_on_its_line(library: Library) -> None:
    async with library.open() as reader:
        await _to(reader, "Videos")
        await reader.press("/")
        await reader.type("night")
        assert reader.main.filter_pane.current
        assert reader.main.filter_pane.current.label == "Videos"


async def test_a_document_narrows_to_what_it_tells_of(library: Library) -> None:
    async with library.open() as reader:
        await _to(reader, "crane.txt")
        await reader.press("enter")
        assert {title for title in TITLES if title[:20] in reader.list} == {
            "Old crane learns to dance",
            "Lettuces under the lunar night",
            "Shared lighthouse is lit again",
            "Bridge of glass opens",
        }


async def test_what_is_for_reading_does_nothing_in_the_filters(library: Library) -> None:
    async with library.open() as reader:
        await reader.press("1", *"srRnvoy")
        assert reader.said == ""
        assert reader.focused == "filters"
        assert len(reader.app.screen_stack) == 1
    assert library.marks == {}


async def test_lines_of_one_group_are_chosen_beside_each_other(library: Library) -> None:
    async with library.open() as reader:
        for label, text, count in (
            ("Videos", "kind:video", 1),
            ("Articles", "kind:video,article", 3),
            ("Videos", "kind:article", 2),
            ("Articles", "everything", 10),
        ):
            await _to(reader, label)
            await reader.press("enter")
            assert f"/ {text} " in reader.bar or text == "everything" in reader.bar
            assert f" {count} item" in reader.bar
            assert ("✓ Articles" in reader.filters) == ("article" in text)
            assert ("✓ Videos" in reader.filters) == ("video" in text)


async def test_a_line_that_was_chosen_beside_others_is_left_out_without_them(library: Library) -> None:
    async with library.open("kind:video,article") as reader:
        await _to(reader, "Videos")
        await reader.press("-")
        assert "/ kind:article -kind:video " in reader.bar
        assert "✓ Articles" in reader.filters
        assert "− Videos" in reader.filters


async def test_one_time_is_chosen_in_the_place_of_another(library: Library) -> None:
    async with library.open() as reader:
        await _to(reader, "2021")
        await reader.press("enter")
        assert " 4 items" in reader.bar
        await _to(reader, "2020")
        await reader.press("enter")
        assert "/ date:2020 " in reader.bar
        assert " 3 items" in reader.bar
        await reader.press("enter")
        assert "10 items" in reader.bar


async def test_the_status_tells_of_no_more_unread_items_than_are_listed(library: Library) -> None:
    async with library.open() as reader:
        await reader.press("s")
        assert "10 unread" in reader.status
        for query, said in (("is:starred", ""), ("is:unread", "9 unread"), ("kind:video", "1 unread")):
            await reader.press("r" if query == "is:unread" else "j", "/", "ctrl+u")
            await reader.type(query)
            await reader.press("enter")
            assert (said in reader.status) if said else ("unread" not in reader.status), query
