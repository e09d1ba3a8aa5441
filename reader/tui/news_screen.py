"""The news on the screen: this part of the main screen owns the state, and shows the current item.

What is listed comes from :mod:`reader.tui.asking_screen`, upon this one; what a person can do is added by those upon
that: :mod:`reader.tui.reading_screen`, :mod:`reader.tui.finding_screen`, :mod:`reader.tui.main_screen`.
"""

import gc
from asyncio import get_running_loop
from collections.abc import Callable
from datetime import date
from functools import partial
from shutil import get_terminal_size

from textual import on
from textual.app import ComposeResult

from reader.clean import clean_line
from reader.model import Entry
from reader.query import parse
from reader.repository import Repository
from reader.session import Session
from reader.tui.bars import KeyBar, Status, StatusBar
from reader.tui.commands import Pane
from reader.tui.detail_pane import DetailPane
from reader.tui.filter_pane import UNREAD, FilterPane, Filters
from reader.tui.item_rows import Page
from reader.tui.list_pane import ListPane
from reader.tui.painting import NarrowScreen
from reader.tui.panes import Panes
from reader.tui.query_bar import QueryBar, QueryHints
from reader.tui.result import Result

PAUSE = 0.01
"""Seconds between the last step and looking for garbage."""


class NewsScreen(NarrowScreen):
    """Filters, list and detail, under the query and over the status."""

    AUTO_FOCUS = ""
    HORIZONTAL_BREAKPOINTS = [(0, "-one"), (70, "-two"), (110, "-three")]  # noqa: RUF012  # declared so by Textual

    def __init__(self, repository: Repository, session: Session, today: Callable[[], date] = date.today) -> None:
        super().__init__(classes=_layout(get_terminal_size().columns))
        self.repository = repository
        self.result = Result(parse(session.query))
        self.entry: Entry | None = None
        self.is_asking = False
        """Whether there is no answer yet to the query in force, so that what is listed is another one's."""
        self.is_acting = False
        """Whether what a key has begun is still being done by a thread."""
        self.last_session = session
        self.busy = ""
        self.items_read = 0
        self.told = len(repository.marks_notices)
        """How many of the notices about the marks the person has been shown; the app shows those there are now."""
        self.problem_count = 0
        self._wanted = session.item
        self._is_behind = False
        self._is_collecting = False
        self.bar = QueryBar(id="query")
        self.hints = QueryHints(id="hints")
        self.filter_pane = FilterPane(lambda path: clean_line(repository.brief(path)), id="filters")
        self.list_pane = ListPane(repository.entries, id="list")
        self.detail_pane = DetailPane(lambda path: clean_line(repository.shown(path)), today, id="detail")
        self.panes = Panes(self.filter_pane, self.list_pane, self.detail_pane)
        self.status_bar = StatusBar(id="status")
        self.key_bar = KeyBar(self.run_action, id="keys")

    def compose(self) -> ComposeResult:
        """From top to bottom."""
        yield self.bar
        yield self.panes
        yield self.status_bar
        yield self.key_bar

    def remember(self) -> None:
        """Note how things stand, to be taken up again."""
        self.last_session = Session(
            query=str(self.result.query),
            item=self._wanted or (self.entry.id if self.entry else ""),
            theme=self.app.theme,
            pane=(Pane.LIST if self.panes.pane is Pane.TIMELINE else self.panes.pane).value,
            filters=self.panes.filters,
            zoomed=self.panes.zoomed,
        )

    def on_idle(self) -> None:
        """Look for garbage between two steps, once much has outlived two looks: it takes some 10 ms.

        In the middle of a step, it would make a key wait twice as long.
        """
        if gc.get_count()[2] and not self._is_collecting:
            # A little later, so that a key that was pressed meanwhile comes first.
            self._is_collecting = True
            get_running_loop().call_later(PAUSE, self._collect)

    def _collect(self) -> None:
        self._is_collecting = False
        gc.collect()

    def show_filters(self) -> None:
        """Show how the hits spread."""
        counts = self.result.counts
        self.filter_pane.show(Filters(self.result.query, counts.facets, counts.all, counts.saved))
        if self.panes.timeline:
            self.panes.timeline.show(counts.facets.months, counts.all.months)

    def show_status(self) -> None:
        """Show how things stand."""
        place = f"{self.list_pane.cursor + 1:,}/{self.result.total:,}" if self.result.total else "0"
        facets = self.result.counts.facets
        # Counted without what the query says of marks: it is the result's own where that is "unread", or nothing.
        asked = self.result.query.without_field("is")
        is_own = self.result.query in (asked, asked.with_term(UNREAD))
        unread = f"{facets.unread:,} unread" if self.result.counts.all.total and is_own else ""
        problems = (
            f"{self.problem_count:,} problem{'' if self.problem_count == 1 else 's'}" if self.problem_count else ""
        )
        marks = "marks not saved" if self.repository.is_failing else ""
        self.status_bar.status = Status(place, unread, self.busy, problems, marks)

    # The current item

    @on(ListPane.Selected)
    def follow_list(self) -> None:
        """Make the item under the list's cursor the current one, in the very step that moved it.

        The list is painted at once; what tells of the item comes right after.
        """
        self._wanted = ""
        self.select()
        self.paint(self.list_pane)
        self.call_later(self._follow_up)

    def _follow_up(self) -> None:
        self.catch_up()
        self.paint(self.detail_pane)
        self.call_later(self._paint_around)

    @on(DetailPane.LaidOut)
    def _paint_around(self) -> None:
        self.paint(self.status_bar, self.list_pane.vertical_scrollbar, self.detail_pane.vertical_scrollbar)

    def show_current(self) -> None:
        """Show the item under the list's cursor, once the list itself is shown."""
        self.select()
        # The list's own call: the screen itself may be idle before it hears that the list is to be painted.
        self.list_pane.call_after_refresh(self._follow_up)

    def select(self) -> None:
        """Make the item under the list's cursor the current one, to be shown next."""
        self.entry = self.list_pane.current
        self._is_behind = True

    def catch_up(self) -> None:
        """Show the current item, if another one is still shown."""
        if self._is_behind:
            self.show_entry(self.entry)
            self.show_status()

    def show_entry(self, entry: Entry | None) -> None:
        """Make an item the current one."""
        self._is_behind = False
        self.entry = entry
        if entry is None:
            self.detail_pane.show(None)
            return
        detail, listing = self.repository.detail(entry), self.result.listing
        index = partial(self.repository.index, detail)
        self.detail_pane.show(Page(detail, index, listing.term, listing.inside))


def _layout(width: int) -> str:
    """The class that Textual would set too, but only after a first layout without it."""
    return max((least, name) for least, name in NewsScreen.HORIZONTAL_BREAKPOINTS if least <= width)[1]
