"""Documents from files, right here or in processes of their own, which leave a running screen its processor.

A few files are parsed by whoever asks. Many are parsed elsewhere: into packed documents that come back, or, for a new
catalogue, into parts of it that are taken over as they are (see :mod:`reader.indexing.staging`).
"""

import gc
import os
import sys
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager, redirect_stderr
from itertools import islice, takewhile
from pathlib import Path
from typing import TYPE_CHECKING

from reader import folders
from reader.blake2 import blake2b
from reader.errors import ReaderError
from reader.folders import File
from reader.indexing import Fingerprint, Packed, pack, write_part
from reader.model import Document, Problem
from reader.values import dataclass

if TYPE_CHECKING:
    from concurrent.futures import Future, ProcessPoolExecutor
    from multiprocessing.process import BaseProcess

UNREADABLE = Fingerprint(-1, -1, -1)
"""Equals no file's: a file that could not be read is tried again by each scan."""

MANY_FILES = 400
"""From here on, starting processes takes less time than they save."""

FILES_A_TASK, BYTES_A_TASK = 48, 4 << 20
TASKS_AHEAD = 32
"""Enough for two batches: the workers go on while one is written."""

PART = 8 << 20
"""Bytes of documents in a part of a catalogue."""

PATIENCE = 0.1
"""Seconds until somebody who wants to stop is heard."""

NICENESS = 10
"""How far the workers stand back for whoever looks at a screen."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a catalogue that is ready to be taken over."""

    path: Path
    documents: int
    items: int


def parse(files: Sequence[File]) -> list[Packed]:
    """The documents of ``files``. Runs in a worker process too."""
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


def parsed(files: Sequence[File]) -> Iterator[Packed]:
    """The documents of ``files``, in their order."""
    if len(files) < MANY_FILES:
        return map(_parse, files)
    return _parsed_elsewhere(tuple(_shares(files, BYTES_A_TASK, FILES_A_TASK)))


def _parsed_elsewhere(tasks: Sequence[Sequence[File]]) -> Iterator[Packed]:
    with _workers() as pool:
        rest = iter(tasks[1:])
        waiting: deque[Future[list[Packed]]] = deque(pool.submit(parse, task) for task in islice(rest, TASKS_AHEAD))
        yield from parse(tasks[0])
        while waiting:
            found = waiting.popleft().result()
            waiting.extend(pool.submit(parse, task) for task in islice(rest, 1))
            yield from found


def parts(files: Sequence[File], folder: Path, stopped: Callable[[], bool]) -> Generator[Part, None, None]:
    """Parts of a catalogue in ``folder`` with the documents of ``files``, each as soon as it is there.

    No more of them once it is ``stopped``, for which no part is waited for.
    """
    named = [(folder / f"{number}", share) for number, share in enumerate(_shares(files, PART))]
    if len(files) < MANY_FILES:
        yield from (_write_part(path, share) for path, share in named if not stopped())
        return
    from concurrent.futures import FIRST_COMPLETED, wait

    with _workers() as pool:
        waiting = {pool.submit(_write_part, path, share) for path, share in named}
        while waiting and not stopped():
            ready, waiting = wait(waiting, PATIENCE, FIRST_COMPLETED)
            yield from (future.result() for future in ready if not stopped())


def _write_part(path: Path, files: Sequence[File]) -> Part:
    # Once the folder is gone, nobody waits for the part.
    wanted = takewhile(lambda _: path.parent.exists(), files)
    return Part(path, len(files), write_part(path, map(_parse, wanted)))


def _shares(files: Sequence[File], most_bytes: int, most_files: int = sys.maxsize) -> Iterator[Sequence[File]]:
    """``files`` in their order, so many at a time; one alone may have more bytes."""
    start = size = 0
    for at, file in enumerate(files):
        if at > start and (at - start == most_files or size + file.size > most_bytes):
            yield files[start:at]
            start, size = at, 0
        size += file.size
    if files:
        yield files[start:]


@contextmanager
def _workers() -> "Iterator[ProcessPoolExecutor]":
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool
    from multiprocessing import get_context
    from multiprocessing.resource_tracker import ensure_running

    # It wants the descriptor of stderr, and the one that stands in for it under a running screen has none.
    with redirect_stderr(sys.__stderr__):
        ensure_running()
    # Spawned, not forked: the screen's threads and terminal must not be inherited.
    pool = ProcessPoolExecutor(os.cpu_count(), mp_context=get_context("spawn"), initializer=_settle_in)
    try:
        yield pool
    except BrokenProcessPool as error:
        raise ReaderError("The documents could not be read: a process that read some of them was ended.") from error
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _settle_in() -> None:
    """Begin to work: behind whoever looks at a screen, and no longer than there is a reader to work for."""
    from multiprocessing import parent_process
    from threading import Thread

    os.nice(NICENESS)
    if reader := parent_process():
        Thread(target=_end_with, args=(reader,), daemon=True).start()
    # Of the values of a document, none is in a cycle: looking for some would take a tenth of the time.
    gc.disable()


def _end_with(reader: "BaseProcess") -> None:
    # Of one that was killed, the workers would wait for tasks for ever.
    reader.join()
    os._exit(1)
