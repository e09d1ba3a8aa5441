"""Asking: query → finder (in a thread) → messages → result → panes."""

from asyncio import sleep
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import partial

from textual import on
from textual.message import Message

from reader.clean import clean_line
from reader.query import Query, Term
from reader.repository import Answer, Repository
from reader.session import Session
from reader.tui import notices, results
from reader.tui.commands import Pane
from reader.tui.news_screen import NewsScreen


class AskingScreen(NewsScreen):
    """The screen, with the answers to what is asked."""

    class Ready(Message):
        """What was pressed too early may be acted on now."""

    def __init__(
        self,
        repository: Repository,
        session: Session,
        saved: Mapping[str, str],
        today: Callable[[], date] = date.today,
    ) -> None:
        super().__init__(repository, session, today)
        self._finder = results.Finder(repository.searcher(), saved, self.post_message)
        self._relaxed: tuple[tuple[Term, int], ...] = ()
        """Of a query without a hit: what there would be without each of its terms, the most first."""

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

    # The query

    def ask(self, query: Query) -> None:
        """Put another query in force."""
        self._wanted = ""
        self.result = replace(self.result, query=query, answer=None, count=None)
        self.is_asking = True
        self._show_query()
        self._search(query, None)

    def relax(self) -> None:
        """Where nothing is found, ask without the term that keeps most from it, if one by itself does."""
        if self._relaxed:
            term, _ = self._relaxed[0]
            self.ask(self.result.query.without(term))

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
            self._relaxed = message.terms
            self._say_empty(message.nowhere)

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
        self._relaxed = ()
        self._say_empty(())
        self.show_status()

    def _show_hints(self, hints: tuple[str, ...]) -> None:
        # Most starts have none, and each widget takes its time to be made.
        if hints and not self.hints.is_attached:
            self.mount(self.hints, after=self.bar)
        self.hints.show(hints)

    def _say_empty(self, nowhere: Sequence[Term]) -> None:
        if self.result.answer is None or self.result.total:
            self.panes.say_empty(None)
        elif self.result.query != Query():
            self.panes.say_empty(notices.no_hits(self.result.query, self._relaxed, nowhere))
        elif self.busy:
            self.panes.say_empty(notices.looking(self.repository.roots))
        elif self.problem_count:
            self.panes.say_empty(notices.nothing_readable(self.repository.document_count, self.problem_count))
        else:
            self.panes.say_empty(notices.no_documents(self.repository.roots))

    # Marks

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
