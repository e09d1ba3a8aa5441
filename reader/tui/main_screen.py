"""What a person can do: one short action a command, and what comes of it.

Key → command → action → repository → panes. What takes its time runs in a thread and comes back as a message.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import ClassVar

from textual import on, work
from textual.binding import BindingType
from textual.message import Message

from reader.errors import ReaderError
from reader.query import Query, parse
from reader.repository import Change, Flag, Progress, Report, Repository
from reader.session import Session
from reader.tui import links, notices
from reader.tui.bars import Hint
from reader.tui.commands import ALLOWED, Pane, allowed_in, bindings, shown_keys
from reader.tui.detail_pane import DetailPane
from reader.tui.filter_pane import Choice, FilterPane, is_view
from reader.tui.list_pane import ListPane
from reader.tui.news_screen import NewsScreen
from reader.tui.panes import Panes
from reader.tui.query_bar import QueryBar

ESSENTIAL = ("app.help", "app.back")
"""Commands that the foot of the screen names however narrow it is."""


class MainScreen(NewsScreen):
    """The screen with its commands."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings()]

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

    class Marked(Message):
        """Many items were marked, or marks were undone or redone."""

        def __init__(self, sentence: str) -> None:
            super().__init__()
            self.sentence = sentence

    class UnreadFound(Message):
        """How far away the next unread item is; nothing when there is none."""

        def __init__(self, line: int | None) -> None:
            super().__init__()
            self.line = line

    class Told(Message):
        """Something that the person should know."""

        def __init__(self, sentence: str) -> None:
            super().__init__()
            self.sentence = sentence

    def __init__(  # noqa: PLR0913, PLR0917  # all that the screen is made of
        self,
        repository: Repository,
        session: Session,
        saved: Mapping[str, str],
        keys: Mapping[str, str],
        search_url: str,
        today: Callable[[], date] = date.today,
    ) -> None:
        super().__init__(repository, session, saved, today)
        self._keys = keys
        self._search_url = search_url
        self._leaving = False

    def on_mount(self) -> None:
        """After the first screen, look at the folder."""
        self.call_after_refresh(self.action_rescan)

    def on_unmount(self) -> None:
        """Let a scan under way end after its batch."""
        self._leaving = True

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

    # Moving

    def action_move(self, step: int) -> None:
        """By lines."""
        self.panes.focused.move(step)

    def action_page(self, step: int) -> None:
        """By pages."""
        self.panes.focused.page(step)

    def action_edge(self, step: int) -> None:
        """To the first or the last line."""
        self.panes.focused.edge(step)

    def action_pane(self, step: int) -> None:
        """To the next or the previous pane."""
        self.panes.step(step)

    def action_focus_pane(self, name: str) -> None:
        """To a pane."""
        self.panes.focus_pane(Pane(name))

    def action_back(self) -> None:
        """One step back: from raw lines, from another pane, from a query."""
        if self.detail_pane.is_raw:
            self.action_raw()
        elif self.panes.pane is not Pane.LIST:
            self.panes.focus_pane(Pane.LIST)
        elif self.result.query != Query():
            self.ask(Query())

    def action_leave(self) -> None:
        """Quit from the list, else one step back."""
        if self.panes.pane is Pane.LIST and not self.detail_pane.is_raw:
            self.app.exit()
        else:
            self.action_back()

    def action_quit(self) -> None:
        """Quit."""
        self.app.exit()

    def action_unread(self, step: int) -> None:
        """To the next or the previous unread item of the list."""
        cursor, rows = self.list_pane.cursor, self.list_pane.rows
        self._find_unread(cursor, step, rows[cursor + 1 :] if step > 0 else rows[:cursor][::-1])

    @work(thread=True, group="unread", exclusive=True)
    def _find_unread(self, cursor: int, step: int, ahead: Sequence[int]) -> None:
        distance = self.repository.first_unread(ahead)
        self.post_message(self.UnreadFound(None if distance is None else cursor + step * (distance + 1)))

    @on(UnreadFound)
    def _go_to_unread(self, message: UnreadFound) -> None:
        if message.line is None:
            self.notify("Nothing more is unread here.")
            return
        self.list_pane.move_to(message.line)
        self.show_current()
        if self.panes.pane is Pane.DETAIL:
            self._set_flag(Flag.READ, True)

    def action_read_on(self) -> None:
        """A page down in the detail; at its end, the next unread item."""
        if self.detail_pane.is_at_end:
            self.action_unread(1)
        else:
            self.detail_pane.page(1)

    # Reading and marking

    @on(ListPane.Opened)
    def action_open(self) -> None:
        """Show the current item in the detail, or follow the link under its cursor."""
        if self.panes.pane is Pane.DETAIL and self.detail_pane.link:
            self.detail_pane.post_message(DetailPane.Followed(self.detail_pane.link))
        elif self.entry:
            self._set_flag(Flag.READ, True)
            self.panes.focus_pane(Pane.DETAIL)

    @on(DetailPane.Followed)
    def _follow_link(self, message: DetailPane.Followed) -> None:
        line = self.result.line_of(message.entry.row)
        if line is not None:
            self.list_pane.move_to(line)
        self.show_entry(message.entry)
        self._set_flag(Flag.READ, True)

    def action_star(self) -> None:
        """Star the current item, or take its star away."""
        if self.entry:
            self._set_flag(Flag.STARRED, not self.entry.starred)

    def action_toggle_read(self) -> None:
        """Mark the current item read or unread."""
        if self.entry:
            self._set_flag(Flag.READ, not self.entry.read)

    def _set_flag(self, flag: Flag, value: bool) -> None:
        if self.entry:
            self.repository.mark((self.entry.row,), flag, value)
            self.show_marks()

    def action_all_read(self) -> None:
        """Ask, then mark everything that is listed read."""
        from reader.tui.dialogs import Question

        rows = self.result.rows
        if not self.result.is_complete:
            self.notify("The list is still being counted: once more in a moment.")
        elif rows:
            question = f"Mark {notices.items(len(rows))} read? (u takes it back)"
            self.app.push_screen(Question(question), self._mark_all_of(rows))

    def _mark_all_of(self, rows: Sequence[int]) -> Callable[[bool | None], None]:
        def mark(yes: bool | None) -> None:
            if yes:
                self._mark_all(rows)

        return mark

    @work(thread=True, group="mark")
    def _mark_all(self, rows: Sequence[int]) -> None:
        change = self.repository.mark(rows, Flag.READ, True)
        self.post_message(self.Marked(f"{notices.items(len(change.ids))} marked read; u takes it back."))

    def action_undo(self) -> None:
        """Take the last mark back."""
        self._replay(undone=True)

    def action_redo(self) -> None:
        """Make the last mark again that was taken back."""
        self._replay(undone=False)

    @work(thread=True, group="mark")
    def _replay(self, undone: bool) -> None:
        change: Change | None = self.repository.undo() if undone else self.repository.redo()
        self.post_message(self.Marked(notices.changed(change, undone)))

    @on(Marked)
    def _show_marked(self, message: Marked) -> None:
        self.notify(message.sentence, markup=False)
        self.show_marks()

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

    # Looking

    def action_toggle_filters(self) -> None:
        """Show or hide the filters."""
        self.panes.toggle_filters()

    def action_zoom(self) -> None:
        """Give the pane all the room, or no longer."""
        self.panes.zoomed = not self.panes.zoomed

    def action_raw(self) -> None:
        """Show the lines of the item's document, or the item again."""
        if self.detail_pane.is_raw or self.entry is None:
            self.show_entry(self.entry)
            return
        sightings = self.repository.detail(self.entry).sightings
        if not sightings:
            self.notify("The document of this item is missing.", severity="warning")
            return
        try:
            self.detail_pane.show_raw(self.repository.raw(sightings[0].path), sightings[0].line)
        except ReaderError as error:
            self.notify(str(error), severity="error", markup=False)
        self.panes.focus_pane(Pane.DETAIL)

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
        """Read the folder again."""
        if not self.busy:
            self.busy = "looking at the folder"
            self.show_status()
            self._scan()

    @work(thread=True, group="scan")
    def _scan(self) -> None:
        try:
            report = self.repository.scan(self._report, lambda: self._leaving)
        except ReaderError as error:
            self.post_message(self.Told(str(error)))
            report = Report(complete=False)
        self.post_message(self.Scanned(report))

    def _report(self, progress: Progress) -> None:
        self.post_message(self.Progressed(progress))

    @on(Progressed)
    def _show_progress(self, message: Progressed) -> None:
        self.busy = notices.progress(message.progress) or self.busy
        self.show_status()
        self.ask_again()

    @on(Scanned)
    def _show_scanned(self, message: Scanned) -> None:
        self.busy = ""
        self.problem_count = len(self.repository.problems())
        if message.report.differs or not self.result.total:
            self.ask_again()
        self.show_status()

    @on(Told)
    def _tell(self, message: Told) -> None:
        self.notify(message.sentence, severity="error", markup=False, timeout=15)


def _toggled(query: Query, choice: Choice) -> Query:
    """``query`` narrowed by a line of the filters, or no longer; the line *All* takes every view out."""
    if choice.term is not None:
        return query.toggled(choice.term)
    for term in query.conjuncts():
        if is_view(term):
            query = query.without(term)
    return query
