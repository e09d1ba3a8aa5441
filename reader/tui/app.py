"""The application: theme, keymap, palette. Everything else is the main screen's."""

import gc
from asyncio import AbstractEventLoop, get_running_loop
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from functools import lru_cache
from signal import SIGTERM, SIGTSTP, getsignal
from typing import ClassVar

from rich.segment import Segment
from textual import events, on
from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.color import Color
from textual.driver import Driver
from textual.drivers.linux_driver import LinuxDriver
from textual.filter import LineFilter
from textual.notifications import SeverityLevel
from textual.reactive import Reactive
from textual.screen import Screen
from textual.worker import WorkerFailed

from reader.clean import clean_line, printable
from reader.config import Config
from reader.errors import ConfigError, ReaderError
from reader.repository import MarksNews, Repository
from reader.searches import SavedSearches
from reader.session import Session
from reader.tui.commands import COMMANDS, keymap
from reader.tui.driver import CellDriver
from reader.tui.key_queue import Heard, KeyQueue
from reader.tui.main_screen import MainScreen

MOST_PASTED = 4_000
"""Characters that are taken at once: no field needs more."""

YOUNG = 10_000
"""Objects made, and not gone again, until the young ones are looked through for garbage: for a moment, to paint the
whole screen makes thousands."""

LOOKS, SELDOM = 3, 10
"""Such looks until what outlived one is looked through too; those for each look through all objects, should the main
screen never find the time for it."""


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
        self._notices = [*repository.notices, *filter(None, (saved.problem,))]
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
        self.begun_in = self.theme
        """The theme that was not chosen here."""
        self.main: MainScreen | None = None
        self._keys_pressed: KeyQueue | None = None
        self.loop: AbstractEventLoop | None = None
        self.failure: ReaderError | None = None
        """Why the screen had to end."""

    def get_driver_class(self) -> type[Driver]:
        """Ours, in the place of Textual's own."""
        found = super().get_driver_class()
        return CellDriver if found is LinuxDriver else found

    def get_default_screen(self) -> Screen[None]:
        """The main screen is the only one there is."""
        self.main = MainScreen(self._repository, self._session, self._saved, self._keys, self._search_url, self._today)
        self._keys_pressed = KeyQueue(self.main)
        return self.main

    def action_command_palette(self) -> None:
        """Open the palette, unless it is open."""
        from reader.tui.dialogs import Palette

        if not isinstance(self.screen, Palette):
            self.push_screen(Palette(id="--command-palette"))

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Textual's own filters, and ours behind them."""
        return harmless(tuple(super().get_line_filters()))

    def on_mount(self) -> None:
        """Bind the person's own keys, and tell what must be told."""
        if self._keys:
            self.set_keymap(self._keys)
        self.loop = get_running_loop()
        if not self.is_headless:
            self.loop.add_signal_handler(SIGTERM, self.exit, None, 128 + SIGTERM)
            self.loop.add_signal_handler(SIGTSTP, self._stop, getsignal(SIGTSTP))
        for sentence in self._notices:
            self.notify(sentence, severity="warning", markup=False, timeout=15)
        # The main screen looks through old objects when it has nothing else to do.
        gc.set_threshold(YOUNG, LOOKS, SELDOM)
        # Of what was made so far, nothing is: it need not be looked through again.
        self.call_after_refresh(gc.freeze)
        self.call_after_refresh(gc.enable)

    async def on_event(self, event: events.Event) -> None:
        """Clean what is pasted before any field has it, and let keys of the main screen come one after the other."""
        if isinstance(event, events.Paste):
            event.text = printable(event.text[:MOST_PASTED])
        if isinstance(event, events.MouseMove) and not event.button:
            # The button may have been let go before what it was pressed on took the mouse, and would keep it.
            self.capture_mouse(None)
        if self._keys_pressed and isinstance(event, events.Key | events.Paste) and self.screen is self.main:
            self.app_focus = True
            await self._keys_pressed.take(event)
        else:
            await super().on_event(event)

    def notify(
        self,
        message: str,
        *,
        title: str = "",
        severity: SeverityLevel = "information",
        timeout: float | None = None,
        markup: bool = False,  # noqa: ARG002  # asked for by none, and given to none
    ) -> None:
        """Whatever is to be told, error messages with their paths too, is cleaned and shown as it stands.

        What a key has done takes the place of what the one before did: they would cover the news.
        """
        if severity == "information":
            for told in [told for told in self._notifications if told.severity == severity]:
                self._unnotify(told, refresh=False)
        super().notify(clean_line(message), title=title, severity=severity, timeout=timeout, markup=False)

    def _stop(self, stop: object) -> None:
        """Stand still until the shell says ``fg``: with nothing under way, since others would wait for it."""
        self._repository.flush()
        if callable(stop):
            stop(SIGTSTP, None)

    def on_driver_signal_resume(self) -> None:
        """Paint everything again: the terminal has shown other things meanwhile, and Textual thinks that it knows."""
        for screen in self.screen_stack:
            screen.refresh(layout=True)
        self.refresh(layout=True)

    @on(MainScreen.Ready)
    async def _act_on_early_keys(self) -> None:
        if self._keys_pressed:
            await self._keys_pressed.go_on()

    @on(Heard)
    async def _act_on_the_next_key(self, message: Heard) -> None:
        if self._keys_pressed:
            await self._keys_pressed.hear(message)

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """The palette: the commands of the table, and the themes."""
        for command in COMMANDS:
            if isinstance(screen, MainScreen) and screen.panes.pane in command.panes:
                action = command.action
                yield SystemCommand(command.help, command.listed, lambda a=action: self.run_in_main(a))
        yield SystemCommand("Change theme", "Choose other colours", self.action_change_theme)

    async def run_in_main(self, action: str) -> None:
        """Run a command of the main screen."""
        if self.main:
            await self.main.run_action(action)

    # Textual's own, and no public one: there is no other place that every error comes to.
    def _handle_exception(self, error: Exception) -> None:
        """End in good order where the news cannot be read any more; for a defect, as Textual would."""
        cause = error.error if isinstance(error, WorkerFailed) else error
        if isinstance(cause, ReaderError):
            self.failure = self.failure or cause
            self.exit()
        else:
            super()._handle_exception(error)

    def tell(self, sentence: str) -> None:
        """Have something told once the screen is there."""
        self._notices.append(sentence)

    def tell_news(self, news: MarksNews) -> None:
        """Tell what became of the marks; comes from another thread."""
        if self.main:
            self.main.post_message(MainScreen.Heard(news))
