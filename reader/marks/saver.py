"""Saving in the background, so that a star costs the screen nothing and is on the disk a moment later."""

from collections.abc import Callable
from threading import Condition, Thread

from reader.errors import StateError
from reader.marks.state_file import StateFile
from reader.values import dataclass

PAUSE = 0.03
"""Seconds from a request to the save: the screen first shows what was marked, and marks made at once are one save."""

RETRY_FIRST = 0.25
"""Seconds from a failure to the next attempt; each further failure doubles them."""

RETRY_MOST = 30.0
"""Seconds between attempts at most."""


@dataclass(frozen=True, slots=True)
class SaveReport:
    """How an attempt to save ended."""

    error: str = ""
    """A sentence fit to show; empty when all that was asked for is on the disk."""


class Saver:
    """The one thread that saves a state file.

    ``on_saved`` is called in that thread: after each success, and after a failure that was not told yet
    since the last success. A failed save is tried again, less and less often, and at once when another is
    requested.
    """

    def __init__(self, state_file: StateFile, on_saved: Callable[[SaveReport], None]) -> None:
        self._state_file = state_file
        self._on_saved = on_saved
        self._turn = Condition()  # guards all that follows
        self._thread: Thread | None = None
        self._asked = 0
        self._answered = 0
        self._hurried = 0
        self._error = ""
        self._closing = False
        self._told: set[str] = set()  # of the thread alone

    def request(self) -> None:
        """See that all changes so far are saved soon. Returns at once; requests during a save are one."""
        with self._turn:
            self._ask()

    def flush(self, timeout: float) -> bool:
        """Wait, for ``timeout`` seconds at most, until all changes so far are saved; whether they are."""
        with self._turn:
            ticket = self._hurried = self._ask()
            return self._turn.wait_for(lambda: self._answered >= ticket, timeout) and not self._error

    def close(self, timeout: float = 10.0) -> str:
        """End the thread, save what is left, and return the sentence to leave with if that failed, else "".

        ``timeout`` is how many seconds a save that is under way may still take.
        """
        with self._turn:
            self._closing = True
            self._turn.notify_all()
            thread = self._thread
        if thread:
            thread.join(timeout)
            if thread.is_alive():
                return f"Marks are still being written to {self._state_file.path}; the disk does not answer."
        return self._save()

    def _ask(self) -> int:
        if self._closing:
            raise RuntimeError("the saver is closed")
        self._asked += 1
        # A thread that died of a defect is replaced: one failure must not cost the marks that follow it.
        if self._thread is None or not self._thread.is_alive():
            self._thread = Thread(target=self._run, name="saver", daemon=True)
            self._thread.start()
        self._turn.notify_all()
        return self._asked

    def _run(self) -> None:
        delay = 0.0
        while True:
            with self._turn:
                self._turn.wait_for(lambda: self._closing or self._asked > self._answered, delay or None)
                self._turn.wait_for(lambda: self._closing or self._hurried > self._answered, PAUSE)
                if self._closing:
                    return
                ticket = self._asked
            error = self._save()
            delay = min(delay * 2 or RETRY_FIRST, RETRY_MOST) if error else 0.0
            with self._turn:
                self._answered, self._error = ticket, error
                self._turn.notify_all()
            self._tell(error)

    def _save(self) -> str:
        try:
            self._state_file.save()
        except StateError as error:
            return str(error)
        return ""

    def _tell(self, error: str) -> None:
        if error in self._told:
            return
        if error:
            self._told.add(error)
        else:
            self._told.clear()
        self._on_saved(SaveReport(error))
