"""Stories that are told more than once: their items, derived from all their tellings.

See :mod:`reader.indexing.telling` for the rule. It is applied to whole stories, so that what is in the tables never
depends on the order in which documents came and went.
"""

import json
import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from reader.catalogue.lexicon import learn
from reader.indexing.items import INSERT_ITEM, INSERT_WORDS, delete_items, entries_of, forget_words, free_row
from reader.indexing.telling import Telling, Told, items_of
from reader.model import Flags
from reader.values import dataclass


@dataclass(frozen=True, slots=True)
class _Story:
    """A story that is derived anew."""

    story: int
    before: tuple[int, ...]
    """The rows of its items as they were."""
    items: tuple[Told, ...]
    same: frozenset[int]
    """The rows of items that stay in their places with the words that they had: the index need not know of them."""


class Stories:
    """The stories of one catalogue, in a transaction that is under way. ``source`` gives the number of a name."""

    def __init__(self, connection: sqlite3.Connection, flags: Flags, source: Callable[[str], int]) -> None:
        self._db = connection
        self._flags = flags
        self._source = source

    def derive(self, fresh: Mapping[int, Sequence[Telling]], gone: frozenset[int]) -> None:
        """Make items anew from the tellings of stories that come and those there are, but for documents ``gone``."""
        stories = [self._told_anew(story, new, gone) for story, new in fresh.items()]
        # All at once, since the full-text index writes out what it has gathered whenever a row number is no larger
        # than the one before.
        forget_words(self._db, [row for each in stories for row in each.before if row not in each.same])
        moved: list[int] = []
        for each in stories:
            delete_items(self._db, each.before)
            for item in sorted(each.items, key=lambda item: item.row not in each.same):
                row = item.row if item.row in each.same else free_row(self._db, item.row)
                self._insert(each.story, item, row)
                moved += () if row in each.same else (row,)
        self._index(moved)
        self._db.executemany("DELETE FROM texts WHERE doc = ?", ((doc,) for doc in gone))

    def _told_anew(self, story: int, new: Sequence[Telling], gone: frozenset[int]) -> "_Story":
        before = self._wordings_of(story)
        kept = [telling for telling in self._tellings_of(tuple(before)) if telling.doc not in gone]
        items = items_of([*kept, *new])
        same = {item.row for item in items if before.get(item.row) == (item.title, item.source, item.text)}
        return _Story(story, tuple(before), items, frozenset(same))

    def _wordings_of(self, story: int) -> dict[int, tuple[str, str, int | None]]:
        """Title, source and text of each item of a story, by row."""
        query = "SELECT row, title, name, text FROM items JOIN sources USING (source) WHERE story = ?"
        return {row: (title, name, text) for row, title, name, text in self._db.execute(query, (story,))}

    def _tellings_of(self, rows: Sequence[int]) -> list[Telling]:
        numbers = json.dumps(rows)
        found: list[Telling] = []
        for table in ("items", "echoes"):
            query = (
                f"SELECT t.doc, line, title, name, kind, published, updated, text, coalesce(body, '') FROM {table} t"
                " JOIN sources USING (source) LEFT JOIN texts USING (text)"
                " WHERE row IN (SELECT value FROM json_each(?)) AND t.doc IS NOT NULL"
            )
            found += map(_as_telling, self._db.execute(query, (numbers,)))
        return found

    def _insert(self, story: int, item: Told, row: int) -> None:
        seen = len(item.tellings)
        doc = item.tellings[0].doc if seen == 1 else None
        flags = self._flags.of((item.key, *item.aliases))
        what = (item.title, self._source(item.source), item.kind, item.published, item.updated, item.text)
        self._db.execute(INSERT_ITEM, (row, item.key, story, *what, seen, doc, item.line, *flags))
        self._db.executemany("INSERT OR IGNORE INTO aliases VALUES (?, ?)", ((key, row) for key in item.aliases))
        if seen > 1:
            self._insert_echoes(row, item.tellings)

    def _index(self, rows: Sequence[int]) -> None:
        entries = entries_of(self._db, rows)
        self._db.executemany(INSERT_WORDS, entries)
        learn(self._db, (text for _, *texts in entries for text in texts))

    def _insert_echoes(self, row: int, tellings: Iterable[Telling]) -> None:
        self._db.executemany(
            "INSERT INTO echoes VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                (t.doc, t.line, row, t.title, self._source(t.source), t.kind, t.published, t.updated, t.text)
                for t in tellings
            ),
        )


def _as_telling(found: tuple[Any, ...]) -> Telling:
    return Telling(*found)
