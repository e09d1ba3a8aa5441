"""What the full-text index can say of a text that is looked for.

The index lets through what may match, and often that is the answer. What it cannot decide (a capital, a sign inside a
word, an expression) is decided row by row by the query's own matcher, called from SQL, on what the index let through.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from reader.query import Range, Style, Text, Value, fold, pattern, words

MOST_WORDS = 2_000
"""How many words of the vocabulary an inside-word search may stand for before it reads all rows instead."""
EVERYWHERE = ("title", "text", "source")
COLUMNS = {
    "title": "i.title",
    "text": "(SELECT body FROM texts WHERE texts.text = i.text)",
    "source": "(SELECT name FROM sources WHERE source = i.source)",
}
"""The SQL for each column of an item that text is looked for in."""
_INDEXED = {"title": "title", "text": "body", "source": "source"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """A text, and the columns it is looked for in: what a matcher is asked about."""

    text: Text
    columns: tuple[str, ...] = EVERYWHERE
    inside: bool = False
    """Whether it is looked for inside words, because it begins none."""
    whole: bool = False
    """Whether it must be all that there is."""

    def found(self, raw: str) -> bool:
        """Whether it stands in ``raw``."""
        return raw == self.text.value if self.whole else pattern(self.text, self.inside).found(raw)

    @property
    def exact(self) -> bool:
        """Whether the index's answer is the matcher's: lower case, and nothing but words and blanks."""
        value = self.text.value
        if self.whole or any(map(str.isupper, value)):
            return False
        return all(char.isalnum() or (char == " " and not self.inside) for char in fold(value))


@dataclass(frozen=True, slots=True)
class Lookup:
    """What the full-text index is asked, and whether its answer needs no second look."""

    match: str
    exact: bool


class Wording:
    """Looks texts up in the index of one catalogue, each once."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection
        self._settled: dict[Wanted, Wanted] = {}
        self._lookups: dict[Wanted, Lookup | None] = {}

    @property
    def inside(self) -> frozenset[Text]:
        """The texts that are looked for inside words."""
        return frozenset(wanted.text for wanted in self._settled.values() if wanted.inside)

    def settled(self, wanted: Wanted) -> Wanted:
        """``wanted`` as it is to be read here: a word that begins no word is looked for inside words."""
        if wanted.whole or wanted.text.style is not Style.WORD:
            return wanted
        if wanted not in self._settled:
            self._settled[wanted] = replace(wanted, inside=not self._begins_a_word(wanted))
        return self._settled[wanted]

    def lookup(self, wanted: Wanted) -> Lookup | None:
        """What to ask the index; nothing when it cannot narrow the search."""
        if wanted not in self._lookups:
            self._lookups[wanted] = self._look_up(wanted)
        return self._lookups[wanted]

    def _look_up(self, wanted: Wanted) -> Lookup | None:
        if wanted.text.style is Style.REGEX:
            return None
        wanted = self.settled(wanted)
        match = self._inside_match(wanted) if wanted.inside else _match(wanted)
        return Lookup(match, wanted.exact) if match else None

    def _begins_a_word(self, wanted: Wanted) -> bool:
        match = _match(wanted)
        if not match:
            return True
        query = "SELECT 1 FROM words f WHERE f.words MATCH ? LIMIT 1"
        if not wanted.exact:
            found = " OR ".join(f"begun({COLUMNS[column]})" for column in wanted.columns)
            items = "words f CROSS JOIN items i ON i.row = f.rowid"
            query = f"SELECT 1 FROM {items} WHERE f.words MATCH ? AND ({found}) LIMIT 1"
            self._db.create_function("begun", 1, lambda raw: raw is not None and wanted.found(raw))
        return self._db.execute(query, (match,)).fetchone() is not None

    def _inside_match(self, wanted: Wanted) -> str | None:
        """The words of the vocabulary that each word of ``wanted`` stands inside of."""
        parts = []
        for word in words(fold(wanted.text.value)):
            query = "SELECT term FROM vocabulary WHERE instr(term, ?) LIMIT ?"
            found = [term for (term,) in self._db.execute(query, (word, MOST_WORDS + 1))]
            if len(found) > MOST_WORDS:
                return None
            parts.append("(" + " OR ".join(f'"{term}"' for term in found or ["\x1f"]) + ")")
        return _in_columns(" AND ".join(parts), wanted.columns) if parts else None


def either(lookups: Sequence[Lookup | None]) -> Lookup | None:
    """What lets through whatever one of ``lookups`` does."""
    known = [lookup for lookup in lookups if lookup]
    if not known or len(known) < len(lookups):
        return None
    match = " OR ".join(f"({match})" for match in dict.fromkeys(lookup.match for lookup in known))
    return Lookup(match, all(lookup.exact for lookup in known))


def wanted_in(column: str, values: Iterable[Value | Range]) -> list[Wanted]:
    """What the values of a field look for in its column."""
    return [
        Wanted(Text(value.text, value.style), (column,), whole=value.op == "=")
        for value in values
        if isinstance(value, Value)
    ]


def _match(wanted: Wanted) -> str | None:
    """The index's expression for a text that begins a word; it may let through too much, never too little."""
    found = words(fold(wanted.text.value))
    if not found:
        return None
    prefix = "" if wanted.whole or wanted.text.style is Style.PHRASE else " *"
    return _in_columns(f'"{" ".join(found)}"{prefix}', wanted.columns)


def _in_columns(match: str, columns: tuple[str, ...]) -> str:
    if columns == EVERYWHERE:
        return match
    return f"{{{' '.join(_INDEXED[column] for column in columns)}}} : ({match})"
