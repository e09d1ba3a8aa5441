"""Bringing the catalogue up to date with the folders: what was added, changed, moved and removed.

Files are told apart by size, time and inode, so only what differs is opened. A few files are parsed right here; many
are parsed by processes of their own, which leaves a running screen its processor. Every batch is one transaction:
a scan that is cut off has lost nothing, and the next one goes on behind it.
"""

import sqlite3
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from hashlib import blake2b
from itertools import chain, islice
from multiprocessing import get_context
from os import cpu_count
from time import monotonic

from reader import folders, formats
from reader.catalogue import Batch, Fingerprint, Flags, Known, Packed, known_documents, pack, touch
from reader.folders import File
from reader.model import Document, Problem

UNREADABLE = Fingerprint(-1, -1, -1)
"""Equals no file's: a file that could not be read is tried again by each scan."""

FIRST_BATCH, BATCH = 2_000, 20_000
"""Rows a transaction: few at first, so that something is there to be looked at."""

FILES_A_TASK = 48
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
    try:
        data = folders.read(file.path)
    except OSError as error:
        problem = Problem(file.path, 0, f"It cannot be read: {error.strerror or error}.")
        return pack(Document(file.path, problems=(problem,)), UNREADABLE, b"")
    digest = blake2b(data, digest_size=16).digest()
    return pack(formats.read(file.path, data), _fingerprint(file), digest)


def _fingerprint(file: File) -> Fingerprint:
    return Fingerprint(file.size, file.mtime, file.inode)


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

    def run(self, files: Sequence[File]) -> Report:
        """Make the catalogue tell what ``files`` tell."""
        known = known_documents(self._db)
        present = {file.path for file in files}
        fresh = [f for f in files if f.path not in known or known[f.path].fingerprint != _fingerprint(f)]
        gone = {path: document for path, document in known.items() if path not in present}
        return _Update(self, known, gone).run(fresh)

    def write(self, batch: Sequence[Packed], gone: Sequence[str] = ()) -> None:
        """Take documents in and out, in one transaction."""
        if batch or gone:
            Batch(self._db, self._flags).write(batch, gone)

    def recognise(self, known: Known, packed: Packed) -> None:
        """Note that the bytes of ``known`` are now found as ``packed``: touched, or moved."""
        touch(self._db, known, packed.path, packed.fingerprint)

    def report(self, done: int, total: int, items: int) -> bool:
        """Tell how far it is; whether to go on."""
        self._progress(Progress(done, total, items, monotonic() - self._started))
        return not self._stopped()


class _Update:
    """What a scan does with the files that differ."""

    def __init__(self, scan: Scan, known: Mapping[str, Known], gone: dict[str, Known]) -> None:
        self._scan = scan
        self._known = known
        self._gone = gone
        self._moved_from = {document.digest: document for document in gone.values() if document.digest}
        self._counts: Counter[str] = Counter()

    def run(self, fresh: Sequence[File]) -> Report:
        batch: list[Packed] = []
        size = items = 0
        for done, packed in enumerate(_parsed(fresh), 1):
            if self._is_recognised(packed):
                continue
            batch.append(packed)
            size += len(packed.rows)
            if size >= (BATCH if items else FIRST_BATCH):
                self._scan.write(batch)
                items += size
                batch, size = [], 0
                if not self._scan.report(done, len(fresh), items):
                    return Report(**self._counts, complete=False)
        self._scan.write(batch, tuple(self._gone))
        self._scan.report(len(fresh), len(fresh), items + size)
        return Report(**self._counts, removed=len(self._gone))

    def _is_recognised(self, packed: Packed) -> bool:
        """Whether the bytes of ``packed`` are known already, under this or under another name."""
        before = self._known.get(packed.path)
        same = before if before and before.digest == packed.digest else None
        if not before:
            same = self._moved_from.pop(packed.digest, None)
        self._counts["changed" if before else "moved" if same else "added"] += 1
        if not same or not packed.digest:
            return False
        if not before:
            del self._gone[same.path]
        self._scan.recognise(same, packed)
        return True


def _parsed(files: Sequence[File]) -> Iterator[Packed]:
    """The documents of ``files``, in their order."""
    tasks = [files[start : start + FILES_A_TASK] for start in range(0, len(files), FILES_A_TASK)]
    if len(files) < MANY_FILES:
        return chain.from_iterable(map(parse, tasks))
    return _parsed_elsewhere(tasks)


def _parsed_elsewhere(tasks: Sequence[Sequence[File]]) -> Iterator[Packed]:
    workers = max(1, (cpu_count() or 2) - 1)
    # Spawned, not forked: the screen's threads and terminal must not be inherited.
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        waiting: deque[Future[list[Packed]]] = deque()
        rest = iter(tasks[1:])
        try:
            waiting.extend(pool.submit(parse, task) for task in islice(rest, 4 * workers))
            yield from parse(tasks[0])
            while waiting:
                found = waiting.popleft().result()
                waiting.extend(pool.submit(parse, task) for task in islice(rest, 1))
                yield from found
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
