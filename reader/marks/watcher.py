"""Looking now and then, without a busy thread, whether somebody else has changed something."""

from collections.abc import Callable
from threading import Event, Thread

PAUSE = 0.9
"""Seconds between two looks. What is changed elsewhere is to be seen within a second; each look wakes the processor."""


class Watcher:
    """A thread that calls ``look`` again and again, until it is closed."""

    def __init__(self, look: Callable[[], None]) -> None:
        self._look = look
        self._closed = Event()
        self._thread = Thread(target=self._run, name="watcher", daemon=True)

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def close(self, timeout: float = 1.0) -> None:
        """Look no more. Waits for a look under way, but not for a disk that does not answer."""
        self._closed.set()
        if self._thread.is_alive():
            self._thread.join(timeout)

    def _run(self) -> None:
        while not self._closed.wait(PAUSE):
            self._look()
