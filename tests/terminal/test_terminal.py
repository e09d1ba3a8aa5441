import json
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.terminal.screen import terminal
from tests.test_repository import break_catalogue

DOCUMENT = """\
A short article about the harbour.
Read more here:
The harbour wakes up - Harbour Post
- Ferry leaves on time - Harbour Post [Last Updated On: May 2nd, 2020] [Originally Added On: May 2nd, 2020]
- Lamp is lit [Last Updated On: May 1st, 2020] [Originally Added On: May 1st, 2020]
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "news").mkdir()
    (tmp_path / "news" / "harbour.txt").write_text(DOCUMENT)
    return tmp_path


def starred(home: Path) -> list[str]:
    file = home / "state" / "reader" / "state.json"
    if not file.exists():
        return []
    return [mark["title"] for mark in json.loads(file.read_text())["marks"].values() if mark.get("starred")]


def test_it_starts_paints_and_q_leaves_everything_as_it_was(home: Path) -> None:
    with terminal("news", home=home) as there:
        there.see("Ferry leaves on time")
        there.see("A short article about the harbour.")
        there.press("q")
        assert there.end() == (0, None)
        assert there.is_restored
        assert "Ferry" not in there.raw.rpartition(b"\x1b[?1049l")[2].decode()


@pytest.mark.parametrize(("wish", "is_coloured"), [("", True), ("1", False)])
def test_it_has_colours_unless_somebody_wants_none(
    home: Path, monkeypatch: pytest.MonkeyPatch, wish: str, is_coloured: bool
) -> None:
    monkeypatch.setenv("NO_COLOR", wish)
    monkeypatch.delenv("COLORTERM", raising=False)
    with terminal("news", home=home) as there:
        there.see("Ferry leaves on time")
        colours = {int(number) for number in re.findall(rb"[34]8;5;(\d+)[;m]", there.raw)}
    greys = {*range(16), 16, 59, 102, 145, 188, 231, *range(232, 256)}
    assert bool(colours - greys) is is_coloured


def test_ctrl_c_leaves(home: Path) -> None:
    with terminal("news", home=home) as there:
        there.see("Ferry leaves on time")
        there.press("\x03")
        assert there.end() == (0, None)
        assert there.is_restored


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_it_with_the_marks_kept_and_the_terminal_restored(home: Path, number: int) -> None:
    with terminal("news", home=home) as there:
        there.see("Ferry leaves on time")
        there.press("js")
        there.see("★")
        there.kill(number)
        code, by = there.end()
        assert code == 128 + number or by == number
        assert there.is_restored
    assert starred(home) == ["Ferry leaves on time"]
    assert (home / "state" / "reader" / "session.json").exists()


def test_a_terminal_that_is_closed_ends_it(home: Path) -> None:
    with terminal("news", home=home) as there:
        there.see("Ferry leaves on time")
        there.press("js")
        there.see("★")
        there.hang_up()
    assert starred(home) == ["Ferry leaves on time"]


def test_what_is_seen_as_starred_outlives_kill_9(home: Path) -> None:
    with terminal("news", home=home) as there:
        there.see("Ferry leaves on time")
        there.press("js")
        there.see("★")
        there.until(lambda: bool(starred(home)), "the star to be on the disk")
        there.kill(signal.SIGKILL)
        assert there.end() == (None, signal.SIGKILL)
    assert starred(home) == ["Ferry leaves on time"]
    with terminal("news", home=home) as there:
        there.see("★● 2020-05-02")


def test_what_comes_in_one_go_is_done_in_its_order(home: Path) -> None:
    with terminal("news", home=home) as there:
        there.see("Ferry leaves on time")
        there.press("/lamp\rsq")
        assert there.end() == (0, None)
    assert starred(home) == ["Lamp is lit"]


def test_it_begins_where_it_ended(home: Path) -> None:
    with terminal("news", home=home) as there:
        there.see("Ferry leaves on time")
        there.press("/lamp\r")
        there.see("1 item ")
        there.press("s")
        there.see("★")
        there.press("q")
        assert there.end() == (0, None)
    with terminal("news", home=home) as there:
        there.see("★● 2020-05-01   Lamp is lit")
        there.see("/ lamp")
        assert "Ferry" not in "\n".join(there.screen.display[:8])
    with terminal("news", "-q", "kind:article", home=home) as there:
        there.see("/ kind:article")


def test_it_follows_the_size_of_the_window(home: Path) -> None:
    with terminal("news", home=home, columns=120) as there:
        there.see("Filters")
        there.screen.resize(lines=24, columns=80)
        there.process.setwinsize(24, 80)
        there.until(lambda: "Filters ─" not in there.text and "Detail" in there.text, "two panes")
        there.see("Ferry leaves on time")
        there.press("q")
        assert there.end() == (0, None)


def test_without_a_terminal_it_says_what_else_there_is(home: Path) -> None:
    told = subprocess.run(
        [sys.executable, "-m", "reader", "news"],
        cwd=home,
        env={"HOME": str(home), "PYTHONPATH": str(Path(__file__).parents[2])},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 2
    assert not told.stdout
    assert "reader list" in told.stderr
    assert told.stderr.count("\n") == 1


def test_nothing_that_a_document_says_is_obeyed(home: Path) -> None:
    (home / "news" / "harbour.txt").write_text(
        "Body \x1b]52;c;ZXZpbA==\x07with \x1b[41mred\x1b[0m ground\nRead on:\n"
        "Title \x1b]0;owned\x07 and \x9b31mC1 - Evil \x1b]8;;http://evil.example\x1b\\Press\x1b]8;;\x1b\\\n"
        "- Headline \x1b[?1003h\x1bP0;1|17/41\x1b\\ [@click=app.quit]x[/] \u202egnp [Last Updated On: May 1st, 2020]\n"
    )
    (home / "news" / "name \x1b]2;evil\x07.txt").write_text("- Lamp [Last Updated On: May 1st, 2020]\n")
    with terminal("news", home=home, columns=160) as there:
        there.see("[@click=app.quit]x[/] gnp")
        there.see("Body with red ground")
        there.press("jjv")
        there.see("Lamp [Last")
        there.press("\x11")
        there.end()
        for payload in (
            b"ZXZpbA",
            b"evil.example",
            b"owned",
            b"\x1b[41m",
            b"17/41",
            b"\xe2\x80\xae",
            b"\xc2\x9b",
            b"]2;evil",
        ):
            assert payload not in there.raw
        assert not re.search(rb"\x1b\](52|8|0);", there.raw)


def test_a_catalogue_that_breaks_under_the_screen_is_made_again_and_nothing_is_lost(home: Path) -> None:
    with terminal("news", home=home) as there:
        there.see("Ferry leaves on time")
        there.press("js")
        there.see("★")
        break_catalogue(home / "cache" / "reader")
        # All that the next item needs may be in memory still; to read the folder again, the file is opened anew.
        there.press("j\x12")
        there.see("The catalogue was damaged")
        there.see("★")
        for file in (home / "cache" / "reader").iterdir():
            file.unlink()
        (home / "news" / "late.txt").write_text("- Late news [Last Updated On: May 3rd, 2020]\n")
        there.press("\x12")
        there.see("Late news")
        there.press("G/lamp\r")
        there.until(lambda: "1 item" in there.text and "Lamp is lit" in there.text, "an answer of the new catalogue")
        there.press("q")
        assert there.end() == (0, None)
        assert there.is_restored
        assert b"Traceback" not in there.raw
    assert starred(home) == ["Ferry leaves on time"]


def test_keys_that_come_in_one_go_are_each_for_the_place_that_they_are_meant_for(home: Path) -> None:
    with terminal("news", home=home) as there:
        there.see("Ferry leaves on time")
        there.press("/lamp\rz")
        there.see("1 item ")
        there.press("q")
        assert there.end() == (0, None)
    kept = json.loads((home / "state" / "reader" / "session.json").read_text())
    session = kept["sessions"][str(home / "news")]
    assert (session["query"], session["zoomed"]) == ("lamp", True)
