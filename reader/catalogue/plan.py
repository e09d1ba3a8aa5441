"""From a query to SQL.

A plan has two halves. Text is looked up in the full-text index, which answers in the order of the row numbers (that is:
newest first) and can stop after the first window. What the index cannot decide (a capital, a sign inside a word, an
expression) is decided row by row by the query's own matcher, called from SQL, on what the index let through.
"""

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from reader.catalogue.packing import KIND_NUMBERS
from reader.catalogue.schema import DAY_SHIFT
from reader.errors import ReaderError
from reader.model import Kind
from reader.query import (
    All,
    Any,
    Clock,
    Field,
    Not,
    Query,
    Range,
    Saved,
    NEWEST_FIRST,
    Sort,
    Style,
    Term,
    Text,
    Value,
    bounds,
    fold,
    parse,
    pattern,
    words,
)

LAST_DAY = 3_652_059
"""The ordinal of 9999-12-31."""
MOST_WORDS = 2_000
"""How many words of the vocabulary an inside-word search may stand for before it reads all rows instead."""
EVERYWHERE = ("title", "text", "source")
COLUMNS = {"title": "i.title", "source": "(SELECT name FROM sources WHERE source = i.source)"}
COLUMNS |= {"text": "(SELECT body FROM texts WHERE texts.text = i.text)"}
INDEX_COLUMNS = {"title": "title", "text": "body", "source": "source"}
STATES = {
    "unread": "i.read = 0",
    "read": "i.read = 1",
    "starred": "i.starred = 1",
    "dup": "(i.seen > 1 AND i.seen <> 1)",
    "missing": "(i.seen = 0 AND i.seen <> 1)",
    "undated": "(i.published IS NULL AND i.updated IS NULL)",
}


@dataclass(frozen=True, slots=True)
class Condition:
    """A piece of SQL over an item ``i`` that is true or false, never null."""

    sql: str
    params: tuple[object, ...] = ()


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
        if self.whole:
            return raw == self.text.value
        return pattern(self.text, self.inside).found(raw)

    @property
    def exact(self) -> bool:
        """Whether the index's answer is the matcher's: lower case, and nothing but words and blanks."""
        value = self.text.value
        if self.whole or any(map(str.isupper, value)):
            return False
        return all(char.isalnum() or char == " " for char in fold(value))


@dataclass(frozen=True, slots=True)
class Plan:
    """A query, ready to run on one catalogue."""

    term: Term
    """What is asked for, with the saved searches in the place of their names."""
    match: str
    """What the full-text index is asked; empty when it cannot help."""
    where: str
    """What must hold besides, over items ``i`` (or over the index alone, where it speaks of ``f.rowid`` only)."""
    params: tuple[object, ...]
    order: str
    limit: int | None
    wanted: tuple[Wanted, ...]
    """What ``found(n, text)`` in the SQL asks for, by ``n``."""
    inside: frozenset[Text]
    """Words that begin no word of the catalogue and are looked for inside words."""
    hints: tuple[str, ...]

    @property
    def everything(self) -> bool:
        """Whether the query lets every item through."""
        return not self.match and self.where == "1"

    @property
    def row(self) -> str:
        """The expression for the row number."""
        return "f.rowid" if self.match else "i.row"

    def tables(self, needs_items: bool) -> str:
        """``FROM … WHERE …``; the items themselves are joined only where something of them is asked for."""
        if not self.match:
            return f"FROM items i WHERE {self.where}"
        joined = needs_items or "i." in self.where
        items = " CROSS JOIN items i ON i.row = f.rowid" if joined else ""
        return f"FROM words f{items} WHERE f.words MATCH ? AND {self.where}"

    def rows(self) -> str:
        """The statement for the row numbers, in order."""
        return f"SELECT {self.row} {self.tables('i.' in self.order)} ORDER BY {self.order} LIMIT {self.most}"

    @property
    def most(self) -> int:
        """The query's own limit, as SQL has it."""
        return -1 if self.limit is None else self.limit


class Planner:
    """Makes plans against one connection: which words there are, which sources, which documents."""

    def __init__(self, connection: sqlite3.Connection, saved: Mapping[str, str], clock: Clock) -> None:
        self._db = connection
        self._saved = saved
        self._clock = clock
        self._wanted: list[Wanted] = []
        self._inside: set[Text] = set()
        self._hints: list[str] = []

    def plan(self, query: Query) -> Plan:
        """The plan for ``query``; what cannot be done becomes a hint of it."""
        term = self._expand(query.term, ())
        match, conditions = self._conjunction(term.terms if isinstance(term, All) else (term,))
        where = " AND ".join(condition.sql for condition in conditions) or "1"
        order = self._order(query.sort or NEWEST_FIRST, term)
        params = tuple(param for condition in conditions for param in condition.params)
        return Plan(
            term=term,
            match=match,
            # The index's own row number, where it drives: it then needs no look at the items to know the day.
            where=where.replace("i.row", "f.rowid") if match else where,
            params=(match, *params) if match else params,
            order=order.replace("i.row", "f.rowid") if match else order,
            limit=query.limit,
            wanted=tuple(self._wanted),
            inside=frozenset(self._inside),
            hints=tuple(dict.fromkeys(self._hints)),
        )

    def _conjunction(self, terms: Sequence[Term]) -> tuple[str, list[Condition]]:
        """What the index is asked, and what must hold besides."""
        lookups = [(term, self._lookup(term)) for term in terms]
        conditions = [
            self._verified(term) if lookup else self._condition(term)
            for term, lookup in lookups
            if not (lookup and lookup.exact)
        ]
        return " AND ".join(f"({lookup.match})" for _, lookup in lookups if lookup), conditions

    # Saved searches

    def _expand(self, term: Term, within: tuple[str, ...]) -> Term:
        """``term`` with the saved searches in the place of their names."""
        match term:
            case Saved(name):
                return self._expand_saved(name, within)
            case Not(inner):
                return Not(self._expand(inner, within))
            case All(terms):
                parts = [self._expand(part, within) for part in terms]
                return All(tuple(t for part in parts for t in (part.terms if isinstance(part, All) else (part,))))
            case Any(terms):
                return Any(tuple(self._expand(part, within) for part in terms))
        return term

    def _expand_saved(self, name: str, within: tuple[str, ...]) -> Term:
        if name in within:
            self._hints.append(f"The saved search @{name} asks for itself: that part is left out.")
            return All(())
        if name not in self._saved:
            self._hints.append(f"No saved search is named @{name}: searched for as text.")
            return Text(f"@{name}", Style.WORD)
        return self._expand(parse(self._saved[name]).term, (*within, name))

    # Full text

    def _lookup(self, term: Term) -> "Lookup | None":
        """What the full-text index can say of ``term``; nothing when it cannot narrow it."""
        match term:
            case Text():
                return self._look_up(Wanted(term))
            case Field("title" | "text" as column, values):
                parts = [self._look_up(wanted) for wanted in _wanted_in(column, values)]
                return _either(parts)
            case Any(terms):
                return _either([self._lookup(part) for part in terms])
        return None

    def _look_up(self, wanted: Wanted) -> "Lookup | None":
        if wanted.text.style is Style.REGEX:
            return None
        wanted = self._settled(wanted)
        match = self._inside_match(wanted) if wanted.inside else _match(wanted)
        return Lookup(match, wanted.exact) if match else None

    def _settled(self, wanted: Wanted) -> Wanted:
        """``wanted`` as it is to be read here: a word that begins no word is looked for inside words."""
        if wanted.text.style is Style.WORD and not wanted.whole and not self._begins_a_word(wanted):
            self._inside.add(wanted.text)
            return replace(wanted, inside=True)
        return wanted

    def _begins_a_word(self, wanted: Wanted) -> bool:
        match = _match(wanted)
        if not match:
            return True
        query = "SELECT rowid FROM words f WHERE f.words MATCH ?"
        if wanted.exact:
            return self._db.execute(f"{query} LIMIT 1", (match,)).fetchone() is not None
        return any(self._stands_in(wanted, row) for (row,) in self._db.execute(query, (match,)))

    def _stands_in(self, wanted: Wanted, row: int) -> bool:
        columns = ", ".join(COLUMNS[column] for column in wanted.columns)
        texts = self._db.execute(f"SELECT {columns} FROM items i WHERE row = ?", (row,)).fetchone()
        return any(text and wanted.found(text) for text in texts or ())

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

    # Conditions

    def _verified(self, term: Term) -> Condition:
        """The condition for a term of which the index has let through what may match."""
        match term:
            case Text():
                return self._found(Wanted(term))
            case Field("title" | "text" as column, values):
                return _any([self._found(wanted) for wanted in _wanted_in(column, values)])
        return self._condition(term)

    def _condition(self, term: Term) -> Condition:
        match term:
            case Text() | Field("title" | "text"):
                return self._text_condition(term)
            case Not(inner):
                condition = self._condition(inner)
                return Condition(f"NOT {condition.sql}", condition.params)
            case All(terms):
                return _all([self._condition(part) for part in terms])
            case Any(terms):
                return _any([self._condition(part) for part in terms])
            case Field():
                return self._field(term)
        raise TypeError(f"no condition for {term!r}")

    def _text_condition(self, term: Term) -> Condition:
        lookup = self._lookup(term)
        if lookup is None:
            return self._verified(term)
        listed = Condition("i.row IN (SELECT rowid FROM words w WHERE w.words MATCH ?)", (lookup.match,))
        return listed if lookup.exact else _all([listed, self._verified(term)])

    def _found(self, wanted: Wanted) -> Condition:
        number = len(self._wanted)
        self._wanted.append(self._settled(wanted))
        return _any([Condition(f"found({number}, {COLUMNS[column]})") for column in wanted.columns])

    def _field(self, field: Field) -> Condition:
        match field.name:
            case "is":
                return _any([Condition(STATES[_text(value)]) for value in field.values])
            case "kind":
                numbers = [KIND_NUMBERS[Kind(_text(value))] for value in field.values]
                return _among("i.kind", numbers)
            case "source":
                return _among("i.source", self._numbers("SELECT source, name FROM sources", field.values))
            case "doc":
                return self._doc(field.values)
            case "seen":
                return _any([_seen(value) for value in field.values])
        return _any([self._days(field.name, value) for value in field.values])

    def _numbers(self, query: str, values: Iterable[Value | Range]) -> list[int]:
        """The numbers of the names that one of ``values`` stands in."""
        rows = self._db.execute(query).fetchall()
        found: set[int] = set()
        for value in values:
            if isinstance(value, Range):
                continue
            if value.op == "=":
                found |= {number for number, name in rows if name == value.text}
                continue
            text = Text(value.text, value.style)
            starts = {number for number, name in rows if pattern(text).found(name)}
            found |= starts or {number for number, name in rows if self._stands_inside(text, name)}
        return sorted(found)

    def _stands_inside(self, text: Text, name: str) -> bool:
        if text.style is not Style.WORD or not pattern(text, inside=True).found(name):
            return False
        self._inside.add(text)
        return True

    def _doc(self, values: Sequence[Value | Range]) -> Condition:
        docs = ", ".join(map(str, self._numbers("SELECT doc, path FROM documents", values)))
        return Condition(f"(i.doc IN ({docs}) OR i.row IN (SELECT row FROM echoes WHERE doc IN ({docs})))")

    def _days(self, name: str, value: Value | Range) -> Condition:
        found = bounds(value, self._clock)
        if found is None:
            self._hints.append(f"“{name}:{value}” has no day to count from: nothing is newest here.")
            return Condition("0")
        first = found[0].toordinal() if found[0] else 1
        last = found[1].toordinal() if found[1] else LAST_DAY
        if name == "date":
            return Condition("i.row BETWEEN ? AND ?", (first << DAY_SHIFT, ((last + 1) << DAY_SHIFT) - 1))
        return Condition(f"coalesce(i.{name} BETWEEN ? AND ?, 0)", (first, last))

    # Order

    def _order(self, sort: Sort, term: Term) -> str:
        way = "DESC" if sort.descending else "ASC"
        match sort.key:
            case "title":
                return f"folded(i.title) {way}, i.row DESC"
            case "source":
                name = COLUMNS["source"]
                return f"i.source = 0, folded({name}) {way}, i.row DESC"
            case "relevance":
                return f"{self._relevance(term)} DESC, i.row DESC"
        return f"i.row {way}"

    def _relevance(self, term: Term) -> str:
        """How many of the texts stand in the title."""
        terms = term.terms if isinstance(term, All) else (term,)
        in_title = [self._found(Wanted(part, ("title",))) for part in terms if isinstance(part, Text)]
        return " + ".join(condition.sql for condition in in_title) or "0"


@dataclass(frozen=True, slots=True)
class Lookup:
    """What the full-text index is asked, and whether its answer needs no second look."""

    match: str
    exact: bool


def _either(lookups: Sequence[Lookup | None]) -> Lookup | None:
    known = [lookup for lookup in lookups if lookup]
    if not known or len(known) < len(lookups):
        return None
    return Lookup(" OR ".join(f"({lookup.match})" for lookup in known), all(lookup.exact for lookup in known))


def _wanted_in(column: str, values: Iterable[Value | Range]) -> list[Wanted]:
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
    return f"{{{' '.join(INDEX_COLUMNS[column] for column in columns)}}} : ({match})"


def _text(value: Value | Range) -> str:
    if isinstance(value, Range):
        raise ReaderError(f"A range cannot stand here: {value}")
    return value.text


def _among(column: str, numbers: Sequence[int]) -> Condition:
    # The partial indexes leave 0 out, and SQLite uses them only where the query says so too.
    listed = f"{column} IN ({', '.join(map(str, numbers))})"
    return Condition(listed if 0 in numbers else f"({listed} AND {column} <> 0)")


def _seen(value: Value | Range) -> Condition:
    if isinstance(value, Range):
        low, high = int(value.low or 0), int(value.high or 1 << 60)
        return Condition("i.seen BETWEEN ? AND ?", (low, high))
    return Condition(f"i.seen {value.op or '='} ?", (int(value.text),))


def _all(conditions: Sequence[Condition]) -> Condition:
    return _combined(conditions, " AND ", "1")


def _any(conditions: Sequence[Condition]) -> Condition:
    return _combined(conditions, " OR ", "0")


def _combined(conditions: Sequence[Condition], joint: str, empty: str) -> Condition:
    sql = joint.join(condition.sql for condition in conditions) or empty
    return Condition(f"({sql})", tuple(param for condition in conditions for param in condition.params))
