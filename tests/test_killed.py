"""A reader that is killed, or that is not alone, leaves nothing behind and nothing wrong."""

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from random import Random
from shutil import rmtree
from time import monotonic, sleep

import pytest

from reader import scanning
from reader.parsing import MANY_FILES
from tests.test_scanning import capture, check, fill

ROUNDS = int(os.environ.get("READER_FUZZ_KILLS", "40"))

KILLED_WITH_WORKERS = """
import multiprocessing, os, signal, sys
from pathlib import Path
from reader import folders, parsing, scanning
from reader.catalogue import open_or_rebuild
from reader.model import NO_FLAGS
parsing.MANY_FILES = parsing.PART = 1
left = 2
def progress(_):
    global left
    left -= 1
    if left:
        return
    assert multiprocessing.active_children()
    os.kill(os.getpid(), signal.SIGKILL)
scanning.Scan(open_or_rebuild(Path(sys.argv[1])), NO_FLAGS, progress).run(
    folders.walk(folders.roots([Path(sys.argv[2])])).files)
"""


def test_worker_processes_end_with_the_reader_that_started_them(tmp_path: Path) -> None:
    fill(tmp_path / "news", 50)
    command = [sys.executable, "-c", KILLED_WITH_WORKERS, str(tmp_path / "c.sqlite"), str(tmp_path / "news")]
    # Whoever is left holds the pipes open: then this waits in vain.
    done = subprocess.run(command, check=False, capture_output=True, timeout=30, cwd=Path(scanning.__file__).parents[1])
    assert done.returncode == -9, done.stderr.decode()


@pytest.fixture
def news(tmp_path: Path) -> Path:
    """Enough documents for worker processes."""
    fill(tmp_path / "news", MANY_FILES + 50)
    return tmp_path / "news"


@pytest.fixture
def catalogue(sealed: Path) -> Iterator[Path]:
    """The folder that the catalogue will be in. No lock is left in it."""
    yield sealed / "cache" / "reader"
    for path in (sealed / "cache" / "reader").glob("*.sqlite"):
        with closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as connection:
            connection.execute("BEGIN EXCLUSIVE")
            connection.execute("ROLLBACK")


def listing(news: Path) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "reader", "list", str(news), "-q", "number OR headline", "--json"]
    place = Path(scanning.__file__).parents[1]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=place)


def answer(process: "subprocess.Popen[bytes]") -> bytes:
    output, errors = process.communicate(timeout=120)
    assert (process.returncode, errors) == (0, b"")
    return output


def tells_what_is_there(catalogue: Path, news: Path) -> None:
    (path,) = catalogue.glob("*.sqlite")
    check(path, news)


def test_readers_that_start_at_once_on_a_new_folder_say_the_same(news: Path, catalogue: Path) -> None:
    first, second = listing(news), listing(news)
    said = answer(first)
    assert answer(second) == said == answer(listing(news))
    assert said.count(b'"id"') > 20
    tells_what_is_there(catalogue, news)


def documents(catalogue: Path) -> int:
    """How many documents are known; none as long as there are no tables."""
    for path in catalogue.glob("*.sqlite"):
        try:
            with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
                return int(connection.execute("SELECT count(*) FROM documents").fetchone()[0])
        except sqlite3.OperationalError:
            continue
    return 0


def test_a_reader_that_is_killed_while_it_reads_a_folder(news: Path, catalogue: Path) -> None:
    for enough in (0, 1):
        process = listing(news)
        deadline = monotonic() + 60
        while not any(catalogue.glob("*.sqlite")) or documents(catalogue) < enough:
            assert monotonic() < deadline
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=30)
    answer(listing(news))
    tells_what_is_there(catalogue, news)


@pytest.mark.fuzz
def test_a_reader_that_is_killed_at_any_moment(news: Path, catalogue: Path) -> None:
    rng = Random(1)
    fill(news, 2_000)
    started = monotonic()
    answer(listing(news))
    whole = monotonic() - started
    for number in range(ROUNDS):
        if number % 2:
            rmtree(catalogue)
        else:
            change(news, rng)
        for _ in range(rng.randint(1, 3)):
            process = listing(news)
            sleep(rng.uniform(0, whole))
            process.kill()
            process.communicate(timeout=30)
        answer(listing(news))
        tells_what_is_there(catalogue, news)


def change(news: Path, rng: Random) -> None:
    """Every eighth document goes, moves, or says something else."""
    paths = sorted(news.iterdir())
    for path in rng.sample(paths, len(paths) // 8):
        match rng.randrange(3):
            case 0:
                path.unlink()
            case 1:
                path.rename(path.with_name(f"moved-{rng.randrange(10**9)}.txt"))
            case _:
                path.write_text(capture(rng.randrange(9_999), rng.randrange(9)))
