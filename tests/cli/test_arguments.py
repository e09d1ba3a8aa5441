import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from reader import __version__
from reader.cli import output
from reader.cli.arguments import COMMANDS
from reader.config import Config

from .conftest import Reader


def test_help_has_examples_and_names_every_command(reader: Reader) -> None:
    outcome = reader("--help")
    assert (outcome.code, outcome.err) == (0, "")
    assert "examples:\n  reader " in outcome.out
    for command in COMMANDS:
        assert f"\n  {command} " in outcome.out


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_examples(reader: Reader, command: str) -> None:
    outcome = reader(command, "--help")
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out.startswith(f"usage: reader {command}")
    assert f"examples:\n  reader {command}" in outcome.out


def test_the_version_is_told(reader: Reader) -> None:
    assert reader("--version").out == f"reader {__version__}\n"


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["list", "--sjon"], "Unrecognized arguments: --sjon; `reader list --help`"),
        (["list", "--js"], "Unrecognized arguments: --js"),
        (["list", "-q"], "expected one argument"),
        (["show"], "required: ID"),
        (["completion", "tcsh"], "invalid choice: 'tcsh'"),
        (["--\x1b[31mred"], "Unrecognized arguments: --red"),
        (["lsit"], "There is no file or folder 'lsit'; `reader --help` lists the commands."),
    ],
)
def test_what_is_mistyped_is_one_sentence(reader: Reader, argv: list[str], said: str) -> None:
    outcome = reader(*argv)
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.startswith("reader: ")
    assert outcome.err.count("\n") == 1
    assert said in outcome.err


def test_without_a_terminal_the_screen_names_the_list(reader: Reader, docs: Path) -> None:
    for argv in ([], [docs], ["-q", "moon"]):
        outcome = reader(*argv)
        assert (outcome.code, outcome.out) == (2, "")
        assert "`reader list`" in outcome.err
        assert outcome.err.count("\n") == 1


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Let there be a terminal, and note what the screen is started with."""
    calls: list[dict[str, Any]] = []

    def start(**options: Any) -> int:
        calls.append(options)
        return 3

    monkeypatch.setattr(output, "is_interactive", lambda: True)
    monkeypatch.setitem(sys.modules, "reader.tui.running", SimpleNamespace(start=start))
    return calls


def test_the_screen_is_started_with_what_was_typed(
    reader: Reader, docs: Path, sealed: Path, started: list[dict[str, Any]]
) -> None:
    argv = ("-q", "-is:read moon", docs, "--theme", "nord", docs / "moon.txt", "--state", docs / "marks.json")
    assert reader(*argv).code == 3
    (call,) = started
    assert call.pop("places").cache == sealed / "cache" / "reader"
    assert call == {
        "paths": (docs, docs / "moon.txt"),
        "config": Config(),
        "query": "-is:read moon",
        "theme": "nord",
        "state": docs / "marks.json",
    }


def test_the_screen_is_started_with_nothing_typed(reader: Reader, sealed: Path, started: list[dict[str, Any]]) -> None:
    assert reader().code == 3
    (call,) = started
    assert (call["query"], call["theme"]) == (None, None)
    assert call["state"] == sealed / "state" / "reader" / "state.json"
    assert call["paths"]


def test_a_folder_named_like_a_command_is_given_with_a_dot(
    reader: Reader, docs: Path, started: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(docs.parent)
    docs.rename("list")
    assert reader("./list").code == 3
    assert started[0]["paths"] == (Path("list"),)
    assert len(reader("list", "list").lines) == 5
    assert len(started) == 1


def test_leaving_by_ctrl_c_is_quiet(reader: Reader, docs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr("reader.cli._command", interrupted)
    outcome = reader("list", docs)
    assert (outcome.code, outcome.out, outcome.err) == (130, "", "")
