"""The main screen, whole: all commands, what there is to look at besides the news, and the folder behind them.

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
from reader.query import parse
from reader.repository import Damaged, Progress, Report, Repository
from reader.searches import SavedSearches
from reader.session import Session
from reader.tui import links, notices, results
from reader.tui.background import standing_back
from reader.tui.bars import Hint
from reader.tui.commands import ALLOWED, BY_ID, TYPING, allowed_in, bindings, shown_keys
from reader.tui.finding_screen import FindingScreen
from reader.tui.panes import Panes
from reader.tui.query_bar import QueryBar

FIRST_LOOK = 0.5
"""Seconds that reading the folder waits at most for the first items to be painted."""

ESSENTIAL = ("app.help", "app.back")
"""Commands that the foot of the screen names however narrow it is."""


class MainScreen(FindingScreen):
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

    @on(QueryBar.Opened)
    def _show_typing_keys(self) -> None:
        helping = BY_ID["app.help"]
        # What is one letter is typed.
        keys = [key for key in shown_keys(helping, self._keys).split() if len(key) > 1][:1]
        hints = (*TYPING, *((key, helping.label, helping.action) for key in keys))
        self.key_bar.hints = tuple(Hint(key, label, action) for key, label, action in hints)

    @on(QueryBar.Left)
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

        pane = self.panes.pane
        title = "The query" if self.bar.is_open else f"Keys in the {pane.value}"
        self.app.push_screen(Reading(title, help_text(pane, self._keys, query_first=self.bar.is_open)))

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
        else:
            # The state file, which tells since when an item is starred, has been read by now.
            self.show_entry(self.entry)
        self.show_status()
        if self._once_more:
            self.action_rescan()
