"""What the commands do. Each looks at the folders first, so that it tells what stands there now."""

import os
import re
from argparse import Namespace
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import fields, replace
from itertools import chain
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from reader.clean import printable
from reader.cli import detail, output, table
from reader.cli.settings import Settings, existing, places_with, settle
from reader.errors import StateError, UsageError
from reader.model import Entry
from reader.query import Query, parse
from reader.repository import Answer, Damaged, Flag, Progress, Repository, Searcher
from reader.searches import SavedSearches

CHUNK = 2_000
"""Items in memory at a time, however many are listed."""

PATIENCE = 0.5
"""Seconds after which a person wants to know what takes so long."""

_ID = re.compile(r"[0-9a-fA-F]{4,16}")

_MARKINGS = {
    "read": (Flag.READ, True),
    "unread": (Flag.READ, False),
    "starred": (Flag.STARRED, True),
    "unstarred": (Flag.STARRED, False),
}


def list_items(options: Namespace) -> int:
    """``reader list``."""
    listing = _Listing(_limited(parse(options.query or ""), options.limit))
    with closing(listing), _opened(options, listing.begin) as repository:
        chunks = listing.chunks(repository)
        if options.json:
            _put_json(repository, chunks)
        else:
            width, paint = output.width(), output.painter(os.environ)
            for entries in chunks:
                output.put(table.lines(entries, width, paint))
    return 0


def show(options: Namespace) -> int:
    """``reader show``."""
    with _opened(options) as repository:
        found = repository.detail(repository.find(options.id))
        if options.json:
            from reader.cli.records import encoded, record

            item = record(repository, found.entry, found.sightings)
            output.put(encoded(item | {"text": found.text}, output.is_unicode()))
        else:
            output.put(detail.lines(repository, found, output.width(), output.painter(os.environ)))
    return 0


def mark(options: Namespace) -> int:
    """``reader mark``."""
    ids = [word for word in options.operands if _ID.fullmatch(word) and not Path(word).exists()]
    options.paths = [word for word in options.operands if word not in ids]
    existing(options.paths)
    if bool(ids) == (options.query is not None):
        raise UsageError("Which items? Give ids (four or more digits of each), or a query with -q, and not both.")
    flag, value = _MARKINGS[options.marking]
    with _opened(options) as repository:
        rows = _chosen(repository, ids, options.query)
        if options.dry_run:
            entries = chain.from_iterable(_chunks(repository, [rows]))
            count = sum(getattr(entry, flag) is not value for entry in entries)
        else:
            count = len(repository.mark(rows, flag, value).ids)
    # Said when the repository is closed: only then are the marks on the disk.
    would = "would be " if options.dry_run else ""
    already = f"; {len(rows) - count:,} already so" if count < len(rows) else ""
    output.put(f"{_counted(count, 'item')} {would}marked {options.marking}{already}.")
    return 0


def check(options: Namespace) -> int:
    """``reader check``."""
    with _opened(options) as repository:
        problems = repository.problems()
        documents = repository.document_count
    for problem in problems:
        output.put(printable(str(problem)))
    output.complain(f"{_counted(documents, 'document')}, {_counted(len(problems), 'problem')}.")
    return 1 if problems else 0


def doctor(options: Namespace) -> int:
    """``reader doctor``."""
    from reader.cli.report import report

    return report(options)


def paths(options: Namespace) -> int:
    """``reader paths``."""
    places = places_with(options.state)
    for each in fields(places):
        place = getattr(places, each.name)
        output.put(printable(f"{each.name:10}{place}{_remark(place)}"))
    for path in settle(options.paths, options.state).paths:
        output.put(printable(f"documents {path}"))
    return 0


COMMANDS: Mapping[str, Callable[[Namespace], int]] = MappingProxyType(
    {"list": list_items, "show": show, "mark": mark, "check": check, "doctor": doctor, "paths": paths}
)


@contextmanager
def _opened(options: Namespace, meanwhile: Callable[[Repository], object] = lambda _: None) -> Iterator[Repository]:
    """The news as it stands there now. What was marked is on the disk at the end, or :class:`StateError`.

    ``meanwhile`` is done while another process may be looking at the folders.
    """
    settled = settle(options.paths, options.state)
    saved = SavedSearches(settled.places.searches)
    try:
        repository = _scanned(settled, saved, options.listed, meanwhile)
    except Damaged:
        # The catalogue turned out to be damaged, and is gone now: the next one is made anew.
        repository = _scanned(settled, saved, bytes, meanwhile)
    try:
        if not repository.document_count:
            output.complain(f"There are no documents in {', '.join(repository.roots)}.")
        for notice in filter(None, (*repository.notices, saved.problem)):
            output.complain(notice)
        yield repository
    finally:
        if error := repository.close():
            raise StateError(error)


def _scanned(
    settled: Settings,
    saved: SavedSearches,
    listed: Callable[[], bytes],
    meanwhile: Callable[[Repository], object],
) -> Repository:
    places = settled.places
    repository = Repository.open(settled.paths, state=places.state, cache=places.cache, saved=saved)
    try:
        meanwhile(repository)
        with output.progress() as tell:
            repository.scan(lambda progress: tell(_said(progress)), listed=listed)
    except BaseException:
        repository.close()
        raise
    return repository


def _remark(place: Path) -> str:
    try:
        return "" if place.exists() else "  (not there)"
    except OSError as error:
        return f"  (cannot be looked at: {error.strerror})"


def _said(progress: Progress) -> str:
    if progress.seconds < PATIENCE:
        return ""
    return f"Reading documents: {progress.done:,} of {progress.total:,}"


class _Beginning(NamedTuple):
    """The first items of a result, as the catalogue had them at some time."""

    searcher: Searcher
    version: int
    answer: Answer
    entries: tuple[Entry, ...]


class _Listing:
    """A result, whose beginning is found before it is known whether the catalogue is up to date: it seldom is not."""

    def __init__(self, query: Query) -> None:
        self._query = query
        self._begun: _Beginning | None = None
        self._searchers = ExitStack()

    def close(self) -> None:
        """Give the connections back."""
        self._searchers.close()

    def begin(self, repository: Repository) -> _Beginning:
        """Find the first items, as the catalogue has them now."""
        searcher = self._searchers.enter_context(closing(repository.searcher()))
        version = searcher.version
        answer = searcher.first(self._query, CHUNK)
        self._begun = _Beginning(searcher, version, answer, repository.entries(answer.rows))
        return self._begun

    def chunks(self, repository: Repository) -> Iterator[tuple[Entry, ...]]:
        """All items, never many at a time; what is odd about the query goes to stderr."""
        begun = self._begun
        if not begun or begun.searcher.version != begun.version:
            begun = self.begin(repository)
        _complain_of(begun.answer)
        if not begun.answer.complete:
            yield from _chunks(repository, begun.searcher.rows(begun.answer))
        elif begun.entries:
            yield begun.entries


def _complain_of(answer: Answer) -> None:
    """Say what is odd about the query."""
    for hint in answer.hints:
        output.complain(hint)


def _chunks(repository: Repository, rows: Iterable["array[int]"]) -> Iterator[tuple[Entry, ...]]:
    """The entries of ``rows``, never many at a time."""
    for numbers in rows:
        for start in range(0, len(numbers), CHUNK):
            yield repository.entries(numbers[start : start + CHUNK])


def _chosen(repository: Repository, ids: Sequence[str], query: str | None) -> "array[int]":
    """The row numbers of the items that are to be marked."""
    if query is None:
        return array("q", dict.fromkeys(repository.find(item).row for item in ids))
    with closing(repository.searcher()) as searcher:
        answer = searcher.first(parse(query), CHUNK)
        _complain_of(answer)
        return array("q", chain.from_iterable(searcher.rows(answer)))


def _put_json(repository: Repository, chunks: Iterable[Sequence[Entry]]) -> None:
    """A JSON array with an item a line, printed as it comes."""
    from reader.cli.records import encoded, record

    is_unicode = output.is_unicode()
    before = "["
    for entries in chunks:
        sightings = repository.sightings(entries)
        lines = (encoded(record(repository, e, sightings[e.row]), is_unicode) for e in entries)
        if entries:
            output.put(f"{before}\n" + ",\n".join(lines), end="")
            before = ","
    output.put("[]" if before == "[" else "\n]")


def _limited(query: Query, limit: int | None) -> Query:
    """``query`` with the smaller of its own limit and this one."""
    limits = [most for most in (query.limit, limit) if most is not None]
    return replace(query, limit=min(limits, default=None))


def _counted(count: int, thing: str) -> str:
    return f"{count:,} {thing}{'' if count == 1 else 's'}"
