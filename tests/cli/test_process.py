"""What only a process of its own can show: pipes, imports, and what the interpreter says when it leaves."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from .conftest import environ, process, python

LOADED = """
import sys
from reader.cli import main
code = main(sys.argv[1:])
print(*sys.modules, file=sys.stderr)
"""

UNREAD = """
import os, sys
reading, writing = os.pipe()
os.close(reading)
os.dup2(writing, 1)
from reader.cli import main
sys.exit(main(sys.argv[1:]))
"""

SHUT = """
import os, sys
os.close(1)
os.execv(sys.executable, [sys.executable, "-m", "reader", *sys.argv[1:]])
"""


def modules(*argv: object) -> set[str]:
    """The modules that are loaded when a command has ended."""
    return set(python("-c", LOADED, *argv).stderr.splitlines()[-1].split())


def test_a_command_is_a_process(docs: Path, state: Path) -> None:
    done = process("list", docs, "--json")
    assert (done.returncode, done.stderr) == (0, "")
    assert len(json.loads(done.stdout)) == 5
    assert process("mark", "read", "-q", "rover", docs).stdout == "1 item marked read.\n"
    assert len(json.loads(state.read_text())["marks"]) == 1
    assert process("show", "zz", docs).returncode == 1
    assert process("nonsense").returncode == 2


@pytest.mark.parametrize(
    "command", ["list", "list --json", "list -q moon", "check", "doctor", "mark read -q moon", "show 1234"]
)
def test_no_command_imports_what_paints_the_screen(docs: Path, command: str) -> None:
    loaded = modules(*command.split(), docs)
    assert "reader.repository" in loaded
    assert not {name for name in loaded if name.startswith(("textual", "rich.", "reader.tui"))}


@pytest.mark.parametrize("argv", ["--help", "--version", "list --help", "completion bash", "--mistyped"])
def test_what_needs_no_news_imports_next_to_nothing(argv: str) -> None:
    loaded = modules(*argv.split())
    assert "reader.cli.arguments" in loaded
    assert not loaded & {"textual", "rich", "sqlite3", "reader.repository", "json", "tomllib", "dataclasses"}


@pytest.mark.parametrize(("argv", "reads"), [("news", False), ("news -q moon", True)])
def test_argparse_is_imported_where_there_are_options(argv: str, reads: bool) -> None:
    assert ("argparse" in modules(*argv.split())) == reads


@pytest.mark.parametrize("form", [[], ["--json"]])
def test_a_pipe_that_closes_early_ends_quietly(tmp_path: Path, form: list[str]) -> None:
    many = tmp_path / "many.txt"
    many.write_text("".join(f"- News number {n} [Originally Added On: May 1st, 2013]\n" for n in range(5_000)))
    argv = [sys.executable, "-m", "reader", "list", str(many), *form]
    pipe = subprocess.PIPE
    with subprocess.Popen(argv, stdout=pipe, stderr=pipe, env=environ()) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        assert running.stdout.readline()
        running.stdout.close()
        assert running.stderr.read() == b""
        assert running.wait(60) == 0


@pytest.mark.parametrize("argv", ["list", "list --json", "--help", "--version", "completion bash", "paths", "doctor"])
def test_a_pipe_that_nobody_reads_ends_quietly(argv: str) -> None:
    done = python("-c", UNREAD, *argv.split())
    # The doctor's verdict goes to stderr, where somebody may still read it.
    assert (done.returncode, done.stderr) == (0, "reader: Everything is in order.\n" if argv == "doctor" else "")


@pytest.mark.parametrize("argv", ["list", "list --json", "--help"])
def test_output_that_is_closed_is_no_defect(argv: str) -> None:
    done = python("-c", SHUT, *argv.split())
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
@pytest.mark.parametrize("argv", ["list", "list --json", "--help"])
def test_a_full_disk_is_one_sentence(argv: str) -> None:
    with Path("/dev/full").open("w") as full:
        done = process(*argv.split(), stdout=full)
    assert done.returncode == 1
    assert done.stderr == "reader: The output cannot be written: No space left on device.\n"


def test_without_a_terminal_the_screen_is_refused_before_it_is_imported(docs: Path) -> None:
    done = process(docs)
    assert (done.returncode, done.stdout) == (2, "")
    assert "`reader list`" in done.stderr
    assert "textual" not in modules(docs)


def test_an_output_of_another_encoding_is_no_defect(docs: Path) -> None:
    ascii_only = {"PYTHONIOENCODING": "ascii"}
    done = process("list", docs, "--json", "-q", "comete", env=ascii_only)
    (comet,) = json.loads(done.stdout)
    assert (done.returncode, done.stdout.isascii(), comet["title"]) == (0, True, "Télescope voit une comète")
    for argv in (("list", docs, "-q", "comete"), ("show", comet["id"], docs)):
        done = process(*argv, env=ascii_only)
        assert (done.returncode, done.stderr) == (0, "")
        assert r"T\xe9lescope voit" in done.stdout
