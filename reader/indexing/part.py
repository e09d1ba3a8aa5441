"""A part of a new catalogue, as a worker process writes it: a small database of some documents.

Its rows are in the catalogue's own order, and an article that its own document lists is joined with that headline
already; what several documents tell of is joined when all is there (see :mod:`reader.indexing.staging`).
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, repeat
from operator import itemgetter
from pathlib import Path
from typing import Any

from reader.catalogue.schema import ARTICLE
from reader.indexing.packing import Packed, Row, indexed
from reader.indexing.telling import Telling, items_of, row_number

ROWS_A_STATEMENT = 64
"""As many statements of one row each would take a quarter more time."""

USUAL = ("row", "key", "story", "title", "words", "source", "kind", "published", "updated", "doc", "line")
"""What there is to say of most rows; the rest has defaults. To bind values is half of what a part takes to write."""

WHOLE = (*USUAL, "text", "seen")

KEY, STORY, KIND, PUBLISHED, LINE = map(USUAL.index, ("key", "story", "kind", "published", "line"))

SCHEMA = """
CREATE TABLE documents (
    doc INTEGER PRIMARY KEY, path TEXT NOT NULL,
    size INTEGER NOT NULL, mtime INTEGER NOT NULL, inode INTEGER NOT NULL, digest BLOB NOT NULL);
CREATE TABLE problems (doc INTEGER NOT NULL, line INTEGER NOT NULL, message TEXT NOT NULL);
CREATE TABLE sources (
    source INTEGER PRIMARY KEY, name TEXT NOT NULL, words TEXT NOT NULL,
    number INTEGER);      -- in the catalogue, once that is known
CREATE TABLE texts (text INTEGER PRIMARY KEY, doc INTEGER NOT NULL, body TEXT NOT NULL, words TEXT);
CREATE TABLE rows (
    row INTEGER PRIMARY KEY, key INTEGER NOT NULL, story INTEGER NOT NULL, title TEXT NOT NULL, words TEXT,
    source INTEGER NOT NULL, kind INTEGER NOT NULL, published INTEGER, updated INTEGER,
    doc INTEGER NOT NULL, line INTEGER NOT NULL,
    text INTEGER,
    seen INTEGER NOT NULL DEFAULT 1);      -- more for the article of a document whose index lists it too
CREATE INDEX rows_joined ON rows (doc) WHERE seen > 1;
CREATE TABLE echoes (
    doc INTEGER NOT NULL, line INTEGER NOT NULL, title TEXT NOT NULL, source INTEGER NOT NULL,
    kind INTEGER NOT NULL, published INTEGER, updated INTEGER, text INTEGER);
CREATE TABLE aliases (doc INTEGER NOT NULL, key INTEGER NOT NULL);
"""
# Words for the full-text index are there only where they are not the title, or the text, as it stands. What an item
# of several tellings has besides belongs to the one such item that its document has.


def write_part(path: Path, packed: Iterable[Packed]) -> int:
    """Write documents into a new part at ``path``; how many items they tell of. Runs in a worker process."""
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        # Nobody reads it before it is whole, and nobody wants it when it is not.
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("PRAGMA page_size = 65536")
        connection.executescript(SCHEMA)
        connection.execute("BEGIN")
        count = _Part(connection).write(packed)
        connection.execute("COMMIT")
        return count
    finally:
        connection.close()


class _Numbers(dict[str, int]):
    """Numbers for names, from 0, in the order in which they are asked for."""

    def __missing__(self, name: str) -> int:
        number = self[name] = len(self)
        return number


class _Part:
    """The filling of a part."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection
        self._sources = _Numbers()
        self._texts: list[tuple[int, int, str, str | None]] = []
        self._rows: list[tuple[Any, ...]] = []
        self._echoes: list[tuple[Any, ...]] = []
        self._aliases: list[tuple[int, int]] = []
        self._told = 0

    def write(self, packed: Iterable[Packed]) -> int:
        """Write documents; how many items they tell of."""
        for doc, document in enumerate(packed, 1):
            values = (doc, document.path, *document.fingerprint, document.digest)
            self._db.execute("INSERT INTO documents VALUES (?, ?, ?, ?, ?, ?)", values)
            problems = ((doc, line, message) for line, message in document.problems)
            self._db.executemany("INSERT INTO problems VALUES (?, ?, ?)", problems)
            self._told += len(document.columns.key)
            self._add(doc, document)
        sources = ((number, name, indexed(name)) for name, number in self._sources.items())
        self._db.executemany("INSERT INTO sources (source, name, words) VALUES (?, ?, ?)", sources)
        self._db.executemany("INSERT INTO texts VALUES (?, ?, ?, ?)", self._texts)
        self._db.executemany("INSERT INTO echoes VALUES (?, ?, ?, ?, ?, ?, ?, ?)", self._echoes)
        self._db.executemany("INSERT INTO aliases VALUES (?, ?)", self._aliases)
        self._place_articles()
        self._rows.sort(key=itemgetter(0))
        self._insert_rows(_renumbered(self._rows))
        return self._told

    def _insert_rows(self, rows: Sequence[tuple[Any, ...]]) -> None:
        for names in (USUAL, WHOLE):
            alike = [row for row in rows if len(row) == len(names)]
            places = f"({', '.join('?' * len(names))})"
            for start in range(0, len(alike), ROWS_A_STATEMENT):
                some = alike[start : start + ROWS_A_STATEMENT]
                insert = f"INSERT INTO rows ({', '.join(names)}) VALUES {', '.join([places] * len(some))}"
                self._db.execute(insert, [*chain.from_iterable(some)])

    def _add(self, doc: int, document: Packed) -> None:
        told = document.columns
        sources = [*map(self._sources.__getitem__, told.source)]
        texts = {at: self._add_text(doc, body) for at, body in enumerate(told.body) if body}
        columns = told.number, told.key, told.story, told.title, told.words, sources, told.kind
        rows: list[tuple[Any, ...]] = [
            *zip(*columns, told.published, told.updated, repeat(doc), told.line, strict=False)
        ]
        for at, text in texts.items():
            rows[at] += text, 1
        if ARTICLE in told.kind and told.story.count(story := told.story[told.kind.index(ARTICLE)]) > 1:
            own = [at for at, each in enumerate(told.story) if each == story]
            tellings = [Row._make(column[at] for column in told).telling(doc, texts.get(at)) for at in own]
            for at in reversed(own):
                del rows[at]
            rows.append(self._joined(doc, story, tellings))
        self._rows += rows

    def _joined(self, doc: int, story: int, tellings: Sequence[Telling]) -> tuple[Any, ...]:
        """The item that the tellings of an article in its own document make, as it will be when all is joined."""
        (item,) = items_of(tellings)
        self._echoes += (
            (doc, t.line, t.title, self._sources[t.source], t.kind, t.published, t.updated, t.text)
            for t in item.tellings
        )
        self._aliases += ((doc, key) for key in item.aliases)
        words = None if item.title.isascii() else indexed(item.title)
        what = item.title, words, self._sources[item.source], item.kind, item.published, item.updated
        return (item.row, item.key, story, *what, doc, item.line, item.text, len(item.tellings))

    def _add_text(self, doc: int, body: str) -> int:
        number = len(self._texts) + 1
        self._texts.append((number, doc, body, None if body.isascii() else indexed(body)))
        return number

    def _place_articles(self) -> None:
        """Give articles that a headline dates the numbers that they will have when all is joined.

        So nearly all stay in their places then, and their long texts need not be indexed twice.
        """
        articles = [at for at, row in enumerate(self._rows) if row[KIND] == ARTICLE]
        stories = {self._rows[at][STORY] for at in articles}
        first: dict[int, tuple[int, int]] = {}
        for row in self._rows:
            if row[STORY] in stories and row[PUBLISHED]:
                found = row[PUBLISHED], row[KEY]
                first[row[STORY]] = min(first.get(row[STORY], found), found)
        for at in articles:
            row = self._rows[at]
            if row[STORY] in first:
                day, key = first[row[STORY]]
                self._rows[at] = row_number(ARTICLE, day, None, row[LINE], key), *row[1:]


def _renumbered(rows: Sequence[tuple[Any, ...]]) -> Sequence[tuple[Any, ...]]:
    """Rows in the order of their numbers, each of which becomes larger than the one before, if only by one."""
    return [*_apart(rows)] if len({row[0] for row in rows}) < len(rows) else rows


def _apart(rows: Iterable[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    last = -1
    for row in rows:
        last = max(row[0], last + 1)
        yield row if row[0] == last else (last, *row[1:])
