"""Hostile text through every surface: it is shown as harmless text, and nothing of it is obeyed."""

import json
import re
import unicodedata
from pathlib import Path

import pytest
from rich.segment import Segment
from textual.color import Color
from textual.events import Paste
from textual.widgets import Input

from reader.config import Config
from reader.session import Session
from reader.tui.app import Harmless
from tests.tui.stage import Library, Reader, headline

MARKUP = (
    "[@click=app.quit]click me[/]",
    "[/nope] closing",
    "[red]colour[/red] of rust",
    "a [last updated on: noon] b",
    "[link=https://example.org]anchor[/link]",
    "$text and [$error]theme",
    "\\[escaped\\] [[double]]",
)
"""What Textual or Rich would read as markup; shown as it stands."""

CONTROLS = {
    "colour \x1b[31mred\x1b[0m here": "colour red here",
    "clip \x1b]52;c;ZXZpbA==\x07board": "clip board",
    "link \x1b]8;;http://evil.example\x1b\\text\x1b]8;;\x1b\\ end": "link text end",
    "title \x1b]0;owned\x07set": "title set",
    "eight \x9b2Jbit \x9d52;c;eA==\x9cC1": "eight bit C1",
    "dcs \x1bPq#0;2;0\x1b\\here": "dcs here",
    "bidi \u202egnp.exe\u202c and \u2066isolate\u2069": "bidi gnp.exe and isolate",
    "zero\u200bwidth\ufeffmark\u2060joined": "zerowidthmarkjoined",
    "bell\x07 back\x08space nul\x00 del\x7f": "bell backspace nul del",
}
"""What a terminal would obey, and what is left to be shown."""

RTL = "עברית ואנגלית mixed with العربية"
TITLES = (*MARKUP, *CONTROLS.values(), RTL)


@pytest.fixture
def hostile(empty: Library) -> Library:
    raw = (*MARKUP, *CONTROLS, RTL)
    days = (f"May {number}, 2020" for number in range(1, 32))
    index = "".join(
        headline(f"{title} - [b]Post[/b] {n % 2}", day) for n, (title, day) in enumerate(zip(raw, days, strict=False))
    )
    body = "".join(f"Paragraph {title}\n" for title in raw)
    text = f"{body}\tA tab\tin a line\nRead [/on] here:\nArticle [@click=app.quit]of doom[/] - Evil [/] Press\n{index}"
    empty.write("[@click=app.quit]name[/].txt", text)
    empty.write("broken [/nope] \x1b[31mred.txt", "- Cut [b]here[/b] [Last Updated On: Febtober 99th, 2020]\n")
    return empty


def _is_harmless(reader: Reader) -> bool:
    text = "".join(reader.lines)
    bad = {
        char
        for char in text
        if unicodedata.category(char) in {"Cc", "Cs"} or re.match("[\u202a-\u202e\u2066-\u2069\u200b\ufeff]", char)
    }
    assert not bad, bad
    assert {strip.cell_length for strip in reader.app.screen._compositor.render_strips()} == {reader.app.size.width}
    return True


def _flat(text: str) -> str:
    return " ".join(text.replace("│", " ").split())


async def test_the_list_shows_titles_literally(hostile: Library) -> None:
    async with hostile.open(size=(200, 50)) as reader:
        for title in TITLES:
            assert title in reader.list
        assert "[b]Post[/b] 0" in reader.list
        assert _is_harmless(reader)


async def test_without_the_last_guard_nothing_gets_through_either(
    hostile: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Harmless, "apply", lambda _self, segments, _background: segments)
    async with hostile.open(size=(200, 50)) as reader:
        assert _is_harmless(reader)
        await reader.press("v")
        assert _is_harmless(reader)
        await reader.press("escape", "2", "!")
        assert _is_harmless(reader)


def test_the_last_guard_takes_what_somebody_forgot_to_clean() -> None:
    segments = [Segment("a\x1b[31mb\x1b]52;c;eA==\x07c\td\u202ee"), Segment("plain")]
    guarded = Harmless().apply(segments, Color(0, 0, 0))
    assert "".join(segment.text for segment in guarded) == "abc deplain"
    plain = [Segment("untouched")]
    assert Harmless().apply(plain, Color(0, 0, 0)) is plain


async def test_there_is_one_last_guard_so_that_painted_lines_can_be_kept(empty: Library) -> None:
    async with empty.open() as reader:
        assert isinstance(reader.app.get_line_filters()[-1], Harmless)
        assert reader.app.get_line_filters()[-1] is reader.app.get_line_filters()[-1]


async def test_the_detail_shows_text_literally_and_clicks_run_nothing(hostile: Library) -> None:
    async with hostile.open(size=(200, 90)) as reader:
        assert reader.selected == "Article [@click=app.quit]of doom[/]"
        told = _flat(reader.detail)
        for title in TITLES:
            assert f"Paragraph {title}" in told
        assert "A tab in a line" in told
        assert "Evil [/] Press" in told
        assert "name[/].txt" in told
        await reader.click("click me", "#detail")
        await reader.click("of doom", "#detail")
        assert not reader.app._exit
        assert _is_harmless(reader)


async def test_raw_lines_are_shown_literally(hostile: Library) -> None:
    async with hostile.open(size=(200, 90)) as reader:
        await reader.press("v", "z")
        for title in TITLES:
            assert title in _flat(reader.detail)
        await reader.click("click me", "#detail")
        assert not reader.app._exit
        assert _is_harmless(reader)
        for width in (60, 80, 120):
            await reader.resize(width, 40)
            assert _is_harmless(reader)


async def test_filters_show_sources_and_paths_literally_and_narrow_by_them(hostile: Library) -> None:
    async with hostile.open(size=(200, 60)) as reader:
        assert "[b]Post[/b] 0" in reader.filters
        assert "Evil [/] Press" in reader.filters
        assert "[@click=app.qui" in reader.filters
        await reader.click("[b]Post[/b] 0", "#filters")
        assert 'source:="[b]Post[/b] 0"' in reader.bar
        assert "9 items" in reader.bar
        await reader.click("[@click=app.qui", "#filters")
        assert not reader.app._exit
        assert "[@click=app.quit]name[/].txt" in reader.bar
        assert "9 items" in reader.bar
        assert _is_harmless(reader)


async def test_the_query_shows_what_was_typed(hostile: Library) -> None:
    async with hostile.open() as reader:
        for query in ("[/nope]", "[@click=a]x[/]", "\\", '"[/"', "((", "/[/"):
            await reader.press("/")
            await reader.type(query)
            assert query in reader.bar
            await reader.press("escape")
            assert _is_harmless(reader)
            assert reader.list
            await reader.press("escape")
            assert "everything" in reader.bar


async def test_what_is_pasted_is_cleaned_before_any_field_has_it(hostile: Library) -> None:
    pasted = Paste("colour \x1b[31mred\u202e\x9b2J\tof\nrust\x1b]0;title")
    async with hostile.open(size=(120, 50)) as reader:
        for keys in (("/",), ("escape", "+"), ("escape", "ctrl+p")):
            await reader.press(*keys)
            reader.app.post_message(Paste(pasted.text))
            await reader.settle()
            assert isinstance(reader.app.focused, Input)
            assert reader.app.focused.value.endswith("colour red of rust")
            assert _is_harmless(reader)
        await reader.press("escape", "/")
        reader.app.post_message(Paste(" and" * 100_000))
        await reader.settle()
        assert len(reader.main.bar.text) < 5_000


async def test_whatever_is_told_is_cleaned_and_no_markup(hostile: Library) -> None:
    async with hostile.open(size=(120, 50)) as reader:
        reader.main.notify("[@click=app.quit]told[/] \x1b[31mred\u202e [/nope]")
        reader.main.post_message(reader.main.Told("[/x] cannot \x1b]0;be\x07 kept\nhere"))
        await reader.settle()
        assert reader.said == "[@click=app.quit]told[/] red [/nope]\n[/x] cannot kept here"
        assert "[@click=app.quit]told[/] red [/nope]" in _flat(reader.text)
        assert _is_harmless(reader)


async def test_what_only_a_mark_tells_of_is_cleaned(empty: Library) -> None:
    mark = {"title": "[/] gone \x1b]52;c;eA==\x07\ud800\u202e " + "x" * 600, "source": "S\x1b[31m\udfff"}
    mark |= {"starred": "true", "starred_at": "2026-01-01T00:00:00Z"}
    empty.state.write_text(json.dumps({"version": 1, "marks": {"0123456789abcdef": mark}}).replace('"true"', "true"))
    async with empty.open(size=(120, 50)) as reader:
        assert reader.selected == "[/] gone " + "x" * 491
        assert "Headline · S" in reader.detail
        assert _is_harmless(reader)


async def test_the_name_of_an_empty_folder_is_cleaned(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "home").mkdir()
    library = Library(tmp_path / "home")
    library.folder = library.folder.rename(library.home / "ne[b]ws \x1b[31mred\u202e")
    monkeypatch.chdir(library.home)
    async with library.open() as reader:
        assert "into ne[b]ws red and press" in _flat(reader.empty)
        assert _is_harmless(reader)


async def test_a_session_and_saved_searches_are_shown_literally(hostile: Library) -> None:
    session = Session("[/nope] [@click=app.quit]x[/]", theme="[/dark][@click=app.quit]x")
    async with hostile.open(session=session, saved={"mine": "[/nope]"}, size=(120, 60)) as reader:
        assert "[/nope]" in reader.bar
        assert "[/dark][@click=app.quit]x" in reader.said
        assert "[/dark][@click=app.quit]x" in _flat(reader.text)
        assert _is_harmless(reader)


async def test_notifications_show_text_literally(hostile: Library) -> None:
    keys = {"[/nope]": "x", "[@click=app.quit]x[/]": "y"}
    async with hostile.open(config=Config(keys=keys), size=(120, 60)) as reader:
        assert "'[/nope]'" in _flat(reader.text)
        for file in hostile.folder.rglob("*.txt"):
            file.unlink()
        await reader.press("v")
        assert "[@click=app.quit]name[/].txt cannot be read" in _flat(reader.text)
        await reader.click("cannot be", "Screen")
        assert not reader.app._exit
        assert _is_harmless(reader)


async def test_problems_show_paths_and_lines_literally(hostile: Library) -> None:
    async with hostile.open(size=(120, 60)) as reader:
        await reader.press("!")
        told = _flat(reader.text)
        assert "news/broken [/nope] red.txt:1" in told
        assert "Febtober 99th" in told
        frame = [line for line in reader.lines if "red.txt:1" in line or "Febtober" in line]
        assert len({line.rindex("│") for line in frame}) == 1, "the frame is straight"
        assert _is_harmless(reader)


async def test_dialogs_help_and_palette_open_over_hostile_text(hostile: Library) -> None:
    async with hostile.open(config=Config(keys={"mark.star": "left_square_bracket"}), size=(120, 60)) as reader:
        for key in ("?", "R", "ctrl+p"):
            await reader.press(key)
            assert len(reader.app.screen_stack) == 2
            assert _is_harmless(reader)
            await reader.press("escape")
        await reader.press("ctrl+p")
        await reader.type("[/")
        assert _is_harmless(reader)
        await reader.press("escape", "[")
    assert len(hostile.starred) == 1


async def test_what_is_copied_and_looked_up_is_clean(hostile: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":0")
    opened: list[str] = []
    async with hostile.open("clip", size=(120, 40)) as reader:
        monkeypatch.setattr(reader.app, "open_url", opened.append)
        await reader.press("2", "j", "y", "o")
        assert reader.app.clipboard.isprintable()
        assert opened
        assert opened[0].startswith("https://duckduckgo.com/?q=clip+board")
