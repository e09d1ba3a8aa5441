"""Every budget of the design, section 10. A benchmark fails when the program misbehaves, never for being slow."""

import re
import time
from pathlib import Path

import pytest

from reader.repository import Repository
from tests.bench import corpus
from tests.bench import table as budget
from tests.bench.subject import Home, kept
from tests.bench.table import Table
from tests.bench.terminal import Condition, Terminal, changed, sees

pytestmark = pytest.mark.bench

DOWNS, PAGES, STARS = 12, 6, 5
IDLE = 2.0
"""Seconds."""

MARKS = 100_000
MIB = 1 << 20


def counted(count: int) -> Condition:
    """The query bar tells of so many items."""
    return sees(rf"^/ .* {count:,} items? *$")


def grouped(count: int) -> Condition:
    """The filters tell of so many items, and with the groups come all their counts."""
    return sees(rf"│ . All +{count:,} +│")


def started(home: Home) -> Condition:
    """The newest item is listed."""
    return sees(rf"│.* {home.corpus.newest} ")


def open_bar(terminal: Terminal) -> None:
    """Ask for the field of the query, until it is there."""
    terminal.press("/", sees("^/ +[0-9,]+ items *$"))


def search(terminal: Terminal, home: Home, before: tuple[str, Condition], last: str) -> list[float]:
    """From the last key to the newest hits and their count, and to the counts by group; leaves the field empty."""
    terminal.press(before[0], before[1])
    terminal.settle(0.5)
    hits, newest = home.corpus.words, sees(rf"│.* {home.corpus.newest_word} .{{0,3}}{corpus.WORD}")
    both = counted(hits)
    took = terminal.press(last, lambda seen: both(seen) and newest(seen), grouped(hits))
    terminal.press("clear the field", counted(home.corpus.items), grouped(home.corpus.items))
    return took


class Browsing:
    """One session of the reader and one of each of the floors, and what they took."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self.times: dict[str, list[float]] = {}

    def note(self, **times: float) -> None:
        """Add a figure to each name."""
        for name, took in times.items():
            self.times.setdefault(name, []).append(took)

    def chrome(self) -> None:
        """The empty app: start, memory, idle."""
        with self.home.floor() as terminal:
            self.note(chrome_start=terminal.wait(sees("the first pane"))[0])
            self.note(chrome_idle=terminal.idle_cpu_ms(IDLE), chrome_memory=terminal.peak.mib)

    def lines(self) -> None:
        """The bare list: moving."""
        with self.home.floor(self.home.corpus.items) as terminal:
            terminal.wait(sees("the first pane"))
            terminal.settle(0.3)
            for key, name, times in (("down", "line_down", DOWNS), ("pagedown", "line_page", PAGES)):
                for _ in range(times):
                    self.note(**{name: terminal.press(key, changed(terminal))[0]})

    def reader(self) -> None:
        """The reader: all of it."""
        with self.home.reader() as terminal:
            self.note(start=terminal.wait(started(self.home), grouped(self.home.corpus.items))[0])
            self.note(idle=terminal.idle_cpu_ms(IDLE))
            self._move(terminal, "down", DOWNS)
            self._move(terminal, "pagedown", PAGES)
            self._search(terminal)
            terminal.press("kind:article\r", counted(self.home.corpus.documents))
            terminal.settle(0.5)
            self._move(terminal, "down", DOWNS, "article_")
            self.note(memory=terminal.peak.mib)

    def _move(self, terminal: Terminal, key: str, times: int, what: str = "") -> None:
        panes = terminal.columns_of("List"), terminal.columns_of("Detail")
        for _ in range(times):
            listed, detailed = terminal.press(key, *(changed(terminal, columns) for columns in panes))
            self.note(**{f"{what}{key}_list": listed, f"{what}{key}_both": max(listed, detailed)})

    def _search(self, terminal: Terminal) -> None:
        twice = counted(2 * self.home.corpus.words)
        open_bar(terminal)
        hits, facets = search(terminal, self.home, (corpus.WORD[:-1], twice), corpus.WORD[-1])
        self.note(hits=hits, facets=facets)
        self.note(inside=search(terminal, self.home, (corpus.WORD[1:-1], twice), corpus.WORD[-1])[0])
        self.note(regex=self._look_for(terminal, f"/{corpus.WORD[:6]}l[io]ng"))
        self.note(wordless=self._look_for(terminal, "/" + "".join(f"[{letter}]" for letter in corpus.WORD)))

    def _look_for(self, terminal: Terminal, pattern: str) -> float:
        return search(terminal, self.home, (pattern, sees(f"^/ {re.escape(pattern)}")), "/")[0]


def test_browsing(warm: Home, table: Table, runs: int) -> None:
    session = Browsing(warm)
    grep = []
    for _ in range(runs):
        session.chrome()
        session.lines()
        session.reader()
        grep += [warm.grep(corpus.WORD, warm.corpus.words) for _ in range(3)]
    times, items = session.times, warm.corpus.items
    table.add(budget.start(items), items, times["start"], times["chrome_start"])
    table.add(budget.DOWN, items, times["down_both"], times["line_down"])
    table.add(budget.ARTICLE, items, times["article_down_both"], times["line_down"])
    table.add(budget.DOWN_LIST, items, times["down_list"], times["line_down"])
    table.add(budget.PAGE, items, times["pagedown_both"], times["line_page"])
    table.add(budget.PAGE_LIST, items, times["pagedown_list"], times["line_page"])
    table.add(budget.SEARCH, items, times["hits"], grep)
    table.add(budget.INSIDE, items, times["inside"], grep)
    table.add(budget.REGEX, items, times["regex"], grep)
    table.add(budget.WORDLESS, items, times["wordless"], grep)
    table.add(budget.FACETS, items, times["facets"], grep)
    table.add(budget.MEMORY, items, times["memory"], times["chrome_memory"])
    table.add(budget.IDLE, items, times["idle"], times["chrome_idle"])
    table.add(budget.DISK, items, [warm.catalogue_size() / MIB], [warm.corpus.size / MIB])


def test_star(warm: Home, table: Table, runs: int, tmp_path: Path) -> None:
    home = kept(warm, tmp_path / "home")
    corpus.write_marks(home.state, home.corpus, MARKS)
    home.list(corpus.ONE_OFF, 1)
    stars, downs = [], []
    for _ in range(runs):
        with home.reader() as terminal:
            terminal.wait(started(home), grouped(home.corpus.items))
            panes = terminal.columns_of("List"), terminal.columns_of("Detail")
            for _ in range(STARS):
                terminal.settle(0.3)
                stars += terminal.press("s", changed(terminal, panes[0]))
                terminal.settle(0.3)
                downs.append(max(terminal.press("down", *(changed(terminal, columns) for columns in panes))))
    assert home.state.stat().st_size > MARKS * 100
    table.add(budget.STAR, home.corpus.items, stars, downs)


def test_first_start(warm: Home, table: Table, runs: int, tmp_path: Path) -> None:
    home = Home(tmp_path / "home", warm.corpus)
    first, chrome, indexing, cat = [], [], [], []
    for _ in range(runs):
        home.forget()
        with home.floor() as terminal:
            chrome += terminal.wait(sees("the first pane"))
        with home.reader() as terminal:
            first += terminal.wait(sees(r"│.* \d{4}-\d\d-\d\d "))
        home.forget()
        cat.append(home.cat())
        indexing.append(home.list(f'"{corpus.PHRASE}" OR {corpus.ONE_OFF}', home.corpus.phrases + 1))
    table.add(budget.FIRST_START, home.corpus.items, first, chrome)
    table.add(budget.INDEXING, home.corpus.items, indexing, cat)


def test_event_loop(warm: Home, table: Table, runs: int, tmp_path: Path) -> None:
    longest = [Home(tmp_path / f"home{run}", warm.corpus).longest_stay() for run in range(runs)]
    table.add(budget.LOOP, warm.corpus.items, longest)


def test_rescan(warm: Home, table: Table, runs: int) -> None:
    mine, theirs = [], []
    for _ in range(3 * runs):
        theirs.append(warm.run("find", warm.corpus.folder, "-type", "f", "-printf", "%s %T@\n")[0])
        repository = Repository.open([Path(warm.corpus.folder)], state=warm.state, cache=warm.cache / "reader")
        begin = time.perf_counter()
        report = repository.scan()
        mine.append((time.perf_counter() - begin) * 1e3)
        assert repository.document_count == warm.corpus.documents
        assert repository.close() == ""
        assert report.complete
        assert not report.differs
    table.add(budget.RESCAN, warm.corpus.items, mine, theirs)


def test_list(warm: Home, table: Table, runs: int) -> None:
    mine, theirs = [], []
    for _ in range(3 * runs):
        theirs.append(warm.grep(corpus.WORD, warm.corpus.words))
        mine.append(warm.list(corpus.WORD, warm.corpus.words))
    table.add(budget.LIST, warm.corpus.items, mine, theirs)


def test_help(table: Table, runs: int, tmp_path: Path) -> None:
    home = Home(tmp_path, corpus.make(tmp_path, 1_000))
    mine, theirs = [], []
    for _ in range(3 * runs):
        theirs.append(home.python("-c", "pass")[0])
        took, text = home.python("-m", "reader", "--help")
        mine.append(took)
        assert text.startswith("usage: reader")
    table.add(budget.HELP, 0, mine, theirs)
