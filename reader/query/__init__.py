"""The query language: a line of text becomes a value, the value says what matches, and becomes text again.

``terms`` are the values and how they are written, ``parse`` reads them, ``days`` knows periods and relative
dates, ``match`` defines what a text matches and where, ``expressions`` knows regular expressions.
"""

from .days import Bounds, Clock, Period, bounds, is_in, period
from .expressions import needed_words, stays_in_a_line
from .match import Expression, Matcher, SlowPattern, Span, fold, fold_map, highlights, pattern, words
from .parse import parse
from .terms import (
    CHOICES,
    DAYS,
    EVERYTHING,
    FIELDS,
    NEWEST_FIRST,
    NUMBERS,
    SORT_KEYS,
    WORDINGS,
    All,
    Any,
    Field,
    Not,
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

__all__ = [
    "CHOICES",
    "DAYS",
    "EVERYTHING",
    "FIELDS",
    "NEWEST_FIRST",
    "NUMBERS",
    "SORT_KEYS",
    "WORDINGS",
    "All",
    "Any",
    "Bounds",
    "Clock",
    "Expression",
    "Field",
    "Matcher",
    "Not",
    "Period",
    "Query",
    "Range",
    "Saved",
    "SlowPattern",
    "Sort",
    "Span",
    "Style",
    "Term",
    "Text",
    "Value",
    "all_of",
    "any_of",
    "bounds",
    "fold",
    "fold_map",
    "highlights",
    "is_in",
    "needed_words",
    "negated",
    "parse",
    "pattern",
    "period",
    "stays_in_a_line",
    "words",
]
