"""How a part of the screen is painted without the others.

Textual renders every widget whose place to be seen in reaches into the smallest rectangle around all that has changed.
For a pane that place is the room of all panes: a line of the list had the filters and the detail rendered as well. And
it renders the whole screen when a widget comes or goes, since that shifts the numbers that say what lies above what.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from itertools import chain

from rich.console import Console
from textual._compositor import Compositor, CompositorMap, CompositorUpdate, ReflowResult
from textual.events import ScreenResume
from textual.geometry import Region, Size
from textual.reactive import Reactive
from textual.screen import Screen
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widget import Widget


class LineView(ScrollView):
    """A view that gives its lines as they are to be written, for where nothing else is seen of them."""

    def lines_at(self, rows: Iterable[int]) -> Iterator[Strip]:
        """Some lines of the window, as wide as it is, filtered."""
        raise NotImplementedError


class LinesUpdate(CompositorUpdate):
    """Lines of a view, at a column of the screen."""

    def __init__(self, column: int, lines: Iterable[tuple[int, Strip]]) -> None:
        self._column = column
        self._lines = tuple(lines)

    def render_segments(self, console: Console) -> str:
        """What the terminal is to be told."""
        return "".join(f"\x1b[{row + 1};{self._column + 1}H{line.render(console)}" for row, line in self._lines)


class NarrowCompositor(Compositor):
    """Textual's own, which renders what has changed and nothing beside it."""

    def __init__(self) -> None:
        super().__init__()
        self._part: tuple[dict[Widget, tuple[Region, Region]], list[list[int]]] | None = None
        """While what has changed is painted: what is seen there, and where the lines are cut."""

    @property
    def visible_widgets(self) -> dict[Widget, tuple[Region, Region]]:
        """The region of each widget that is seen, and what is seen of it; the topmost first."""
        if self._part:
            return self._part[0]
        if self._visible_widgets is None:
            everything = super().visible_widgets
            self._visible_widgets = {w: (region, region.intersection(clip)) for w, (region, clip) in everything.items()}
        return self._visible_widgets

    @property
    def cuts(self) -> list[list[int]]:
        """Where each line is cut, in order: at the edges of what is seen there."""
        return self._part[1] if self._part else super().cuts

    @property
    def full_map(self) -> CompositorMap:
        """What stands where, as it was last laid out.

        Textual's own may be laid out anew whenever somebody asks where a widget is. Nothing is painted for that, and by
        the next layout it counts as painted.
        """
        return self._full_map

    def reflow(self, parent: Widget, size: Size) -> ReflowResult:
        """Say anew what stands where. What stands where it stood, between the same neighbours, is not painted again."""
        before, changed = self._full_map, self._dirty_regions.copy()
        result = super().reflow(parent, size)
        after = self._full_map
        if _from_below(before, after) == _from_below(after, before):
            moved = _places(before).items() ^ _places(after).items()
            shown = {region.intersection(clip) for _, (region, clip) in moved}
            # What is cut off altogether has nothing to be painted, wherever that is.
            self._dirty_regions = changed | {region for region in shown if region.area}
        return result

    def _render_chops(self, crop: Region, is_rendered_line: Callable[[int], bool]) -> Sequence[Mapping[int, Strip]]:
        chops = super()._render_chops(crop, is_rendered_line)
        # A line that nothing cuts notes itself as its one piece: it would be there until somebody looks for garbage.
        for strip in chain.from_iterable(line.values() for line in chops):
            if strip:
                strip._divide_cache.clear()
        return chops

    def render_partial_update(self) -> CompositorUpdate | None:  # type: ignore[override]  # any of them is written
        """What has changed, ready to be written to the terminal."""
        if changed := tuple(self._dirty_regions):
            whole = Region.from_union(changed)
            widgets = dict(_changing(self.visible_widgets, whole, changed))
            if lines := _whole_lines(widgets, changed):
                self._dirty_regions.clear()
                return lines
            edges = {seen.x for _, seen in widgets.values()}
            self._part = widgets, [_between(line, whole.x, whole.right, edges) for line in self.cuts]
        try:
            update = super().render_partial_update()
        finally:
            self._part = None
        if update:
            update.spans = list(_whole_pieces(update.spans, update.chop_ends))
        return update


def _whole_pieces(
    spans: Iterable[tuple[int, int, int]], ends: Sequence[Sequence[int]]
) -> Iterator[tuple[int, int, int]]:
    """What is to be written of each line (in order), each on to the end of a piece, where one widget ends.

    What has changed may end amid a text: where something lay upon it, or a widget was as wide before it was laid out
    anew. Of a character of two cells, or of one with accents, only a half would be written there.
    """
    line, done = -1, 0
    for y, left, right in spans:
        start = max(left, done) if y == line else left
        if start < right:
            line, done = y, next((end for end in ends[y] if end >= right), right)
            yield y, start, done


def _changing(
    widgets: Mapping[Widget, tuple[Region, Region]], whole: Region, changed: Sequence[Region]
) -> Iterator[tuple[Widget, tuple[Region, Region]]]:
    """Those that are seen where something has changed; what covers all of a change hides whatever is below."""
    for widget, (region, seen) in widgets.items():
        if seen.overlaps(whole) and any(map(seen.overlaps, changed)):
            yield widget, (region, seen)
            changed = [other for other in changed if not seen.contains_region(other)]


def _whole_lines(widgets: Mapping[Widget, tuple[Region, Region]], changed: Sequence[Region]) -> LinesUpdate | None:
    """Whole lines of one view, if nothing else has changed: they need no cutting, and none of Textual's caches."""
    widget = next(iter(widgets), None)
    if len(widgets) != 1 or not isinstance(widget, LineView):
        return None
    window = widget.scrollable_content_region
    if any(part.column_span != window.column_span or not window.contains_region(part) for part in changed):
        return None
    rows = sorted({row for part in changed for row in part.line_range})
    return LinesUpdate(window.x, zip(rows, widget.lines_at(row - window.y for row in rows), strict=True))


def _between(cuts: Sequence[int], left: int, right: int, edges: Container[int]) -> list[int]:
    """Those from the last one before ``left`` to the first one behind ``right``: each piece costs, written or not.

    Those at ``edges`` stay, since the line of a widget is cut from its own edge on.
    """
    first, last = bisect_right(cuts, left) - 1, bisect_left(cuts, right)
    return [cut for number, cut in enumerate(cuts) if first <= number <= last or cut in edges]


def _from_below(widgets: CompositorMap, others: CompositorMap) -> list[Widget]:
    """Those that are among the others, as they lie upon each other."""
    return [widget for widget in sorted(widgets, key=lambda widget: widgets[widget].order) if widget in others]


def _places(widgets: CompositorMap) -> dict[Widget, tuple[Region, Region]]:
    """The region of each, and what it is cut to."""
    return {widget: (geometry.region, geometry.clip) for widget, geometry in widgets.items()}


class NarrowScreen(Screen[None]):
    """A screen on which what has changed is painted and nothing beside it, at once where that is asked for."""

    # Its widgets show which of them has the focus: Textual's own is painted whole then.
    focused: Reactive[Widget | None] = Reactive(None, repaint=False)

    def __init__(self, *, classes: str) -> None:
        super().__init__(classes=classes)
        self._compositor = NarrowCompositor()
        self._is_new = True

    def on_screen_resume(self, event: ScreenResume) -> None:
        """Keep the styles that everything was given when it was made, a moment ago: Textual's own finds them again."""
        if self._is_new:
            event.refresh_styles = self._is_new = False

    def paint(self, *widgets: Widget) -> None:
        """Paint what has changed in these, at once: Textual's next frame may be 17 ms away."""
        if shown := {widget for widget in widgets if widget.is_on_screen}:
            # Whatever else waits for that frame would be forgotten.
            waiting = self._dirty_widgets - shown
            self._compositor.update_widgets(shown)
            self._compositor_refresh()
            self._dirty_widgets |= waiting
