"""The news on the screen: query → finder (in a thread) → messages → result → panes.

This part of the main screen owns the state and shows it. What a person can do is added by those upon it:
:mod:`reader.tui.reading_screen`, :mod:`reader.tui.finding_screen`, :mod:`reader.tui.main_screen`.
"""

import gc
from asyncio import get_running_loop, sleep
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date
from functools import partial
from shutil import get_terminal_size

from textual import on
from textual.app import ComposeResult
from textual.message import Message

from reader.clean import clean_line
from reader.model import Entry
from reader.query import Query, Term, parse
from reader.repository import Answer, Repository
from reader.session import Session
from reader.tui import notices, results
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

    class Ready(Message):
        """What was pressed too early may be acted on now."""

    def __init__(
        self,
        repository: Repository,
        session: Session,
        saved: Mapping[str, str],
        today: Callable[[], date] = date.today,
    ) -> None:
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
        self._finder = results.Finder(repository.searcher(), saved, self.post_message)
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

    def on_mount(self) -> None:
        """Show the first hits at once; everything else comes from threads."""
        answer = self._finder.first(self.result.query)
        self._take_answer(answer)
        self.panes.filters, self.panes.zoomed = self.last_session.filters, self.last_session.zoomed
        self.panes.focus_pane(Pane(self.last_session.pane))
        # What the thread counts would keep the first screen waiting.
        self.call_after_refresh(self._search, self.result.query, answer)

    def on_unmount(self) -> None:
        """End what is under way, and remember how things stood."""
        self._finder.close()
        self.remember()

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

    # Query → result → panes

    def ask(self, query: Query) -> None:
        """Put another query in force."""
        self._wanted = ""
        self.result = replace(self.result, query=query, answer=None, count=None)
        self.is_asking = True
        self._show_query()
        self._search(query, None)

    def ask_again(self) -> None:
        """Put the query to the catalogue once more: it has changed."""
        self._search(self.result.query, None)

    def _search(self, query: Query, answer: Answer | None) -> None:
        self._finder.interrupt()
        run = partial(self._finder.run, query, answer)
        self.run_worker(run, name="search", group="search", exclusive=True, thread=True, exit_on_error=True)

    @on(results.Answered)
    async def _show_answer(self, message: results.Answered) -> None:
        if message.answer.query is self.result.query:
            self._take_answer(message.answer)
            self._end_asking()
            # To take an answer and to paint it take as long as each other: a key may come between.
            await sleep(0)
            self.paint(self.list_pane, self.bar)

    def _take_answer(self, answer: Answer) -> None:
        before, self.result = self.result, self.result.answered(answer)
        place = self._place()
        if place is None and before.answer and self.entry and not answer.complete:
            # The same query once more, and the current item further down: the list waits for the rest.
            self._wanted = self._wanted or self.entry.id
            self.result = replace(before, answer=answer)
            return
        self.list_pane.show(self.result.listing, place or 0)
        self._show_query()
        # What a session wants may be in documents that are still to be read.
        if place is not None or (self.result.is_complete and self.result.total and not self.busy):
            self._wanted = ""
        self.show_current()

    def _place(self) -> int | None:
        """The line of the item that was current; of a session's, until there is one."""
        entry = None
        if self._wanted:
            # While documents come in, what is wanted may be in one of the next: nobody looks for it each time.
            entry = None if self.items_read else self.repository.entry(self._wanted)
        elif self.entry:
            entry = self.repository.renewed(self.entry)
        return self.result.line_of(entry.row) if entry else None

    @on(results.Counted)
    def _show_count(self, message: results.Counted) -> None:
        if message.query is self.result.query:
            self.result = replace(self.result, count=message.count)
            self.list_pane.extend(self.result.listing)
            self._show_query()
            self.paint(self.bar)
            self._finder.go_on()

    @on(results.Completed)
    def _show_rest(self, message: results.Completed) -> None:
        if message.query is self.result.query:
            counted, self.result = self.result.count, replace(self.result, rows=message.rows, count=len(message.rows))
            if counted != self.result.count:
                # Of a query that takes too long, the rows are those that were found in time.
                self._show_query()
            place = self._place() if self._wanted else None
            if place is None:
                self.list_pane.extend(self.result.listing)
            else:
                self._wanted = ""
                self.list_pane.show(self.result.listing, place)
                self.show_current()

    @on(results.Grouped)
    def _show_counts(self, message: results.Grouped) -> None:
        if message.query is self.result.query:
            self.result = replace(self.result, counts=message.counts)
            self.show_filters()
            self.show_status()
            # By itself: all panes in one frame would be the longest step there is.
            self.paint(self.filter_pane)

    @on(results.Relaxed)
    def _show_relaxed(self, message: results.Relaxed) -> None:
        if message.query is self.result.query:
            self._say_empty(message.terms)

    @on(results.Failed)
    def _show_failure(self, message: results.Failed) -> None:
        self.notify(message.sentence, severity="error", markup=False)
        if message.query is self.result.query:
            self._end_asking()

    def _end_asking(self) -> None:
        self.is_asking = False
        self.post_message(self.Ready())

    def _end_acting(self) -> None:
        self.is_acting = False
        self.post_message(self.Ready())

    def _show_query(self) -> None:
        text = self.bar.text if self.bar.is_open else clean_line(str(self.result.query))
        self.bar.show(text, self.result.shown_count)
        self._show_hints(self.result.hints)
        self._say_empty(())
        self.show_status()

    def _show_hints(self, hints: tuple[str, ...]) -> None:
        # Most starts have none, and each widget takes its time to be made.
        if hints and not self.hints.is_attached:
            self.mount(self.hints, after=self.bar)
        self.hints.show(hints)

    def show_filters(self) -> None:
        """Show how the hits spread."""
        counts = self.result.counts
        self.filter_pane.show(Filters(self.result.query, counts.facets, counts.all, counts.saved))
        if self.panes.timeline:
            self.panes.timeline.show(counts.facets.months, counts.all.months)

    def _say_empty(self, relaxed: Iterable[tuple[Term, int]]) -> None:
        if self.result.answer is None or self.result.total:
            self.panes.say_empty(None)
        elif self.result.query != Query():
            self.panes.say_empty(notices.no_hits(self.result.query, tuple(relaxed)))
        elif self.busy:
            self.panes.say_empty(notices.looking(self.repository.roots))
        elif self.problem_count:
            self.panes.say_empty(notices.nothing_readable(self.repository.document_count, self.problem_count))
        else:
            self.panes.say_empty(notices.no_documents(self.repository.roots))

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
        self._select()
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
        self._select()
        # The list's own call: the screen itself may be idle before it hears that the list is to be painted.
        self.list_pane.call_after_refresh(self._follow_up)

    def _select(self) -> None:
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

    def show_marks(self) -> None:
        """Show the marks as they are now: in the list at once, then in the detail and in the status."""
        self.list_pane.renew()
        self.entry = self.entry and self.repository.renewed(self.entry)
        self._is_behind = True
        self.paint(self.list_pane)
        self.call_later(self._follow_up)
        # What was marked is painted first, and is on its way to the disk.
        self.call_after_refresh(self.recount)

    def recount(self) -> None:
        """Count by group once more: marks, or saved searches, have changed."""
        recount = partial(self._finder.recount, self.result.query, self._settle)
        self.run_worker(recount, group="recount", exclusive=True, thread=True)

    def _settle(self) -> None:
        # What was marked goes to the disk first: counting would take its time away.
        self.repository.flush()
        self.repository.settle()


def _layout(width: int) -> str:
    """The class that Textual would set too, but only after a first layout without it."""
    return max((least, name) for least, name in NewsScreen.HORIZONTAL_BREAKPOINTS if least <= width)[1]
