"""Bringing the catalogue up to date with the folders: what was added, changed, moved and removed.

Files are told apart by size, time and inode, so only what differs is opened. A few files are parsed right here; many
are parsed by processes of their own, which leaves a running screen its processor. Every batch is one transaction:
a scan that is cut off has lost nothing, and the next one goes on behind it.
"""

import sqlite3
import sys
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import redirect_stderr
from dataclasses import dataclass
from hashlib import blake2b
from itertools import islice
from os import cpu_count
from time import monotonic
from typing import TYPE_CHECKING

from reader import folders
from reader.catalogue import (
    Batch,
    Fingerprint,
    Flags,
    Known,
    Packed,
    building,
    guarded,
    keep_totals,
    known_documents,
    pack,
    shrink_log,
    touch,
)
from reader.folders import File
from reader.model import Document, Problem

if TYPE_CHECKING:
    from concurrent.futures import Future

UNREADABLE = Fingerprint(-1, -1, -1)
"""Equals no file's: a file that could not be read is tried again by each scan."""

NEW = Known("", *UNREADABLE, 0, b"")
"""What is known of a file that is not known."""

FIRST_BATCH, BATCH = 2_000, 60_000
"""Rows a transaction: few at first, so that something is there to be looked at."""

CHARACTERS_A_ROW = 1_000
"""A text weighs as much as a row for each so many characters, since a batch is held in memory."""

FILES_A_TASK = 48
BYTES_A_TASK = 4 << 20
TASKS_AHEAD = 32
"""Enough for two batches: the workers go on while one is written."""

MANY_FILES = 400
"""From here on, starting processes takes less time than they save."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a scan is."""

    done: int
    """Documents."""
    total: int
    items: int
    """Read so far."""
    seconds: float


@dataclass(frozen=True, slots=True)
class Report:
    """What a scan found, in documents."""

    added: int = 0
    changed: int = 0
    moved: int = 0
    removed: int = 0
    complete: bool = True
    """Whether it went to the end."""

    @property
    def differs(self) -> bool:
        """Whether the catalogue has changed."""
        return bool(self.added or self.changed or self.moved or self.removed)


def parse(files: Sequence[File]) -> list[Packed]:
    """The documents of ``files``. Runs in a worker process."""
    return [_parse(file) for file in files]


def _parse(file: File) -> Packed:
    # Imported by whoever parses something: most starts find nothing new.
    from reader import formats

    try:
        data = folders.read(file.path)
    except OSError as error:
        problem = Problem(file.path, 0, f"It cannot be read: {error.strerror or error}.")
        return pack(Document(file.path, problems=(problem,)), UNREADABLE, b"")
    digest = blake2b(data, digest_size=16).digest()
    return pack(formats.read(file.path, data), Fingerprint(file.size, file.mtime, file.inode), digest)


class Scan:
    """One look at the folders, by the one thread that writes to the catalogue."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        flags: Flags,
        progress: Callable[[Progress], None] = lambda _: None,
        stopped: Callable[[], bool] = lambda: False,
    ) -> None:
        self._db = connection
        self._flags = flags
        self._progress = progress
        self._stopped = stopped
        self._started = monotonic()
        self._counts: Counter[str] = Counter()
        self._items = 0

    def run(self, files: Sequence[File]) -> Report:
        """Make the catalogue tell what ``files`` tell. Raises :class:`CatalogueError`."""
        with guarded(self._db):
            return self._run(files)

    def _run(self, files: Sequence[File]) -> Report:
        # Left over by a scan that was cut off.
        complete = self._join()
        known = known_documents(self._db)
        present = {file.path for file in files}
        # A file and what is known of it begin with the same values: path, size, time and inode.
        fresh = [file for file in files if known.get(file.path, NEW)[:4] != file]
        gone = {path: document for path, document in known.items() if path not in present}
        if len(fresh) >= MANY_FILES:
            building.begin(self._db)
        complete = complete and self._take_in(fresh, known, gone) and self._join() and self._take_out(tuple(gone))
        if complete and self._counts.total():
            keep_totals(self._db)
            shrink_log(self._db)
        return Report(**self._counts, complete=complete)

    def _take_in(self, fresh: Sequence[File], known: Mapping[str, Known], gone: dict[str, Known]) -> bool:
        """Write what differs. Whether that was gone through to the end, as with all the steps."""
        moved_from = {document.digest: document for document in gone.values() if document.digest}
        batch: list[Packed] = []
        size, most = 0, FIRST_BATCH
        for done, packed in enumerate(_parsed(fresh), 1):
            before = known.get(packed.path)
            same = before if before else moved_from.pop(packed.digest, None)
            if same and same.digest == packed.digest:
                self._recognise(same, packed)
                gone.pop(same.path, None)
                continue
            self._counts["changed" if before else "added"] += 1
            batch.append(packed)
            self._items += len(packed.rows)
            size += _weight(packed)
            if size >= most:
                Batch(self._db, self._flags).write(batch)
                batch, size, most = [], 0, BATCH
                if not self._goes_on(done, len(fresh)):
                    return False
        if batch:
            Batch(self._db, self._flags).write(batch)
        return self._goes_on(len(fresh), len(fresh))

    def _recognise(self, known: Known, packed: Packed) -> None:
        """Note that the bytes of ``known`` are now found as ``packed``: touched, or moved."""
        self._counts["moved"] += packed.path != known.path
        if known[:4] != (packed.path, *packed.fingerprint):
            touch(self._db, known, packed.path, packed.fingerprint)

    def _take_out(self, gone: Sequence[str]) -> bool:
        for start in range(0, len(gone), FILES_A_TASK):
            paths = gone[start : start + FILES_A_TASK]
            Batch(self._db, self._flags).write((), paths)
            self._counts["removed"] += len(paths)
            if self._stopped():
                return False
        return True

    def _join(self) -> bool:
        """Do what was put off while a new catalogue was filled."""
        while building.is_under_way(self._db):
            stories = building.crowded(self._db)
            for start in range(0, len(stories), FIRST_BATCH):
                if self._stopped():
                    return False
                Batch(self._db, self._flags).join(stories[start : start + FIRST_BATCH])
            building.end(self._db)
        return True

    def _goes_on(self, done: int, total: int) -> bool:
        self._progress(Progress(done, total, self._items, monotonic() - self._started))
        return not self._stopped()


def _weight(packed: Packed) -> int:
    return len(packed.rows) + sum(len(row.body) for row in packed.rows) // CHARACTERS_A_ROW


def _parsed(files: Sequence[File]) -> Iterator[Packed]:
    """The documents of ``files``, in their order."""
    return map(_parse, files) if len(files) < MANY_FILES else _parsed_elsewhere(tuple(_tasks(files)))


def _tasks(files: Sequence[File]) -> Iterator[Sequence[File]]:
    """``files`` in their order, so many at a time as make a task; of large ones these are few."""
    start = size = 0
    for at, file in enumerate(files):
        if at > start and (at - start == FILES_A_TASK or size + file.size > BYTES_A_TASK):
            yield files[start:at]
            start, size = at, 0
        size += file.size
    yield files[start:]


def _parsed_elsewhere(tasks: Sequence[Sequence[File]]) -> Iterator[Packed]:
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context
    from multiprocessing.resource_tracker import ensure_running

    # It wants the descriptor of stderr, and the one that stands in for it under a running screen has none.
    with redirect_stderr(sys.__stderr__):
        ensure_running()
    workers = max(1, (cpu_count() or 2) - 1)
    # Spawned, not forked: the screen's threads and terminal must not be inherited.
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        waiting: deque[Future[list[Packed]]] = deque()
        rest = iter(tasks[1:])
        try:
            waiting.extend(pool.submit(parse, task) for task in islice(rest, TASKS_AHEAD))
            yield from parse(tasks[0])
            while waiting:
                found = waiting.popleft().result()
                waiting.extend(pool.submit(parse, task) for task in islice(rest, 1))
                yield from found
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
