"""How a part of the screen is painted without the others.

Textual renders every widget whose place to be seen in reaches into the smallest rectangle around all that has changed.
For a pane that place is the room of all panes: a line of the list had the filters and the detail rendered as well. And
it renders the whole screen when a widget comes or goes, since that shifts the numbers that say what lies above what.
"""

from collections.abc import Callable, Mapping, Sequence
from itertools import chain

from textual._compositor import ChopsUpdate, Compositor, CompositorMap, ReflowResult
from textual.events import ScreenResume
from textual.geometry import NULL_REGION, Region, Size
from textual.reactive import Reactive
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget


class NarrowCompositor(Compositor):
    """Textual's own, which renders what has changed and nothing beside it."""

    def __init__(self) -> None:
        super().__init__()
        self._changed: tuple[Region, ...] = ()
        """While these are painted, nothing is seen but what they meet."""

    @property
    def visible_widgets(self) -> dict[Widget, tuple[Region, Region]]:
        """The region of each widget that is seen, and what is seen of it; the topmost first."""
        if self._visible_widgets is None:
            everything = super().visible_widgets
            self._visible_widgets = {w: (region, region.intersection(clip)) for w, (region, clip) in everything.items()}
        if not self._changed:
            return self._visible_widgets
        shown, changed = self._visible_widgets.items(), self._changed
        return {w: (region, seen) for w, (region, seen) in shown if any(map(seen.overlaps, changed))}

    def reflow(self, parent: Widget, size: Size) -> ReflowResult:
        """Say anew what stands where. What stands where it stood, between the same neighbours, is not painted again."""
        before, changed = self._full_map, self._dirty_regions.copy()
        result = super().reflow(parent, size)
        after = self._full_map
        if _from_below(before, after) == _from_below(after, before):
            moved = _places(before).items() ^ _places(after).items()
            self._dirty_regions = changed | {region.intersection(clip) for _, (region, clip) in moved}
            self._dirty_regions.discard(NULL_REGION)
        return result

    def _render_chops(self, crop: Region, is_rendered_line: Callable[[int], bool]) -> Sequence[Mapping[int, Strip]]:
        chops = super()._render_chops(crop, is_rendered_line)
        # A line that nothing cuts notes itself as its one piece: it would be there until somebody looks for garbage.
        for strip in chain.from_iterable(line.values() for line in chops):
            if strip:
                strip._divide_cache.clear()
        return chops

    def render_partial_update(self) -> ChopsUpdate | None:
        """What has changed, ready to be written to the terminal."""
        # First: where lines are cut follows from all that is seen, and is kept.
        if self.cuts:
            self._changed = tuple(self._dirty_regions)
        try:
            return super().render_partial_update()
        finally:
            self._changed = ()


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
