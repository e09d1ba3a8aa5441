"""Marks that come from elsewhere, or cannot be kept, while the screen is shown."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from reader.marks import saver, watcher
from reader.query import parse
from reader.repository import Flag, Repository
from tests.marks.test_state_file import no_space
from tests.tui.stage import TITLES, Library


@pytest.fixture(autouse=True)
def _brisk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watcher, "PAUSE", 0.05)
    monkeypatch.setattr(saver, "RETRY_FIRST", 0.1)
    monkeypatch.setattr(saver, "RETRY_MOST", 0.1)


@contextmanager
def another(library: Library, state: Path | None = None) -> Iterator[Repository]:
    """Another reader, with the same marks unless it is said otherwise."""
    repository = Repository.open([library.folder], state=state or library.state, cache=library.home / "another")
    repository.scan()
    yield repository
    assert repository.close() == ""


def mark(repository: Repository, query: str, flag: Flag, value: bool = True) -> None:
    searcher = repository.searcher()
    repository.mark(searcher.first(parse(query)).rows, flag, value)
    searcher.close()


async def test_a_star_made_elsewhere_appears_and_nothing_moves(library: Library) -> None:
    async with library.open(size=(120, 14)) as reader:
        await reader.press("j", "j", "j", "j", "j", "j", "j")
        top, selected = reader.main.list_pane.scroll_offset, reader.selected
        assert "2 starred" not in reader.filters
        with another(library) as other:
            mark(other, "bridge", Flag.STARRED)
            mark(other, "", Flag.READ)
        await reader.until(lambda: "0 unread" in reader.status, "read elsewhere")
        await reader.until(lambda: reader.line_with("Bridge of glass").startswith("│★ "), "the star")
        await reader.until(lambda: "●" not in reader.list, "everything read")
        assert (reader.main.list_pane.scroll_offset, reader.selected) == (top, selected)


async def test_the_detail_and_the_counts_follow(library: Library) -> None:
    async with library.open("is:unread") as reader:
        await reader.press("j", "enter")
        with another(library) as other:
            mark(other, "lettuces", Flag.STARRED)
        await reader.until(lambda: "★ starred" in reader.detail, "the star")
        assert reader.line_with("Starred", "#filters").split()[-2] == "1"
        assert reader.focused == "detail"
        with another(library) as other:
            mark(other, "crane", Flag.READ)
        await reader.until(lambda: "●" not in reader.line_with("Old crane"), "it stays until the query changes")


async def test_what_was_done_elsewhere_can_be_taken_back_here(library: Library) -> None:
    async with library.open() as reader:
        with another(library) as other:
            mark(other, "", Flag.READ)
        await reader.press("u")
        assert "Undone: 10 items marked unread." in reader.said
        assert "10 unread" in reader.status
    assert library.read == set()


async def test_a_conflict_copy_is_merged_saved_told_and_put_aside(library: Library) -> None:
    async with library.open() as reader:
        await reader.press("s")
        await reader.until(lambda: library.starred == {TITLES[0]}, "saved")
        copy = library.home / "state.sync-conflict-20261122-183000-ABCDEFG.json"
        elsewhere = library.home / "elsewhere" / "state.json"
        with another(library, elsewhere) as other:
            mark(other, "bridge", Flag.STARRED)
        elsewhere.replace(copy)
        await reader.until(lambda: not copy.exists(), "put aside")
        await reader.until(lambda: "is merged into" in reader.said, "told")
        assert reader.line_with("Bridge of glass").startswith("│★")
        assert copy.with_name(f"{copy.name}.merged").exists()
        assert library.starred == {TITLES[0], "Bridge of glass opens"}


async def test_on_a_full_disk_the_person_is_told_once_and_the_marks_are_kept_in_the_end(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with library.open() as reader:
        with monkeypatch.context() as full:
            full.setattr(os, "fsync", no_space)
            await reader.press("s", "j", "s")
            await reader.until(lambda: "No space left on device" in reader.said, "the sentence")
            reader.app.clear_notifications()
            await reader.until(lambda: "marks not saved" in reader.status, "the status")
            await reader.press("j", "s")
            assert "marks not saved" in reader.status
            assert "No space" not in reader.said, "once"
            assert library.marks == {}
        await reader.until(lambda: "not saved" not in reader.status, "saved")
        await reader.until(lambda: len(library.starred) == 3, "all of them")
    assert len(library.starred) == 3


async def test_damage_done_while_running_is_told(library: Library) -> None:
    async with library.open() as reader:
        await reader.press("s")
        await reader.until(lambda: bool(library.starred), "saved")
        library.state.write_text("rubbish")
        await reader.until(lambda: "is not a file of marks" in reader.said, "told")
        await reader.until(lambda: "The damaged file is kept as" in reader.said, "mended")
        assert "★" in reader.list
        assert library.starred == {TITLES[0]}
