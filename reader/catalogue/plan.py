"""A query in SQL: conditions over items, and how they are put together."""

from collections.abc import Sequence

from reader.query import Term, Text
from reader.values import dataclass


@dataclass(frozen=True, slots=True)
class Condition:
    """A piece of SQL over an item ``i`` that is true or false, or null where time ran out; safe behind a ``NOT``."""

    sql: str
    params: tuple[object, ...] = ()


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
    inside: frozenset[Text]
    """Words that begin no word of the catalogue and are looked for inside words."""
    hints: tuple[str, ...]

    @property
    def everything(self) -> bool:
        """Whether the query lets every item through."""
        return not self.match and self.where == "1" and self.limit is None

    @property
    def row(self) -> str:
        """The expression for the row number."""
        return "f.rowid" if self.match else "i.row"

    @property
    def behind(self) -> str:
        """The condition that an item is listed behind a row number; empty where these are in another order."""
        return {f"{self.row} DESC": f"{self.row} < ?", f"{self.row} ASC": f"{self.row} > ?"}.get(self.order, "")

    def tables(self, needs_items: bool) -> str:
        """``FROM … WHERE …``; the items themselves are joined only where something of them is asked for."""
        if not self.match:
            return f"FROM items i WHERE {self.where}"
        joined = needs_items or "i." in self.where
        items = " CROSS JOIN items i ON i.row = f.rowid" if joined else ""
        return f"FROM words f{items} WHERE f.words MATCH ? AND {self.where}"

    def rows(self) -> str:
        """The statement for the row numbers, in order."""
        limit = "" if self.limit is None else f" LIMIT {self.limit}"
        return f"SELECT {self.row} {self.tables('i.' in self.order)} ORDER BY {self.order}{limit}"


def all_of(conditions: Sequence[Condition]) -> Condition:
    """What holds when every condition does."""
    return _combined(tuple(dict.fromkeys(conditions)), "AND", "1")


def any_of(conditions: Sequence[Condition]) -> Condition:
    """What holds when one of the conditions does."""
    return _combined(tuple(dict.fromkeys(conditions)), "OR", "0")


def total(conditions: Sequence[Condition]) -> Condition:
    """How many of the conditions hold."""
    return _combined(conditions, "+", "0")


def _combined(conditions: Sequence[Condition], joint: str, empty: str) -> Condition:
    params = tuple(param for condition in conditions for param in condition.params)
    return Condition(_balanced([condition.sql for condition in conditions], joint) or empty, params)


def _balanced(parts: Sequence[str], joint: str) -> str:
    """``parts`` joined in brackets, pair by pair: SQLite takes expressions a thousand deep, and queries are longer."""
    if len(parts) < 2:
        return "".join(parts)
    middle = len(parts) // 2
    return f"({_balanced(parts[:middle], joint)} {joint} {_balanced(parts[middle:], joint)})"
