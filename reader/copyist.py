"""The copy of the marks that the catalogue keeps, brought up to them in a thread of its own, in the order of changes.

The catalogue notes which state of the state file its copy agrees with; a run that finds that state again need not read
the marks before it can show them. So the note must never be there for marks that are not in the file, or not copied.
"""

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from threading import Lock
from typing import TYPE_CHECKING, TypeVar

from reader import catalogue
from reader.catalogue import to_key
from reader.errors import CatalogueError
from reader.model import Flags

if TYPE_CHECKING:
    from concurrent.futures import Future, ThreadPoolExecutor

T = TypeVar("T")


class Copyist:
    """Keeps the copy. ``flags_of`` says what the marks of an item that goes by these keys are now."""

    def __init__(self, writer: sqlite3.Connection, flags_of: Callable[[Sequence[int]], tuple[bool, bool]]) -> None:
        self._writer = writer
        self._flags_of = flags_of
        self._thread: ThreadPoolExecutor | None = None  # as long as there is none, nothing is on its way
        self._turn = Lock()
        self._lacking = 0
        self._failure: CatalogueError | None = None
        self.noted = catalogue.read_stamp(writer)
        """The stamp of the state file that the copy agrees with; empty when it agrees with none."""

    def close(self) -> None:
        """Finish what was begun; raises :class:`CatalogueError` when some of it could not be done."""
        if self._thread:
            self._thread.shutdown()
        self._raise_failure()

    def settle(self) -> None:
        """Wait until the copy has all changes so far; raises :class:`CatalogueError` when it could not take them."""
        if self._thread:
            self._thread.submit(lambda: None).result()
        self._raise_failure()

    def _raise_failure(self) -> None:
        failure, self._failure = self._failure, None
        if failure:
            raise failure

    def announce(self) -> None:
        """Marks are about to change: call this before they do, and :meth:`copy` behind it."""
        self._count(1)

    def copy(self, ids: Iterable[str]) -> None:
        """Bring the items that go by ``ids`` up to their marks, soon."""
        keys = [to_key(item) for item in ids]
        if keys:
            self._submit(self._attempt, self._copy, keys)
        else:
            self._count(-1)

    def agree(self, stamp: str, flags: Callable[[], Flags]) -> None:
        """Have the whole copy made anew, unless it agrees with ``stamp`` (not empty); returns when that is so."""
        if self._thread or not stamp or self.noted != stamp:
            self._submit(self._agree, stamp, flags).result()

    def note(self, agreed: Callable[[], str]) -> None:
        """When all so far is copied, note the stamp that ``agreed`` gives; none if that is empty."""
        if self._thread or agreed() not in {"", self.noted}:
            self._submit(self._attempt, self._note_agreement, agreed)

    def _submit(self, work: Callable[..., None], *what: object) -> "Future[None]":
        with self._turn:
            if not self._thread:
                # Imported here because most commands find the copy as it should be.
                from concurrent.futures import ThreadPoolExecutor

                self._thread = ThreadPoolExecutor(1, "copyist")
            return self._thread.submit(work, *what)

    # In the thread

    def _attempt(self, work: Callable[[T], None], what: T) -> None:
        # Nobody waits for it now: whoever asks next is told.
        try:
            work(what)
        except CatalogueError as error:
            self._failure = error

    def _copy(self, keys: Sequence[int]) -> None:
        # Until it is noted again, the copy agrees with no file: these marks may never be saved.
        self._note("")
        # Imported by whoever has something to copy: at most starts the copy is as it should be.
        from reader.indexing import update_flags

        update_flags(self._writer, keys, Flags(keys, self._flags_of))
        self._count(-1)

    def _count(self, step: int) -> None:
        with self._turn:
            self._lacking += step

    def _agree(self, stamp: str, flags: Callable[[], Flags]) -> None:
        if not stamp or self.noted != stamp:
            from reader.indexing import replace_flags

            replace_flags(self._writer, flags(), stamp)
            self.noted = stamp

    def _note_agreement(self, agreed: Callable[[], str]) -> None:
        # In this order: whatever changes after the first line has another stamp, or is lacking.
        stamp = agreed()
        if stamp and not self._lacking:
            self._note(stamp)

    def _note(self, stamp: str) -> None:
        if stamp != self.noted:
            with catalogue.guarded(self._writer):
                catalogue.note_stamp(self._writer, stamp)
            self.noted = stamp
