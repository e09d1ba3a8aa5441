"""Marks through the repository: undone by another run, changed by another program."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from reader.query import parse
from reader.repository import Flag, Repository
from tests.marks.test_state_file import no_space

STAMPS = "[Last Updated On: May {0}th, 2020] [Originally Added On: May {0}th, 2020]"


class News:
    """A folder of news, and all that is kept about it."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.state = home / "state.json"
        self.folder = home / "news"
        self.folder.mkdir()

    def write(self, name: str, *titles: str) -> Path:
        path = self.folder / name
        path.write_text("".join(f"- {title} {STAMPS.format(4 + at % 20)}\n" for at, title in enumerate(titles)))
        return path

    @contextmanager
    def open(self, cache: str = "cache", state: Path | None = None) -> Iterator[Repository]:
        """A run of the program."""
        repository = Repository.open([self.folder], state=state or self.state, cache=self.home / cache)
        repository.scan()
        yield repository
        assert repository.close() == ""

    @property
    def marks(self) -> dict[str, tuple[bool, bool]]:
        """Whether each item is read and starred, as the file says, by title."""
        marks = json.loads(self.state.read_text())["marks"].values()
        return {mark["title"]: (mark.get("read", False), mark.get("starred", False)) for mark in marks}


@pytest.fixture
def news(tmp_path: Path) -> News:
    made = News(tmp_path)
    made.write("a.txt", "Anchor", "Buoy", "Crane")
    made.write("b.txt", "Dock", "Eel")
    return made


def rows(repository: Repository, query: str = "") -> list[int]:
    repository.settle()
    searcher = repository.searcher()
    try:
        return list(searcher.first(parse(query), 10_000).rows)
    finally:
        searcher.close()


def titles(repository: Repository, query: str = "") -> set[str]:
    return {entry.item.title for entry in repository.entries(rows(repository, query))}


def test_the_next_run_takes_back_what_this_one_did_and_does_it_again(news: News) -> None:
    with news.open() as first:
        first.mark(rows(first, "anchor"), Flag.READ, True)
        first.mark(rows(first, "eel"), Flag.STARRED, True)
        assert len(first.mark(rows(first), Flag.READ, True).ids) == 4
    with news.open() as second:
        assert titles(second, "is:unread") == set()
        undone = second.undo()
        assert undone is not None
        assert len(undone.ids) == 4
        assert titles(second, "is:read") == {"Anchor"}
        assert titles(second, "is:starred") == {"Eel"}
    with news.open() as third:
        assert third.undo()
        assert titles(third, "is:starred") == set()
        assert third.redo()
        assert third.redo()
        assert third.redo() is None
        assert titles(third, "is:unread") == set()
        assert titles(third, "is:starred") == {"Eel"}


def test_a_step_is_undone_whole_though_some_of_its_items_are_listed_no_more(news: News) -> None:
    with news.open() as first:
        first.mark(rows(first), Flag.READ, True)
    (news.folder / "b.txt").unlink()
    with news.open() as second:
        assert titles(second) == {"Anchor", "Buoy", "Crane"}
        undone = second.undo()
        assert undone is not None
        assert len(undone.ids) == 5
    assert news.marks == dict.fromkeys(("Anchor", "Buoy", "Crane", "Dock", "Eel"), (False, False))


def test_a_step_made_in_another_folder_is_undone_from_here(news: News, tmp_path: Path) -> None:
    with news.open() as first:
        first.mark(rows(first, "dock"), Flag.STARRED, True)
    (tmp_path / "other").mkdir()
    elsewhere = News(tmp_path / "other")
    elsewhere.write("c.txt", "Ferry")
    with elsewhere.open(state=news.state) as second:
        assert second.undo()
        assert second.undo() is None
    assert news.marks == {"Dock": (False, False)}


def test_what_is_undone_shows_at_once(news: News) -> None:
    with news.open() as first:
        everything = rows(first)
        first.mark(everything, Flag.STARRED, True)
        first.undo()
        assert not any(entry.starred for entry in first.entries(everything))
        first.redo()
        assert all(entry.starred for entry in first.entries(everything))


def test_each_state_file_has_its_own_steps(news: News, tmp_path: Path) -> None:
    with news.open() as first:
        first.mark(rows(first, "eel"), Flag.READ, True)
    with news.open(cache="other", state=tmp_path / "mine.json") as second:
        assert second.undo() is None


def test_what_was_changed_elsewhere_meanwhile_is_not_touched_by_undo(news: News) -> None:
    with news.open() as one:
        one.mark(rows(one), Flag.READ, True)
    with news.open() as one:
        with news.open(cache="other") as two:
            two.mark(rows(two, "crane"), Flag.READ, False)
            two.mark(rows(two, "dock"), Flag.STARRED, True)
        assert one.undo(), "the star, of whichever run"
        assert one.undo(), "that one is unread"
        undone = one.undo()
        assert undone is not None
        assert len(undone.ids) == 5
    assert news.marks == dict.fromkeys(("Anchor", "Buoy", "Crane", "Dock", "Eel"), (False, False))


def test_a_step_whose_marks_were_lost_is_none(news: News) -> None:
    with news.open() as first:
        first.mark(rows(first, "eel"), Flag.STARRED, True)
    before = news.state.read_bytes()
    with news.open() as second:
        second.mark(rows(second, "dock"), Flag.STARRED, True)
    for left in news.home.glob("state.json*"):
        if not left.name.endswith(".undo"):
            left.unlink()
    news.state.write_bytes(before)
    with news.open() as third:
        assert third.undo()
        assert third.undo() is None
    assert news.marks == {"Eel": (False, False)}


def test_thousands_are_one_step_that_the_next_run_gives_back_exactly(news: News) -> None:
    news.write("many.txt", *(f"Parcel {number}" for number in range(2_500)))
    with news.open() as first:
        read = rows(first, "limit:700 parcel")
        first.mark(read, Flag.READ, True)
        first.mark(rows(first, "limit:3 sort:title parcel"), Flag.STARRED, True)
        before = titles(first, "is:read"), titles(first, "is:starred")
        assert len(first.mark(rows(first), Flag.READ, True).ids) == 2_505 - 700
    with news.open() as second:
        assert titles(second, "is:unread") == set()
        undone = second.undo()
        assert undone is not None
        assert len(undone.ids) == 2_505 - 700
        assert (titles(second, "is:read"), titles(second, "is:starred")) == before
    with news.open() as third:
        assert (titles(third, "is:read"), titles(third, "is:starred")) == before
        third.redo()
        assert titles(third, "is:unread") == set()


def test_an_article_that_goes_by_two_ids_is_undone_under_both(news: News) -> None:
    article = "A long story.\nRead on:\nEel - Harbour Post\n"
    (news.folder / "article.txt").write_text(article)
    news.write("b.txt", "Eel - Harbour Post")
    with news.open() as first:
        (eel,) = rows(first, "eel")
        first.mark([eel], Flag.STARRED, True)
    (news.folder / "b.txt").unlink()
    with news.open() as second:
        assert titles(second, "is:starred") == {"Eel"}
        undone = second.undo()
        assert undone is not None
        assert len(undone.ids) == 1
        assert titles(second, "is:starred") == set()
    assert not any(mark["starred"] for mark in json.loads(news.state.read_text())["marks"].values())


def test_a_mark_that_was_never_saved_is_not_shown_by_the_next_run(news: News, monkeypatch: pytest.MonkeyPatch) -> None:
    with news.open() as first:
        first.mark(rows(first, "eel"), Flag.STARRED, True)
    with monkeypatch.context() as full:
        full.setattr(os, "fsync", no_space)
        killed = Repository.open([news.folder], state=news.state, cache=news.home / "cache")
        killed.mark(rows(killed, "dock"), Flag.STARRED, True)
        assert titles(killed, "is:starred") == {"Dock", "Eel"}
        with news.open() as next_one:
            assert titles(next_one, "is:starred") == {"Eel"}
        assert killed.close().endswith("No space left on device. 1 mark could not be kept.")


def test_the_next_run_need_not_read_marks_that_the_catalogue_has(news: News) -> None:
    with news.open() as first:
        first.mark(rows(first, "eel"), Flag.STARRED, True)
    with news.open(cache="other") as second:
        second.mark(rows(second, "dock"), Flag.STARRED, True)
    for expected in (True, False):
        again = Repository.open([news.folder], state=news.state, cache=news.home / "cache")
        assert again._marking.renewed is expected
        assert titles(again, "is:starred") == {"Dock", "Eel"}
        assert again.close() == ""
