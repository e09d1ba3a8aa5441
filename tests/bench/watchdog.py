"""``watchdog.py DOCUMENTS HOME`` prints the longest stay on the event loop, in milliseconds.

A task wakes every 5 ms and notes how much later than that it was let, while a first start takes the documents in and
somebody types and moves. The screen is drawn, but to no terminal.
"""

import asyncio
import gc
import json
import sys
import time
from pathlib import Path

from textual.message import Message
from textual.pilot import Pilot

from reader.config import Config
from reader.repository import Repository
from reader.searches import SavedSearches
from reader.session import Session
from reader.tui.app import ReaderApp
from reader.tui.main_screen import MainScreen
from reader.tui.running import TURN

PULSE = 0.005
WORDS = ("quasar", '"glass harb"', "asarling", "/[qz]uas/", "ba")


class Watchdog:
    """Notes the longest time that nothing else was let run."""

    def __init__(self) -> None:
        self.longest = 0.0

    async def watch(self) -> None:
        """Until it is cancelled."""
        while True:
            before = time.perf_counter()
            await asyncio.sleep(PULSE)
            self.longest = max(self.longest, time.perf_counter() - before - PULSE)


async def use(pilot: Pilot[None], scanned: asyncio.Event) -> None:
    """Type and move until the documents are taken in, and through each of the words once at least."""
    turn = 0
    while turn < len(WORDS) or not scanned.is_set():
        word = WORDS[turn % len(WORDS)]
        await pilot.press("slash")
        await pilot.press(*word)
        await pilot.press("ctrl+u", "enter")
        await pilot.press(*["down"] * 5, *["pagedown"] * 5, "home")
        turn += 1


async def main(documents: Path, home: Path) -> float:
    """The longest stay, in seconds."""
    saved = SavedSearches(home / "searches.toml")
    repository = Repository.open([documents], state=home / "state.json", cache=home / "cache", saved=saved)
    app = ReaderApp(repository, Session(), saved, Config())
    scanned = asyncio.Event()

    def listen(message: Message) -> None:
        if isinstance(message, MainScreen.Scanned):
            scanned.set()

    dog = Watchdog()
    async with app.run_test(size=(160, 48), message_hook=listen) as pilot:
        watching = asyncio.create_task(dog.watch())
        await use(pilot, scanned)
        watching.cancel()
    repository.close()
    return dog.longest


if __name__ == "__main__":
    gc.disable()  # as the program starts itself; the screen takes it back
    sys.setswitchinterval(TURN)
    print(json.dumps(asyncio.run(main(Path(sys.argv[1]), Path(sys.argv[2]))) * 1e3))
