"""From a query to a plan: which part the full-text index answers, and what must hold besides."""

import json
import sqlite3
from collections.abc import Iterable, Mapping

from reader.catalogue.expansion import conjuncts, expanded
from reader.catalogue.finders import Finders
from reader.catalogue.names import Names, among
from reader.catalogue.plan import Condition, Plan, all_of, any_of, total
from reader.catalogue.schema import DAY_SHIFT, KINDS
from reader.catalogue.wanted import Wanted
from reader.catalogue.wording import Lookup, Wording, either, wanted_in
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
    Sort,
    Term,
    Text,
    Value,
    bounds,
)

LAST_DAY = 3_652_059
"""The ordinal of 9999-12-31."""

MOST_SEEN = 1 << 60

DAYS_OF_ROW = "i.row BETWEEN ? AND ?"

SOURCE = "(SELECT name FROM sources WHERE source = i.source)"

STATES = {
    "unread": "i.read = 0",
    "read": "i.read = 1",
    "starred": "i.starred = 1",
    # The second half of each is what the partial index leaves out: SQLite uses it only where the query says so.
    "dup": "(i.seen > 1 AND i.seen <> 1)",
    "missing": "(i.seen = 0 AND i.seen <> 1)",
    "undated": "(i.published IS NULL AND i.updated IS NULL)",
}


class Planner:
    """Makes a plan against one connection: which words there are, which sources, which documents."""

    def __init__(
        self, connection: sqlite3.Connection, finders: Finders, saved: Mapping[str, str], clock: Clock
    ) -> None:
        self._saved = saved
        self._clock = clock
        self._hints: list[str] = []
        self._names = Names(connection, self._hints)
        self._wording = Wording(connection, finders, self._names)

    def plan(self, query: Query) -> Plan:
        """The plan for ``query``; what cannot be done becomes a hint of it."""
        term = expanded(query.term, self._saved, self._hints)
        match, where = self._conjunction(conjuncts(term))
        order = self._order(query.order, term)
        return Plan(
            term=term,
            match=match,
            where=where.sql,
            params=(match, *where.params) if match else where.params,
            order=order.replace("i.row", "f.rowid") if match else order,
            limit=query.limit,
            inside=self._wording.inside | self._names.inside,
            hints=tuple(dict.fromkeys(self._hints)),
        )

    def _conjunction(self, terms: Iterable[Term]) -> tuple[str, Condition]:
        """What the index is asked, and what must hold besides."""
        match terms:
            case (Text() as text,) if alone := self._wording.alone(text):
                return "", alone
        lookups: list[str] = []
        excluded: list[tuple[Not, Lookup]] = []
        conditions: list[Condition] = []
        for term in dict.fromkeys(terms):
            lookup = self._lookup(term)
            opposite = self._lookup(term.term) if isinstance(term, Not) else None
            if lookup:
                lookups.append(f"({lookup.match})")
            if isinstance(term, Not) and opposite and opposite.exact:
                excluded.append((term, opposite))
            elif not (lookup and lookup.exact):
                conditions.append(self._verified(term) if lookup else self._condition(term))
        if not lookups:
            return "", all_of([*conditions, *(self._condition(term) for term, _ in excluded)])
        match = " AND ".join(lookups)
        if excluded:
            match = f"({match}) NOT ({' OR '.join(f'({lookup.match})' for _, lookup in excluded)})"
        return match, all_of([_over_index(condition) for condition in conditions])

    # Text

    def _lookup(self, term: Term) -> Lookup | None:
        """What the full-text index can say of ``term``; nothing when it cannot narrow it."""
        match term:
            case Text():
                return self._wording.lookup(Wanted(term))
            case Field("title" | "text" as column, values):
                return either([self._wording.lookup(wanted) for wanted in wanted_in(column, values)])
            case Any(terms):
                return either([self._lookup(part) for part in terms])
        return None

    def _verified(self, term: Term) -> Condition:
        """The condition for a term of which the index has let through what may match."""
        match term:
            case Text():
                return self._found(Wanted(term))
            case Field("title" | "text" as column, values):
                return any_of([self._found(wanted) for wanted in wanted_in(column, values)])
        return self._condition(term)

    def _text_condition(self, term: Term) -> Condition:
        lookup = self._lookup(term)
        if lookup is None:
            return self._verified(term)
        listed = Condition("i.row IN (SELECT rowid FROM words w WHERE w.words MATCH ?)", (lookup.match,))
        return listed if lookup.exact else all_of([listed, self._verified(term)])

    def _found(self, wanted: Wanted) -> Condition:
        return self._wording.found(wanted, wanted.columns)

    # Everything else

    def _condition(self, term: Term) -> Condition:
        match term:
            case Text() | Field("title" | "text"):
                return self._text_condition(term)
            case Not(inner):
                condition = self._condition(inner)
                return Condition(f"NOT ({condition.sql})", condition.params)
            case All(terms):
                return all_of([self._condition(part) for part in terms])
            case Any(terms):
                return any_of([self._condition(part) for part in terms])
            case Field():
                return self._field(term)
        raise TypeError(f"no condition for {term!r}")

    def _field(self, field: Field) -> Condition:
        match field.name:
            case "is":
                return any_of([Condition(STATES[_text(value)]) for value in field.values])
            case "kind":
                return Condition(among("i.kind", [KINDS.index(Kind(_text(value))) for value in field.values]))
            case "source":
                return Condition(among("i.source", self._names.having(field.values, self._names.sources())))
            case "doc":
                return self._doc(field.values)
            case "seen":
                return any_of([_seen(value) for value in field.values])
        return any_of([self._days(field.name, value) for value in field.values])

    def _doc(self, values: Iterable[Value | Range]) -> Condition:
        docs = json.dumps(self._names.having(values, self._names.documents()))
        listed = "IN (SELECT value FROM json_each(?))"
        sql = f"((i.doc IS NOT NULL AND i.doc {listed}) OR i.row IN (SELECT row FROM echoes WHERE doc {listed}))"
        return Condition(sql, (docs, docs))

    def _days(self, name: str, value: Value | Range) -> Condition:
        found = bounds(value, self._clock)
        if found is None:
            self._hints.append(f"“{name}:{value}” covers no day here.")
            return Condition("0")
        first = found[0].toordinal() if found[0] else 1
        last = found[1].toordinal() if found[1] else LAST_DAY
        if name == "date":
            return Condition(DAYS_OF_ROW, (first << DAY_SHIFT, ((last + 1) << DAY_SHIFT) - 1))
        return Condition(f"coalesce(i.{name} BETWEEN ? AND ?, 0)", (first, last))

    # Order

    def _order(self, sort: Sort, term: Term) -> str:
        way = "DESC" if sort.descending else "ASC"
        match sort.key:
            case "title":
                return f"folded(i.title) {way}, i.row DESC"
            case "source":
                return f"i.source = 0, folded({SOURCE}) {way}, i.row DESC"
            case "relevance":
                texts = [part for part in conjuncts(term) if isinstance(part, Text)]
                in_title = total([self._wording.found(Wanted(text), ("title",)) for text in texts])
                return f"{in_title.sql} + 0 {'ASC' if sort.descending else 'DESC'}, i.row DESC"
        return f"i.row {way}"


def _over_index(condition: Condition) -> Condition:
    """``condition`` where the index drives: with the index's row number, which needs no look at the items.

    A plain range of days narrows what the index goes through. Everywhere else the plus keeps SQLite from taking the
    row number for a way into the index, which has to be entered by its words.
    """
    row = "f.rowid" if condition.sql.startswith(DAYS_OF_ROW) else "+f.rowid"
    return Condition(condition.sql.replace("i.row", row), condition.params)


def _text(value: Value | Range) -> str:
    if isinstance(value, Range):
        raise ReaderError(f"A range cannot stand here: {value}")
    return value.text


def _seen(value: Value | Range) -> Condition:
    if isinstance(value, Range):
        low, high = int(value.low or 0), int(value.high or MOST_SEEN)
    else:
        number = int(value.text)
        low = {"<": 0, "<=": 0, ">": number + 1}.get(value.op, number)
        high = {">": MOST_SEEN, ">=": MOST_SEEN, "<": number - 1}.get(value.op, number)
    # Hardly anything is not seen once, and the index has only that.
    but_once = "" if low <= 1 <= high else " AND i.seen <> 1"
    return Condition(f"(i.seen BETWEEN ? AND ?{but_once})", (low, high))
