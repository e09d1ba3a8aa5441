"""How a part of the screen is painted without the others.

Textual renders every widget whose place to be seen in reaches into the smallest rectangle around all that has changed.
For a pane that place is the room of all panes: a line of the list had the filters and the detail rendered as well.
"""

from textual._compositor import ChopsUpdate, Compositor
from textual.geometry import Region
from textual.widget import Widget


class NarrowCompositor(Compositor):
    """Textual's own, which renders what has changed and nothing beside it."""

    def __init__(self) -> None:
        super().__init__()
        self._narrow: dict[Widget, tuple[Region, Region]] | None = None
        self._changed: tuple[Region, ...] = ()
        """While these are painted, nothing is seen but what they meet."""

    @property
    def visible_widgets(self) -> dict[Widget, tuple[Region, Region]]:
        """The region of each widget that is seen, and what is seen of it; the topmost first."""
        if self._visible_widgets is None or self._narrow is None:
            seen = super().visible_widgets
            self._narrow = {widget: (region, region.intersection(clip)) for widget, (region, clip) in seen.items()}
        if not self._changed:
            return self._narrow
        changed = self._changed
        return {w: (region, seen) for w, (region, seen) in self._narrow.items() if any(map(seen.overlaps, changed))}

    def render_partial_update(self) -> ChopsUpdate | None:
        """What has changed, ready to be written to the terminal."""
        # First: where lines are cut follows from all that is seen, and is kept.
        if self.cuts:
            self._changed = tuple(self._dirty_regions)
        try:
            return super().render_partial_update()
        finally:
            self._changed = ()
