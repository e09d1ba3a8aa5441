"""Hostile text through every surface of the running program: each byte that reaches the terminal is accounted for."""

import json
import os
import re
from pathlib import Path

import pytest

from reader.clean import clean_line
from reader.model import item_id
from tests import hostile
from tests.terminal.screen import ENTER, LEAVE, Listener, running
from tests.terminal.tokens import COMMANDS, SCREEN, copied, foreign

STAMP = "[Last Updated On: May 2nd, 2014] [Originally Added On: May 2nd, 2014]"
TITLES = hostile.titles()
NAMES = [piece for piece in hostile.pieces() if not {"/", "\x00"} & set(piece)][::9]


def _document() -> str:
    body = "".join(f"A paragraph with {title} and some more words after that.\n" for title in TITLES)
    index = "".join(
        f"- {title} - {source} source {STAMP}\n"
        for title, source in zip(TITLES, [*hostile.pieces()][::-1], strict=True)
    )
    attribution = "Article \x1b]0;PAYLOAD\x07of [@click=app.quit]doom[/] - Evil [/] Press"
    return f"{body}Read \x1b[31m[/on] \u202ehere:\n{attribution}\n{index}"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder of hostile documents with hostile names, and hostile files of what the program keeps."""
    folder = tmp_path / "news"
    folder.mkdir()
    # A lone surrogate is in no file: it cannot be encoded.
    (folder / "corpus.txt").write_text(_document(), encoding="utf-8", errors="replace")
    for number, piece in enumerate(NAMES):
        name = os.fsencode(f"{number:02} {piece}"[:60])[:200]
        line = f"- File {number} {STAMP}\n- Bad \x1b[5m day {number} [Last Updated On: {piece[:20]}]\n"
        Path(os.fsdecode(os.fsencode(folder) + b"/" + name + b".txt")).write_text(line, errors="replace")
    Path(os.fsdecode(os.fsencode(folder) + b"/caf\xe9 \x1b]0;PAYLOAD\x07.txt")).touch()
    mark = {"title": TITLES[70], "source": "\x1b[41m\ud800x", "starred": True, "starred_at": "2026-01-01T00:00:00Z"}
    state = tmp_path / "state" / "reader"
    state.mkdir(parents=True)
    (state / "state.json").write_text(json.dumps({"version": 1, "marks": {"0123456789abcdef": mark}}))
    config = tmp_path / "config" / "reader"
    config.mkdir(parents=True)
    (config / "config.toml").write_text(
        'theme = "\\u001b[31m[/dark]"\n[keys]\n"[/no] \\u001b]0;PAYLOAD\\u0007" = "x"\n'
    )
    (config / "searches.toml").write_text('mine = "\\u001b[31m[/nope] source"\n')
    return tmp_path


def _is_own(raw: bytes, grammar: tuple[str, ...]) -> bool:
    assert foreign(raw, grammar) == []
    # What JSON escapes is text, which a program may want whole.
    assert hostile.PAYLOAD not in re.sub(r"\\u[0-9a-f]{4}[^\"]*", "", raw.decode())
    return True


def _page(there: Listener, end: str, page: str = ".") -> None:
    """Page down until ``end`` is seen, each time when ``page`` (a pattern) has been painted."""
    for _ in range(100):
        if end in there.text:
            return
        there.press("\x04")
        there.until(lambda: bool(re.search(page, there.text)), "another page")
    raise AssertionError(f"{end!r} is not seen, but\n{there.text}")


def _paste(there: Listener, text: str) -> None:
    there.press(f"\x1b[200~{text}\x1b[201~")


ESCAPE = "\x1b"
# No ESC: terminals take it out of what is pasted, and Textual would take it for a key.
PASTED, CLEANED = "pas\x9b31mted \u202e[/nope]\x9b2J\x9d0;PAYLOAD\x07\t%s\u2028end", "pasted [/nope] %s end"


def _look_at_everything(there: Listener) -> None:
    """The list, the text with its index, the raw lines, the sources and the documents, each to the end."""
    _page(there, "document missing", r"\d/554 ")
    there.press("g\rz")
    there.see("read 20")
    _page(there, f"2014-05-02  Item {len(TITLES) - 1}")
    there.press("vg")
    there.see("  1  A paragraph with Item 000")
    _page(there, f"{2 * len(TITLES) + 2}  - Item {len(TITLES) - 1}")
    there.press("hz1g")
    there.see("▸ Source")
    there.press("jjjjjjjj ")
    there.see("▾ Source")
    _page(there, "▸ Documents")
    there.press("G ")
    there.see("▾ Documents")
    _page(there, f" {len(NAMES) - 1} ")


def _ask_and_be_told(there: Listener) -> None:
    """A query from a document's name, and a name for it that none may have; what is copied, and what opens."""
    there.press("\r")
    there.see("/ doc:=")
    there.press("+")
    there.see("Save “doc:=")
    _paste(there, PASTED)
    there.see(CLEANED)
    there.press("\r")
    there.see(f"'{CLEANED}' cannot name")
    there.press(ESCAPE)
    there.see("/ doc:=")
    there.press("2")
    there.press(ESCAPE)
    there.see("everything, newest first")
    there.press("gjjjjy")
    there.see("Title copied")
    there.press("o")
    there.see("address was copied")
    there.press("t")
    there.see("Timeline")
    there.press("t?")
    there.see("Keys in the list")
    there.press("q")
    there.insist("j", "/554 ·")
    there.press("!")
    there.see("─ Problems ─")
    there.press("q")
    there.insist("j", "/554 ·")


def _type_and_paste(there: Listener) -> None:
    """Into a query, and into the palette."""
    there.press("/[@click=app.quit]x[/] \\ ")
    there.see("[@click=app.quit]x[/] \\")
    _paste(there, PASTED)
    there.see(CLEANED)
    there.press("\x10")
    there.see("Search for commands")
    _paste(there, PASTED)
    there.see("No matches found")


def test_what_the_screen_paints_is_its_own(home: Path) -> None:
    with running(Listener(["news"], home, 180, 60)) as there:
        there.see("554 unread")
        _look_at_everything(there)
        _ask_and_be_told(there)
        _type_and_paste(there)
        there.press("\x03")
        assert there.end() == (0, None)
    told = there.raw.decode()
    assert [title for title in TITLES if clean_line(title)[:15] not in told] == []
    assert (there.raw.count(ENTER), there.raw.count(LEAVE)) == (1, 1)
    citation, address = copied(there.raw)
    assert citation.startswith("Item 45")
    assert address.startswith("https://duckduckgo.com/?q=Item+45")
    assert clean_line(citation + address) == citation + address
    assert _is_own(there.raw, SCREEN)


@pytest.mark.parametrize(
    "arguments",
    [
        ("list", "news", "-q", "sort:title"),
        ("list", "news", "--json"),
        ("show", "{id}", "news"),
        ("check", "news"),
        ("mark", "read", "news", "-q", PASTED),
        ("list", f"missing {PASTED}"),
        ("list", "news", f"--{PASTED}"),
        ("paths", "--state", f"state {PASTED}"),
    ],
    ids=lambda arguments: " ".join(arguments[:2])[:12],
)
def test_what_the_commands_print_is_their_own(home: Path, arguments: tuple[str, ...]) -> None:
    ident = item_id("Article of [@click=app.quit]doom[/]", "Evil [/] Press", None)
    with running(Listener([word.replace("{id}", ident) for word in arguments], home, 180)) as there:
        there.end()
    assert len(there.raw) > 20
    assert _is_own(there.raw, COMMANDS)


@pytest.mark.parametrize(
    "raw", [b"\x1b[31m", b"\x1b]0;x\x07", b"\x1b[2J", b"a\x07b", "\x9b".encode(), "\u202e".encode()]
)
def test_the_grammar_knows_what_is_foreign(raw: bytes) -> None:
    assert foreign(raw, SCREEN)
    assert foreign(b"text\x1b[0m" + raw, SCREEN)
    assert not foreign("täxt\r\n\x1b[1;38;5;7;48;5;0mx\x1b[0m\x1b[?25l".encode(), SCREEN)
