"""Documents come, change, move and go while marks are made: the catalogue always tells what they tell now."""

import json
import os
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import mkdtemp
from typing import TypeAlias

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from reader import formats, marking
from reader.catalogue import FacetView
from reader.marks import set_flag
from reader.model import Document, Mark
from reader.query import parse
from reader.repository import Flag, Repository
from tests.catalogue.reference import Reference, Told, last_done

RUNS = int(os.environ.get("READER_CHANGE_RUNS", "25"))

TITLES = ("Moon robot lands", "moon  robot lands", "Robot wins prize", "Tooth found", "Éclair eaten", "A")
SOURCES = ("", " - Insider", " - The Post")
DAYS = ("September 7th, 2012", "September 8th, 2012", "October 1st, 2012", "February 30th, 2012")
NAMES = ("a.txt", "sub/b.txt", "sub/deeper/c.txt")
QUERIES = ("", "moon", "is:unread", "is:starred", "is:missing", "seen:>=2", "ooth", "kind:article", "doc:sub -éclair")

headlines = st.builds(
    lambda title, video, source, updated, added: f"- {title}{source}{video}{updated}{added}",
    st.sampled_from(TITLES),
    st.sampled_from(("", " - Video")),
    st.sampled_from(SOURCES),
    st.sampled_from(("", *(f" [Last Updated On: {day}]" for day in DAYS))),
    st.sampled_from(("", *(f" [Originally Added On: {day}]" for day in DAYS))),
)
articles = st.builds(
    lambda text, title, source: f"{text}\nSee the rest here:\n{title}{source}\n",
    st.sampled_from(("One text of a moon.", "Another text.", "Two texts.\nToothless.")),
    st.sampled_from(TITLES),
    st.sampled_from(SOURCES),
)
contents = st.builds(
    lambda article, index: article + "".join(f"{line}\n" for line in index),
    st.one_of(st.just(""), articles),
    st.lists(headlines, min_size=1, max_size=6),
)
names = st.sampled_from(NAMES)


Step: TypeAlias = tuple[list[str], Flag, bool]
"""The ids of what was marked; and how."""


class Library(RuleBasedStateMachine):
    """A folder that is written to, and a repository that has to keep up."""

    @initialize(first=contents, second=contents)
    def start(self, first: str, second: str) -> None:
        self.top = Path(mkdtemp())
        self.folder = (self.top / "news").resolve()
        self.folder.mkdir()
        self.clock = 1_000_000_000
        self.moment = datetime(2026, 1, 1, tzinfo=UTC)
        self.scanned = True
        self.marks: dict[str, Mark] = {}
        self.listed: list[Told] = []
        self.done: list[Step] = []
        self.undone: list[Step] = []
        self.repository = self.opened("cache")
        self.write(NAMES[0], first)
        self.write(NAMES[1], second)
        self.scan()

    def opened(self, cache: str) -> Repository:
        return Repository.open([self.folder], state=self.top / "state.json", cache=self.top / cache)

    def teardown(self) -> None:
        if hasattr(self, "repository"):
            self.repository.close()
            shutil.rmtree(self.top)

    # What happens

    @rule(name=names, content=contents)
    def write(self, name: str, content: str) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
        self.touch(path)

    @rule(name=names, line=headlines)
    def edit(self, name: str, line: str) -> None:
        path = self.folder / name
        if path.exists():
            path.write_text(f"{path.read_text()}{line}\n")
            self.touch(path)

    @rule(name=names)
    def touch_only(self, name: str) -> None:
        if (self.folder / name).exists():
            self.touch(self.folder / name)

    def touch(self, path: Path) -> None:
        self.clock += 1
        os.utime(path, (self.clock, self.clock))
        self.scanned = False

    @rule(old=names, new=names)
    def rename(self, old: str, new: str) -> None:
        if (self.folder / old).exists():
            (self.folder / new).parent.mkdir(parents=True, exist_ok=True)
            (self.folder / old).replace(self.folder / new)
            self.scanned = False

    @rule(name=names)
    def remove(self, name: str) -> None:
        (self.folder / name).unlink(missing_ok=True)
        self.scanned = False

    @rule(name=names, number=st.integers(0, 30))
    def star_and_remove(self, name: str, number: int) -> None:
        self.mark_one(number, Flag.STARRED, True)
        self.remove(name)
        self.scan()

    @rule()
    def scan(self) -> None:
        report = self.repository.scan()
        assert report.complete
        assert not self.repository.scan().differs
        self.scanned = True
        self.tells_what_the_documents_tell()

    @rule(number=st.integers(0, 30), flag=st.sampled_from(Flag), value=st.sampled_from((True, True, False)))
    def mark_one(self, number: int, flag: Flag, value: bool) -> None:
        if self.listed:
            self.mark([number % len(self.listed)], flag, value)

    @rule(flag=st.sampled_from(Flag), value=st.booleans(), every=st.integers(1, 3))
    def mark_many(self, flag: Flag, value: bool, every: int) -> None:
        self.mark(range(0, len(self.listed), every), flag, value)

    def mark(self, numbers: Sequence[int], flag: Flag, value: bool) -> None:
        """Mark what stands at these places of the list."""
        changed = [item for item in map(self.listed.__getitem__, numbers) if self.says(item, flag) is not value]
        with self.later():
            rows = self.rows()
            change = self.repository.mark([rows[number] for number in numbers], flag, value)
        assert change.ids == tuple(item.id for item in changed)
        if changed:
            self.note(changed, flag, value)
            self.done.append(([each for item in changed for each in item.ids], flag, value))
            self.undone.clear()

    @rule()
    def undo(self) -> None:
        self.replay(self.done, self.undone, backwards=True)

    @rule()
    def redo(self) -> None:
        self.replay(self.undone, self.done, backwards=False)

    def replay(self, taken: list[Step], given: list[Step], backwards: bool) -> None:
        with self.later():
            change = self.repository.undo() if backwards else self.repository.redo()
        while taken:
            ids, flag, value = taken.pop()
            given.append((ids, flag, value))
            value = value is not backwards
            wrong = [each for each in ids if getattr(self.marks[each], flag) is not value]
            self.marks |= {each: set_flag(self.marks[each], flag, value, self.moment) for each in wrong}
            # A step of which nothing is left is none any more.
            if wrong:
                assert change
                assert {*change.ids, *change.also} == {*wrong}
                return
        assert change is None

    @contextmanager
    def later(self) -> Iterator[None]:
        """A second later than whatever was done before."""
        self.moment += timedelta(seconds=1)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(marking, "utc_now", lambda: self.moment)
            yield

    def note(self, items: Iterable[Told], flag: Flag, value: bool) -> None:
        """What is done to an item is done to all that it goes by."""
        for item in items:
            for each in item.ids:
                mark = self.marks.get(each) or Mark(item.title, item.source, item.published)
                self.marks[each] = set_flag(mark, flag, value, self.moment)

    @rule()
    def start_again(self) -> None:
        assert self.repository.close() == ""
        state = self.top / "state.json"
        kept = json.loads(state.read_text())["marks"] if state.exists() else {}
        flags = {each: (mark.get("read", False), mark.get("starred", False)) for each, mark in kept.items()}
        assert flags == {each: (mark.read, mark.starred) for each, mark in self.marks.items()}
        self.repository = self.opened("cache")

    @rule()
    def lose_the_catalogue(self) -> None:
        self.repository.close()
        shutil.rmtree(self.top / "cache")
        self.repository = self.opened("cache")
        self.scan()

    # What holds

    def documents(self) -> list[Document]:
        paths = sorted(path for path in self.folder.rglob("*") if path.is_file())
        return [formats.read(str(path), path.read_bytes()) for path in paths]

    def says(self, item: Told, flag: Flag) -> bool:
        return last_done(flag, item.ids, self.marks)

    def rows(self, text: str = "") -> Sequence[int]:
        with closing(self.repository.searcher()) as searcher:
            return searcher.first(parse(text), 1000).rows

    @invariant()
    def every_mark_is_as_it_was_made(self) -> None:
        entries = self.repository.entries(self.rows())
        assert [entry.id for entry in entries] == [item.id for item in self.listed]
        for entry, item in zip(entries, self.listed, strict=True):
            assert entry.read is self.says(item, Flag.READ)
            assert entry.starred is self.says(item, Flag.STARRED)
        self.repository.settle()
        assert len(self.rows("is:starred")) == sum(entry.starred for entry in entries)
        assert len(self.rows("is:unread")) == sum(not entry.read for entry in entries)

    def tells_what_the_documents_tell(self) -> None:
        self.repository.settle()
        documents = self.documents()
        reference = Reference(documents, self.marks, today=date.today())
        self.listed = reference.items
        compare(self.repository, reference)
        problems = {problem for document in documents for problem in document.problems}
        assert set(self.repository._view.problems()) == problems

    @precondition(lambda self: self.scanned)
    @rule()
    def a_new_catalogue_tells_the_same(self) -> None:
        assert self.repository.close() == ""
        shutil.rmtree(self.top / "other", ignore_errors=True)
        other = self.opened("other")
        other.scan()
        self.repository = self.opened("cache")
        self.repository.scan()
        assert rows_of(self.repository) == rows_of(other)
        other.close()
        # What is missing and no longer starred has gone with the scan.
        self.tells_what_the_documents_tell()


def rows_of(repository: Repository) -> list[object]:
    searcher = repository.searcher()
    rows = searcher.first(parse("")).rows
    searcher.close()
    view = repository._view
    return [
        (entry, view.text(entry.row), view.sightings([entry.row]), sorted(view.ids_of([entry.row])[entry.row]))
        for entry in view.entries(rows)
    ]


def compare(repository: Repository, reference: Reference) -> None:
    view: FacetView = repository._view
    searcher = repository.searcher()
    rows = searcher.first(parse(""), 1000).rows
    entries = repository.entries(rows)
    assert entries == view.entries(rows)
    assert [entry.id for entry in entries] == [item.id for item in reference.items]
    for entry, item in zip(entries, reference.items, strict=True):
        shown = entry.item
        assert (shown.title, shown.source, shown.kind) == (item.title, item.source, item.kind)
        assert (shown.published, shown.updated) == (item.published, item.updated)
        assert (entry.read, entry.starred, entry.seen) == (item.read, item.starred, item.seen)
        assert frozenset(view.sightings([entry.row])[entry.row]) == item.sightings
        assert "\n".join(view.text(entry.row)) == item.text
        assert {*view.ids_of([entry.row])[entry.row]} == item.ids
    for text in QUERIES:
        query = parse(text)
        expected = reference.hits(query)
        assert [entry.id for entry in view.entries(searcher.first(query, 1000).rows)] == [item.id for item in expected]
        assert searcher.total(query) == len(expected)
        assert searcher.facets(query) == reference.facets(query)
    searcher.close()


TestLibrary = Library.TestCase
TestLibrary.settings = settings(max_examples=RUNS, stateful_step_count=20, deadline=None)
