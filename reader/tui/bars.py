"""The two lines at the foot of the screen: how things stand, and what the keys do here."""

from collections.abc import Awaitable, Callable, Sequence

from rich.cells import cell_len
from textual import events
from textual.app import RenderResult
from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from reader.values import dataclass


@dataclass(frozen=True, slots=True)
class Status:
    """How things stand."""

    position: str = ""
    unread: str = ""
    busy: str = ""
    problems: str = ""
    marks: str = ""
    """What became of the marks: being saved, or not saved."""


class StatusBar(Widget):
    """Position and counts on the left; what is going on, and problems, on the right."""

    status: reactive[Status] = reactive(Status())

    def render(self) -> RenderResult:
        """One line."""
        status = self.status
        left = " · ".join(filter(None, (status.position, status.unread)))
        right = " · ".join(filter(None, (status.busy, status.marks, status.problems)))
        gap = self.size.width - cell_len(left) - cell_len(right) - 2
        if gap < 1:
            return Content.assemble(" ", left)
        loud = "bold $text-warning" if status.problems or status.marks else ""
        return Content.assemble(" ", left, " " * gap, (right, loud), " ")


@dataclass(frozen=True, slots=True)
class Hint:
    """A key and what it does."""

    keys: str
    label: str
    action: str
    is_essential: bool = False
    """Whether it is shown before any other."""


class KeyBar(Widget):
    """What the keys do in the pane that has the focus; as many as there is room for. A click does it too."""

    hints: reactive[tuple[Hint, ...]] = reactive(())

    def __init__(self, run: Callable[[str], Awaitable[object]], *, id: str) -> None:
        super().__init__(id=id)
        self._run = run

    def render(self) -> RenderResult:
        """One line."""
        parts: list[tuple[str, str] | str] = []
        for hint in self._fitting():
            parts += [(f" {hint.keys} ", "bold $accent"), (f"{hint.label} ", "$foreground 70%")]
        return Content.assemble(*parts)

    def _fitting(self) -> Sequence[Hint]:
        room = self.size.width - sum(_width(hint) for hint in self.hints if hint.is_essential)
        fitting = []
        for hint in self.hints:
            room -= 0 if hint.is_essential else _width(hint)
            if hint.is_essential or room >= 0:
                fitting.append(hint)
        return fitting

    async def on_click(self, event: events.Click) -> None:
        """Do what the key under the mouse does."""
        right = 0
        for hint in self._fitting():
            right += _width(hint)
            if event.x < right:
                await self._run(hint.action)
                return


def _width(hint: Hint) -> int:
    return cell_len(hint.keys) + cell_len(hint.label) + 3
