"""Leaving when the terminal is closed, of which the system tells by SIGHUP.

Textual cannot be asked to leave then: whatever it has yet to paint can go nowhere, and it may be waiting for that. Nor
can the main thread leave where the signal finds it, for it may hold what leaving needs.
"""

import os
import sys
from asyncio import AbstractEventLoop
from collections.abc import Callable
from contextlib import suppress
from queue import SimpleQueue
from signal import SIGHUP, signal
from threading import Event, Lock, Thread, Timer

RESTORED = b"\x1b[?1000l\x1b[?1003l\x1b[?1015l\x1b[?1006l\x1b[?2004l\x1b[?1004l\x1b[<u\x1b[?7h\x1b[?1049l\x1b[?25h"
"""Mouse, pasting and focus reports off, the line wrap, the first screen and the cursor back."""

PATIENCE = 10.0
"""Seconds in which everything must be kept."""

GRACE = 0.5
"""Seconds in which the main thread comes to the end of a step, unless it waits for the terminal."""

CODE = 128 + SIGHUP


class Leaving:
    """What is done once at the end, by whoever comes first: the main thread, or another when the terminal is closed."""

    def __init__(self, keep: Callable[[], int], loop: Callable[[], AbstractEventLoop | None]) -> None:
        """``keep`` keeps what is to be kept, and gives the exit code; ``loop`` gives the loop of the main thread."""
        self._keep = keep
        self._loop = loop
        self._turn = Lock()
        self._code: int | None = None
        # Whose `put` may be interrupted by another: a shell and a terminal may both tell of it.
        self._told: SimpleQueue[None] = SimpleQueue()
        Thread(target=self._wait, name="leaving", daemon=True).start()
        signal(SIGHUP, lambda *_: self._told.put(None))

    def leave(self) -> int:
        """Keep everything, unless that is done; the exit code."""
        with self._turn:
            if self._code is None:
                self._code = self._keep()
            return self._code

    def _wait(self) -> None:
        self._told.get()
        last = Timer(PATIENCE, os._exit, (CODE,))
        last.daemon = True
        last.start()
        self._have_main_thread_stand()
        self.leave()
        # There may still be a terminal to be given back: somebody may have sent the signal by hand.
        with suppress(OSError):
            os.write(sys.__stderr__.fileno() if sys.__stderr__ else 2, RESTORED)
        os._exit(CODE)

    def _have_main_thread_stand(self) -> None:
        """Let it end its step, and begin no other."""
        standing = Event()
        # One that is closed runs no more steps.
        with suppress(RuntimeError):
            if loop := self._loop():
                loop.call_soon_threadsafe(_stand, standing)
                standing.wait(GRACE)


def _stand(standing: Event) -> None:
    standing.set()
    Event().wait()
