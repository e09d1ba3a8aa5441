"""A scan finds what changed, reports it, can be cut off anywhere, and shares the catalogue with others."""

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from pathlib import Path
from threading import Event

import pytest

from reader import folders, formats, parsing, scanning
from reader.catalogue import View, from_key, is_being_built, open_or_rebuild
from reader.errors import CatalogueError
from reader.indexing import Batch, Packed, building, known_documents, take_over, write_part
from reader.model import NO_FLAGS
from reader.reports import Progress, Report
from reader.scanning import Scan
from tests.catalogue.reference import Told, told

Scanner = Callable[..., Report]


def capture(number: int, headlines: int = 3) -> str:
    lines = [f"The body of number {number}.", "See the rest here:", f"Article {number % 20} - Insider"]
    for line in range(headlines):
        stamp = f"[Originally Added On: September {line % 30 + 1}th, 2012]"
        lines.append(f"- Headline {number % 50} of {line} {stamp}")
    return "\n".join(lines) + "\n"


def fill(folder: Path, count: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        (folder / f"{number:04}.txt").write_text(capture(number))


def expected(folder: Path) -> list[Told]:
    paths = sorted(path for path in folder.rglob("*.txt"))
    return told(formats.read(str(path), path.read_bytes()) for path in paths)


def ids(catalogue: Path) -> list[tuple[str, int]]:
    connection = sqlite3.connect(catalogue)
    found = connection.execute("SELECT key, seen FROM items ORDER BY row DESC").fetchall()
    connection.close()
    return [(from_key(key), seen) for key, seen in found]


def check(catalogue: Path, folder: Path) -> None:
    assert ids(catalogue) == [(item.id, item.seen) for item in expected(folder)]
    connection = sqlite3.connect(catalogue)
    assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    connection.execute("CREATE VIRTUAL TABLE temp.instances USING fts5vocab('main', 'words', 'instance')")
    indexed = {row for (row,) in connection.execute("SELECT DISTINCT doc FROM instances")}
    assert indexed == {row for (row,) in connection.execute("SELECT row FROM items")}
    words = {word for (word,) in connection.execute("SELECT DISTINCT term FROM instances")}
    assert words <= {word for (word,) in connection.execute("SELECT word FROM lexicon")}
    connection.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    fill(tmp_path / "news", 12)
    return tmp_path / "news"


@pytest.fixture
def scan(tmp_path: Path, folder: Path) -> Scanner:
    def run(
        progress: Callable[[Progress], None] = lambda _: None, stopped: Callable[[], bool] = lambda: False
    ) -> Report:
        connection = open_or_rebuild(tmp_path / "c.sqlite")
        try:
            return Scan(connection, NO_FLAGS, progress, stopped).run(folders.walk(folders.roots([folder])).files)
        finally:
            connection.close()

    return run


def test_each_kind_of_change_is_counted_once(scan: Scanner, folder: Path, tmp_path: Path) -> None:
    assert scan() == Report(added=12)
    assert not scan().differs
    (folder / "0000.txt").write_text(capture(99))
    (folder / "0001.txt").rename(folder / "moved.txt")
    (folder / "0002.txt").unlink()
    (folder / "new.txt").write_text(capture(7, 5))
    assert scan() == Report(added=1, changed=1, moved=1, removed=1)
    assert not scan().differs
    check(tmp_path / "c.sqlite", folder)


def test_a_folder_that_is_as_it_was_is_known_by_its_digest(
    scan: Scanner, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scan()
    assert scan() == Report()
    with monkeypatch.context() as patch:
        patch.setattr(scanning, "known_documents", lambda _: pytest.fail("the documents were compared"))
        assert scan() == Report()
    # Whatever changes, in the folder or in the catalogue, is seen.
    os.utime(folder / "0003.txt", (1, 1))
    assert scan() == Report()
    (folder / "0004.txt").unlink()
    assert scan() == Report(removed=1)
    assert scan() == scan() == Report()
    connection = open_or_rebuild(tmp_path / "c.sqlite")
    Batch(connection).write((), [str(folder / "0005.txt")])
    connection.close()
    assert scan() == Report(added=1)
    check(tmp_path / "c.sqlite", folder)


def test_no_digest_is_kept_of_what_another_reader_has_changed_meanwhile(
    scan: Scanner, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scan()

    def known(connection: sqlite3.Connection) -> dict[str, tuple[object, ...]]:
        found = known_documents(connection)
        other = open_or_rebuild(tmp_path / "c.sqlite")
        Batch(other).write((), [str(folder / "0005.txt")])
        other.close()
        return found

    with monkeypatch.context() as patch:
        patch.setattr(scanning, "known_documents", known)
        assert scan() == Report()
    assert scan() == Report(added=1)


def test_a_file_that_was_only_touched_is_no_change_and_not_read_again(
    scan: Scanner, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scan()
    os.utime(folder / "0003.txt", (1, 1))
    assert not scan().differs
    monkeypatch.setattr(parsing, "_parse", lambda _: pytest.fail("something was read"))
    assert not scan().differs


def test_a_copy_of_a_moved_file_is_new(scan: Scanner, folder: Path, tmp_path: Path) -> None:
    scan()
    data = (folder / "0004.txt").read_bytes()
    (folder / "0004.txt").unlink()
    for name in ("x.txt", "y.txt"):
        (folder / name).write_bytes(data)
    assert scan() == Report(added=1, moved=1)
    check(tmp_path / "c.sqlite", folder)


def test_files_that_change_names_are_told_apart(scan: Scanner, folder: Path, tmp_path: Path) -> None:
    scan()
    (folder / "0001.txt").rename(folder / "t")
    (folder / "0002.txt").rename(folder / "0001.txt")
    (folder / "t").rename(folder / "0002.txt")
    assert scan() == Report(changed=2)
    check(tmp_path / "c.sqlite", folder)


def test_an_unreadable_file_is_a_problem_until_it_can_be_read(
    scan: Scanner, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = folders.read

    def refuse(path: str) -> bytes:
        if path.endswith("0005.txt"):
            raise PermissionError(13, "Permission denied")
        return read(path)

    with monkeypatch.context() as patched:
        patched.setattr(folders, "read", refuse)
        assert scan() == Report(added=12)
        assert not scan().differs
        view = View(tmp_path / "c.sqlite")
        assert [str(problem) for problem in view.problems()] == [
            f"{folder}/0005.txt:0: It cannot be read: Permission denied."
        ]
        view.close()
    assert scan() == Report(changed=1)
    check(tmp_path / "c.sqlite", folder)


@pytest.mark.parametrize("many", [False, True])
def test_a_scan_can_be_stopped_after_each_batch_and_goes_on(
    scan: Scanner, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, many: bool
) -> None:
    monkeypatch.setattr(scanning, "FIRST_BATCH", 8)
    monkeypatch.setattr(scanning, "BATCH", 8)
    monkeypatch.setattr(scanning, "FILES_A_BATCH", 2)
    monkeypatch.setattr(parsing, "MANY_FILES", 5 if many else 500)
    monkeypatch.setattr(parsing, "PART", 500)
    monkeypatch.setattr(parsing, "_workers", lambda: ThreadPoolExecutor(2))
    known = 0
    for _ in range(30):
        report = scan(stopped=lambda: True)
        connection = open_or_rebuild(tmp_path / "c.sqlite")
        assert len(known_documents(connection)) >= known
        known = len(known_documents(connection))
        connection.close()
        if known == 12:
            break
        assert not report.complete
    scan()
    check(tmp_path / "c.sqlite", folder)
    for path in folder.iterdir():
        path.unlink()
    assert not scan(stopped=lambda: True).complete
    assert scan().complete
    check(tmp_path / "c.sqlite", folder)


def test_many_files_are_parsed_elsewhere_and_joined_at_the_end(scan: Scanner, folder: Path, tmp_path: Path) -> None:
    fill(folder, parsing.MANY_FILES + 50)
    seen: list[Progress] = []
    assert scan(seen.append) == Report(added=parsing.MANY_FILES + 50)
    assert seen[-1].done == seen[-1].total == parsing.MANY_FILES + 50
    assert seen[-1].items == 4 * (parsing.MANY_FILES + 50)
    connection = open_or_rebuild(tmp_path / "c.sqlite")
    assert not is_being_built(connection)
    connection.close()
    check(tmp_path / "c.sqlite", folder)


def test_who_leaves_waits_for_no_part(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(folder, parsing.MANY_FILES)
    held = Event()
    with ThreadPoolExecutor(1) as pool:
        monkeypatch.setattr(parsing, "_workers", lambda: nullcontext(pool))
        monkeypatch.setattr(parsing, "_write_part", lambda *_: held.wait(60))
        files = folders.walk(folders.roots([folder])).files
        answers = iter([False, True])
        assert list(parsing.parts(files, tmp_path, lambda: next(answers))) == []
        assert not held.is_set()
        held.set()


def test_a_task_is_so_many_files_or_so_many_bytes() -> None:
    def sizes(*of: int) -> list[list[int]]:
        files = [folders.File(str(number), size, 0, 0) for number, size in enumerate(of)]
        return [[file.size for file in task] for task in parsing._shares(files, most, 48)]

    most = parsing.BYTES_A_TASK
    assert sizes(*[1] * 100) == [[1] * 48, [1] * 48, [1] * 4]
    assert sizes(most, 1, most - 1, 1, 2 * most) == [[most], [1, most - 1], [1], [2 * most]]


def test_long_texts_are_not_held_in_memory_together(
    scan: Scanner, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[int] = []
    write = Batch.write

    def count(batch: Batch, packed: Sequence[Packed], *rest: Iterable[str]) -> None:
        written.append(len(packed))
        write(batch, packed, *rest)

    monkeypatch.setattr(Batch, "write", count)
    monkeypatch.setattr(scanning, "FIRST_BATCH", 100)
    monkeypatch.setattr(scanning, "BATCH", 100)
    for path in folder.iterdir():
        path.write_text(f"{path.name}\n" + "word " * 1_000 * 12)
    assert scan() == Report(added=12)
    assert written == [10, 2]
    check(tmp_path / "c.sqlite", folder)


def test_headlines_that_want_the_same_number_are_all_listed(tmp_path: Path) -> None:
    # While a catalogue is built, the same headline at the same line of several documents is several items.
    for name in ("a", "b", "c"):
        fill(tmp_path / name, 0)
        (tmp_path / name / "x.txt").write_text(capture(1))
    connection = open_or_rebuild(tmp_path / "c.sqlite")
    building.begin(connection)
    for names in ("a", "bc"):
        for name in names:
            files = folders.walk(folders.roots([tmp_path / name])).files
            write_part(tmp_path / f"part-{name}", parsing.parse(files))
        take_over(connection, [tmp_path / f"part-{name}" for name in names], NO_FLAGS)
    assert connection.execute("SELECT count(*) FROM items").fetchone() == (12,)
    assert len({row for (row,) in connection.execute("SELECT row FROM items")}) == 12
    files = folders.walk(folders.roots([tmp_path / name for name in ("a", "b", "c")])).files
    assert Scan(connection, NO_FLAGS).run(files) == Report()
    connection.close()
    check(tmp_path / "c.sqlite", tmp_path)


KILLED = """
import os, signal, sys
from pathlib import Path
sys.path.insert(0, {root!r})
from concurrent.futures import ThreadPoolExecutor
from reader import folders, parsing, scanning
from reader.catalogue import open_or_rebuild
from reader.indexing import staging
from reader.model import NO_FLAGS
scanning.FIRST_BATCH = scanning.BATCH = 30
parsing.MANY_FILES = {many}
parsing.PART = 2000
parsing._workers = lambda: ThreadPoolExecutor(2)
left = {after}
def progress(_):
    global left
    left -= 1
    if not left:
        os.kill(os.getpid(), signal.SIGKILL)
write = scanning.Batch.write
def dying(self, *args):
    if left == 1 and {inside}:
        self._derive = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
        self._insert_alone = self._derive
    write(self, *args)
scanning.Batch.write = dying
take = staging._Taking.take
def dying_too(self, flags):
    if left == 1 and {inside}:
        self._take_words = lambda: os.kill(os.getpid(), signal.SIGKILL)
    take(self, flags)
staging._Taking.take = dying_too
scanning.Scan(open_or_rebuild(Path({catalogue!r})), NO_FLAGS, progress).run(
    folders.walk(folders.roots([Path({folder!r})])).files)
"""


@pytest.mark.parametrize("inside", [False, True])
@pytest.mark.parametrize("many", [5, 500])
def test_a_killed_scan_leaves_nothing_wrong(
    scan: Scanner, folder: Path, tmp_path: Path, many: int, inside: bool
) -> None:
    fill(folder, 60)
    root = str(Path(scanning.__file__).parents[1])
    for after in (1, 3, 2):
        script = KILLED.format(
            root=root, many=many, after=after, inside=inside, catalogue=str(tmp_path / "c.sqlite"), folder=str(folder)
        )
        done = subprocess.run([sys.executable, "-c", script], check=False, capture_output=True)
        assert done.returncode == -signal.SIGKILL, done.stderr.decode()
    assert scan().complete
    check(tmp_path / "c.sqlite", folder)


def test_two_scans_at_once_leave_one_catalogue(folder: Path, tmp_path: Path) -> None:
    fill(folder, 80)
    root = str(Path(scanning.__file__).parents[1])
    script = KILLED.format(
        root=root, many=5, after=0, inside=False, catalogue=str(tmp_path / "c.sqlite"), folder=str(folder)
    )
    running = [subprocess.Popen([sys.executable, "-c", script], stderr=subprocess.PIPE) for _ in range(3)]
    for process in running:
        _, error = process.communicate()
        assert process.returncode == 0, error.decode()
    check(tmp_path / "c.sqlite", folder)


def test_a_writer_that_comes_in_between_is_noticed(scan: Scanner, folder: Path, tmp_path: Path) -> None:
    """Whatever a second reader does between two batches of the first, nothing is listed twice."""
    fill(folder, 40)
    calls: list[int] = []

    def interfere(_: Progress) -> None:
        if not calls:
            calls.append(1)
            scan()

    assert scan(interfere).complete
    assert calls
    check(tmp_path / "c.sqlite", folder)


def test_a_catalogue_that_is_damaged_in_use_is_made_again(scan: Scanner, folder: Path, tmp_path: Path) -> None:
    fill(folder, 60)
    scan()
    path = tmp_path / "c.sqlite"
    connection = open_or_rebuild(path)
    data = bytearray(path.read_bytes())
    data[8192:] = b"\xff" * (len(data) - 8192)
    path.write_bytes(data)
    (folder / "new.txt").write_text(capture(500))
    with pytest.raises(CatalogueError, match="damaged"):
        Scan(connection, NO_FLAGS).run(folders.walk(folders.roots([folder])).files)
    connection.close()
    assert scan() == Report(added=61)
    check(path, folder)
