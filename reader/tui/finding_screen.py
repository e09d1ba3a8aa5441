"""Finding news: the query, the filters, the timeline and the saved searches, one short action a command."""

from collections.abc import Callable
from datetime import date

from textual import on, work
from textual.message import Message

from reader.clean import clean_line
from reader.errors import ReaderError
from reader.query import Query, Saved, parse
from reader.repository import Repository
from reader.searches import SavedSearches
from reader.session import Session
from reader.tui.commands import Pane
from reader.tui.filter_pane import Choice, FilterPane
from reader.tui.query_bar import QueryBar
from reader.tui.reading_screen import ReadingScreen
from reader.tui.results import without_views


class FindingScreen(ReadingScreen):
    """The screen, with the commands that find."""

    class Renamed(Message):
        """A saved search has another name."""

        def __init__(self, old: str, new: str) -> None:
            super().__init__()
            self.old, self.new = old, new

    def __init__(
        self, repository: Repository, session: Session, saved: SavedSearches, today: Callable[[], date] = date.today
    ) -> None:
        super().__init__(repository, session, saved, today)
        self._saved = saved

    # The query and the filters

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
            naming = Naming(f"Save “{text}” as", self._saved.refusal)
            self.app.push_screen(naming, lambda name: self._save_search(name, text))
        else:
            self.notify("There is no query to save: / types one.")

    def _save_search(self, name: str | None, text: str) -> None:
        from reader.tui.dialogs import Question

        if name is None:
            return
        before = self._saved.get(name, text)
        if before == text:
            self._replace_search(name, text, yes=True)
        else:
            question = f"Replace @{name}, which is “{clean_line(before)}”?"
            self.app.push_screen(Question(question), lambda yes: self._replace_search(name, text, yes))

    def _replace_search(self, name: str, text: str, yes: bool | None) -> None:
        if yes:
            self._keep(lambda: self._saved.save(name, text), f"Saved as @{name}.")

    def action_rename_search(self) -> None:
        """Give the saved search under the cursor another name."""
        from reader.tui.dialogs import Naming

        if old := self.filter_pane.saved_search:
            naming = Naming(f"Rename @{old} to", lambda name: self._saved.refusal(name, old), old)
            self.app.push_screen(naming, lambda name: self._rename_search(old, name))

    def _rename_search(self, old: str, name: str | None) -> None:
        if name and name != old:
            self._keep(lambda: self._saved.rename(old, name), f"@{old} is @{name} now.", self.Renamed(old, name))

    @on(Renamed)
    def _follow_name(self, message: Renamed) -> None:
        self.filter_pane.follow(Saved(message.new))
        asked = self.result.query.renaming(message.old, message.new)
        if asked != self.result.query:
            self.ask(asked)

    def action_delete_search(self) -> None:
        """Delete the saved search under the cursor, after asking."""
        from reader.tui.dialogs import Question

        if name := self.filter_pane.saved_search:
            self.app.push_screen(Question(f"Delete @{name}?"), lambda yes: self._delete_search(name, yes))

    def _delete_search(self, name: str, yes: bool | None) -> None:
        if yes:
            self._keep(lambda: self._saved.delete(name), f"@{name} is deleted.")

    @work(thread=True, group="searches")
    def _keep(self, change: Callable[[], None], done: str, news: Message | None = None) -> None:
        try:
            change()
        except ReaderError as error:
            self.post_message(self.Told(str(error)))
        else:
            if news:
                self.post_message(news)
            self.post_message(self.Marked(done))


def _toggled(query: Query, choice: Choice) -> Query:
    """``query`` narrowed by a line of the filters, or no longer; the line *All* takes every view out."""
    return without_views(query) if choice.term is None else query.choosing(choice.term)
