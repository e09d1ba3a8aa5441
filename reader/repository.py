"""The news of some folders, with what the person did to them: what the screen and the commands speak to.

A repository joins the catalogue (what the documents tell) with the marks (what the person did). It is used by one
thread, but for :meth:`Repository.scan`, which may run beside it, and for its searchers, each of which belongs to the
thread that asks it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from reader import catalogue, folders
from reader.catalogue import Damaged, Facets, FacetView, Interrupted
from reader.detail import Detail, detail_of, index_of
from reader.errors import CatalogueError, ItemNotFound, ReaderError
from reader.folders import Root
from reader.marking import Marking, MarksNews
from reader.marks import Change, Flag, StateFile
from reader.model import Entry, Mark, Problem, RawLines, Sighting
from reader.reports import Progress, Report
from reader.searching import Answer, Searcher

if TYPE_CHECKING:
    import sqlite3
    from tempfile import TemporaryDirectory

__all__ = [
    "Answer",
    "Change",
    "Damaged",
    "Detail",
    "Facets",
    "Flag",
    "Interrupted",
    "MarksNews",
    "Progress",
    "Report",
    "Repository",
    "Searcher",
]


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
        on_news: Callable[[MarksNews], None] = lambda _: None,
    ) -> "Repository":
        """The news of ``paths``, as the catalogue under ``cache`` last saw them; :meth:`scan` brings it up to date.

        ``saved`` are the saved searches by name, read anew whenever they are needed. ``on_news`` is told, in another
        thread, what became of the marks. Raises :class:`ReaderError`.
        """
        places = folders.roots(paths)
        place = catalogue.place_of(cache, folders.key(places))
        return cls(places, place, state, {} if saved is None else saved, on_news)

    def __init__(
        self,
        places: tuple[Root, ...],
        path: Path,
        state: Path,
        saved: Mapping[str, str],
        on_news: Callable[[MarksNews], None],
    ) -> None:
        self._places = places
        self._path = path
        self._saved = saved
        self._spare: TemporaryDirectory[str] | None = None
        self._notices: tuple[str, ...] = ()
        self._outside: tuple[Problem, ...] = ()
        try:
            self._open(state, on_news)
        except Damaged:
            # It is gone now: the next one is made anew.
            self._open(state, on_news)

    def close(self) -> str:
        """Save what is left; a sentence when that could not be done, else an empty string."""
        try:
            error = self._marking.close()
        except CatalogueError:
            # The marks are kept by then; what the catalogue has not learnt of them it learns at the next start.
            error = ""
        self._view.close()
        self._writer.close()
        if self._spare:
            self._spare.cleanup()
        return error

    def _open(self, state: Path, on_news: Callable[[MarksNews], None]) -> None:
        self._writer = self._opened()
        self._inode = self._path.stat().st_ino
        self._view = FacetView(self._path)
        try:
            self._marking = Marking(StateFile(state), self._writer, self._view, on_news)
        except Damaged:
            self._view.close()
            self._writer.close()
            raise

    def _opened(self) -> "sqlite3.Connection":
        """The catalogue; where its place is of no use, another one that lasts as long as the program does."""
        try:
            return catalogue.open_or_rebuild(self._path)
        except CatalogueError as error:
            from tempfile import TemporaryDirectory

            try:
                self._spare = TemporaryDirectory(prefix="reader-")
            except OSError:
                raise error from None
            self._notices = (f"{error} All documents are read anew at each start.",)
            self._path = Path(self._spare.name) / self._path.name
            return catalogue.open_or_rebuild(self._path)

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
        listed: Callable[[], bytes] = bytes,
    ) -> Report:
        """Look at the folders and take in what has changed. May run in a thread of its own.

        ``listed`` gives the :func:`~reader.folders.listing` of somebody who has looked at them just now, if any has.
        """
        # Imported here because the screen is painted before: the catalogue can be asked without what fills it.
        from reader.indexing import list_missing

        connection = catalogue.open_or_rebuild(self._path)
        try:
            self._marking.load()
            with catalogue.guarded(connection):
                agrees = catalogue.is_listed(connection, listed())
            report = Report() if agrees else self._take_in(connection, progress, stopped)
            if report.complete:
                list_missing(connection, self._own_marks())
            return report
        finally:
            connection.close()

    def _take_in(
        self, connection: "sqlite3.Connection", progress: Callable[[Progress], None], stopped: Callable[[], bool]
    ) -> Report:
        from reader.scanning import Scan

        scan = Scan(connection, self._marking.flags(), progress, stopped)
        if not scan.begin(self._places):
            return Report(complete=False)
        found = folders.walk(self._places)
        self._outside = found.problems
        return scan.run(found.files)

    @property
    def is_adrift(self) -> bool:
        """Whether the file of the catalogue was removed since it was opened: nothing new can be seen through it."""
        try:
            return self._path.stat().st_ino != self._inode
        except FileNotFoundError:
            return True

    @property
    def document_count(self) -> int:
        """How many documents are known."""
        return self._view.document_count()

    def problems(self) -> tuple[Problem, ...]:
        """What could not be read as it should be, by path and line."""
        inside = (Problem(self.shown(p.path), p.line, p.message) for p in self._view.problems())
        outside = (Problem(self.shown(p.path), p.line, p.message) for p in self._outside)
        return tuple(sorted({*inside, *outside}))

    def raw(self, place: Sighting) -> RawLines:
        """The lines of a document as they stand there, cleaned; of a large one, those around the place."""
        from reader import formats

        try:
            return formats.decode_lines(folders.read(place.path), place.line)
        except OSError as error:
            raise ReaderError(f"{self.shown(place.path)} cannot be read: {error.strerror or error}.") from error

    # Items

    def searcher(self) -> Searcher:
        """Something to search with, for one thread."""
        return Searcher(self._path, self._saved)

    def entries(self, rows: Sequence[int]) -> tuple[Entry, ...]:
        """The entries of row numbers, with the marks as they are now; a row that is gone is left out."""
        return tuple(self._marking.marked(entry) for entry in self._view.entries(rows))

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

    def renewed(self, entry: Entry) -> Entry | None:
        """The item of ``entry`` as it is now, if it is still there."""
        # Nearly always under the same row number; and ids have no index yet while a new catalogue is filled.
        same = [found for found in self.entries((entry.row,)) if found.id == entry.id]
        return same[0] if same else self.entry(entry.id)

    def detail(self, entry: Entry) -> Detail:
        """All that there is to show of an item."""
        return detail_of(entry, self._view, self._marking)

    def index(self, detail: Detail) -> tuple[Entry, ...]:
        """What else the document of an article tells of: looked up by itself, as most of it is seldom looked at."""
        return index_of(detail, self._view, self._marking)

    def sightings(self, entries: Iterable[Entry]) -> dict[int, tuple[Sighting, ...]]:
        """Where each of the entries is told of, by row."""
        return self._view.sightings(entry.row for entry in entries)

    # Marks

    @property
    def notices(self) -> tuple[str, ...]:
        """What the person should know about the catalogue and the state file."""
        return self._notices + self.marks_notices

    @property
    def marks_notices(self) -> tuple[str, ...]:
        """What the person should know about the state file alone, oldest first."""
        return self._marking.notices

    @property
    def is_failing(self) -> bool:
        """Whether there are marks that could not be saved; they are tried again."""
        return self._marking.is_failing

    def flush(self) -> bool:
        """Wait, for a second at most, until all that was marked is saved; whether it is."""
        return self._marking.flush()

    def watch(self) -> None:
        """From now on, take over within a second what is marked elsewhere."""
        self._marking.watch()

    def mark(self, rows: Sequence[int], flag: Flag, value: bool) -> Change:
        """Set a flag of items. What already has the value is not touched; the change can be undone."""
        return self._marking.mark(rows, flag, value)

    def undo(self) -> Change | None:
        """Take the last change back; that change, or nothing when there is none."""
        return self._marking.undo()

    def redo(self) -> Change | None:
        """Make the change again that was undone last."""
        return self._marking.redo()

    def first_unread(self, rows: Sequence[int]) -> int | None:
        """The index of the first of ``rows`` that is unread. May run in a thread of its own."""
        return self._marking.first_unread(rows)

    def settle(self) -> None:
        """Wait until searches know of all that was marked so far. For a thread that may wait."""
        self._marking.settle()

    def _own_marks(self) -> dict[str, Mark]:
        """The marks that belong here: made on documents of these folders, or on nobody knows which."""
        return {
            item: mark
            for item, mark in self._marking.all().items()
            if not mark.document or any(root.shown(mark.document) for root in self._places)
        }
