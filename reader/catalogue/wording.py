"""What the full-text index can say of a text that is looked for.

The index lets through what may match, and often that is the answer. What it cannot decide (a capital, a sign inside a
word, an expression) is decided row by row by the query's own matcher, called from SQL, on what the index let through.
"""

import sqlite3
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from reader.catalogue import lexicon
from reader.catalogue.finders import Finders
from reader.catalogue.names import Names, among
from reader.catalogue.plan import Condition, any_of
from reader.catalogue.wanted import EVERYWHERE, Wanted
from reader.query import Range, Style, Text, Value, fold, needed_words, stays_in_a_line, words
from reader.values import dataclass

MOST_BEGUN = 40
"""How many words may stand for their common beginning."""
MOST_WORDS, MOST_WORDS_INEXACT = 2_000, 300
"""How many words of the vocabulary an inside-word search may stand for before it reads all rows instead; fewer, where
what the index lets through has to be looked at once more."""
_BODY = "(SELECT body FROM texts WHERE texts.text = i.text)"
_INDEXED = {"title": "title", "text": "body", "source": "source"}


@dataclass(frozen=True, slots=True)
class Lookup:
    """What the full-text index is asked, and whether its answer needs no second look."""

    match: str
    exact: bool


class Wording:
    """Looks texts up in the index of one catalogue, each once."""

    def __init__(self, connection: sqlite3.Connection, finders: Finders, names: Names) -> None:
        self._db = connection
        self._finders = finders
        self._names = names
        self._settled: dict[Wanted, Wanted] = {}
        self._lookups: dict[Wanted, Lookup | None] = {}
        self._in_sources: dict[Wanted, set[int]] = {}

    @property
    def inside(self) -> frozenset[Text]:
        """The texts that are looked for inside words."""
        return frozenset(wanted.text for wanted in self._settled.values() if wanted.inside)

    def settled(self, wanted: Wanted) -> Wanted:
        """``wanted`` as it is to be read here: a word that begins no word is looked for inside words."""
        if wanted.whole or wanted.text.style is not Style.WORD or wanted.is_anywhere:
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
            needed = needed_words(wanted.text.value)
            match = self._match_inside(wanted, [needed] if needed else [])
            return Lookup(match, exact=False) if match else None
        wanted = self.settled(wanted)
        match = self._inside_match(wanted) if wanted.inside else self._begun_match(wanted)
        return Lookup(match, wanted.exact) if match else None

    def alone(self, text: Text) -> Condition | None:
        """The condition for an expression that is all that is asked for, where trying it is not the quickest way."""
        wanted = Wanted(text)
        if text.style is not Style.REGEX or not stays_in_a_line(text.value) or self.lookup(wanted):
            return None
        rows = self._finders.sifted(wanted)
        if rows is None:
            return None
        listed = Condition("i.row IN (SELECT value FROM json_each(?))", (rows,))
        return any_of([listed, self._found_in("source", wanted)])

    def found(self, wanted: Wanted, columns: Iterable[str]) -> Condition:
        """The condition that ``wanted`` stands in one of ``columns``, whatever the index says."""
        settled = self.settled(wanted)
        return any_of([self._found_in(column, settled) for column in columns])

    def _found_in(self, column: str, wanted: Wanted) -> Condition:
        if column == "source":
            return Condition(among("i.source", self._sources(wanted)))
        if wanted.whole:
            return Condition("i.title = ?", (wanted.text.value,))
        finder = self._finders.name(wanted)
        return Condition(f"{finder}(i.title)" if column == "title" else f"(i.text IS NOT NULL AND {finder}({_BODY}))")

    def _sources(self, wanted: Wanted) -> set[int]:
        # There are few of them: it is quicker to look through their names than through the items.
        if wanted not in self._in_sources:
            found = self._names.matching(wanted.text, self._names.sources(), inside=wanted.inside)
            self._in_sources[wanted] = found
        return self._in_sources[wanted]

    def _begins_a_word(self, wanted: Wanted) -> bool:
        # The first few of the words will do, almost always.
        matches = dict.fromkeys((self._begun_match(wanted, few=True), self._begun_match(wanted)))
        return any(match is None or self._is_found(wanted, match) for match in matches)

    def _is_found(self, wanted: Wanted, match: str) -> bool:
        found = any_of([self._found_in(column, wanted) for column in wanted.columns])
        items = "" if wanted.exact else " CROSS JOIN items i ON i.row = f.rowid"
        query = f"SELECT 1 FROM words f{items} WHERE f.words MATCH ? AND {'1' if wanted.exact else found.sql} LIMIT 1"
        params = () if wanted.exact else found.params
        return self._db.execute(query, (match, *params)).fetchone() is not None

    def _begun_match(self, wanted: Wanted, few: bool = False) -> str | None:
        """The index's expression for a text that begins a word; it may let through too much, never too little.

        Too little only with ``few``: then it is for some of the words, if there are many.
        """
        sought = words(fold(wanted.text.value))
        if not sought:
            return None
        whole = wanted.whole or wanted.text.style is Style.PHRASE or wanted.ends_a_word
        # A prefix is gathered whole by the index before the first row comes; single words come row by row.
        begun = None if whole or len(sought) > 1 else lexicon.beginning_with(self._db, sought[0], MOST_BEGUN + 1)
        if begun is None or (len(begun) > MOST_BEGUN and not few):
            return _in_columns(f'"{" ".join(sought)}"{"" if whole else " *"}', wanted.columns)
        return _in_columns(_one_of(begun), wanted.columns)

    def _inside_match(self, wanted: Wanted) -> str | None:
        """The index's expression for a text that is looked for inside words."""
        return self._match_inside(wanted, [[word] for word in dict.fromkeys(words(fold(wanted.text.value)))])

    def _match_inside(self, wanted: Wanted, needs: Iterable[Iterable[str]]) -> str | None:
        """The index's expression for texts with one word at least of each of ``needs``, inside their words.

        It asks for one of ``needs`` only: the one that stands in the fewest words of the catalogue.
        """
        most = MOST_WORDS if wanted.exact else MOST_WORDS_INEXACT
        found = ([word for part in need for word in lexicon.containing(self._db, part, most + 1)] for need in needs)
        fewest = min(found, key=len, default=None)
        if fewest is None or len(fewest) > most:
            return None
        return _in_columns(_one_of(dict.fromkeys(fewest)), wanted.columns)


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


def _one_of(found: Collection[str]) -> str:
    # No word holds a unit separator.
    return "(" + " OR ".join(f'"{word}"' for word in found or ["\x1f"]) + ")"


def _in_columns(match: str, columns: tuple[str, ...]) -> str:
    if columns == EVERYWHERE:
        return match
    return f"{{{' '.join(_INDEXED[column] for column in columns)}}} : ({match})"
