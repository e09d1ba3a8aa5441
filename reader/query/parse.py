"""From the text of a query to its value.

The grammar is in section 5 of the design: one method of the parser for each of its rules. No text is refused:
what cannot be read as syntax is searched for as text, an operator that has nothing to work on is left out,
and a hint says so. What is still being typed (an open quotation mark, an open bracket) is taken for finished.
"""

import re

from reader.clean import clean_line

from . import days
from .expressions import well_formed
from .terms import (
    CHOICES,
    DAYS,
    EVERYTHING,
    FIELDS,
    NUMBERS,
    SETTINGS,
    SORT_KEYS,
    WORDINGS,
    Field,
    Query,
    Range,
    Saved,
    Sort,
    Style,
    Term,
    Text,
    Value,
    all_of,
    any_of,
    negated,
)

LONGEST = 4_000
"""Characters of a query that are read."""

DEEPEST = 50
"""Brackets within brackets that are read as such."""

_OPERATOR = re.compile(r"\||(?:AND|OR|NOT)(?![^ ()|])")
_MINUS = re.compile(r"-(?=[^ )|])")
_NAME = re.compile(r"([A-Za-z]+):(?!//)")
_SAVED = re.compile(r"@(?=[^ ()|])")
_QUOTED = re.compile(r'"((?:[^"\\]|\\.|\\$)*)("?)')
_PATTERN = re.compile(r"/((?:[^/\\]|\\.)+)/(?![^ ()|,])")

_COMPARISONS = {
    **dict.fromkeys(("title", "source", "doc"), ("=",)),
    **dict.fromkeys((*DAYS, *NUMBERS), ("<=", ">=", "<", ">", "=")),
}


def parse(text: str) -> Query:
    """Read ``text``, any text, as a query.

    Of several ``sort:`` or ``limit:`` the last one counts.
    """
    line = clean_line(text)
    read = LONGEST
    query = _Parser(line[:read]).query()
    if len(str(query)) > LONGEST:
        # Canonical text may be longer than what was typed, though less than four times as long. It must be
        # read whole too, or it would be another query.
        read = LONGEST // 4
        query = _Parser(line[:read]).query()
    if len(line) <= read:
        return query
    hint = f"The query is too long: only the first {read:,} characters are used."
    return Query(query.term, query.sort, query.limit, (hint, *query.hints))


class _Parser:
    """Reads one cleaned line from left to right; ``at`` is where it is."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.depth = 0
        self.sort: Sort | None = None
        self.limit: int | None = None
        self.hints: dict[str, None] = {}

    def query(self) -> Query:
        term = self.alternatives()
        return Query(term, self.sort, self.limit, tuple(self.hints))

    def alternatives(self) -> Term:
        branches = [self.conjunction()]
        while self.takes("OR", "|"):
            branches.append(self.conjunction())
        meant = [branch for branch in branches if branch != EVERYTHING]
        if 1 < len(branches) != len(meant):
            self.hint('"OR" stands between two terms: left out where one is missing.')
        return any_of(meant) if meant else EVERYTHING

    def conjunction(self) -> Term:
        terms: list[Term] = []
        while not self.ends():
            if not self.takes("AND"):
                terms.append(self.unary())
            elif not terms or self.ends():
                self.hint('"AND" stands between two terms: left out where one is missing.')
        return all_of(terms)

    def unary(self) -> Term:
        start = self.at
        negative = False
        while self.takes("NOT") or self.takes_minus():
            negative = not negative
        if self.ends() or self.next_operator() == "AND":
            self.hint('Nothing follows "NOT".')
            return EVERYTHING
        term = self.primary(outermost=self.at == start and not self.depth)
        return negated(term) if negative and term != EVERYTHING else term

    def primary(self, outermost: bool) -> Term:
        if self.next_is("(") and self.depth < DEEPEST:
            return self.group()
        if _SAVED.match(self.text, self.at):
            return self.saved()
        named = _NAME.match(self.text, self.at)
        name = named[1].lower() if named else ""
        if name in FIELDS:
            return self.field(name)
        if name in SETTINGS:
            return self.setting(name, outermost)
        return self.plain(name)

    def group(self) -> Term:
        self.at += 1
        self.depth += 1
        term = self.alternatives()
        self.depth -= 1
        if not self.next_is(")"):
            self.hint('A "(" is not closed.')
            return term
        self.at += 1
        if term == EVERYTHING:
            self.hint("Nothing stands between the brackets.")
        return term

    def saved(self) -> Term:
        self.at += 1
        name = self.word()
        return Saved(name) if name else Text("@")

    def plain(self, name: str) -> Term:
        """Read a text outside of every field; ``name`` is what looks like one, if anything does."""
        start = self.at
        value, style = self.wording()
        typed = self.text[start : self.at]
        if typed == "-":
            self.hint('A "-" on its own is searched for as text.')
        elif typed.startswith("#") and typed != "#":
            self.hint(f'There are no tags yet: "{_shown(typed)}" is searched for as text.')
        elif len(typed) > len(name) + 1 and name:
            self.hint(f'No field "{_shown(name)}": searched for as text.')
        return Text(value, style) if value else EVERYTHING

    def field(self, name: str) -> Term:
        start = self.at
        self.at += len(name) + 1
        written = self.values(name)
        typed = self.text[start : self.at]
        if not written:
            self.hint(f'Nothing follows "{name}:".')
            return EVERYTHING
        values = tuple(value for value in (_checked(name, value) for value in written) if value)
        if len(values) < len(written):
            self.hint(f'{_expectation(name)}: "{_shown(typed)}" is searched for as text.')
            return Text(clean_line(typed))
        return Field(name, values)

    def values(self, name: str) -> list[Value]:
        values = [self.value(name)]
        while self.next_is(","):
            self.at += 1
            values.append(self.value(name))
        return [value for value in values if value]

    def value(self, name: str) -> Value | None:
        """Read a value as it is written; ``None`` where there is nothing yet.

        ``=""`` is something: it asks for what has no source.
        """
        op = next((op for op in _COMPARISONS.get(name, ()) if self.next_is(op)), "")
        self.at += len(op)
        quoted = _QUOTED.match(self.text, self.at)
        if name in WORDINGS and not op:
            text, style = self.wording(",")
        else:
            text, style = self.quoted(quoted) if quoted else (self.word(","), Style.WORD)
        return Value(text, style, op) if text or (op == "=" and quoted and quoted[2]) else None

    def setting(self, name: str, outermost: bool) -> Term:
        self.at += len(name) + 1
        text = self.word().lower()
        key = text.removeprefix("-")
        if not outermost:
            self.hint(f'"{name}:" counts only outside of brackets and negations.')
        elif name == "sort" and key in SORT_KEYS:
            self.sort = Sort(key, text.startswith("-"))
        elif name == "limit" and _is_number(text) and int(text):
            self.limit = int(text)
        else:
            known = "date, title, source or relevance" if name == "sort" else "a whole number from 1"
            self.hint(f'"{name}:" is followed by {known}.')
        return EVERYTHING

    def wording(self, also: str = "") -> tuple[str, Style]:
        if found := _QUOTED.match(self.text, self.at):
            return self.quoted(found)
        if not self.next_is("/"):
            return self.word(also), Style.WORD
        found = _PATTERN.match(self.text, self.at)
        if not found:
            self.hint("A pattern stands between two slashes; a single one is searched for as text.")
            return self.word(also), Style.WORD
        self.at = found.end()
        expression = re.sub(r"\\.", lambda pair: "/" if pair[0] == r"\/" else pair[0], found[1])
        if not well_formed(expression):
            self.hint(f'No pattern that can be used: "{_shown(found[0])}" is searched for as text.')
            return clean_line(found[0]), Style.WORD
        return expression, Style.REGEX

    def quoted(self, found: re.Match[str]) -> tuple[str, Style]:
        """Read a phrase; while its closing quotation mark is missing, its last word is still being typed."""
        self.at = found.end()
        value = clean_line(re.sub(r'\\([\\"])', r"\1", found[1]))
        return value, Style.PHRASE if found[2] else Style.WORD

    def word(self, also: str = "") -> str:
        """Read up to the next blank or special character (``also`` is one here), without the backslashes."""
        stops = f" |{also}{'(' if self.depth < DEEPEST else ''}{')' if self.depth else ''}"
        chars = []
        while self.at < len(self.text) and self.text[self.at] not in stops:
            if self.text[self.at] == "\\" and self.at + 1 < len(self.text):
                self.at += 1
            elif self.text[self.at] in "()":
                self.hint(f'A "{self.text[self.at]}" too many is searched for as text.')
            chars.append(self.text[self.at])
            self.at += 1
        return clean_line("".join(chars))

    def ends(self) -> bool:
        """Whether a conjunction ends here, blanks aside."""
        operator = self.next_operator()
        return self.at == len(self.text) or operator in ("OR", "|") or (self.depth > 0 and self.next_is(")"))

    def takes(self, *operators: str) -> bool:
        operator = self.next_operator()
        if operator not in operators:
            return False
        self.at += len(operator)
        return True

    def takes_minus(self) -> bool:
        minus = _MINUS.match(self.text, self.at)
        self.at += bool(minus)
        return bool(minus)

    def next_operator(self) -> str:
        while self.next_is(" "):
            self.at += 1
        found = _OPERATOR.match(self.text, self.at)
        return found[0] if found else ""

    def next_is(self, text: str) -> bool:
        return self.text.startswith(text, self.at)

    def hint(self, sentence: str) -> None:
        self.hints[sentence] = None


def _checked(name: str, value: Value) -> Value | Range | None:
    """``value`` in the one form that ``name`` has for it; ``None`` if there is no such value."""
    if name in WORDINGS:
        return value
    text = value.text.lower()
    if name in CHOICES:
        return Value(text) if text in CHOICES[name] else None
    valid = days.valid if name in DAYS else _is_number
    low, dots, high = text.partition("..")
    if dots and not value.op:
        return Range(low, high) if all(map(valid, filter(None, (low, high)))) and low + high else None
    return Value(text, op="" if value.op == "=" else value.op) if valid(text) else None


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= 9


def _expectation(name: str) -> str:
    if name in CHOICES:
        return f'"{name}:" is followed by {", ".join(CHOICES[name])}'
    return f'"{name}:" is followed by {"days such as 2012-09 or newest-7d" if name in DAYS else "a number"}'


def _shown(typed: str) -> str:
    return typed if len(typed) <= 40 else f"{typed[:39]}…"
