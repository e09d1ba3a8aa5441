"""What a person can do: one short action a command, and what comes of it.

Key → command → action → repository → panes. What takes its time runs in a thread and comes back as a message.
"""

from collections.abc import Callable, Mapping
from datetime import date
from threading import Event
from typing import ClassVar

from textual import on, work
from textual.binding import BindingType
from textual.message import Message

from reader.errors import ReaderError
from reader.query import Query, Saved, parse
from reader.repository import Damaged, Progress, Report, Repository
from reader.searches import SavedSearches
from reader.session import Session
from reader.tui import links, notices, results
from reader.tui.background import standing_back
from reader.tui.bars import Hint
from reader.tui.commands import ALLOWED, Pane, allowed_in, bindings, shown_keys
from reader.tui.filter_pane import Choice, FilterPane, is_view
from reader.tui.panes import Panes
from reader.tui.query_bar import QueryBar
from reader.tui.reading_screen import ReadingScreen

FIRST_LOOK = 0.5
"""Seconds that reading the folder waits at most for the first items to be painted."""

ESSENTIAL = ("app.help", "app.back")
"""Commands that the foot of the screen names however narrow it is."""


class MainScreen(ReadingScreen):
    """The screen with its commands."""

    BINDINGS: ClassVar[list[BindingType]] = list(bindings())

    class Progressed(Message):
        """The folder is being read."""

        def __init__(self, progress: Progress) -> None:
            super().__init__()
            self.progress = progress

    class Scanned(Message):
        """The folder was looked at."""

        def __init__(self, report: Report) -> None:
            super().__init__()
            self.report = report

    def __init__(  # noqa: PLR0913, PLR0917  # all that the screen is made of
        self,
        repository: Repository,
        session: Session,
        saved: SavedSearches,
        keys: Mapping[str, str],
        search_url: str,
        today: Callable[[], date] = date.today,
    ) -> None:
        super().__init__(repository, session, saved, today)
        self._saved = saved
        self._keys = keys
        self._search_url = search_url
        self._leaving = False
        self._looked = Event()
        self._once_more = False

    def on_mount(self) -> None:
        """After the first screen, look at the folder, and make ready what the next keys may need."""
        self.call_after_refresh(self.action_rescan)
        self.call_after_refresh(self.repository.watch)
        # Not at the same time: on a first start the first items come sooner.
        self.set_timer(0.5, self._prepare)

    @work(thread=True, group="prepare")
    def _prepare(self) -> None:
        # In a thread, since a key that had to wait for an import would wait for 50 ms and more.
        from reader.tui import dialogs, memory, timeline  # noqa: F401

        # What reads an expression is imported when there is one.
        parse("/./")
        memory.give_back_large_blocks()

    def on_unmount(self) -> None:
        """Let a scan under way end after its batch."""
        self._leaving = True
        self._looked.set()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """A command is allowed in the panes that its row of the table names."""
        return action not in ALLOWED or self.panes.pane in ALLOWED[action]

    @on(Panes.Moved)
    def show_keys(self) -> None:
        """What the keys do here."""
        # What only this pane has comes first.
        commands = sorted(allowed_in(self.panes.pane), key=lambda command: len(command.panes))
        self.key_bar.hints = tuple(
            Hint(shown_keys(c, self._keys).split()[0], c.label, c.action, c.id in ESSENTIAL)
            for c in commands
            if c.footer
        )

    # Finding

    async def action_query(self) -> None:
        """Type a query."""
        await self.bar.edit()

    @on(QueryBar.Asked)
    async def _edit(self) -> None:
        await self.bar.edit()

    @on(QueryBar.Typed)
    def _take_typed(self, message: QueryBar.Typed) -> None:
        self.ask(parse(message.text))

    @on(QueryBar.Left)
    def _leave_bar(self) -> None:
        # Unless it has been opened again meanwhile.
        if not self.bar.is_open:
            self.panes.focus_pane(Pane.LIST)

    def action_toggle_filter(self) -> None:
        """Narrow by the line under the cursor."""
        self.filter_pane.toggle()

    def action_exclude_filter(self) -> None:
        """Leave out what the line under the cursor stands for."""
        self.filter_pane.exclude()

    def action_fold_filter(self) -> None:
        """Open or close what the line under the cursor opens and closes."""
        self.filter_pane.fold()

    @on(FilterPane.Toggled)
    def _toggle_term(self, message: FilterPane.Toggled) -> None:
        self.ask(_toggled(self.result.query, message.choice))

    @on(FilterPane.Excluded)
    def _exclude_term(self, message: FilterPane.Excluded) -> None:
        if message.choice.term is not None:
            self.ask(self.result.query.excluding(message.choice.term))

    # The timeline

    async def action_timeline(self) -> None:
        """Show or hide the timeline."""
        await self.panes.toggle_timeline()
        self.show_filters()

    def action_extend_months(self, step: int) -> None:
        """Draw the range of the timeline out."""
        if self.panes.timeline:
            self.panes.timeline.extend(step)

    def action_pick_months(self) -> None:
        """Narrow the list to the range of the timeline."""
        if self.panes.timeline:
            self.panes.timeline.pick()

    def on_timeline_picked(self, message: Message) -> None:
        """Put the range into the query, in the place of another date."""
        term = getattr(message, "term", None)
        if term:
            self.ask(self.result.query.without_field("date").with_term(term))

    # Saved searches

    def action_save_search(self) -> None:
        """Save the query in force under a name."""
        from reader.tui.dialogs import Naming

        text = str(self.result.query)
        if text:
            self.app.push_screen(Naming(f"Save “{text}” as"), lambda name: self._save_search(name, text))
        else:
            self.notify("There is no query to save: / types one.")

    def _save_search(self, name: str | None, text: str) -> None:
        if name:
            self._keep(lambda: self._saved.save(name, text), f"Saved as @{name}.")

    def action_rename_search(self) -> None:
        """Give the saved search under the cursor another name."""
        from reader.tui.dialogs import Naming

        if old := self.filter_pane.saved_search:
            self.app.push_screen(Naming(f"Rename @{old} to", old), lambda name: self._rename_search(old, name))

    def _rename_search(self, old: str, name: str | None) -> None:
        if name and name != old:
            self.filter_pane.follow(Saved(name))
            self._keep(lambda: self._saved.rename(old, name), f"@{old} is @{name} now.")

    def action_delete_search(self) -> None:
        """Delete the saved search under the cursor, after asking."""
        from reader.tui.dialogs import Question

        if name := self.filter_pane.saved_search:
            self.app.push_screen(Question(f"Delete @{name}?"), lambda yes: self._delete_search(name, yes))

    def _delete_search(self, name: str, yes: bool | None) -> None:
        if yes:
            self._keep(lambda: self._saved.delete(name), f"@{name} is deleted.")

    @work(thread=True, group="searches")
    def _keep(self, change: Callable[[], None], done: str) -> None:
        try:
            change()
        except ReaderError as error:
            self.post_message(self.Told(str(error)))
        else:
            self.post_message(self.Marked(done))

    # Looking

    def action_toggle_filters(self) -> None:
        """Show or hide the filters."""
        self.panes.toggle_filters()

    def action_zoom(self) -> None:
        """Give the pane all the room, or no longer."""
        self.panes.zoomed = not self.panes.zoomed

    def action_problems(self) -> None:
        """What could not be read as it should be."""
        from reader.tui.dialogs import Reading, problems_text

        self.app.push_screen(Reading("Problems", problems_text(self.repository.problems())))

    def action_help(self) -> None:
        """What the keys do here."""
        from reader.tui.dialogs import Reading, help_text

        self.app.push_screen(Reading(f"Keys in the {self.panes.pane.value}", help_text(self.panes.pane, self._keys)))

    def action_browse(self) -> None:
        """Look the current item up in the browser."""
        if self.entry:
            self.notify(links.browse(self.app, self._search_url, self.entry.item), markup=False)

    def action_copy(self) -> None:
        """Copy the current item's title and source."""
        if self.entry:
            self.app.copy_to_clipboard(links.citation(self.entry.item))
            self.notify("Title copied.")

    # The folder

    def action_rescan(self) -> None:
        """Read the folder again; while it is being read, once more afterwards."""
        self._once_more = bool(self.busy)
        if not self.busy:
            self.busy = "looking at the folder"
            self.show_status()
            self._scan()

    @work(thread=True, group="scan")
    def _scan(self) -> None:
        if self.repository.is_adrift:
            raise Damaged("The catalogue was removed.")
        try:
            report = standing_back(lambda: self.repository.scan(self._report, lambda: self._leaving))
        except Damaged:
            raise
        except ReaderError as error:
            self.post_message(self.Told(str(error)))
            report = Report(complete=False)
        self.post_message(self.Scanned(report))

    def _report(self, progress: Progress) -> None:
        self.post_message(self.Progressed(progress))
        # The processes that read the rest are about to start, and would take the processor from the first look.
        if progress.items and not self._looked.wait(FIRST_LOOK):
            self._looked.set()

    @on(results.Answered)
    def _note_look(self) -> None:
        if self.items_read:
            self.call_after_refresh(self._looked.set)

    @on(Progressed)
    def _show_progress(self, message: Progressed) -> None:
        self.busy = notices.progress(message.progress) or self.busy
        self.show_status()
        if message.progress.items != self.items_read:
            self.items_read = message.progress.items
            self.ask_again()

    @on(Scanned)
    def _show_scanned(self, message: Scanned) -> None:
        self.busy, self.items_read = "", 0
        self.problem_count = len(self.repository.problems())
        if message.report.differs or not self.result.total:
            self.ask_again()
        self.show_status()
        if self._once_more:
            self.action_rescan()


def _toggled(query: Query, choice: Choice) -> Query:
    """``query`` narrowed by a line of the filters, or no longer; the line *All* takes every view out."""
    if choice.term is not None:
        return query.choosing(choice.term)
    for term in query.conjuncts():
        if is_view(term):
            query = query.without(term)
    return query
