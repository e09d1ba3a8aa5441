"""The application: theme, keymap, palette. Everything else is the main screen's."""

import gc
import os
import sys
from asyncio import get_running_loop
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date
from functools import lru_cache, partial
from pathlib import Path
from signal import SIGHUP, SIGTERM, signal
from threading import Thread
from typing import ClassVar

from rich.segment import Segment
from textual import events
from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.color import Color
from textual.filter import LineFilter
from textual.reactive import Reactive
from textual.screen import Screen

from reader.clean import printable
from reader.config import Config, Places
from reader.errors import ConfigError, ReaderError
from reader.repository import Repository, SaveReport
from reader.searches import SavedSearches
from reader.session import Session, load_session, save_session
from reader.tui.commands import COMMANDS, keymap
from reader.tui.main_screen import MainScreen

RESTORED = b"\x1b[?1000l\x1b[?1003l\x1b[?1015l\x1b[?1006l\x1b[?2004l\x1b[?1004l\x1b[<u\x1b[?7h\x1b[?1049l\x1b[?25h"
"""Mouse, pasting and focus reports off, the line wrap, the first screen and the cursor back."""

OLD = 50
"""Looks through young objects for each look through old ones."""

PATIENCE = 10.0
"""Seconds in which marks must be kept when the terminal is gone."""


class Harmless(LineFilter):
    """The last thing before the terminal: no control character of a document gets past here.

    It takes the filters before it into itself: for each of them, each line on the screen is looked up in each frame.
    """

    def __init__(self, before: Sequence[LineFilter] = ()) -> None:
        super().__init__()
        self._before = before

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The segments, filtered and cleaned."""
        for each in self._before:
            segments = each.apply(segments, background)
        if all(segment.text.isprintable() for segment in segments):
            return segments
        return [Segment(printable(text), style, control) for text, style, control in segments]


@lru_cache(maxsize=8)
def harmless(before: tuple[LineFilter, ...]) -> tuple[Harmless]:
    """The only one behind these: Textual keeps what it has filtered by the filter that did it."""
    return (Harmless(before),)


class ReaderApp(App[None]):
    """The reader."""

    CSS_PATH = "reader.tcss"
    TITLE = "reader"
    ENABLE_COMMAND_PALETTE = True
    COMMAND_PALETTE_BINDING = "ctrl+p"
    theme: Reactive[str] = Reactive("tokyo-night")
    """Declared, and not set: whatever is set once the styles are there has all of them read again."""
    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+c", "quit", show=False, system=True, priority=True)]

    def __init__(
        self,
        repository: Repository,
        session: Session,
        saved: SavedSearches,
        config: Config,
        today: Callable[[], date] = date.today,
    ) -> None:
        super().__init__()
        self._repository = repository
        self._session = session
        self._notices = list(repository.notices)
        try:
            self._keys = keymap(config.keys)
        except ConfigError as error:
            self._keys = {}
            self._notices.append(str(error))
        self._search_url = config.search_url
        self._saved = saved
        self._today = today
        if session.theme in self.available_themes:
            self.theme = session.theme
        elif session.theme:
            self._notices.append(f"There is no theme {session.theme!r}; ctrl+p has a list of them.")
        self.main: MainScreen | None = None

    def get_default_screen(self) -> Screen[None]:
        """The main screen is the only one there is."""
        self.main = MainScreen(self._repository, self._session, self._saved, self._keys, self._search_url, self._today)
        return self.main

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Textual's own filters, and ours behind them."""
        return harmless(tuple(super().get_line_filters()))

    def on_mount(self) -> None:
        """Bind the person's own keys, and tell what must be told."""
        if self._keys:
            self.set_keymap(self._keys)
        if not self.is_headless:
            get_running_loop().add_signal_handler(SIGTERM, self.exit, None, 128 + SIGTERM)
        for sentence in self._notices:
            self.notify(printable(sentence), severity="warning", markup=False, timeout=15)
        # Old objects seldom are garbage, and going through many of them keeps a key waiting.
        gc.set_threshold(*gc.get_threshold()[:2], OLD)
        # Of what was made so far, nothing is: it need not be looked through again.
        self.call_after_refresh(gc.freeze)
        self.call_after_refresh(gc.enable)

    def on_key(self, event: events.Key) -> None:
        """A key that was pressed before there was a field to type in belongs into the field, and is no command."""
        if self.main and self.screen is self.main and self.main.bar.take(event):
            event.prevent_default()

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """The palette: the commands of the table, and the themes."""
        for command in COMMANDS:
            if isinstance(screen, MainScreen) and screen.panes.pane in command.panes:
                action = command.action
                yield SystemCommand(command.help, command.shown or command.keys, lambda a=action: self.run_in_main(a))
        yield SystemCommand("Change theme", "Choose other colours", self.action_change_theme)

    async def run_in_main(self, action: str) -> None:
        """Run a command of the main screen."""
        if self.main:
            await self.main.run_action(action)

    def tell_saved(self, report: SaveReport) -> None:
        """Tell how an attempt to save the marks ended; comes from another thread."""
        if self.main and report.error:
            self.main.post_message(MainScreen.Told(report.error))


def start(  # noqa: PLR0913  # one name for each thing that the command line settles
    *, paths: Sequence[Path], places: Places, config: Config, query: str | None, theme: str | None, state: Path
) -> int:
    """Run the screen until the person leaves, and take up the last session where nothing else is asked for.

    The exit code: 1 when marks could not be kept, which stderr then says.
    """
    told: list[ReaderApp] = []
    saved = SavedSearches(places.searches)
    repository = Repository.open(
        paths, state=state, cache=places.cache, saved=saved, on_saved=lambda report: _tell(told, report)
    )
    key = "\n".join(repository.places)
    session = load_session(places.session, key)
    session = replace(session, theme=theme or session.theme or config.theme)
    if query is not None:
        session = replace(session, query=query, item="")
    app = ReaderApp(repository, session, saved, config)
    told.append(app)
    leave = partial(_leave, app, repository, places.session, key)
    signal(SIGHUP, lambda *_: _hang_up(app, leave))
    app.run()
    return leave()


def _hang_up(app: ReaderApp, leave: Callable[[], int]) -> None:
    """Keep what is to be kept and go: the terminal is closed.

    Textual cannot be asked to leave then. Whatever it has yet to paint can go nowhere, and it may be waiting for that.
    """
    if app.main:
        app.main.remember()
    leaving = Thread(target=_leave_behind, args=(leave,), daemon=True)
    leaving.start()
    leaving.join(PATIENCE)
    os._exit(128 + SIGHUP)


def _leave_behind(leave: Callable[[], int]) -> None:
    leave()
    # There may still be a terminal to be given back: somebody may have sent the signal by hand.
    with suppress(OSError):
        os.write(sys.__stderr__.fileno() if sys.__stderr__ else 2, RESTORED)


def _tell(apps: Sequence[ReaderApp], report: SaveReport) -> None:
    for app in apps:
        app.tell_saved(report)


def _leave(app: ReaderApp, repository: Repository, file: Path, key: str) -> int:
    """Keep what is to be kept; say on stderr what could not be."""
    errors = [repository.close()]
    if app.main:
        try:
            save_session(file, key, app.main.last_session)
        except ReaderError as error:
            errors.append(str(error))
    for sentence in filter(None, errors):
        print(f"reader: {printable(sentence)}", file=sys.stderr)
    return 1 if any(errors) else app.return_code or 0
