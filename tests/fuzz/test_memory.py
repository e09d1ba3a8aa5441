"""Files that are far too large take bounded memory, are a problem that names them, and hide nothing else."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

MOST = 300
"""Megabytes."""

LINE = "- Headline {} tells news - Source {} [Last Updated On: May 2nd, 2014] [Originally Added On: May 1st, 2014]\n"


def _write(pieces: Iterable[str]) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        with path.open("w") as file:
            file.writelines(pieces)

    return write


def _junk(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(2 << 30)


# What a process took at most is never less than what its parent had when it was started: so a small one comes between.
MEASURE = """
import resource, subprocess, sys
done = subprocess.run([sys.executable, "-m", "reader", *sys.argv[1:]], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, flush=True)
sys.stdout.buffer.write(done.stdout)
"""


def _run(*arguments: str) -> tuple[int, str]:
    """The megabytes that a command takes at most, and what it says."""
    environ = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), "PYTHONUTF8": "1"}
    command = [sys.executable, "-c", MEASURE, *arguments]
    told = subprocess.run(command, env=environ, stdout=subprocess.PIPE, encoding="utf-8", check=True).stdout
    peak, _, rest = told.partition("\n")
    return int(peak) >> (20 if sys.platform == "darwin" else 10), rest


def _is_bounded(write: Callable[[Path], None], problem: str) -> bool:
    Path("news").mkdir()
    Path("news/small.txt").write_text(LINE.format("of another file", 1))
    write(Path("news/large.txt"))
    peak, told = _run("list", "news", "-q", "another")
    assert "Headline of another file" in told
    assert peak < MOST
    peak, told = _run("check", "news")
    assert f"news/large.txt:{problem}" in told
    assert peak < MOST
    return True


@pytest.mark.parametrize("write", [_junk, _write("word " * (20 << 20) for _ in range(1))], ids=["junk", "line"])
def test_what_is_larger_than_a_document_is_not_read(write: Callable[[Path], None]) -> None:
    assert _is_bounded(write, "0: This file is larger than 64 MB.")


@pytest.mark.fuzz
@pytest.mark.parametrize(
    ("pieces", "problem"),
    [
        (("word " for _ in range(12 << 20)), "1: Only the first 20,000 characters"),
        (("é🚀" for _ in range(10 << 20)), "1: Only the first 20,000 characters"),
        (("a\n" * 1_000 for _ in range(5_000)), "100001: The text is longer"),
        (("- a\n" * 1_000 for _ in range(5_000)), "100001: The text is longer"),
        ((LINE.format(number, number % 50) for number in range(560_000)), "100001: The index is longer"),
        ((f"\x1b]0;line {number}\n" for number in range(1_000_000)), "1: An unfinished terminal sequence"),
        ((LINE.format(1, 1) + "below\n" * 5_000_000,), "2: The line stands behind the index"),
    ],
    ids=["line", "wide line", "short lines", "list", "index", "problems", "below"],
)
def test_what_is_just_small_enough_takes_no_more(pieces: Iterable[str], problem: str) -> None:
    assert _is_bounded(_write(pieces), problem)
