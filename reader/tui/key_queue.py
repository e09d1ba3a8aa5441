"""Keys that come too early wait, in the order in which they were pressed, until they can be acted on.

Keys may come faster than a query is answered: all in one go from a macro, or over a slow line. What then acts on an
item is meant for an item of that query, not for one that happens to be shown still.
"""

from collections import deque

from textual.events import Key

from reader.tui.commands import READING, is_for_items
from reader.tui.main_screen import MainScreen


class KeyQueue:
    """The keys that wait. It belongs to the app's message loop, where keys become commands."""

    def __init__(self, screen: MainScreen) -> None:
        self._screen = screen
        self._waiting: deque[Key] = deque()

    def hold(self, key: Key) -> bool:
        """Whether ``key`` has to wait, as it does behind any other that waits."""
        if self._waiting or self._is_early(key):
            self._waiting.append(key)
            return True
        return False

    async def go_on(self) -> None:
        """Act on the keys whose time has come: one by one, since each may be what the next has to wait for."""
        while self._waiting and not self._is_early(self._waiting[0]):
            await self._act_on(self._waiting.popleft())

    def _is_early(self, key: Key) -> bool:
        screen = self._screen
        if screen.bar.is_telling:
            return True
        if not screen.is_asking or screen.panes.pane not in READING:
            return False
        active = screen.active_bindings.get(key.key)
        return active is not None and is_for_items(active.binding.id)

    async def _act_on(self, key: Key) -> None:
        app = self._screen.app
        if app.screen is not self._screen:
            # Of the keys before it, one has opened a dialog.
            app.post_message(Key(key.key, key.character))
        elif not self._screen.bar.take(key):
            active = self._screen.active_bindings.get(key.key)
            if active and active.enabled:
                await app.run_action(active.binding.action, active.node)
