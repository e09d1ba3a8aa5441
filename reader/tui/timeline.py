"""The timeline: how a result spreads over the months, and a range of them to narrow it by."""

from calendar import month_abbr
from collections.abc import Mapping, Sequence

from textual import events
from textual.app import ComposeResult
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget
from textual.widgets import Sparkline, Static

from reader.query import Field, Range, Value
from reader.values import dataclass

EIGHTHS = " ▁▂▃▄▅▆▇█"

Month = tuple[int, int]
"""Year and month."""


@dataclass(frozen=True, slots=True)
class Span:
    """The months from the oldest to the newest that anything is listed under, and the hits of each."""

    first: Month = (1970, 1)
    hits: tuple[int, ...] = ()

    @classmethod
    def of(cls, counts: Mapping[Month, int], everything: Mapping[Month, int]) -> "Span":
        """The span of ``everything``, with the ``counts`` of a result."""
        if not everything:
            return cls()
        first, last = min(everything), max(everything)
        size = _number(last) - _number(first) + 1
        return cls(first, tuple(counts.get(_month(_number(first) + n), 0) for n in range(size)))

    def month(self, index: int) -> Month:
        """The month at ``index``."""
        return _month(_number(self.first) + index)

    def bars(self, width: int) -> list[int]:
        """The hits in ``width`` cells: the most of the months that share one, or one month over several."""
        size = len(self.hits)
        return [
            max(self.hits[cell * size // width : max(cell * size // width + 1, (cell + 1) * size // width)], default=0)
            for cell in range(width)
        ]


class Bars(Sparkline):
    """Textual's own draws the least of its numbers as nothing, and nothing as a line: here bars stand on zero."""

    def render(self) -> Content:
        """As many lines as there is room for."""
        rows = drawn([*map(int, self.data or ())], self.size.height)
        return Content("\n".join(rows)).stylize(self.visual_style)


def drawn(numbers: Sequence[int], height: int) -> list[str]:
    """Lines of a bar for each number, to an eighth of a cell; what is not nothing is never nothing."""
    most = max(1, *numbers, 1)
    eighths = [-(-number * height * 8 // most) for number in numbers]
    return ["".join(EIGHTHS[min(8, max(0, high - row * 8))] for high in eighths) for row in reversed(range(height))]


class Timeline(Widget, can_focus=True):
    """A bar for each month; two edges that the keys or the mouse move."""

    class Picked(Message):
        """A range of months is to narrow the query."""

        def __init__(self, term: Field) -> None:
            super().__init__()
            self.term = term

    span: reactive[Span] = reactive(Span())
    start: reactive[int] = reactive(0)
    """The index of the month that the range begins with."""
    end: reactive[int] = reactive(0)
    """The index of the month under the cursor, with which the range ends; it may lie before the start."""

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        # Not looked for when they are drawn: counts may come while they are not there yet, or no longer.
        self._bars = Bars([])
        self._range = Static(markup=False)

    def on_mount(self) -> None:
        """Say what it is."""
        self.border_title = "Timeline"

    def compose(self) -> ComposeResult:
        """The bars, the edges below them, and the range in words."""
        yield self._bars
        yield self._range

    def show(self, counts: Mapping[Month, int], everything: Mapping[Month, int]) -> None:
        """Show the hits of another result; the range stays, as far as there are such months."""
        had_months = bool(self.span.hits)
        self.span = Span.of(counts, everything)
        last = max(0, len(self.span.hits) - 1)
        self.start = min(self.start, last)
        self.end = min(self.end, last) if had_months else last
        if not had_months:
            self.start = last
        self._draw()

    # What the person does

    def move(self, step: int) -> None:
        """Move the cursor by months; the range is that month alone."""
        self._put(self.end + step)
        self.start = self.end

    def page(self, step: int) -> None:
        """Move the cursor by years."""
        self.move(step * 12)

    def edge(self, step: int) -> None:
        """Move the cursor to the oldest or the newest month."""
        self.move(step * len(self.span.hits))

    def extend(self, step: int) -> None:
        """Move the cursor by months, and leave the other end where it is."""
        self._put(self.end + step)

    def pick(self) -> None:
        """Narrow the query by the range."""
        if self.span.hits:
            low, high = (_written(self.span.month(index)) for index in sorted((self.start, self.end)))
            self.post_message(self.Picked(Field("date", (Value(low) if low == high else Range(low, high),))))

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Begin a range."""
        self.capture_mouse()
        self._put(self._index(event.screen_x))
        self.start = self.end

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Draw the range out."""
        if self.app.mouse_captured is self:
            self._put(self._index(event.screen_x))

    def on_mouse_up(self) -> None:
        """Narrow by the range that was drawn."""
        if self.app.mouse_captured is self:
            self.release_mouse()
            self.pick()

    def _put(self, index: int) -> None:
        self.end = min(max(index, 0), max(0, len(self.span.hits) - 1))

    def _index(self, screen_x: int) -> int:
        return (screen_x - self.content_region.x) * len(self.span.hits) // max(1, self.size.width)

    # Looks

    def on_resize(self) -> None:
        """Draw for the new width."""
        self._draw()

    def watch_start(self) -> None:
        """Draw the range."""
        self._draw()

    def watch_end(self) -> None:
        """Draw the range."""
        self._draw()

    def _draw(self) -> None:
        width, size = self.size.width, len(self.span.hits)
        if not self.is_mounted or not width or not size:
            return
        self._bars.data = self.span.bars(width)
        self._range.update(self._edges(width, size))

    def _edges(self, width: int, size: int) -> Content:
        low, high = sorted((self.start, self.end))
        left, right = low * width // size, max(low * width // size + 1, (high + 1) * width // size)
        hits = sum(self.span.hits[low : high + 1])
        first, last = _named(self.span.month(low)), _named(self.span.month(high))
        words = f"{first}: {hits:,}" if low == high else f"{first} – {last}: {hits:,}"
        room = max(0, width - len(words))
        return Content.assemble(
            " " * left, ("▔" * (right - left), "bold $accent"), "\n",
            " " * min(max(0, (left + right - len(words)) // 2), room), (words, "$foreground 70%"),
        )  # fmt: skip


def _number(month: Month) -> int:
    return month[0] * 12 + month[1] - 1


def _month(number: int) -> Month:
    return number // 12, number % 12 + 1


def _written(month: Month) -> str:
    return f"{month[0]:04}-{month[1]:02}"


def _named(month: Month) -> str:
    return f"{month_abbr[month[1]]} {month[0]}"
