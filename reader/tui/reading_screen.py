"""Moving through the news, reading and marking it: one short action a command."""

from collections.abc import Callable, Sequence

from textual import on, work
from textual.message import Message

from reader.errors import ReaderError
from reader.model import Entry
from reader.query import Query
from reader.repository import Change, Flag, MarksNews
from reader.tui import notices
from reader.tui.asking_screen import AskingScreen
from reader.tui.commands import Pane
from reader.tui.detail_pane import DetailPane
from reader.tui.list_pane import ListPane


class ReadingScreen(AskingScreen):
    """The screen, with the commands that move and mark."""

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

    class Heard(Message):
        """What became of the marks behind the screen's back."""

        def __init__(self, news: MarksNews) -> None:
            super().__init__()
            self.news = news

    _left: tuple[tuple[Entry, tuple[int, int], Entry], ...] = ()
    """The items from which links were followed, with the place in each and where it led, the last one last."""

    # Moving

    def action_move(self, step: int) -> None:
        """By lines."""
        self.panes.focused.move(step)
        self._follow()

    def action_page(self, step: int) -> None:
        """By pages."""
        self.panes.focused.page(step)
        self._follow()

    def action_edge(self, step: int) -> None:
        """To the first or the last line."""
        self.panes.focused.edge(step)
        self._follow()

    def _follow(self) -> None:
        if self.panes.pane is Pane.LIST:
            self.follow_list()

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
        elif self.result.query != Query() or self.bar.text:
            self.ask(Query())

    def action_back_left(self) -> None:
        """The same, by a key that means something else where things stand beside each other."""
        self.action_back()

    def action_leave(self) -> None:
        """Quit from the list, else one step back."""
        if self.panes.pane is Pane.LIST and not self.detail_pane.is_raw:
            self.app.exit()
        else:
            self.action_back()

    def action_quit(self) -> None:
        """Quit."""
        self.app.exit()

    def action_suspend(self) -> None:
        """Back to the shell, until it says ``fg``."""
        self.app.action_suspend_process()

    def action_unread(self, step: int) -> None:
        """To the next or the previous unread item of the list."""
        self.is_acting = True
        cursor, rows = self.list_pane.cursor, self.list_pane.rows
        self._find_unread(cursor, step, rows[cursor + 1 :] if step > 0 else rows[:cursor][::-1])

    @work(thread=True, group="unread", exclusive=True)
    def _find_unread(self, cursor: int, step: int, ahead: Sequence[int]) -> None:
        distance = self.repository.first_unread(ahead)
        self.post_message(self.UnreadFound(None if distance is None else cursor + step * (distance + 1)))

    @on(UnreadFound)
    def _go_to_unread(self, message: UnreadFound) -> None:
        self._end_acting()
        if message.line is None:
            self.notify("Nothing more is unread here.")
            return
        self.list_pane.move_to(message.line)
        self.follow_list()
        if self.panes.pane is Pane.DETAIL:
            self._set_flag(Flag.READ, True)

    def action_read_on(self) -> None:
        """A page down in the detail; at its end, the next unread item."""
        self.catch_up()
        if self.detail_pane.is_at_end:
            self.action_unread(1)
        else:
            self.detail_pane.page(1)

    def action_raw(self) -> None:
        """Show the lines of the item's document, or the item again."""
        self.catch_up()
        if self.detail_pane.is_raw:
            self.detail_pane.leave_raw()
            return
        if self.entry is None:
            return
        sightings = self.repository.detail(self.entry).sightings
        if not sightings:
            self.notify("The document of this item is missing.", severity="warning")
            return
        try:
            self.detail_pane.show_raw(self.repository.raw(sightings[0]), sightings[0])
        except ReaderError as error:
            self.notify(str(error), severity="error", markup=False)
        self.panes.focus_pane(Pane.DETAIL)

    # Reading and marking

    @on(ListPane.Opened)
    def action_open(self) -> None:
        """Show the current item in the detail, or follow the link under its cursor."""
        if self.panes.pane is Pane.DETAIL and self.detail_pane.link:
            self.detail_pane.post_message(DetailPane.Followed(self.detail_pane.link))
        elif self.entry:
            self._set_flag(Flag.READ, True)
            self.panes.focus_pane(Pane.DETAIL)
        else:
            self.relax()

    @on(DetailPane.Followed)
    def _follow_link(self, message: DetailPane.Followed) -> None:
        if self.entry:
            self._left = (*self._left, (self.entry, self.detail_pane.place, message.entry))
        self._go_to(message.entry)
        self._set_flag(Flag.READ, True)

    def action_return(self) -> None:
        """Back to the item from which a link was followed, at its place."""
        if not self._left:
            return
        (entry, place, link), self._left = self._left[-1], self._left[:-1]
        if found := self.repository.renewed(entry):
            self._go_to(found)
            self.show_status()
            self.detail_pane.go_to(*place, link)
            self.panes.focus_pane(Pane.DETAIL)

    def _go_to(self, entry: Entry) -> None:
        line = self.result.line_of(entry.row)
        if line is not None:
            self.list_pane.move_to(line)
        self.show_entry(entry)

    def select(self) -> None:
        """Where another item was chosen, and no link followed, there is no way back."""
        before = self.entry
        super().select()
        if not (before and self.entry and before.id == self.entry.id):
            self._left = ()

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
                self.is_acting = True
                self._mark_all(rows)

        return mark

    @work(thread=True, group="mark")
    def _mark_all(self, rows: Sequence[int]) -> None:
        change = self.repository.mark(rows, Flag.READ, True)
        self.post_message(self.Marked(f"{notices.items(len(change.ids))} marked read; u takes it back."))

    def action_undo(self) -> None:
        """Take the last mark back."""
        self.is_acting = True
        self._replay(undone=True)

    def action_redo(self) -> None:
        """Make the last mark again that was taken back."""
        self.is_acting = True
        self._replay(undone=False)

    @work(thread=True, group="mark")
    def _replay(self, undone: bool) -> None:
        change: Change | None = self.repository.undo() if undone else self.repository.redo()
        self.post_message(self.Marked(notices.changed(change, undone)))

    @on(Marked)
    def _show_marked(self, message: Marked) -> None:
        self.notify(message.sentence, markup=False)
        self.show_marks()
        self._end_acting()

    @on(Told)
    def _tell(self, message: Told) -> None:
        self.notify(message.sentence, severity="error", markup=False, timeout=15)

    @on(Heard)
    def _hear(self, message: Heard) -> None:
        news = message.news
        if news.error:
            self.notify(news.error, severity="error", markup=False, timeout=15)
        for sentence in news.notices[self.told :]:
            self.notify(sentence, severity="warning", markup=False, timeout=15)
        self.told = max(self.told, len(news.notices))
        if news.changed:
            self.show_marks()
        else:
            self.show_status()
