"""The query bar: the query in force, how many hits it has, and below it what could not be read as it was typed."""

from functools import cache
from typing import TYPE_CHECKING

from textual import events, on
from textual.app import RenderResult
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.reactive import Reactive
from textual.widget import Widget
from textual.widgets import Static

from reader.clean import clean_line

if TYPE_CHECKING:
    from textual.widgets import Input

LEAVING = ("enter", "down", "escape")
"""Keys that end the typing: Enter and Down go to the list, Escape leaves the field."""


@cache
def _field_class() -> "type[Input]":
    """Made once: for each new class, all styles are read and applied anew."""
    # Imported when somebody types for the first time: the first screen needs none of it.
    from textual.widgets import Input

    class Field(Input):
        """The field. Its keys come by way of :meth:`QueryBar.take`."""

        # Its text scrolls in one line, so no letter changes what stands where: Textual's own has the screen laid out
        # anew at each.
        virtual_size = Reactive(Size(0, 1))

    return Field


class QueryBar(Widget):
    """Shows the query; becomes a field to type in when it is asked to."""

    class Typed(Message):
        """The text is another one."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    class Opened(Message):
        """The person is typing from now on."""

    class Left(Message):
        """The person has finished typing."""

    class Asked(Message):
        """The person wants to type."""

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._text = ""
        self._count = ""

    @property
    def is_open(self) -> bool:
        """Whether the person is typing."""
        return self._is_shown and self.screen.focused in self.children

    @property
    def _is_shown(self) -> bool:
        return any(field.display and not field.has_class("-left") for field in self.children)

    def leave_unless_focused(self) -> None:
        """End the typing where the focus has gone elsewhere; what was typed stays in force."""
        if self._is_shown and not self.is_open:
            self._end_typing()

    @property
    def text(self) -> str:
        """The query as it is written in the bar."""
        return self._text

    def show(self, text: str, count: str) -> None:
        """Show the query in force; what is being typed is left alone."""
        self._text, self._count = text, count
        self.refresh()

    async def edit(self) -> None:
        """Let the person type."""
        if self.is_open:
            return
        if self.children:
            field = self._field
            field.value = self._text
            field.remove_class("-left")
            field.display = True
        else:
            # Kept from then on: to make one takes as long as to paint the list twice.
            field = _field_class()(self._text, select_on_focus=False, compact=True)
            await self.mount(field)
        field.cursor_position = len(field.value)
        self.refresh()
        # At once, and not when its turn comes: keys may be waiting.
        self.screen.set_focus(field)
        self.post_message(self.Opened())

    @property
    def _field(self) -> "Input":
        from textual.widgets import Input

        return self.query_one(Input)

    async def take(self, event: events.Key | events.Paste) -> bool:
        """Take what is typed, or pasted, or ends the typing; whether it is that."""
        if not self.is_open:
            return False
        field = self._field
        if isinstance(event, events.Paste):
            field._on_paste(event)
        elif event.key in LEAVING:
            self._end_typing()
            self.post_message(self.Left())
        elif event.is_printable:
            await field._on_key(event)
        else:
            return False
        return True

    def _end_typing(self) -> None:
        self._field.add_class("-left")
        # The field may not have told of its last letters yet.
        self._take_text(self._field.value)
        self.refresh()

    @on(events.DescendantBlur)
    def close(self) -> None:
        """Take the field away, unless it has been asked for again; what was typed stays in force."""
        field = self._field
        if self.screen.focused is not field:
            self.leave_unless_focused()
            field.display = False

    def on_click(self) -> None:
        """A click asks to type."""
        if not self.is_open:
            self.post_message(self.Asked())

    def on_input_changed(self, event: "Input.Changed") -> None:
        """Tell what was typed, unless more than that has been told since."""
        event.stop()
        if self._is_shown and event.value == event.input.value:
            self._take_text(event.value)

    def _take_text(self, typed: str) -> None:
        text = clean_line(typed)
        if text != self._text:
            self._text = text
            self.post_message(self.Typed(text))

    def render(self) -> RenderResult:
        """One line."""
        width = max(0, self.size.width - len(self._count) - 4)
        if self._is_shown:
            # The field shows it, as far as it reaches.
            shown = Content("")
        elif self._text:
            shown = Content(self._text)
        else:
            shown = Content.styled("everything, newest first", "$foreground 50% italic")
        shown = shown.truncate(width, ellipsis=True, pad=True)
        return Content.assemble(("/ ", "bold $accent"), shown, " ", (self._count, "bold"), " ")


class QueryHints(Static):
    """What in the query could not be read, or found, as it was typed.

    It lies upon the frame of the panes, which stay where they are: hints come and go with every other letter.
    """

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id, markup=False)
        self.display = False
        self._hints: tuple[str, ...] = ()

    def show(self, hints: tuple[str, ...]) -> None:
        """Show these, and nothing when there are none."""
        if hints != self._hints:
            self._hints = hints
            self.display = bool(hints)
            self.update(Content(" ".join(hints)))
