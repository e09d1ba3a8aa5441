"""The three panes beside or above each other: which is seen, which has the focus."""

from typing import TYPE_CHECKING, Protocol

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Container
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import Static

from reader.tui.commands import Pane
from reader.tui.detail_pane import DetailPane
from reader.tui.filter_pane import FilterPane
from reader.tui.lines import Lines
from reader.tui.list_pane import ListPane

if TYPE_CHECKING:
    from reader.tui.timeline import Timeline

ORDER = (Pane.FILTERS, Pane.LIST, Pane.DETAIL)
"""From left to right, as Tab goes."""


class Movable(Protocol):
    """What the moving keys move in."""

    def move(self, step: int) -> None:
        """By lines, or months."""

    def page(self, step: int) -> None:
        """By pages, or years."""

    def edge(self, step: int) -> None:
        """To one end."""


class Panes(Container):
    """The panes. Their places follow from the classes that the width of the screen sets, see ``reader.tcss``."""

    class Moved(Message):
        """Another pane has the focus."""

    pane: reactive[Pane] = reactive(Pane.LIST, repaint=False)
    """The pane that has the focus, or had it last."""
    filters: reactive[bool] = reactive(True)
    """Whether the filters are wanted beside the list."""
    zoomed: reactive[bool] = reactive(False)
    """Whether the pane with the focus has all the room."""

    def __init__(self, filter_pane: FilterPane, list_pane: ListPane, detail_pane: DetailPane) -> None:
        super().__init__(id="panes", classes="-at-list")
        self._widgets: dict[Pane, Lines] = {
            Pane.FILTERS: filter_pane,
            Pane.LIST: list_pane,
            Pane.DETAIL: detail_pane,
        }
        for pane, widget in self._widgets.items():
            widget.border_title = Content(pane.value.capitalize())
        self.timeline: Timeline | None = None
        self.empty = Static(id="empty", markup=False)

    def compose(self) -> ComposeResult:
        """Filters, list, detail; and what is said in the place of an empty list."""
        yield self._widgets[Pane.FILTERS]
        with Container(id="middle"):
            yield self._widgets[Pane.LIST]
            yield self.empty
        yield self._widgets[Pane.DETAIL]

    @property
    def focused(self) -> Movable:
        """The pane that has the focus, or had it last."""
        return self.timeline if self.pane is Pane.TIMELINE and self.timeline else self._widgets[self.pane]

    async def toggle_timeline(self) -> None:
        """Show the timeline and give it the focus; take it away if it is there."""
        # Imported when somebody asks for it: the first screen needs none of it.
        from reader.tui.timeline import Timeline

        if self.timeline:
            await self.timeline.remove()
            self.timeline = None
            self.remove_class("-timeline")
            self.focus_pane(Pane.LIST)
        else:
            self.timeline = Timeline(id="timeline")
            self.add_class("-timeline")
            await self.query_one("#middle").mount(self.timeline)
            self.focus_pane(Pane.TIMELINE)

    def focus_pane(self, pane: Pane) -> None:
        """Give a pane the focus; it is shown if it was not."""
        if pane is Pane.FILTERS:
            self.filters = True
        self.pane = pane
        # At once, and not when its turn comes: the next key may be waiting.
        self.screen.set_focus(self.timeline if pane is Pane.TIMELINE and self.timeline else self._widgets[pane])

    def step(self, step: int) -> None:
        """Give the next or the previous pane the focus, of those that are wanted."""
        wanted = [pane for pane in ORDER if pane is not Pane.FILTERS or self.filters]
        place = wanted.index(self.pane) if self.pane in wanted else 0
        self.focus_pane(wanted[(place + step) % len(wanted)])

    def toggle_filters(self) -> None:
        """Show or hide the filters; where there is no room beside the list, go there or come back."""
        is_drawer = not self.screen.has_class("-three")
        if is_drawer and self.pane is not Pane.FILTERS:
            self.focus_pane(Pane.FILTERS)
        elif is_drawer:
            self.focus_pane(Pane.LIST)
        else:
            self.filters = not self.filters
            if not self.filters and self.pane is Pane.FILTERS:
                self.focus_pane(Pane.LIST)

    def say_empty(self, text: object) -> None:
        """Show ``text`` in the place of the list, or the list when there is none."""
        # With every answer: not to lay the screen out anew where nothing was said before, and nothing is now.
        if text or self.has_class("-empty"):
            self.set_class(bool(text), "-empty")
            self.empty.update(text or "")  # type: ignore[arg-type]

    @on(events.DescendantFocus)
    def _note_focus(self, event: events.DescendantFocus) -> None:
        for pane, widget in (*self._widgets.items(), (Pane.TIMELINE, self.timeline)):
            # Each pane tells of it in its own time: the focus may be elsewhere by now, and that have been told before.
            if event.widget is widget is self.screen.focused:
                self.pane = pane
                self.post_message(self.Moved())

    def watch_pane(self, pane: Pane) -> None:
        """The style sheet shows the pane that has the focus where there is room for one only."""
        for other in ORDER:
            seen = Pane.LIST if pane is Pane.TIMELINE else pane
            self.set_class(other is seen, f"-at-{other.value}")

    def watch_filters(self, wanted: bool) -> None:
        """The style sheet hides the filters."""
        self.set_class(not wanted, "-no-filters")

    def watch_zoomed(self, zoomed: bool) -> None:
        """The style sheet hides the others."""
        self.set_class(zoomed, "-zoomed")
