"""What the commands do. Each looks at the folders first, so that it tells what stands there now."""

import os
import re
from argparse import Namespace
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import fields, replace
from itertools import chain
from pathlib import Path
from types import MappingProxyType

from reader.clean import printable
from reader.cli import detail, output, table
from reader.cli.settings import Settings, existing, places_of, settle
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
    query = _limited(parse(options.query or ""), options.limit)
    with _opened(options) as repository, closing(repository.searcher()) as searcher:
        answer = _answer(searcher, query)
        chunks = _chunks(repository, _rows(searcher, answer))
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
    places = places_of(options)
    for each in fields(places):
        place = getattr(places, each.name)
        output.put(printable(f"{each.name:10}{place}{_remark(place)}"))
    for path in settle(options).paths:
        output.put(printable(f"documents {path}"))
    return 0


COMMANDS: Mapping[str, Callable[[Namespace], int]] = MappingProxyType(
    {"list": list_items, "show": show, "mark": mark, "check": check, "doctor": doctor, "paths": paths}
)


@contextmanager
def _opened(options: Namespace) -> Iterator[Repository]:
    """The news as it stands there now. What was marked is on the disk at the end, or :class:`StateError`."""
    settled = settle(options)
    saved = SavedSearches(settled.places.searches)
    try:
        repository = _scanned(settled, saved, options.listed)
    except Damaged:
        # The catalogue turned out to be damaged, and is gone now: the next one is made anew.
        repository = _scanned(settled, saved)
    try:
        if not repository.document_count:
            output.complain(f"There are no documents in {', '.join(repository.roots)}.")
        for notice in filter(None, (*repository.notices, saved.problem)):
            output.complain(notice)
        yield repository
    finally:
        if error := repository.close():
            raise StateError(error)


def _scanned(settled: Settings, saved: SavedSearches, listed: Callable[[], bytes] = bytes) -> Repository:
    places = settled.places
    repository = Repository.open(settled.paths, state=places.state, cache=places.cache, saved=saved)
    try:
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


def _answer(searcher: Searcher, query: Query) -> Answer:
    """The beginning of the result; what is odd about the query goes to stderr."""
    answer = searcher.first(query, CHUNK)
    for hint in answer.hints:
        output.complain(hint)
    return answer


def _rows(searcher: Searcher, answer: Answer) -> Iterable["array[int]"]:
    """All row numbers of a result."""
    return (answer.rows,) if answer.complete else searcher.rows(answer)


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
        return array("q", chain.from_iterable(_rows(searcher, _answer(searcher, parse(query)))))


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
