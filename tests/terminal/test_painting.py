"""What is painted bit by bit, each time only what has changed, is what is painted all at once."""

from pathlib import Path

import pyte
import pytest

from tests.terminal.screen import Terminal, terminal
from tests.terminal.test_terminal import DOCUMENT

QUIET = 0.4
"""Seconds without anything new after which all that a key leads to is painted."""

ROWS, COLUMNS = 24, 120


def article(number: int) -> str:
    """A document whose article is longer than the screen is high; the last one's has characters of two cells."""
    words = "嫦娥五号带回月球样品 🚀" if number == 2 else "a long light over the harbour"
    paragraphs = [f"Paragraph {paragraph} of article {number}: {words * (3 + number)}." for paragraph in range(20)]
    index = "- Nothing new [Last Updated On: May 4th, 2021] [Originally Added On: May 4th, 2021]"
    return "\n".join([*paragraphs, "Read on here:", f"Article {number}", index, ""])


def painted(there: Terminal) -> list[list[pyte.screens.Char]]:
    """Every cell, with its colours, once nothing comes any more."""
    told = -1
    while told < len(there.raw):
        told = len(there.raw)
        there.drain(QUIET)
    return [[there.screen.buffer[y][x] for x in range(there.screen.columns)] for y in range(ROWS)]


def resize(there: Terminal, columns: int) -> None:
    """Make the window as wide as that."""
    there.screen.resize(ROWS, columns)
    there.process.setwinsize(ROWS, columns)


def paint_anew(there: Terminal) -> None:
    """Have everything painted on an empty screen, as when the window comes back from another size."""
    width = there.screen.columns
    for columns in (width + 1, width):
        resize(there, columns)
        there.screen.erase_in_display(2)
        there.drain(QUIET)


@pytest.mark.parametrize(
    "keys",
    [
        ("j", "s", "j", "k"),
        ("/lamp", "\x15", "ha", "\r", "j"),
        ("\t", "j", "\t", "\t", "z", "z"),
        ("/nothing that there is", "\x15", "\r", "f", "f"),
        ("/(ha", "\x15", "amp", "\r", "/", "\x1b", "j"),
        ("?", "\x1b", "v", "j", "v"),
        ("/kind:article", "\r", "j", "j", "k", "l", " ", " ", "h", "j"),
        ("t", "j", "k", "j", "t", "j"),
        ("U", "j", "j", "k", "s"),
    ],
)
def test_what_has_changed_is_all_that_is_to_be_painted(tmp_path: Path, keys: tuple[str, ...]) -> None:
    (tmp_path / "news").mkdir()
    (tmp_path / "news" / "harbour.txt").write_text(DOCUMENT)
    for number in range(3):
        (tmp_path / "news" / f"{number}.txt").write_text(article(number))
    with terminal("news", home=tmp_path, columns=COLUMNS, rows=ROWS) as there:
        there.see("Ferry leaves on time")
        for key in keys:
            there.press(key)
            there.drain(QUIET)
        bit_by_bit = painted(there)
        paint_anew(there)
        assert painted(there) == bit_by_bit


@pytest.mark.parametrize("steps", [(80, "f", "f"), (120, "t", 80)])
def test_no_character_is_painted_by_halves(tmp_path: Path, steps: tuple[int | str, ...]) -> None:
    (tmp_path / "news").mkdir()
    # Of a title, the half is at the edge of the list as it was beside the filters; of the text, at that of the drawer.
    document = DOCUMENT.replace("Lamp", "嫦娥五号带回月球样品").replace("A short", f"A{'嫦娥五号带回月球样品' * 2}")
    (tmp_path / "news" / "harbour.txt").write_text(document)
    with terminal("news", home=tmp_path, columns=COLUMNS, rows=ROWS) as there:
        there.see("Ferry leaves on time")
        for step in steps:
            resize(there, step) if isinstance(step, int) else there.press(step)
            there.drain(QUIET)
        bit_by_bit = painted(there)
        paint_anew(there)
        assert painted(there) == bit_by_bit


def test_what_is_laid_out_between_two_frames_is_painted_too(tmp_path: Path) -> None:
    (tmp_path / "news").mkdir()
    (tmp_path / "news" / "harbour.txt").write_text(DOCUMENT)
    with terminal("news", home=tmp_path, columns=80, rows=ROWS) as there:
        there.see("Ferry leaves on time")
        # A click in the detail: from then on the drawer of the filters is one that nobody sees and somebody asks for.
        for key in ("1", "\x1b[<0;70;16M\x1b[<0;70;16m", "/", "\r"):
            there.press(key)
            there.drain(QUIET)
        assert "everything, newest first" in there.text


@pytest.mark.parametrize(("columns", "rows"), [(120, 5), (40, 4)])
def test_what_is_cut_off_altogether_is_not_painted(tmp_path: Path, columns: int, rows: int) -> None:
    (tmp_path / "news").mkdir()
    (tmp_path / "news" / "harbour.txt").write_text(DOCUMENT)
    with terminal("news", home=tmp_path, columns=columns, rows=rows) as there:
        there.see("unread")
        for key in ("", "t", "t"):
            there.press(key)
            there.drain(QUIET)
        assert there.process.isalive(), there.text
