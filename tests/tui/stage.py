"""A reader on a stage: a small folder of documents, and somebody who presses keys and looks at the screen."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from datetime import date
from pathlib import Path

from rich.cells import cell_len
from textual.app import App
from textual.events import Key, MouseScrollDown, MouseScrollUp
from textual.message import Message
from textual.pilot import Pilot
from textual.strip import Strip
from textual.widget import Widget
from textual.worker import WorkerCancelled

from reader.config import Config
from reader.repository import MarksNews, Repository
from reader.searches import SavedSearches
from reader.session import Session
from reader.tui.app import ReaderApp
from reader.tui.main_screen import MainScreen

TODAY = date(2026, 11, 22)

PATIENCE = 60.0
"""Seconds after which a screen that is still busy has failed."""

GREENHOUSE = """\
The first crew that stayed for a whole lunar night came home on Tuesday.
Their greenhouse gave forty lettuces, a toothbrush holder full of cress and one stubborn radish.

A second crew is to follow when the sun is back.
Read the rest here:
Lettuces under the lunar night - Harbour Post
- Shared lighthouse is lit again - Northern Wire [Last Updated On: June 2, 2021] [Originally Added On: June 1st, 2021]
- 嫦娥五号带回月球样品 [Last Updated On: May 4th, 2021] [Originally Added On: May 4th, 2021]
- Café crème on the ferry - Harbour Post [Last Updated On: March 9th, 2021] [Originally Added On: March 2nd, 2021]
- Tide gauge sings at night - Video [Last Updated On: August 1st, 2020] [Originally Added On: August 1st, 2020]
- A toothbrush for whales - Northern Wire [Last Updated On: Feb 10, 2020] [Originally Added On: Feb 10, 2020]
"""

CRANE = """\
The old crane on the eastern quay has learned to dance.
It takes a bow at noon.
Continue here:
Old crane learns to dance - Northern Wire
- Lettuces under the lunar night - Harbour Post [Last Updated On: July 9th, 2021] [Originally Added On: July 8th, 2021]
- Shared lighthouse is lit again - Northern Wire [Last Updated On: June 5th, 2021] [Originally Added On: June 1st, 2021]
- Bridge of glass opens [Last Updated On: March 1st, 2020] [Originally Added On: March 1st, 2020]
"""

ODD = """\
- Day that never was [Last Updated On: February 30th, 2019] [Originally Added On: February 30th, 2019]
- Fog horn retires [Last Updated On: May 1st, 2019] [Originally Added On: May 1st, 2019]
"""

TITLES = (
    "Old crane learns to dance",
    "Lettuces under the lunar night",
    "Shared lighthouse is lit again",
    "嫦娥五号带回月球样品",
    "Café crème on the ferry",
    "Tide gauge sings at night",
    "Bridge of glass opens",
    "A toothbrush for whales",
    "Fog horn retires",
    "Day that never was",
)
"""What the small folder tells of, as it is listed: the undated article, the newest first, what else has no date."""


CHARACTERS = {"enter": "\r", "escape": "\x1b", "slash": "/", "space": " "}
"""What keys with a name send."""


def headline(title: str, day: str = "May 1st, 2020") -> str:
    """A line of an index."""
    return f"- {title} [Last Updated On: {day}] [Originally Added On: {day}]\n"


def screen_text(app: App[None]) -> list[str]:
    """What the person sees, line by line."""
    return [strip.text for strip in _strips(app)]


def _strips(app: App[None]) -> list[Strip]:
    return app.screen._compositor.render_strips()


class Reader:
    """Somebody in front of the screen. After each thing they do, all that comes of it has come."""

    def __init__(self, app: ReaderApp, pilot: Pilot[None]) -> None:
        self.app = app
        self.pilot = pilot

    @property
    def main(self) -> MainScreen:
        assert self.app.main is not None
        return self.app.main

    async def settle(self) -> None:
        """Wait until no message and no thread is under way: five messages, each of which brings the next, at most."""
        async with asyncio.timeout(PATIENCE):
            await self._deliver()
            while any(not worker.is_finished for worker in self.app.workers):
                # A search that a newer one has replaced counts as cancelled: that one is waited for next.
                with suppress(WorkerCancelled):
                    await self.app.workers.wait_for_complete()
                await self._deliver()
        await self.pilot.pause()
        await self._deliver()

    async def _deliver(self) -> None:
        for _ in range(5):
            await self.pilot.pause(0)

    async def until(self, is_so: Callable[[], bool], what: str) -> None:
        """Wait until something is so that comes about behind the screen's back."""
        async with asyncio.timeout(PATIENCE):
            while not is_so():
                await self.pilot.pause(0.02)
        await self.settle()
        assert is_so(), what

    async def press(self, *keys: str) -> None:
        for key in keys:
            await self.pilot.press(key)
            await self.settle()

    async def type(self, text: str) -> None:
        await self.pilot.press(*text)
        await self.settle()

    async def press_at_once(self, *keys: str) -> None:
        """Keys that were all read from the terminal before the first of them has done anything."""
        for key in keys:
            self.app.post_message(Key(key, CHARACTERS.get(key, key if len(key) == 1 else None)))
        await self.settle()

    async def resize(self, width: int, height: int) -> None:
        await self.pilot.resize_terminal(width, height)
        await self.settle()

    # Seeing

    @property
    def lines(self) -> list[str]:
        return screen_text(self.app)

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    def seen(self, selector: str) -> str:
        """The part of the screen that a widget takes; nothing if it isn't shown."""
        widget = self.app.screen.query_one(selector)
        if not _is_shown(widget):
            return ""
        region = widget.region
        strips = _strips(self.app)[region.y : region.bottom]
        return "\n".join(strip.crop(region.x, region.right).text for strip in strips)

    @property
    def bar(self) -> str:
        return self.seen("#query")

    @property
    def hints(self) -> str:
        return self.seen("#hints")

    @property
    def list(self) -> str:
        return self.seen("#list")

    @property
    def detail(self) -> str:
        return self.seen("#detail")

    @property
    def filters(self) -> str:
        return self.seen("#filters")

    @property
    def status(self) -> str:
        return self.seen("#status")

    @property
    def keys(self) -> str:
        return self.seen("#keys")

    @property
    def empty(self) -> str:
        return self.seen("#empty")

    @property
    def said(self) -> str:
        """What notifications say."""
        return "\n".join(notification.message for notification in self.app._notifications)

    @property
    def selected(self) -> str:
        """The title of the current item."""
        return self.main.entry.item.title if self.main.entry else ""

    @property
    def focused(self) -> str:
        return (self.app.focused.id or type(self.app.focused).__name__) if self.app.focused else ""

    def line_with(self, text: str, selector: str = "#list") -> str:
        """The one line in a widget that shows ``text``."""
        found = [line for line in self.seen(selector).splitlines() if text in line]
        assert len(found) == 1, f"{text!r} stands in {len(found)} lines of\n{self.seen(selector)}"
        return found[0]

    def style_of(self, text: str, selector: str = "Screen") -> str:
        """The style in which ``text`` begins where it is first seen in a widget."""
        x, y = self.place_of(text, selector)
        at = 0
        for segment in _strips(self.app)[y]:
            at += segment.cell_length
            if at > x:
                return str(segment.style)
        raise AssertionError("no segment there")

    def place_of(self, text: str, selector: str = "Screen") -> tuple[int, int]:
        """Where ``text`` begins on the screen."""
        region = self.app.screen.region if selector == "Screen" else self.app.screen.query_one(selector).region
        for y in range(region.y, region.bottom):
            line = _strips(self.app)[y].crop(region.x, region.right).text
            if text in line:
                return region.x + cell_len(line[: line.index(text)]), y
        raise AssertionError(f"{text!r} is not seen in\n{self.text}")

    # The mouse

    async def click(self, text: str, selector: str = "Screen", times: int = 1) -> None:
        """Click where ``text`` is seen."""
        await self.pilot.click(offset=self.place_of(text, selector), times=times)
        await self.settle()

    async def wheel(self, selector: str, down: bool = True, times: int = 1) -> None:
        widget = self.app.screen.query_one(selector)
        event = MouseScrollDown if down else MouseScrollUp
        for _ in range(times):
            await self.pilot._post_mouse_events([event], widget, offset=(3, 3), button=0)
        await self.settle()


def _is_shown(widget: Widget) -> bool:
    return bool(widget.region.size) and all(node.display for node in widget.ancestors_with_self if node.is_attached)


class Library:
    """A folder of documents (``news``, as seen from ``home``), and a place for all that the reader keeps about it."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.folder = home / "news"
        self.state = home / "state.json"
        self.folder.mkdir()
        self.on_news: Callable[[MarksNews], None] = lambda _: None
        """Who is told what became of the marks: the screen, while there is one."""

    def write(self, name: str, text: str | bytes) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return path

    @property
    def marks(self) -> dict[str, dict[str, object]]:
        """What state.json says, by title."""
        if not self.state.exists():
            return {}
        return {mark["title"]: mark for mark in json.loads(self.state.read_text())["marks"].values()}

    @property
    def starred(self) -> set[str]:
        return {title for title, mark in self.marks.items() if mark.get("starred")}

    @property
    def read(self) -> set[str]:
        return {title for title, mark in self.marks.items() if mark.get("read")}

    def repository(self, saved: Mapping[str, str] | None = None) -> Repository:
        return Repository.open(
            [Path(self.folder.name)],
            state=self.state,
            cache=self.home / "cache",
            saved=saved,
            on_news=self._tell,
        )

    def _tell(self, news: MarksNews) -> None:
        self.on_news(news)

    @asynccontextmanager
    async def start(self, session: Session) -> AsyncIterator[ReaderApp]:
        """The reader as it is before anything has been waited for."""
        repository = self.repository()
        app = ReaderApp(repository, session, SavedSearches(self.home / "searches.toml"), Config(), lambda: TODAY)
        try:
            async with app.run_test(size=(120, 40)):
                yield app
        finally:
            await asyncio.to_thread(repository.close)

    @asynccontextmanager
    async def open(
        self,
        query: str = "",
        *,
        size: tuple[int, int] = (120, 32),
        session: Session | None = None,
        config: Config | None = None,
        saved: Mapping[str, str] | None = None,
    ) -> AsyncIterator[Reader]:
        """The reader on this folder; all marks are on the disk when it is left."""
        scanned = asyncio.Event()

        def listen(message: Message) -> None:
            if isinstance(message, MainScreen.Scanned):
                scanned.set()

        searches = SavedSearches(self.home / "searches.toml")
        for name, text in (saved or {}).items():
            searches.save(name, text)
        repository = self.repository(searches)
        app = ReaderApp(repository, session or Session(query=query), searches, config or Config(), lambda: TODAY)
        self.on_news = app.tell_news
        try:
            async with app.run_test(size=size, notifications=True, tooltips=True, message_hook=listen) as pilot:
                await asyncio.wait_for(scanned.wait(), PATIENCE)
                reader = Reader(app, pilot)
                await reader.settle()
                yield reader
        finally:
            error = await asyncio.to_thread(repository.close)
        assert error == ""
