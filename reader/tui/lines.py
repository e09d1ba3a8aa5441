"""What the three panes share: a scrolling view that makes only the lines that are seen.

Textual's own lists measure each of their rows up front; these know how many lines there are and nothing else, so a
million cost what eighty do.
"""

from collections.abc import Iterable, Iterator, Sequence

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Region, Size
from textual.strip import Strip
from textual.widget import Widget

from reader.tui.painting import LineView

Piece = tuple[str, Style]
"""A text of one style, within a line."""

PLAIN = Style()
"""As the ground has it."""


class Lines(LineView, can_focus=True, inherit_bindings=False):
    """Lines below each other, one of which may be under the cursor."""

    FOCUS_ON_CLICK = True
    cursor: int = 0
    """The index of the line under the cursor; meaningless when there is none."""

    def __init__(self, *, id: str) -> None:
        self._grounds: dict[str, Style] = {}
        self._inks: dict[str, Style] = {}
        super().__init__(id=id)

    @property
    def line_count(self) -> int:
        """How many lines there are."""
        return self.virtual_size.height

    def set_line_count(self, count: int) -> None:
        """Say how many lines there are, and have them all painted again."""
        self.let_scroll(count)
        self.repaint_window()

    def let_scroll(self, count: int) -> None:
        """Say how many lines there are."""
        before = self.line_count
        # Not by assignment, which would lay the whole screen out anew: the scrollbar is always there, so nothing moves.
        self.set_reactive(Widget.virtual_size, Size(0, count))
        # A bar beside lines that are all seen looks as it did, and painting it takes as long as forty lines.
        if count != before and max(count, before) > self.page_size:
            self._scroll_update(self.virtual_size)

    def _size_updated(self, size: Size, virtual_size: Size, container_size: Size, layout: bool = True) -> bool:
        # Textual's own compares with the size of the window too, which is not that of all lines: after whatever is
        # laid out, every scrollbar would be painted.
        return size != self.outer_size and super()._size_updated(size, virtual_size, container_size, layout)

    def validate_scroll_y(self, value: float) -> float:
        """Whole lines, as all are shown: after a scrollbar Textual glides, by fractions of them."""
        return round(super().validate_scroll_y(value))

    @property
    def line_width(self) -> int:
        """Cells of a line: what the scrollbar leaves."""
        return self.scrollable_content_region.width

    @property
    def page_size(self) -> int:
        """Lines seen at a time."""
        return max(1, self.scrollable_content_region.height)

    # Moving

    def move(self, step: int) -> None:
        """Move the cursor by ``step`` lines, as far as there are lines."""
        self.move_to(self.cursor + step)

    def page(self, step: int) -> None:
        """Move the cursor by pages."""
        self.move(step * self.page_size)

    def edge(self, step: int) -> None:
        """Move the cursor to the first (-1) or last (1) line."""
        self.move_to(0 if step < 0 else self.line_count - 1)

    def move_to(self, line: int) -> None:
        """Put the cursor on a line and the line on the screen."""
        if not self.line_count:
            return
        line = min(max(line, 0), self.line_count - 1)
        old, self.cursor = self.cursor, line
        if not self.scroll_into_view(line):
            self.repaint((old, line))

    def scroll_into_view(self, line: int) -> bool:
        """Scroll as little as shows the line, which has all lines painted again; whether that was needed."""
        top, height = self.scroll_offset.y, self.page_size
        if top <= line < top + height:
            return False
        self.scroll_to(y=line if line < top else line - height + 1, animate=False, force=True, immediate=True)
        return self.scroll_offset.y != top

    def repaint_window(self) -> None:
        """Have all lines on the screen painted again."""
        self.refresh(Region(0, 0, self.line_width, self.page_size))

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:  # noqa: ARG002  # as Textual calls it
        """Have the scrollbar follow, and the lines painted: Textual's own paints what is under the bar too."""
        if self.show_vertical_scrollbar:
            self.vertical_scrollbar.position = new_value
        self.repaint_window()

    def repaint(self, lines: Iterable[int]) -> None:
        """Have these lines painted again, where they are on the screen."""
        top, height, width = self.scroll_offset.y, self.page_size, self.line_width
        regions = [Region(0, line - top, width, 1) for line in lines if top <= line < top + height]
        if regions:
            self.refresh(*regions)

    # Mouse

    def on_click(self, event: events.Click) -> None:
        """Put the cursor where the mouse is; a second click opens."""
        offset = event.get_content_offset(self)
        if offset is None or offset.y >= self.page_size or offset.x >= self.line_width:
            return
        line = offset.y + self.scroll_offset.y
        if line < self.line_count:
            self.line_clicked(line, event.chain, offset.x)

    def line_clicked(self, line: int, chain: int, column: int) -> None:  # noqa: ARG002  # for those below
        """What a click on a line does; ``chain`` is 2 for the second of two clicks."""
        self.move_to(line)

    # Looks

    def lines_at(self, rows: Iterable[int]) -> Iterator[Strip]:
        """Some lines of the window, as wide as it is, filtered."""
        top, width, ground = self.scroll_offset.y, self.line_width, self.background_colors[1]
        filters = self.get_line_filters()
        for row in rows:
            base, pieces = self.look_of(top + row, width)
            segments = segments_of(pieces, base, width)
            for each in filters:
                segments = each.apply(segments, ground)
            yield Strip(segments, width)

    def render_line(self, y: int) -> Strip:
        """One line of the window, for Textual to frame and to filter."""
        width = self.line_width
        base, pieces = self.look_of(self.scroll_offset.y + y, width)
        return Strip(segments_of(pieces, base, width), width)

    def look_of(self, line: int, width: int) -> tuple[Style, Sequence[Piece]]:
        """The ground of a line, which may be behind the last, and what is written on it in so many cells."""
        raise NotImplementedError

    def notify_style_update(self) -> None:
        """The styles are others: of another theme, or because the focus has come or gone."""
        self._grounds.clear()
        self._inks.clear()
        super().notify_style_update()

    def style(self, name: str) -> Style:
        """The style of a component class, as the ground of a line."""
        if name not in self._grounds:
            self._grounds[name] = self.get_component_rich_style(name)
        return self._grounds[name]

    def ink(self, name: str) -> Style:
        """The style of a component class without its ground: what is written on a line of another style."""
        if name not in self._inks:
            style = self.style(name)
            self._inks[name] = Style(color=style.color, bold=style.bold, italic=style.italic, underline=style.underline)
        return self._inks[name]


def emphasis(style: Style) -> Style:
    """What makes ``style`` stand out but its colours: for a ground that has not been chosen with them in mind."""
    return Style(bold=style.bold, italic=style.italic, underline=style.underline)


def segments_of(pieces: Iterable[Piece], base: Style, width: int) -> list[Segment]:
    """A line of exactly ``width`` cells; neighbours of one style are one piece, since each costs on its way out."""
    joined: list[tuple[list[str], Style]] = []
    for text, style in pieces:
        if joined and joined[-1][1] is style:
            joined[-1][0].append(text)
        else:
            joined.append(([text], style))
    room = width - sum(cell_len(text) for texts, _ in joined for text in texts)
    if room > 0:
        joined.append(([" " * room], PLAIN))
    segments = [Segment("".join(texts), base + style) for texts, style in joined]
    return segments if room >= 0 else Segment.adjust_line_length(segments, width, base)


def fit(text: str, width: int) -> str:
    """``text`` in exactly ``width`` cells; what does not fit ends in an ellipsis."""
    if cell_len(text) <= width:
        return set_cell_size(text, width)
    return set_cell_size(text, width - 1) + "…" if width > 0 else ""


def marked_pieces(text: str, spans: Iterable[tuple[int, int]], plain: Style, hit: Style) -> list[Piece]:
    """``text`` cut at ``spans`` (in order, without overlaps), which have the style ``hit``."""
    pieces: list[Piece] = []
    at = 0
    for start, end in spans:
        if start >= len(text):
            break
        if start > at:
            pieces.append((text[at:start], plain))
        pieces.append((text[start:end], hit))
        at = end
    if at < len(text):
        pieces.append((text[at:], plain))
    return pieces
