"""Keys of the main screen, acted on in the order in which they were pressed.

Keys may come faster than the screen follows: all in one go from a macro, or over a slow line. So each is acted on
before the next is looked at, and not sent round by way of the widgets, where one key overtakes another. A key for an
item that comes before a query is answered waits: it is meant for an item of that query, not for one that happens to be
shown still.
"""

from collections import deque
from time import monotonic

from textual.events import Key, Paste
from textual.message import Message

from reader.tui.commands import READING, is_for_items
from reader.tui.main_screen import MainScreen

WAYS_OUT = ("ctrl+c", "ctrl+q")
"""Keys that wait for nothing."""

PATIENCE = 1.0
"""Seconds after which what a key has said counts as heard, whatever became of it."""


class Heard(Message):
    """Comes behind all that a key has made a widget say, and so after it was heard."""


class KeyQueue:
    """What becomes of keys, and those that wait. It belongs to the app's message loop."""

    def __init__(self, screen: MainScreen) -> None:
        self._screen = screen
        self._waiting: deque[Key | Paste] = deque()
        self._last: Heard | None = None
        """Of the last key, if it is not back yet."""
        self._began = 0.0

    async def take(self, event: Key | Paste) -> None:
        """Act on a key, or on what is pasted: now, or when its time has come, later too if others wait before it."""
        self._screen._clear_tooltip()
        if isinstance(event, Key) and event.key in WAYS_OUT:
            await self._screen.app._check_bindings(event.key, priority=True)
        else:
            self._waiting.append(event)
            await self.go_on()

    async def hear(self, message: Heard) -> None:
        """What a key has said was heard."""
        if message is self._last:
            self._last = None
            await self.go_on()

    async def go_on(self) -> None:
        """Act on what has waited long enough: one by one, since each may be what the next has to wait for."""
        while self._waiting and not self._is_early(self._waiting[0]):
            await self._act_on(self._waiting.popleft())

    def _is_early(self, event: Key | Paste) -> bool:
        screen = self._screen
        if screen.bar.is_open:
            return False
        if self._last and monotonic() - self._began < PATIENCE:
            return True
        if not (screen.is_asking or screen.is_acting) or screen.panes.pane not in READING or isinstance(event, Paste):
            return False
        active = screen.active_bindings.get(event.key)
        return active is not None and is_for_items(active.binding.id)

    async def _act_on(self, event: Key | Paste) -> None:
        app, bar, focused = self._screen.app, self._screen.bar, self._screen.focused
        if app.screen is not self._screen:
            # Of the keys before it, one has opened a dialog.
            app.post_message(Key(event.key, event.character) if isinstance(event, Key) else Paste(event.text))
            return
        was_open = bar.is_open
        if not await bar.take(event) and isinstance(event, Key):
            if not await app._check_bindings(event.key, priority=True):
                await app._check_bindings(event.key)
            if was_open:
                bar.leave_unless_focused()
        if focused and not bar.is_open:
            heard = Heard()
            self._last, self._began = (heard, monotonic()) if focused.post_message(heard) else (None, 0.0)
