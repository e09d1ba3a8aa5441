"""Texts that are looked for in the names of sources and documents, of which there are few."""

import sqlite3
from collections.abc import Iterable
from time import thread_time

from reader.query import Range, SlowPattern, Style, Text, Value, pattern

PATIENCE = 0.3
"""Seconds of the processor that the regular expressions of a query may take together to look through names."""

Numbered = list[tuple[int, str]]
"""Names with their numbers in the tables."""


class Names:
    """Looks through the names in one catalogue."""

    def __init__(self, connection: sqlite3.Connection, hints: list[str]) -> None:
        self._db = connection
        self._hints = hints
        self._patience = PATIENCE
        self.inside: set[Text] = set()
        """What begins no word of the names that it was looked for in, and was looked for inside words."""

    def sources(self) -> Numbered:
        """Every source that an item has now, and that of the items without one."""
        query = (
            "SELECT source, name FROM sources WHERE source = 0"
            " OR EXISTS (SELECT 1 FROM items i WHERE i.source = sources.source AND i.source <> 0)"
        )
        return self._db.execute(query).fetchall()

    def documents(self) -> Numbered:
        """Every document, by its path."""
        return self._db.execute("SELECT doc, path FROM documents").fetchall()

    def having(self, values: Iterable[Value | Range], named: Numbered) -> list[int]:
        """The numbers of the names that one of ``values`` stands in."""
        found: set[int] = set()
        for value in values:
            if isinstance(value, Range):
                continue
            if value.op:
                found |= {number for number, name in named if name == value.text}
                continue
            text = Text(value.text, value.style)
            starts = self.matching(text, named)
            found |= starts or self._inside(text, named)
        return sorted(found)

    def matching(self, text: Text, named: Numbered, inside: bool = False) -> set[int]:
        """The numbers of the names that ``text`` is found in."""
        found: set[int] = set()
        matcher = pattern(text, inside)
        timed = text.style is Style.REGEX
        began = thread_time()
        try:
            for number, name in named:
                if timed and thread_time() - began > self._patience:
                    raise SlowPattern(f"The pattern /{text.value}/ takes too long here.")
                if matcher.found(name):
                    found.add(number)
        except SlowPattern as slow:
            self._hints.append(f"{slow} What it was not tried on is left out.")
        if timed:
            self._patience -= thread_time() - began
        return found

    def _inside(self, text: Text, named: Numbered) -> set[int]:
        found = self.matching(text, named, inside=True) if text.style is Style.WORD else set()
        if found:
            self.inside.add(text)
        return found


def among(column: str, numbers: Iterable[int]) -> str:
    """The condition that the item's number in ``column`` is one of these."""
    # The partial indexes leave 0 out, and SQLite uses them only where the query says so too.
    listed = f"{column} IN ({', '.join(map(str, numbers))})"
    return listed if 0 in numbers else f"({listed} AND {column} <> 0)"
