import asyncio
from functools import partial
from pathlib import Path

import pytest
from textual.color import Color
from textual.events import Key
from textual.theme import BUILTIN_THEMES

from reader.config import Config, find_places
from reader.errors import CatalogueError
from reader.repository import Damaged, Repository, Searcher
from reader.searches import SavedSearches
from reader.session import Session
from reader.tui.app import ReaderApp
from reader.tui.main_screen import MainScreen
from reader.tui.running import _leave, _save_session, start
from tests.tui.stage import PATIENCE, TITLES, Library, headline


async def test_the_news_are_listed_newest_first_and_the_first_is_shown(library: Library) -> None:
    async with library.open() as reader:
        rows = [line for line in reader.list.splitlines() if "●" in line]
        assert [next(title for title in TITLES if title[:20] in row) for row in rows] == list(TITLES)
        assert reader.focused == "list"
        assert "It takes a bow at noon." in reader.detail
        assert "10 items" in reader.bar
        assert "1/10 · 10 unread" in reader.status
    assert library.marks == {}, "looking is not reading"


async def test_a_row_tells_marks_day_kind_and_sightings(library: Library) -> None:
    async with library.open() as reader:
        assert "● 2021-06-01   Shared lighthouse" in reader.line_with("Shared lighthouse")
        assert reader.line_with("Shared lighthouse").rstrip(" │").endswith("×2")
        assert "2020-08-01 ▶ Tide gauge sings at night" in reader.line_with("Tide gauge")
        assert "2021-07-08 ¶ Lettuces" in reader.line_with("Lettuces"), "the text of the one, the date of the other"
        assert "Northern Wire" not in reader.list


async def test_a_wide_list_names_sources(library: Library) -> None:
    async with library.open(size=(200, 40)) as reader:
        assert "Northern Wire" in reader.line_with("A toothbrush for whales")


async def test_wide_characters_keep_the_frame_straight(library: Library) -> None:
    async with library.open() as reader:
        assert "嫦娥五号带回月球样品" in reader.list
        widths = {strip.cell_length for strip in reader.main._compositor.render_strips()}
        assert widths == {120}


async def test_documents_are_never_written_to(library: Library) -> None:
    before = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in library.folder.iterdir()}
    async with library.open() as reader:
        await reader.press("s", "enter", "r", "R", "y", "ctrl+r")
    assert {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in library.folder.iterdir()} == before


async def test_an_empty_folder_says_what_to_do(empty: Library) -> None:
    async with empty.open() as reader:
        assert "No documents yet" in reader.empty
        assert "news" in reader.empty
        assert "ctrl+r" in reader.empty
        assert "●" not in reader.list
        await reader.press("j", "G", "enter", "s", "r", "R", "n", "p", "space", "v", "y", "o", "u", "U", "3", "j", "2")
        assert "No documents yet" in reader.empty
        empty.write("first.txt", headline("Hello from the quay"))
        await reader.press("ctrl+r")
        assert "Hello from the quay" in reader.list
        assert reader.empty == ""
    assert empty.marks == {}


async def test_nothing_but_broken_files_names_the_problems(empty: Library) -> None:
    empty.write("picture.txt", bytes(range(32)) * 40)
    empty.write("blank.txt", "- \n- [Last Updated On: June 1st, 2020]\n")
    async with empty.open() as reader:
        assert "Nothing here could be read" in reader.empty
        assert "2 files" in reader.empty
        assert "problem" in reader.status
        await reader.press("!")
        assert "news/picture.txt" in reader.text
        await reader.press("escape")
        assert "Nothing here could be read" in reader.empty


async def test_without_hits_it_says_what_dropping_each_term_would_give(library: Library) -> None:
    async with library.open("toothbrush kind:video") as reader:
        assert "Nothing matches" in reader.empty
        assert "without toothbrush: 1" in reader.empty
        assert "without kind:video: 2" in reader.empty
        await reader.press("escape")
        assert "Old crane" in reader.list
        assert reader.empty == ""


async def test_the_problems_open_to_file_and_line(library: Library) -> None:
    async with library.open() as reader:
        assert "1 problem" in reader.status
        await reader.press("!")
        assert "news/odd.txt:1" in reader.text
        assert "February 30th" in reader.text
        await reader.press("!")
        assert reader.focused == "list"


async def test_no_problems_are_told_too(many: Library) -> None:
    async with many.open() as reader:
        assert "problem" not in reader.status
        await reader.press("!")
        assert "No problems" in reader.text


@pytest.mark.parametrize("names", [list(BUILTIN_THEMES)[half::2] for half in (0, 1)], ids=["even", "odd"])
async def test_every_theme_shows_the_screen(library: Library, names: list[str]) -> None:
    async with library.open("toothbrush") as reader:
        before = reader.lines
        for name in names:
            reader.app.theme = name
            await reader.pilot.pause()
            assert reader.lines == before
            hit, plain = reader.style_of("toothbrush", "#list"), reader.style_of("A tooth", "#list")
            assert "underline" in hit or "reverse" in hit
            assert hit != plain


async def test_a_theme_that_is_gone_is_told_and_another_taken(library: Library) -> None:
    async with library.open(session=Session(theme="sunset-over-mars")) as reader:
        assert "sunset-over-mars" in reader.said
        assert "Old crane" in reader.list


async def test_without_colours_everything_is_still_told(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with library.open("toothbrush") as reader:
        for style in (reader.style_of(text) for text in ("toothbrush", "Filters", "Lettuces", "2 items")):
            colours = {part for part in style.split() if part.startswith("#")}
            assert all(_is_grey(colour) for colour in colours), style
        assert "underline" in reader.style_of("toothbrush", "#list")


def _is_grey(colour: str) -> bool:
    return colour[1:3] == colour[3:5] == colour[5:7]


async def test_a_relative_path_is_shown_as_it_was_given(library: Library) -> None:
    async with library.open() as reader:
        assert "news/crane.txt:4" in reader.detail
        assert str(Path.cwd()) not in reader.text


async def test_what_is_wrong_with_the_saved_searches_is_told(library: Library) -> None:
    (library.home / "searches.toml").write_text('moon = 3\nmars = "rover"\n')
    async with library.open() as reader:
        assert "searches.toml: the search 'moon' is to be a text" in reader.said
        assert "mars" in reader.filters


async def test_a_place_that_takes_no_catalogue_is_told(library: Library) -> None:
    (library.home / "cache").write_text("a file where the folder should be")
    async with library.open() as reader:
        assert "All documents are read anew at each start." in reader.said
        assert "Old crane" in reader.list


@pytest.mark.parametrize(
    ("where", "keys"),
    [(Repository, "detail j"), (Repository, "scan ctrl+r"), (Searcher, "first 1 j enter"), (Searcher, "facets s")],
)
async def test_news_that_cannot_be_read_any_more_end_the_screen_in_good_order(
    library: Library, monkeypatch: pytest.MonkeyPatch, where: type, keys: str
) -> None:
    def broken(*_args: object) -> None:
        raise Damaged("The catalogue is damaged.")

    async with library.open() as reader:
        name, *pressed = keys.split()
        monkeypatch.setattr(where, name, broken)
        for key in pressed:
            reader.app.post_message(Key(key, key if len(key) == 1 else None))
        # Not the pilot's own waiting, which is for widgets that go on.
        async with asyncio.timeout(PATIENCE):
            while not reader.app._exit:
                await asyncio.sleep(0)
        assert isinstance(reader.app.failure, Damaged)


def test_a_disk_that_breaks_every_catalogue_is_not_tried_for_ever(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str | None] = []

    def broken(_paths: object, _places: object, _config: object, query: str | None, *_rest: object) -> int:
        asked.append(query)
        raise Damaged("The catalogue is damaged.")

    monkeypatch.setattr("reader.tui.running._show", broken)
    places = find_places({"HOME": str(library.home)})
    with pytest.raises(Damaged):
        start(paths=(), places=places, config=Config(), query="moon", theme=None, state=library.state)
    assert asked == ["moon", None, None]


def test_the_next_round_begins_in_the_colours_of_the_last(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[str] = []

    def run(app: ReaderApp) -> None:
        begun.append(app.theme)
        app.failure = Damaged("It is damaged.") if len(begun) == 1 else None

    monkeypatch.setattr(ReaderApp, "run", run)
    places = find_places({"HOME": str(library.home)})
    start(paths=[library.folder], places=places, config=Config(), query=None, theme="nord", state=library.state)
    assert begun == ["nord", "nord"]


@pytest.mark.parametrize("failure", [Damaged("It is damaged."), CatalogueError("It cannot be used.")])
@pytest.mark.parametrize("kept", [True, False])
def test_why_the_screen_had_to_end_is_told_unless_another_begins(
    library: Library, capsys: pytest.CaptureFixture[str], failure: CatalogueError, kept: bool
) -> None:
    repository = library.repository()
    app = ReaderApp(repository, Session(), SavedSearches(library.home / "searches.toml"), Config())
    app.failure = failure
    app.main = MainScreen(repository, Session(), SavedSearches(library.home / "searches.toml"), {}, "")
    goes_on = kept and isinstance(failure, Damaged)
    session = library.home / ("session.json" if kept else "news")
    assert _leave(app, repository, partial(_save_session, session, "key", "")) == (0 if goes_on else 1)
    assert (f"reader: {failure}\n" in capsys.readouterr().err) is not goes_on


def contrast(one: Color, other: Color) -> float:
    """The contrast ratio of WCAG 2.2, from 1 to 21; a sign that is no text is to have 3."""

    def luminance(color: Color) -> float:
        parts = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in color.normalized)
        return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), parts, strict=True))

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("names", [sorted(BUILTIN_THEMES)[n::4] for n in range(4)])
async def test_a_star_can_be_seen_in_every_theme(library: Library, names: list[str]) -> None:
    async with library.open() as reader:
        await reader.press("s", "j")
        for name in names:
            reader.app.theme = name
            await reader.settle()
            style = reader.main.list_pane.style("list--row") + reader.main.list_pane.ink("list--star")
            assert style.color
            assert style.bgcolor
            if not name.startswith("ansi"):
                star, ground = map(Color.from_rich_color, (style.color, style.bgcolor))
                assert contrast(star, ground) >= 3, name
