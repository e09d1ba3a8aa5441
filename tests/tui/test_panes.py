"""The panes alone, without a screen around them."""

from array import array
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from textwrap import TextWrapper
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.style import Style
from textual.app import App, ComposeResult
from textual.strip import Strip
from textual.widget import Widget

from reader.model import Entry, Item, Kind, RawLines
from reader.query import Field, Query, Saved, Text, Value, parse
from reader.repository import Facets
from reader.tui.bars import Hint, KeyBar, Status, StatusBar
from reader.tui.filter_pane import Choice, Filters, choices
from reader.tui.item_rows import ago, raw_rows, wrapped
from reader.tui.lines import fit, marked_pieces
from reader.tui.list_pane import WINDOW, Listing, ListPane
from tests.tui.stage import TODAY, screen_text

WIDE = "嫦娥五号한국어テスト🚀👩‍🚀é̀ü̃アｱ"
NOT_SHOWN: tuple[Literal["C"]] = ("C",)
TEXTS = st.text(st.sampled_from(f"ab -\u00a0{WIDE}") | st.characters(codec="utf-8", exclude_categories=NOT_SHOWN))


class Alone(App[None]):
    """An app around one widget."""

    def __init__(self, widget: Widget) -> None:
        super().__init__()
        self.widget = widget

    def compose(self) -> ComposeResult:
        yield self.widget


class Fetch:
    """Entries for row numbers, and what was asked for."""

    def __init__(self, title: Callable[[int], str] = "Item {}".format) -> None:
        self.asked: list[int] = []
        self.title = title

    def __call__(self, rows: Sequence[int]) -> tuple[Entry, ...]:
        self.asked.append(len(rows))
        return tuple(Entry(row, f"{row:016x}", Item(self.title(row))) for row in rows)


def _listing(total: int, known: int | None = None) -> Listing:
    return Listing(array("q", range(total if known is None else known)), total, Text(""), frozenset())


async def test_a_scrollbar_is_painted_where_it_looks_different(monkeypatch: pytest.MonkeyPatch) -> None:
    pane = ListPane(Fetch(), id="list")
    pane.styles.overflow_y = "scroll"
    async with Alone(pane).run_test(size=(40, 10)):
        painted: list[int] = []
        monkeypatch.setattr(pane.vertical_scrollbar, "refresh", lambda *_, **__: painted.append(pane.line_count))
        for count in (3, 4, 4, 400, 400, 500, 2, 3):
            pane.let_scroll(count)
        assert list(dict.fromkeys(painted)) == [400, 500, 2]
        assert pane.vertical_scrollbar.window_virtual_size == 2


async def test_a_mark_paints_its_line_only_and_never_too_little(monkeypatch: pytest.MonkeyPatch) -> None:
    starred: set[int] = set()

    def fetch(rows: Sequence[int]) -> tuple[Entry, ...]:
        return tuple(Entry(row, f"{row:016x}", Item("Item"), starred=row in starred) for row in rows)

    pane, rendered = ListPane(fetch, id="list"), list[int]()
    render_line = pane.render_line

    def listen(y: int) -> Strip:
        rendered.append(y)
        return render_line(y)

    monkeypatch.setattr(pane, "render_line", listen)
    async with Alone(pane).run_test(size=(40, 10)) as pilot:
        pane.show(_listing(50), 0)
        await pilot.pause()
        for line in (2, 5):
            rendered.clear()
            starred.add(line)
            # It may have been fetched anew before anybody says that marks have changed.
            pane.extend(_listing(50))
            assert pane.current
            pane.renew()
            await pilot.pause()
            assert rendered == [line]
        assert [y for y, text in enumerate(screen_text(pilot.app)) if "★" in text] == [2, 5]


async def test_a_long_list_fetches_windows_and_nothing_else() -> None:
    fetch = Fetch()
    pane = ListPane(fetch, id="list")
    async with Alone(pane).run_test(size=(80, 30)) as pilot:
        pane.show(_listing(100_000), 0)
        await pilot.pause()
        assert fetch.asked == [WINDOW]
        pane.move(5)
        await pilot.pause()
        assert fetch.asked == [WINDOW], "a window that is known is not asked for again"
        pane.edge(1)
        await pilot.pause()
        assert "Item 99999" in screen_text(pilot.app)[-1]
        assert len(fetch.asked) == 2
        pane.move_to(50_000)
        await pilot.pause()
        assert any("Item 50000" in line for line in screen_text(pilot.app))
        assert len(fetch.asked) <= 4
        assert max(fetch.asked) <= WINDOW
        assert pane.current
        assert pane.current.row == 50_000


async def test_paging_through_everything_fetches_everything_once() -> None:
    fetch = Fetch()
    pane = ListPane(fetch, id="list")
    async with Alone(pane).run_test(size=(80, 30)) as pilot:
        pane.show(_listing(2_000), 0)
        for _ in range(2_000 // 30 + 1):
            pane.page(1)
            await pilot.pause(0)
        assert len(fetch.asked) == -(-2_000 // WINDOW)
        assert sum(fetch.asked) == 2_000


async def test_rows_that_are_still_unknown_are_shown_as_such() -> None:
    fetch = Fetch()
    pane = ListPane(fetch, id="list")
    async with Alone(pane).run_test(size=(80, 30)) as pilot:
        pane.show(_listing(1_000, known=10), 0)
        await pilot.pause()
        lines = screen_text(pilot.app)
        assert "Item 9" in lines[9]
        assert lines[10].strip() == "…"
        pane.edge(1)
        assert pane.current is None
        pane.extend(_listing(1_000))
        await pilot.pause()
        assert "Item 999" in screen_text(pilot.app)[-1]


async def test_more_rows_below_what_is_seen_have_nothing_painted_again(monkeypatch: pytest.MonkeyPatch) -> None:
    pane = ListPane(Fetch(), id="list")
    async with Alone(pane).run_test(size=(80, 30)) as pilot:
        pane.show(_listing(200), 0)
        await pilot.pause()
        with monkeypatch.context() as patch:
            patch.setattr(pane, "render_line", lambda _: pytest.fail("a line was painted again"))
            pane.extend(_listing(1_000))
            await pilot.pause()
        pane.edge(1)
        await pilot.pause()
        assert "Item 999" in screen_text(pilot.app)[-1]


async def test_every_row_is_as_wide_as_the_pane() -> None:
    pane = ListPane(Fetch(lambda row: (WIDE * 9)[row:]), id="list")
    async with Alone(pane).run_test(size=(81, 30)) as pilot:
        pane.show(_listing(40), 3)
        for width in (1, 5, 17, 18, 30, 80, 83, 84, 85, 120):
            await pilot.resize_terminal(width, 30)
            strips = [*pane.lines_at(range(30))]
            assert {strip.cell_length for strip in strips} == {pane.line_width}
            assert {sum(cell_len(segment.text) for segment in strip) for strip in strips} == {pane.line_width}


@given(TEXTS, st.integers(1, 100))
def test_wrapping_loses_nothing_and_keeps_the_measure(text: str, measure: int) -> None:
    lines = wrapped(text, max(2, measure))
    assert "".join("".join(line.split()) for line in lines) == "".join(text.split())
    assert all(cell_len(line) <= max(2, measure) for line in lines)
    at = 0
    for line in lines:
        at = text.index(line, at) + len(line)


@given(st.lists(st.text("abcdeféж“–", min_size=1, max_size=9)), st.integers(9, 40))
def test_lines_are_as_full_as_they_can_be(words: list[str], measure: int) -> None:
    reference = TextWrapper(measure, break_on_hyphens=False, break_long_words=False)
    assert wrapped(" ".join(words), measure) == (reference.wrap(" ".join(words)) or [""])


def test_no_character_of_the_first_planes_is_wider_than_it_is_taken_for() -> None:
    printable = [chr(code) for code in range(0x20, 0x3100) if chr(code).isprintable()]
    lines = [line for char in printable for line in wrapped(char * 9, 4)]
    assert len(lines) > 2 * len(printable)
    assert max(map(cell_len, lines)) == 4


@given(TEXTS, st.integers(0, 60))
def test_fitting_is_exact(text: str, width: int) -> None:
    fitted = fit(text, width)
    assert cell_len(fitted) == width
    if cell_len(text) <= width:
        assert fitted.rstrip(" ") == text.rstrip(" ")
    elif width:
        assert fitted.endswith("…")


@given(TEXTS, st.lists(st.integers(0, 40), max_size=8))
def test_marking_cuts_and_loses_nothing(text: str, edges: list[int]) -> None:
    bounds = sorted(set(edges))
    spans = list(zip(bounds[::2], bounds[1::2], strict=False))
    plain, hit = Style(), Style(bold=True)
    pieces = marked_pieces(text, spans, plain, hit)
    assert "".join(piece for piece, _ in pieces) == text
    marked = "".join(piece for piece, style in pieces if style is hit)
    assert marked == "".join(text[start:end] for start, end in spans)
    assert all(piece for piece, _ in pieces)


@given(st.integers(1, 2_000), st.lists(TEXTS, max_size=12), st.booleans(), st.integers(1, 60))
def test_raw_lines_are_numbered_and_whole(first: int, lines: list[str], goes_on: bool, width: int) -> None:
    raw = RawLines(first, tuple(lines), goes_on)
    numbered = [*raw_rows(raw, width)]
    digits = len(str(raw.last))
    assert [row.text.strip() for number, row in numbered if not first <= number <= raw.last] == (
        ["…"] * (first > 1) + ["…"] * goes_on
    )
    rows = [(number, row.text) for number, row in numbered if first <= number <= raw.last]
    shown = "".join(row[digits + 2 :] for _, row in rows)
    # What takes no room, and follows nothing that does, is not seen anyway.
    assert [char for char in shown if cell_len(char)] == [char for line in lines for char in line if cell_len(char)]
    told = [(number, int(row[:digits])) for number, row in rows if row[:digits].strip()]
    assert told == [(number, number) for number in range(first, raw.last + 1)]
    assert all(cell_len(row) <= max(width - 1, digits + 14) for _, row in rows)


def test_how_long_ago() -> None:
    days = {0: "today", 1: "yesterday", 2: "2 days ago", 6: "6 days ago", 7: "1 week ago", 30: "4 weeks ago"}
    days |= {31: "1 month ago", 365: "11 months ago", 366: "1 year ago", 5000: "13 years ago", -1: "in the future"}
    told = {number: ago(date.fromordinal(TODAY.toordinal() - number), TODAY) for number in days}
    assert told == days


FACETS = Facets(
    total=9,
    unread=5,
    starred=2,
    kinds={Kind.ARTICLE: 1, Kind.HEADLINE: 8},
    sources={"Harbour Post": 3, "Post": 4},
    months={(2021, 6): 4, (2021, 3): 1, (2020, 2): 2},
    undated=2,
    documents={"/news/a.txt": 9},
)


def test_lines_that_are_folded_away_are_not_made() -> None:
    def shown(path: str) -> str:
        raise AssertionError(f"nobody sees {path}")

    lines = list(choices(Filters(facets=FACETS, all=FACETS), lambda _name, _size: False, shown))
    assert [line.hits for line in lines if line.label == "Documents"] == [len(FACETS.documents)]


def _choices(filters: Filters, is_open: Callable[[str, int], bool] = lambda _name, _size: True) -> list[Choice]:
    return list(choices(filters, is_open, lambda path: path.removeprefix("/news/")))


def test_the_lines_of_the_filters() -> None:
    lines = _choices(Filters(facets=FACETS, all=FACETS, saved={"mine": 4}))
    told = [(line.label, line.hits) for line in lines]
    assert told == [
        ("Views", None), ("All", 9), ("Unread", 5), ("Starred", 2), ("@mine", 4),
        ("Kind", None), ("Articles", 1), ("Headlines", 8),
        ("Source", 2), ("Post", 4), ("Harbour Post", 3),
        ("Date", None), ("2021", 5), ("Jun", 4), ("Mar", 1), ("2020", 2), ("Feb", 2), ("Undated", 2),
        ("Documents", 1), ("a.txt", 9),
    ]  # fmt: skip
    assert [line.label for line in lines if line.is_heading] == ["Views", "Kind", "Source", "Date", "Documents"]


def test_a_line_stands_for_a_term_that_can_be_typed() -> None:
    terms = {line.label: line.term for line in _choices(Filters(facets=FACETS, all=FACETS, saved={"mine": 4}))}
    assert terms["@mine"] == Saved("mine")
    assert terms["Unread"] == Field("is", (Value("unread"),))
    for label, term in terms.items():
        if term is not None:
            assert parse(str(term)) == Query(term), label


def test_what_has_no_hit_is_still_listed() -> None:
    lines = _choices(Filters(facets=Facets(), all=FACETS))
    assert {line.label: line.hits for line in lines if line.label in {"Post", "Feb", "a.txt", "Headlines"}} == {
        "Post": 0, "Feb": 0, "a.txt": 0, "Headlines": 0,
    }  # fmt: skip


def test_long_groups_are_closed_until_opened() -> None:
    many: Mapping[str, int] = {f"Source {number}": 1 for number in range(100)}
    facets = Facets(sources=many, total=100)
    seen: dict[str, int] = {}

    def is_open(name: str, size: int) -> bool:
        seen[name] = size
        return size <= 40

    lines = _choices(Filters(facets=facets, all=facets), is_open)
    assert seen["Source"] == 100
    assert [line.label for line in lines if line.label.startswith("Source")] == ["Source"]


async def test_the_key_bar_shows_as_many_keys_as_fit_and_the_essential_ones_always() -> None:
    done: list[str] = []

    async def run(action: str) -> None:
        done.append(action)

    bar = KeyBar(run, id="keys")
    bar.hints = (*(Hint(key, f"Do {key}", key) for key in "abcdef"), Hint("q", "Quit", "quit", is_essential=True))
    async with Alone(bar).run_test(size=(30, 3)) as pilot:
        await pilot.pause()
        assert screen_text(pilot.app)[0].split() == ["a", "Do", "a", "b", "Do", "b", "q", "Quit"]
        await pilot.click(offset=(12, 0))
        await pilot.click(offset=(29, 0))
        assert done == ["b"]


@pytest.mark.parametrize(("width", "right"), [(60, "reading · 2 problems"), (20, "3 unread")])
async def test_the_status_leaves_out_what_has_no_room(width: int, right: str) -> None:
    bar = StatusBar()
    bar.status = Status("1/10", "3 unread", "reading", "2 problems", "")
    async with Alone(bar).run_test(size=(width, 3)) as pilot:
        await pilot.pause()
        line = screen_text(pilot.app)[0]
        assert line.startswith(" 1/10 · 3 unread")
        assert line.rstrip().endswith(right)


def test_a_raw_line_of_accents_alone_has_its_number_too() -> None:
    assert [number for number, _ in raw_rows(RawLines(1, ("a", "\u0301", "b"), goes_on=False), 20)] == [1, 2, 3]
