"""A query's term with the saved searches in the place of their names, cut to what can be answered in good time."""

from collections.abc import Mapping

from reader.catalogue.wanted import Wanted
from reader.query import All, Any, Field, Not, Saved, Term, Text, Value, parse

DEEPEST = 12
"""Levels of brackets, negations and saved searches: SQLite's parser takes a hundred open brackets, and some of ours."""

MOST_TEXTS = 32
"""Texts that one query may look for; half as many where the index alone cannot say where they stand."""

MOST_SEARCHES = 100
"""Saved searches that one query may ask for: each may ask for many others, and these again."""


def expanded(term: Term, saved: Mapping[str, str], hints: list[str]) -> Term:
    """``term`` without names of ``saved`` searches; what has to be left out is told to ``hints``."""
    return _Expansion(saved, hints).expand(term, (), 0) or All(())


def conjuncts(term: Term) -> tuple[Term, ...]:
    """What must hold for ``term`` to hold: the parts of the outermost AND."""
    return term.terms if isinstance(term, All) else (term,)


class _Expansion:
    def __init__(self, saved: Mapping[str, str], hints: list[str]) -> None:
        self._saved = saved
        self._hints = hints
        self._texts_left = MOST_TEXTS
        self._searches_left = MOST_SEARCHES

    def expand(self, term: Term, within: tuple[str, ...], depth: int) -> Term | None:
        """``term`` inside of the saved searches ``within``; nothing when all of it is left out."""
        if depth > DEEPEST:
            self._hints.append("The query is nested too deeply: its innermost part is left out.")
            return None
        match term:
            case Saved():
                return self._saved_search(term, within, depth)
            case Not(inner):
                opposite = self.expand(inner, within, depth + 1)
                return opposite and Not(opposite)
            case All() | Any():
                return self._several(term, within, depth)
        return self._counted(term)

    def _saved_search(self, term: Saved, within: tuple[str, ...], depth: int) -> Term | None:
        name = term.name
        if name in within:
            self._hints.append(f"The saved search @{name} asks for itself: that part is left out.")
            return None
        if name not in self._saved:
            self._hints.append(f"No saved search is named @{name}: searched for as text.")
            return self._counted(Text(f"@{name}"))
        if not self._searches_left:
            self._hints.append("The query asks for too many saved searches: the rest is left out.")
            return None
        self._searches_left -= 1
        meant = parse(self._saved[name])
        if meant.sort or meant.limit:
            self._hints.append(f"What @{name} says of sort: and limit: does not count here.")
        return self.expand(meant.term, (*within, name), depth + 1)

    def _several(self, term: All | Any, within: tuple[str, ...], depth: int) -> Term | None:
        parts = [part for each in term.terms if (part := self.expand(each, within, depth + 1))]
        if term.terms and not parts:
            return None
        if isinstance(term, All):
            return All(tuple(part for each in parts for part in conjuncts(each)))
        return Any(tuple(parts))

    def _counted(self, term: Term) -> Term | None:
        """``term``, unless the query looks for too many texts before it."""
        effort = sum(1 if Wanted(text).exact else 2 for text in _texts_of(term))
        if effort > self._texts_left:
            self._hints.append("The query looks for too many texts: the rest is left out.")
            return None
        self._texts_left -= effort
        return term


def _texts_of(term: Term) -> list[Text]:
    """The texts that are looked for in titles and bodies."""
    if isinstance(term, Field) and term.name in ("title", "text"):
        return [Text(value.text, value.style) for value in term.values if isinstance(value, Value)]
    return [term] if isinstance(term, Text) else []
