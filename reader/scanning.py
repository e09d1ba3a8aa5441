"""Bringing the catalogue up to date with the folders: what was added, changed, moved and removed.

Files are told apart by size, time and inode, so only what differs is opened. Every batch is one transaction: a scan
that is cut off has lost nothing, and the next one goes on behind it.
"""

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from time import monotonic

from reader import folders, parsing
from reader.catalogue import data_version, guarded, is_being_built, is_listed, keep_listing, keep_totals, shrink_log
from reader.folders import File, Root
from reader.indexing import MOST_PARTS, Batch, Known, Packed, building, known_documents, take_over, touch, workshop
from reader.model import Flags
from reader.parsing import UNREADABLE, Part, parsed, parts
from reader.reports import Progress, Report

NEW = Known("", *UNREADABLE, 0, b"")
"""What is known of a file that is not known."""

FIRST_FILES = 8
"""Documents that are enough to be looked at while the others are found."""

FIRST_BATCH, BATCH = 2_000, 60_000
"""Rows a transaction: few at first, so that something is there to be looked at."""

FILES_A_BATCH = 48
"""Documents that go in one transaction."""

CHARACTERS_A_ROW = 1_000
"""A text weighs as much as a row for each so many characters, since a batch is held in memory."""


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

    def begin(self, places: Iterable[Root]) -> bool:
        """Take a few of many files into an empty catalogue, to be looked at while the others are found.

        Whether the scan is to go on. Raises :class:`CatalogueError`.
        """
        with guarded(self._db):
            if not building.is_empty(self._db):
                return True
            some = folders.walk(places, parsing.MANY_FILES).files
            if len(some) < parsing.MANY_FILES:
                return True
            building.begin(self._db)
            return self._build(some[:FIRST_FILES])

    def run(self, files: Sequence[File]) -> Report:
        """Make the catalogue tell what ``files`` tell. Raises :class:`CatalogueError`."""
        with guarded(self._db):
            return self._run(files)

    def _run(self, files: Sequence[File]) -> Report:
        listing = folders.listing(files)
        if is_listed(self._db, listing):
            return Report()
        version = data_version(self._db)
        rows = known_documents(self._db)
        present = {file.path for file in files}
        # A file and what is known of it begin with the same values: path, size, time and inode.
        fresh = [file for file in files if rows.get(file.path, NEW)[:4] != file]
        known = {file.path: Known._make(rows[file.path]) for file in fresh if file.path in rows}
        gone = {path: Known._make(row) for path, row in rows.items() if path not in present}
        if not fresh and not gone and not is_being_built(self._db):
            # To compare two digests takes a tenth of the time the next time.
            keep_listing(self._db, listing, version)
            return Report()
        if len(fresh) >= parsing.MANY_FILES:
            building.begin(self._db)
        complete = True
        if is_being_built(self._db):
            # Just begun, or left over by a scan that was cut off.
            with building.copying(self._db) as copy:
                complete = self._build([file for file in fresh if file.path not in known], copy) and self._join(copy)
            fresh = [file for file in fresh if file.path in known]
        complete = complete and (not fresh or self._take_in(fresh, known, gone)) and self._take_out(tuple(gone))
        if complete and self._counts.total():
            keep_totals(self._db)
            shrink_log(self._db)
        return Report(**self._counts, complete=complete)

    def _build(self, files: Sequence[File], taken: Callable[[], None] = lambda: None) -> bool:
        """Fill a new catalogue; ``taken`` is called after each step that fills it.

        Whether that was gone through to the end, as with all the steps.
        """
        waiting: list[Part] = []
        done = 0
        with workshop(self._db) as folder, closing(parts(files, folder, self._stopped)) as ready:
            for part in ready:
                waiting.append(part)
                done += part.documents
                # Each time that parts are taken over, most of what is there already is written anew.
                is_much = 2 * sum(each.items for each in waiting) >= self._items
                if is_much or len(waiting) == MOST_PARTS or done == len(files):
                    self._take_over(waiting)
                    taken()
                    waiting = []
                if not self._goes_on(done, len(files)):
                    break
        # What was not taken over yet is read again the next time: nobody likes to wait for leaving.
        return done == len(files)

    def _take_over(self, waiting: Sequence[Part]) -> None:
        take_over(self._db, [part.path for part in waiting], self._flags)
        for part in waiting:
            part.path.unlink()
            self._items += part.items
            self._counts["added"] += part.documents

    def _take_in(self, fresh: Sequence[File], known: Mapping[str, Known], gone: dict[str, Known]) -> bool:
        """Write what differs."""
        moved_from = {document.digest: document for document in gone.values() if document.digest}
        batch: list[Packed] = []
        size, most = 0, FIRST_BATCH
        for done, packed in enumerate(parsed(fresh), 1):
            before = known.get(packed.path)
            same = before if before else moved_from.pop(packed.digest, None)
            if same and same.digest == packed.digest:
                self._recognise(same, packed)
                gone.pop(same.path, None)
                continue
            self._counts["changed" if before else "added"] += 1
            batch.append(packed)
            self._items += len(packed.columns.key)
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
        for start in range(0, len(gone), FILES_A_BATCH):
            paths = gone[start : start + FILES_A_BATCH]
            Batch(self._db, self._flags).write((), paths)
            self._counts["removed"] += len(paths)
            if self._stopped():
                return False
        return True

    def _join(self, made: Callable[[], None]) -> bool:
        """Do what was put off while a new catalogue was filled; ``made`` is called after each longer step."""
        while is_being_built(self._db):
            version = data_version(self._db)
            stories = building.crowded(self._db)
            for start in range(0, len(stories), FIRST_BATCH):
                if self._stopped():
                    return False
                Batch(self._db, self._flags).join(stories[start : start + FIRST_BATCH])
            building.end(self._db, version, made)
        return True

    def _goes_on(self, done: int, total: int) -> bool:
        self._progress(Progress(done, total, self._items, monotonic() - self._started))
        return not self._stopped()


def _weight(packed: Packed) -> int:
    return len(packed.columns.key) + sum(map(len, packed.columns.body)) // CHARACTERS_A_ROW
