"""The news of some folders, with what the person did to them: what the screen and the commands speak to.

A repository joins the catalogue (what the documents tell) with the marks (what the person did). It is used by one
thread, but for :meth:`Repository.scan`, which may run beside it, and for its searchers, each of which belongs to the
thread that asks it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from threading import Event

from reader import catalogue, folders, formats
from reader.catalogue import Facets, FacetView, Flags, Interrupted, from_key, to_key
from reader.errors import ItemNotFound, ReaderError
from reader.folders import Root
from reader.marks import Flag, Saver, SaveReport, StateFile, merge, set_flag, utc_now
from reader.model import Entry, Mark, Problem, Sighting
from reader.scanning import Progress, Report, Scan
from reader.searching import Answer, Searcher

__all__ = [
    "Answer",
    "Change",
    "Detail",
    "Facets",
    "Flag",
    "Interrupted",
    "Progress",
    "Report",
    "Repository",
    "SaveReport",
    "Searcher",
]

NEIGHBOURS = 3
"""How many items just newer, and how many just older, are shown beside a headline."""

INDEX_WINDOW = 500
"""How many items of a document's index are shown with its article."""


CHUNK = 1_000
"""Items marked at a time: nothing that runs beside waits longer than for these."""


@dataclass(frozen=True, slots=True)
class Detail:
    """All that there is to show of one item."""

    entry: Entry
    text: tuple[str, ...]
    """Paragraphs."""
    sightings: tuple[Sighting, ...]
    mark: Mark | None
    index: tuple[Entry, ...]
    """For an article: what else its document tells of."""
    neighbours: tuple[Entry, ...]
    """For anything else: what is listed around it, newest first."""


@dataclass(frozen=True, slots=True)
class Change:
    """One step of marking, such as can be undone."""

    ids: tuple[str, ...]
    """The items that were changed, each by its own id."""
    flag: Flag
    value: bool


class Repository:
    """See the module."""

    @classmethod
    def open(
        cls,
        paths: Iterable[Path],
        *,
        state: Path,
        cache: Path,
        saved: Mapping[str, str] | None = None,
        on_saved: Callable[[SaveReport], None] = lambda _: None,
    ) -> "Repository":
        """The news of ``paths``, as the catalogue under ``cache`` last saw them; :meth:`scan` brings it up to date.

        ``saved`` are the saved searches by name, read anew whenever they are needed. ``on_saved`` is told, in another
        thread, how each attempt to save the marks ended. Raises :class:`ReaderError`.
        """
        places = folders.roots(paths)
        key = blake2b("\0".join(sorted(root.real for root in places)).encode("utf-8", "surrogateescape"))
        return cls(places, cache / f"{key.hexdigest()[:16]}.sqlite", StateFile(state), saved or {}, on_saved)

    def __init__(
        self,
        places: tuple[Root, ...],
        path: Path,
        state: StateFile,
        saved: Mapping[str, str],
        on_saved: Callable[[SaveReport], None],
    ) -> None:
        self._places = places
        self._path = path
        self._state = state
        self._saved = saved
        self._on_saved = on_saved
        self._writer = catalogue.open_or_rebuild(path)
        self._view = FacetView(path)
        # Flags are copied into the catalogue behind the screen's back, in the order in which they were made.
        self._copyist = ThreadPoolExecutor(1, "copyist")
        self._saver = Saver(state, self._after_save)
        self._loaded = Event()
        self._overlay: dict[int, tuple[bool, bool]] = {}
        self._done: list[Change] = []
        self._undone: list[Change] = []
        self._outside: tuple[Problem, ...] = ()
        if catalogue.read_stamp(self._writer) != self._stamp():
            self.load_marks()

    def close(self) -> str:
        """Save what is left; a sentence when that could not be done, else an empty string."""
        error = self._saver.close()
        self._copyist.submit(self._agree).result()
        self._copyist.shutdown()
        self._view.close()
        self._writer.close()
        return error

    # Documents

    @property
    def roots(self) -> tuple[str, ...]:
        """The paths, as they were given."""
        return tuple(root.given for root in self._places)

    @property
    def places(self) -> tuple[str, ...]:
        """Where the paths really are, in a fixed order: what names this set of paths from run to run."""
        return tuple(sorted(root.real for root in self._places))

    def shown(self, path: str) -> str:
        """A document's path as it follows from the path that was given."""
        return next((shown for root in self._places if (shown := root.shown(path))), path)

    def brief(self, path: str) -> str:
        """A document's path below the folder that was given, where it is the only one."""
        if len(self._places) > 1:
            return self.shown(path)
        return path.removeprefix(self._places[0].real).lstrip("/") or self.shown(path)

    def scan(
        self,
        progress: Callable[[Progress], None] = lambda _: None,
        stopped: Callable[[], bool] = lambda: False,
    ) -> Report:
        """Look at the folders and take in what has changed. May run in a thread of its own."""
        self.load_marks()
        found = folders.walk(self._places)
        self._outside = found.problems
        connection = catalogue.open_or_rebuild(self._path)
        try:
            report = Scan(connection, self._flags(), progress, stopped).run(found.files)
            if report.complete:
                catalogue.list_missing(connection, self._own_marks())
            return report
        finally:
            connection.close()

    @property
    def document_count(self) -> int:
        """How many documents are known."""
        return self._view.document_count()

    def problems(self) -> tuple[Problem, ...]:
        """What could not be read as it should be, by path and line."""
        inside = (Problem(self.shown(p.path), p.line, p.message) for p in self._view.problems())
        outside = (Problem(self.shown(p.path), p.line, p.message) for p in self._outside)
        return tuple(sorted({*inside, *outside}))

    def raw(self, path: str) -> tuple[str, ...]:
        """The lines of a document as they stand there, cleaned."""
        try:
            return formats.decode_lines(folders.read(path))
        except OSError as error:
            raise ReaderError(f"{self.shown(path)} cannot be read: {error.strerror or error}.") from error

    # Items

    def searcher(self) -> Searcher:
        """Something to search with, for one thread."""
        return Searcher(self._path, self._saved)

    def entries(self, rows: Sequence[int]) -> tuple[Entry, ...]:
        """The entries of row numbers, with the marks as they are now; a row that is gone is left out."""
        return tuple(self._marked(entry) for entry in self._view.entries(rows))

    def find(self, prefix: str) -> Entry:
        """The one item whose id begins with ``prefix``; raises :class:`ItemNotFound`."""
        wanted = prefix.strip().lower()
        digits = wanted and len(wanted) <= 16 and all(char in "0123456789abcdef" for char in wanted)
        found = self._view.find(wanted) if digits else []
        if not found:
            raise ItemNotFound(f"No item has the id {prefix!r}.")
        if len(found) > 1:
            raise ItemNotFound(f"More than one item has an id that begins with {prefix!r}.")
        entry = self.entry(found[0])
        if entry is None:
            raise ItemNotFound(f"No item has the id {prefix!r}.")
        return entry

    def entry(self, item: str) -> Entry | None:
        """The item that goes by this id, if there is one."""
        row = self._view.row_of(item)
        found = self.entries((row,)) if row is not None else ()
        return found[0] if found else None

    def detail(self, entry: Entry) -> Detail:
        """All that there is to show of an item."""
        sightings = self._view.sightings((entry.row,))[entry.row]
        text = self._view.text(entry.row)
        index: tuple[Entry, ...] = ()
        neighbours: tuple[Entry, ...] = ()
        if text and sightings:
            told = self._view.told_by(self._document_of(entry, sightings), INDEX_WINDOW)
            index = tuple(self._marked(other) for other in told if other.row != entry.row)
        elif not text:
            around = self._view.neighbours(entry.row, NEIGHBOURS) if entry.item.day else ()
            neighbours = tuple(self._marked(other) for other in around)
        return Detail(entry, text, sightings, self._mark_of(entry), index, neighbours)

    def sightings(self, entries: Iterable[Entry]) -> dict[int, tuple[Sighting, ...]]:
        """Where each of the entries is told of, by row."""
        return self._view.sightings(entry.row for entry in entries)

    # Marks

    def load_marks(self) -> None:
        """Read the state file, unless it was read, and let the catalogue agree with it."""
        if self._loaded.is_set():
            return
        self._state.load()
        self._copyist.submit(self._agree).result()
        self._loaded.set()

    @property
    def notices(self) -> tuple[str, ...]:
        """What the person should know about the state file."""
        return self._state.notices

    def mark(self, rows: Sequence[int], flag: Flag, value: bool) -> Change:
        """Set a flag of items. What already has the value is not touched; the change can be undone."""
        ids: list[str] = []
        for start in range(0, len(rows), CHUNK):
            entries = [e for e in self.entries(rows[start : start + CHUNK]) if _flag(e, flag) is not value]
            self._apply(entries, flag, value)
            ids += (entry.id for entry in entries)
        change = Change(tuple(ids), flag, value)
        if ids:
            self._done.append(change)
            self._undone.clear()
        return change

    def first_unread(self, rows: Sequence[int]) -> int | None:
        """The index of the first of ``rows`` that is unread. May run in a thread of its own."""
        for start in range(0, len(rows), CHUNK):
            chunk = rows[start : start + CHUNK]
            unread = self._view.unread_among(chunk)
            for index, row in enumerate(chunk, start):
                flags = self._overlay.get(row)
                if not flags[0] if flags else row in unread:
                    return index
        return None

    def undo(self) -> Change | None:
        """Take the last change back; that change, or nothing when there is none."""
        return self._replay(self._done, self._undone, backwards=True)

    def redo(self) -> Change | None:
        """Make the change again that was undone last."""
        return self._replay(self._undone, self._done, backwards=False)

    def _replay(self, taken: list[Change], given: list[Change], backwards: bool) -> Change | None:
        if not taken:
            return None
        change = taken.pop()
        given.append(change)
        for start in range(0, len(change.ids), CHUNK):
            entries = self.entries(self._view.rows_of(change.ids[start : start + CHUNK]))
            self._apply(entries, change.flag, change.value is not backwards)
        return change

    def _apply(self, entries: Sequence[Entry], flag: Flag, value: bool) -> None:
        if not entries:
            return
        self._loaded.wait()
        ids = self._view.ids_of([entry.row for entry in entries])
        marks, now = self._state.marks, utc_now()
        changes = {}
        for entry in entries:
            for item in ids.get(entry.row, (entry.id,)):
                changes[item] = set_flag(marks.get(item) or self._new_mark(entry), flag, value, now)
            read, starred = (value, entry.starred) if flag is Flag.READ else (entry.read, value)
            self._overlay[entry.row] = (read, starred)
        self._state.apply(changes)
        self._saver.request()
        self._copyist.submit(self._copy, [to_key(item) for item in changes])

    def _new_mark(self, entry: Entry) -> Mark:
        item = entry.item
        sightings = self._view.sightings((entry.row,))[entry.row]
        document = sightings[0].path if sightings else ""
        return Mark(item.title, item.source, item.published, document=document)

    # The catalogue's copy of the marks

    def settle(self) -> None:
        """Wait until searches know of all that was marked so far. For a thread that may wait."""
        self._copyist.submit(lambda: None).result()

    def _flags(self) -> Flags:
        return Flags({to_key(item) for item in self._state.marks.copy()}, self._flags_of)

    def _flags_of(self, keys: Sequence[int]) -> tuple[bool, bool]:
        mark = self._merged([from_key(key) for key in keys])
        return (mark.read, mark.starred) if mark else (False, False)

    def _merged(self, ids: Iterable[str]) -> Mark | None:
        merged: Mark | None = None
        for item in ids:
            if mark := self._state.marks.get(item):
                merged = merge(merged, mark) if merged else mark
        return merged

    def _own_marks(self) -> dict[str, Mark]:
        """The marks that belong here: made on documents of these folders, or on nobody knows which."""
        marks = self._state.marks.copy()
        return {
            item: mark
            for item, mark in marks.items()
            if not mark.document or any(root.shown(mark.document) for root in self._places)
        }

    def _copy(self, keys: Sequence[int]) -> None:
        catalogue.update_flags(self._writer, keys, self._flags())

    def _agree(self) -> None:
        """Bring the catalogue's copy up to the state file, if it is not."""
        stamp = self._stamp()
        if catalogue.read_stamp(self._writer) == stamp:
            return
        self._state.load()
        catalogue.replace_flags(self._writer, self._flags(), stamp)

    def _after_save(self, report: SaveReport) -> None:
        self._on_saved(report)
        if not report.error:
            self._copyist.submit(self._note_stamp)

    def _note_stamp(self) -> None:
        if not self._state.unsaved:
            catalogue.note_stamp(self._writer, self._stamp())

    def _stamp(self) -> str:
        return repr(self._state.stamp())

    def _marked(self, entry: Entry) -> Entry:
        flags = self._overlay.get(entry.row)
        if flags is None:
            return entry
        return Entry(entry.row, entry.id, entry.item, *flags, entry.seen)

    def _mark_of(self, entry: Entry) -> Mark | None:
        return self._merged(self._view.ids_of((entry.row,)).get(entry.row, ()))

    def _document_of(self, entry: Entry, sightings: Sequence[Sighting]) -> str:
        """The document that an article's text stands in: of several, the one whose line the entry names."""
        own = (sighting.path for sighting in sightings if sighting.line == entry.item.line)
        return next(own, sightings[0].path)


def _flag(entry: Entry, flag: Flag) -> bool:
    return entry.read if flag is Flag.READ else entry.starred
