"""Reading the catalogue: windows of a result, counts, single items.

A view owns one connection and serves one thread at a time; :meth:`View.interrupt` may be called from any thread.
"""

import sqlite3
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from reader.catalogue.connection import connect, data_version, guarded
from reader.catalogue.finders import Finders
from reader.catalogue.plan import Plan
from reader.catalogue.planner import Planner
from reader.catalogue.schema import DAY_SHIFT, KINDS, UNDATED_ARTICLE, from_key, from_ordinal, to_key
from reader.errors import CatalogueError
from reader.model import Entry, Item, Problem, Sighting
from reader.query import Clock, Query, fold

CHUNK = 20_000
"""Row numbers fetched at a time: an interrupt is never further away."""

ENTRY = (
    "SELECT row, key, title, name, kind, published, updated, coalesce(line, 1), read, starred, seen"
    " FROM items JOIN sources USING (source) WHERE row IN (SELECT value FROM json_each(?))"
)


class View:
    """What can be asked of the catalogue."""

    def __init__(self, path: Path) -> None:
        try:
            self._db = connect(path)
        except sqlite3.Error as error:
            raise CatalogueError(f"The catalogue {path} cannot be opened: {error}.") from error
        self._finders = Finders(self._db)
        self._db.create_function("folded", 1, fold, deterministic=True)

    def close(self) -> None:
        """Give the connection back; the view cannot be asked any more."""
        self._db.close()

    def interrupt(self) -> None:
        """Let the question under way end with :class:`Interrupted`."""
        self._db.interrupt()

    @property
    def slow(self) -> str:
        """Why the last answer may lack some items: a sentence, empty when it lacks none."""
        return self._finders.slow

    # Results

    def plan(self, query: Query, saved: Mapping[str, str], today: date) -> Plan:
        """How ``query`` is answered here and now."""
        with guarded(self._db):
            return Planner(self._db, self._finders, saved, Clock(today, self.newest_day())).plan(query)

    def page(self, plan: Plan, most: int) -> "array[int]":
        """The first ``most`` row numbers of the result, in its order."""
        with self._answering(plan):
            rows = self._db.execute(plan.rows(), plan.params)
            return array("q", (row for (row,) in rows.fetchmany(most)))

    def rows(self, plan: Plan) -> "Iterator[array[int]]":
        """Every row number of the result, in its order, chunk by chunk."""
        with self._answering(plan):
            found = self._db.execute(plan.rows(), plan.params)
            while chunk := found.fetchmany(CHUNK):
                yield array("q", (row for (row,) in chunk))

    def count(self, plan: Plan, known: "array[int] | None" = None, share: float = 1) -> int:
        """How many items the result has, of which ``known`` are the first: these are not looked for again.

        ``share`` is that of the time for an answer that it may take.
        """
        query, params, first = f"SELECT count(*) {plan.tables(needs_items=False)}", plan.params, 0
        if known and plan.behind:
            query, params, first = f"{query} AND {plan.behind}", (*params, known[-1]), len(known)
        with self._answering(plan, share):
            found = first + int(self._db.execute(query, params).fetchone()[0])
        return found if plan.limit is None else min(found, plan.limit)

    def entries(self, rows: Sequence[int]) -> tuple[Entry, ...]:
        """The entries of ``rows``, in that order; a row that is gone meanwhile is left out."""
        entries = {found[0]: _entry(found) for found in self._all(ENTRY, _listed(rows))}
        return tuple(entries[row] for row in rows if row in entries)

    # Single items

    def find(self, prefix: str) -> list[str]:
        """Up to two ids (the item's own or one that it also goes by) that begin with ``prefix``, in lower case."""
        low, high = to_key(prefix.ljust(16, "0")), to_key(prefix.ljust(16, "f"))
        query = (
            "SELECT DISTINCT row FROM (SELECT row FROM items WHERE key BETWEEN ?1 AND ?2"
            " UNION SELECT row FROM aliases WHERE key BETWEEN ?1 AND ?2) LIMIT 2"
        )
        rows = [row for (row,) in self._all(query, low, high)]
        return [entry.id for entry in self.entries(rows)]

    def row_of(self, item: str) -> int | None:
        """The row number of the item that goes by this id."""
        key = to_key(item)
        query = "SELECT row FROM items WHERE key = ?1 UNION SELECT row FROM aliases WHERE key = ?1"
        found = self._all(query, key)
        return found[0][0] if found else None

    def rows_of(self, items: Iterable[str]) -> list[int]:
        """The row numbers of the items that go by these ids."""
        query = (
            "SELECT row FROM items WHERE key IN (SELECT value FROM json_each(?1))"
            " UNION SELECT row FROM aliases WHERE key IN (SELECT value FROM json_each(?1))"
        )
        return [row for (row,) in self._all(query, _listed(map(to_key, items)))]

    def unread_among(self, rows: Sequence[int]) -> set[int]:
        """Those of ``rows`` that are unread."""
        query = "SELECT row FROM items WHERE read = 0 AND row IN (SELECT value FROM json_each(?))"
        return {row for (row,) in self._all(query, _listed(rows))}

    def ids_of(self, rows: Sequence[int]) -> dict[int, tuple[str, ...]]:
        """Every id that the items in ``rows`` go by, the item's own first."""
        numbers = _listed(rows)
        ids: dict[int, tuple[str, ...]] = {}
        for table in ("items", "aliases"):
            query = f"SELECT row, key FROM {table} WHERE row IN (SELECT value FROM json_each(?))"
            for row, key in self._all(query, numbers):
                ids[row] = (*ids.get(row, ()), from_key(key))
        return ids

    def text(self, row: int) -> tuple[str, ...]:
        """The paragraphs of an item."""
        query = "SELECT body FROM items JOIN texts USING (text) WHERE row = ?"
        found = self._all(query, row)
        return tuple(found[0][0].split("\n")) if found else ()

    def sightings(self, rows: Iterable[int]) -> dict[int, tuple[Sighting, ...]]:
        """Where the items in ``rows`` are told of, by path and line."""
        query = "SELECT path, line FROM tellings JOIN documents USING (doc) WHERE row = ? ORDER BY path, line"
        return {row: tuple(Sighting(*found) for found in self._all(query, row)) for row in rows}

    def told_by(self, path: str, most: int = -1, start: int = 0) -> tuple[Entry, ...]:
        """The items that a document tells of, in the order of its lines."""
        # Its number first: a view of two tables is gone through whole for what is only looked up on the way.
        found = self._all("SELECT doc FROM documents WHERE path = ?", path)
        query = "SELECT row FROM tellings WHERE doc = ? ORDER BY line LIMIT ? OFFSET ?"
        return self.entries([row for (doc,) in found for (row,) in self._all(query, doc, most, start)])

    def neighbours(self, row: int, most: int) -> tuple[Entry, ...]:
        """The dated items listed just after (newer) and just before (older) ``row``, newest first."""
        first_undated = UNDATED_ARTICLE << DAY_SHIFT
        newer = "SELECT row FROM items WHERE row > ? AND row < ? ORDER BY row LIMIT ?"
        older = "SELECT row FROM items WHERE row < ? AND row >= ? ORDER BY row DESC LIMIT ?"
        above = [r for (r,) in self._all(newer, row, first_undated, most)]
        below = [r for (r,) in self._all(older, row, 1 << DAY_SHIFT, most)]
        return self.entries([*reversed(above), *below])

    # The whole

    def newest_day(self) -> date | None:
        """The newest day on which anything is listed."""
        query = "SELECT max(row) FROM items WHERE row < ?"
        ((row,),) = self._all(query, UNDATED_ARTICLE << DAY_SHIFT)
        return from_ordinal((row or 0) >> DAY_SHIFT)

    def problems(self) -> tuple[Problem, ...]:
        """What could not be read as it should be, by path and line."""
        query = "SELECT path, line, message FROM problems JOIN documents USING (doc) ORDER BY path, line, message"
        return tuple(Problem(*found) for found in self._all(query))

    def document_count(self) -> int:
        """How many documents are known."""
        return int(self._all("SELECT count(*) FROM documents")[0][0])

    @property
    def version(self) -> int:
        """A number that changes whenever another connection has written."""
        with guarded(self._db):
            return data_version(self._db)

    @property
    def connection(self) -> sqlite3.Connection:
        """For the package's own questions."""
        return self._db

    # Asking

    def _all(self, query: str, *params: object) -> list[tuple[Any, ...]]:
        with guarded(self._db):
            return self._db.execute(query, params).fetchall()

    @contextmanager
    def _answering(self, plan: Plan, share: float = 1) -> Iterator[None]:
        with guarded(self._db):
            self._finders.begin(f"{plan.where} {plan.order}", share)
            yield


def _listed(numbers: Iterable[int]) -> str:
    return "[" + ",".join(map(str, numbers)) + "]"


def _entry(found: tuple[Any, ...]) -> Entry:
    row, key, title, source, kind, published, updated, line, read, starred, seen = found
    item = Item(title, KINDS[kind], source, from_ordinal(published), from_ordinal(updated), (), line)
    return Entry(row, from_key(key), item, bool(read), bool(starred), seen)
