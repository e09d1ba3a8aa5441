"""The query as a value: what is asked for, in which order, and how it is written.

``str()`` of every value here is canonical text, and :func:`reader.query.parse` reads that as the same value:
whoever changes a query (the filter pane, say) edits the very text that a person could type.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import field, replace
from enum import Enum
from typing import TypeAlias

from reader.model import Kind
from reader.values import dataclass

WORDINGS = ("title", "text", "source", "doc")
"""Fields whose values are looked for as text."""

DAYS = ("date", "published", "updated")
"""Fields whose values are days or periods, see :mod:`reader.query.days`."""

NUMBERS = ("seen",)
"""Fields whose values are whole numbers."""

CHOICES = {"is": ("unread", "read", "starred", "dup", "missing", "undated"), "kind": tuple(map(str, Kind))}
"""Fields that have a handful of values, and these."""

FIELDS = frozenset((*WORDINGS, *DAYS, *NUMBERS, *CHOICES))
"""Every name that a :class:`Field` may bear."""

SETTINGS = ("sort", "limit")
"""What is written like a field but says how to list the result."""

SORT_KEYS = ("date", "title", "source", "relevance")
OPERATORS = ("AND", "OR", "NOT")


class Style(Enum):
    """How a text is looked for; :mod:`reader.query.match` defines each."""

    WORD = "word"
    PHRASE = "phrase"
    REGEX = "regex"


@dataclass(frozen=True, slots=True)
class Text:
    """A text that is looked for in title, body and source."""

    value: str
    style: Style = Style.WORD

    def __str__(self) -> str:
        return _written(self.value, self.style, _term_word)


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a field.

    With an ``op`` it is compared: ``=`` asks for exactly this text, the others stand before days and numbers.
    What is compared has no style of its own: it is always a ``WORD``, quoted or not.
    """

    text: str
    style: Style = Style.WORD
    op: str = ""

    def __post_init__(self) -> None:
        if self.op:
            object.__setattr__(self, "style", Style.WORD)

    def __str__(self) -> str:
        if self.op == "=" and (not self.text or _value_word(self.text) != self.text):
            return f"={_quoted(self.text)}"
        return f"{self.op}{_written(self.text, self.style, _value_word)}"


@dataclass(frozen=True, slots=True)
class Range:
    """Everything from ``low`` to ``high``, both included; an empty end is open, and one end never is."""

    low: str
    high: str

    def __str__(self) -> str:
        return f"{self.low}..{self.high}"


@dataclass(frozen=True, slots=True)
class Field:
    """A field (one of :data:`FIELDS`) that has at least one of the values."""

    name: str
    values: tuple[Value | Range, ...]

    def __str__(self) -> str:
        return f"{self.name}:{','.join(map(str, self.values))}"


@dataclass(frozen=True, slots=True)
class Saved:
    """The saved search of this name."""

    name: str

    def __str__(self) -> str:
        return f"@{_escaped(self.name)}"


@dataclass(frozen=True, slots=True)
class Not:
    """What the term does not hold for."""

    term: "Term"

    def __str__(self) -> str:
        return f"-{_bracketed(self.term)}"


@dataclass(frozen=True, slots=True)
class All:
    """What every term holds for; without terms, everything."""

    terms: "tuple[Term, ...]"

    def __str__(self) -> str:
        return " ".join(map(_bracketed, self.terms))


@dataclass(frozen=True, slots=True)
class Any:
    """What at least one of the terms holds for."""

    terms: "tuple[Term, ...]"

    def __str__(self) -> str:
        return " OR ".join(str(term) if isinstance(term, All) else _bracketed(term) for term in self.terms)


Term: TypeAlias = Text | Field | Saved | Not | All | Any

EVERYTHING = All(())


def all_of(terms: Iterable[Term]) -> Term:
    """Join terms by AND: nested ones opened, a single one as itself, none as :data:`EVERYTHING`."""
    parts = tuple(part for term in terms for part in (term.terms if isinstance(term, All) else (term,)))
    return parts[0] if len(parts) == 1 else All(parts)


def any_of(terms: Iterable[Term]) -> Term:
    """Join terms, at least one, by OR: nested ones opened, a single one as itself."""
    parts = tuple(part for term in terms for part in (term.terms if isinstance(term, Any) else (term,)))
    return parts[0] if len(parts) == 1 else Any(parts)


def negated(term: Term) -> Term:
    """Turn ``term`` into its opposite; a negation is lifted, never doubled."""
    return term.term if isinstance(term, Not) else Not(term)


@dataclass(frozen=True, slots=True)
class Sort:
    """The order of a result. ``date`` ascends from the oldest, text from a, ``relevance`` from the best."""

    key: str
    """One of :data:`SORT_KEYS`."""
    descending: bool = False

    def __str__(self) -> str:
        return f"sort:{'-' if self.descending else ''}{self.key}"


NEWEST_FIRST = Sort("date", descending=True)


@dataclass(frozen=True, slots=True)
class Query:
    """A whole query. Each method that changes something returns another query."""

    term: Term = EVERYTHING
    sort: Sort | None = None
    """As the text says; ``None`` when it says nothing, see :attr:`order`."""
    limit: int | None = None
    """The most items that are wanted, at least 1."""
    hints: tuple[str, ...] = field(default=(), compare=False)
    """A sentence for each piece of the text that could not be read as it stands."""

    def __str__(self) -> str:
        limit = "" if self.limit is None else f"limit:{self.limit}"
        return " ".join(filter(None, (str(self.term), str(self.sort or ""), limit)))

    @property
    def order(self) -> Sort:
        """The order in force: newest first unless the text says otherwise."""
        return self.sort or NEWEST_FIRST

    def conjuncts(self) -> tuple[Term, ...]:
        """List the terms that must all hold: the parts of the outermost AND."""
        return _parts(self.term)

    def has(self, term: Term) -> bool:
        """Whether ``term`` must hold as it stands, outside of every OR and bracket."""
        return set(_parts(term)) <= set(self.conjuncts())

    def with_term(self, term: Term) -> "Query":
        """Narrow the query by ``term``, unless it has it already."""
        present = self.conjuncts()
        new = (part for part in _parts(term) if part not in present)
        return replace(self, term=all_of((*present, *new)))

    def without(self, term: Term) -> "Query":
        """Take ``term`` out wherever it is a conjunct."""
        gone = _parts(term)
        return replace(self, term=all_of(part for part in self.conjuncts() if part not in gone))

    def toggled(self, term: Term) -> "Query":
        """Take ``term`` out if the query has it; else put it in, in place of its opposite."""
        return self.without(term) if self.has(term) else self.without(negated(term)).with_term(term)

    def asks_for(self, term: Term) -> bool:
        """Whether ``term`` must hold, or one of others of its group that are asked for beside it."""
        return self.has(term) or self._is_beside_others(term)

    def choosing(self, term: Term) -> "Query":
        """Ask for one of a group beside those asked for already, or no longer; of days, for one alone."""
        if isinstance(term, Field) and term.name in DAYS and not self.has(term):
            return self.without_field(term.name).with_term(term)
        others = self._chosen(term)
        if not others or not isinstance(term, Field):
            return self.toggled(term)
        left = tuple(value for value in others.values if value not in term.values)
        values = left if self._is_beside_others(term) else (*others.values, *term.values)
        chosen = (replace(others, values=values),) if values else ()
        parts = self.without(negated(term)).conjuncts()
        return replace(self, term=all_of(new for part in parts for new in (chosen if part == others else (part,))))

    def _chosen(self, term: Term) -> "Field | None":
        """What is asked for of the group of ``term``: whole names, and nothing to be looked for in names."""
        for part in self.conjuncts():
            if isinstance(term, Field) and isinstance(part, Field) and part.name == term.name and _names_all(part):
                return part
        return None

    def _is_beside_others(self, term: Term) -> bool:
        others = self._chosen(term)
        return bool(others and isinstance(term, Field) and set(term.values) <= set(others.values))

    def excluding(self, term: Term) -> "Query":
        """Shut ``term`` out, in place of a plain ``term``; or let it in again if it was shut out."""
        asked = self.choosing(term) if self._is_beside_others(term) else self
        return asked.toggled(negated(term))

    def renaming(self, old: str, new: str) -> "Query":
        """With the saved search ``new`` wherever ``old`` is named."""
        return replace(self, term=_renamed(self.term, old, new))

    def without_field(self, name: str) -> "Query":
        """Drop the conjuncts on one field, plain or negated.

        A group of facets is counted so: without its own terms.
        """
        return replace(self, term=all_of(part for part in self.conjuncts() if not _is_on(part, name)))


def _renamed(term: Term, old: str, new: str) -> Term:
    match term:
        case Saved(name) if name == old:
            return Saved(new)
        case Not(inner):
            return Not(_renamed(inner, old, new))
        case All(terms) | Any(terms):
            return replace(term, terms=tuple(_renamed(each, old, new) for each in terms))
    return term


def _parts(term: Term) -> tuple[Term, ...]:
    # Brackets within an AND change nothing.
    return tuple(part for each in term.terms for part in _parts(each)) if isinstance(term, All) else (term,)


def _names_all(field: Field) -> bool:
    return field.name == "kind" or all(isinstance(value, Value) and value.op == "=" for value in field.values)


def _is_on(term: Term, name: str) -> bool:
    inner = term.term if isinstance(term, Not) else term
    return isinstance(inner, Field) and inner.name == name


# How it is written. A backslash makes the next character an ordinary one: any in a word, a quotation mark or
# a backslash in a phrase, a slash in a pattern.

_FIELD = re.compile(rf"({'|'.join((*sorted(FIELDS), *SETTINGS))}):", re.IGNORECASE)


def _bracketed(term: Term) -> str:
    return f"({term})" if isinstance(term, All | Any) else str(term)


def _written(text: str, style: Style, as_word: Callable[[str], str]) -> str:
    if style is Style.PHRASE:
        return _quoted(text)
    return f"/{_slashes_escaped(text)}/" if style is Style.REGEX else as_word(text)


def _term_word(text: str) -> str:
    escaped = _escaped(text)
    if escaped in OPERATORS or escaped.startswith(('"', "/", "-", "@")):
        return f"\\{escaped}"
    return _FIELD.sub(r"\1\\:", escaped, count=1) if _FIELD.match(escaped) else escaped


def _value_word(text: str) -> str:
    escaped = _escaped(text).replace(",", r"\,")
    return f"\\{escaped}" if escaped.startswith(('"', "/", "=")) else escaped


def _escaped(text: str) -> str:
    return re.sub(r"[\\ ()|]", r"\\\g<0>", text)


def _quoted(text: str) -> str:
    return '"' + re.sub(r'[\\"]', r"\\\g<0>", text) + '"'


def _slashes_escaped(pattern: str) -> str:
    # Escapes are passed over in pairs, so that a slash behind an escaped backslash is seen.
    return re.sub(r"\\.|/", lambda found: r"\/" if found[0] == "/" else found[0], pattern)
