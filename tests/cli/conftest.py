import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from reader.cli import main, output

ROOT = Path(__file__).parent.parent.parent

MOON = """\
A crane lifts the second module onto the pad.

The module is to dock in spring.
Read the whole story here:
Lunar station grows - Night Sky Log
- Rover finds frozen water [Last Updated On: September 9th, 2012] [Originally Added On: September 7th, 2012]
- Station crew fixes pump - Video [Last Updated On: September 8th, 2012] [Originally Added On: September 8th, 2012]
- Télescope voit une comète - Le Soir [Originally Added On: September 6th, 2012]
"""

MARS = """\
- Rover finds frozen water [Last Updated On: September 10th, 2012] [Originally Added On: September 7th, 2012]
- Dust storm passes [Last Updated On: September 5th, 2012] [Originally Added On: September 5th, 2012]
"""


@dataclass(frozen=True)
class Outcome:
    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()


Reader = Callable[..., Outcome]


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    """A folder of two documents: an article with three headlines, one of which the other document lists too."""
    folder = tmp_path / "docs"
    folder.mkdir()
    (folder / "moon.txt").write_text(MOON, encoding="utf-8")
    (folder / "mars.txt").write_text(MARS, encoding="utf-8")
    return folder


@pytest.fixture
def state(sealed: Path) -> Path:
    return sealed / "state" / "reader" / "state.json"


@pytest.fixture
def reader(capsys: pytest.CaptureFixture[str]) -> Reader:
    """Run a command in this process."""

    def run(*argv: object) -> Outcome:
        code = main([str(word) for word in argv])
        return Outcome(code, *capsys.readouterr())

    return run


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let stdout be a terminal of 120 cells."""
    monkeypatch.setattr(output, "is_terminal", lambda: True)
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.setenv("TERM", "xterm")


def process(*argv: object, **options: Any) -> "subprocess.CompletedProcess[str]":
    """Run a command in a process of its own."""
    return python("-m", "reader", *argv, **options)


def python(*argv: object, env: Mapping[str, str] | None = None, **options: Any) -> "subprocess.CompletedProcess[str]":
    """Run the interpreter, which finds the package, with ``env`` besides what it inherits."""
    if "stdout" not in options:
        options["stdout"] = subprocess.PIPE
    return subprocess.run(
        [sys.executable, *map(str, argv)],
        check=False,
        stdin=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        env=environ(**env or {}),
        timeout=60,
        **options,
    )


def environ(**more: str) -> dict[str, str]:
    """What a process of its own inherits: its output waits in a buffer, as it does in a person's shell."""
    inherited = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    return {**inherited, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", **more}
