"""Folders are looked at by another process before a command is ready, if it can be told early which they are."""

import errno
import os
from pathlib import Path
from select import select

import pytest

from reader import folders, walking
from reader.cli.ahead import listing_ahead


@pytest.fixture
def top(tmp_path: Path) -> Path:
    folder = tmp_path / "news"
    (folder / "sub").mkdir(parents=True)
    for name in ("b.txt", "a.txt", "sub/c.txt"):
        (folder / name).write_text(name)
    return folder


def looked(top: Path) -> bytes:
    """What this process would find."""
    return folders.listing(folders.walk(folders.roots([top])).files)


def test_another_process_looks_ahead(top: Path) -> None:
    before = listing_ahead([str(top)])()
    assert before == looked(top) != b""
    (top / "a.txt").write_text("changed")
    assert listing_ahead([str(top)])() == looked(top) not in (before, b"")


def test_paths_are_taken_as_the_repository_takes_them(top: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(top)
    monkeypatch.setenv("HOME", str(top))
    (top.parent / "link").symlink_to(top)
    for path in (".", "~", "../news/", "../link", "sub/.."):
        assert listing_ahead([path])() == looked(top), path


def test_a_look_ahead_with_problems_gives_nothing(top: Path) -> None:
    os.mkfifo(top / "pipe")
    assert listing_ahead([str(top)])() == b""


def test_where_there_can_be_no_other_process_nobody_looks_ahead(top: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> int:
        raise BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable")

    monkeypatch.setattr(os, "fork", refuse)
    assert listing_ahead([str(top)])() == b""


def test_a_look_ahead_that_fails_gives_nothing(top: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: object) -> bytes:
        raise MemoryError

    monkeypatch.setattr(walking, "listing", fail)
    assert listing_ahead([str(top)])() == b""


def test_whoever_waits_for_the_output_does_not_wait_for_the_look(monkeypatch: pytest.MonkeyPatch) -> None:
    (output, written), (holding, released) = os.pipe(), os.pipe()
    monkeypatch.setattr(walking.Walk, "look_at", lambda *_: os.read(holding, 1))
    kept = os.dup(1)
    os.dup2(written, 1)
    os.close(written)
    listed = listing_ahead(["news"])
    os.dup2(kept, 1)
    has_ended = select([output], [], [], 10)[0] == [output]
    os.write(released, b"x")
    assert listed() == walking.listing(())
    for each in (output, kept, holding, released):
        os.close(each)
    assert has_ended
