"""The query's own matchers as functions of SQL, and how long they may take."""

import json
import sqlite3
from collections.abc import Callable
from time import monotonic, thread_time

from reader.catalogue.connection import data_version
from reader.catalogue.sifting import sifted
from reader.catalogue.wanted import Wanted
from reader.query import Expression, SlowPattern, Style

PATIENCE, PATIENCE_PER_ITEM = 0.3, 3.5e-6
"""How long regular expressions may take for an answer, in seconds of the processor; the rest is then left out."""

MOST_SIFTED = 8
"""Expressions of which is remembered what they found: an answer and the counts by group ask for one again and again."""


class Finders:
    """One function of SQL for each text that is looked for, made when it is first needed."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection
        self._names: dict[Wanted, str] = {}
        self._sifted: dict[Wanted, tuple[int, str | None]] = {}
        self._deadline = self._processor_deadline = 0.0
        self.slow = ""
        """Why the last answer may lack some items: a sentence, empty when it lacks none."""

    def name(self, wanted: Wanted) -> str:
        """The function that says whether ``wanted`` stands in a text, which must not be null."""
        if wanted not in self._names:
            name = f"found{len(self._names)}"
            self._db.create_function(name, 1, self._finder(wanted), deterministic=True)
            self._names[wanted] = name
        return self._names[wanted]

    def sifted(self, wanted: Wanted) -> str | None:
        """The rows that an expression alone finds, as JSON, if that is the quicker way; see :func:`sifting.sifted`."""
        version = data_version(self._db)
        if self._sifted.get(wanted, (-1, ""))[0] != version:
            matcher = wanted.matcher
            found = sifted(self._db, matcher, PATIENCE, PATIENCE_PER_ITEM) if isinstance(matcher, Expression) else None
            if len(self._sifted) >= MOST_SIFTED:
                self._sifted.clear()
            self._sifted[wanted] = version, None if found is None else json.dumps(sorted(found))
        return self._sifted[wanted][1]

    def begin(self, sql: str, share: float) -> None:
        """Let the time for an answer to ``sql`` begin: this share of it, where the answer has several parts."""
        self.slow = ""
        if any(f"{name}(" in sql for wanted, name in self._names.items() if wanted.text.style is Style.REGEX):
            (items,) = self._db.execute("SELECT count(*) FROM items").fetchone()
            patience = share * (PATIENCE + PATIENCE_PER_ITEM * items)
            self._deadline = monotonic() + patience
            self._processor_deadline = thread_time() + patience

    def _is_late(self) -> bool:
        """Whether time is up. On a busy machine little may have been done in it: then there is more."""
        if monotonic() <= self._deadline:
            return False
        # The processor's time is the right measure, but asking for it takes longer than trying an expression.
        left = self._processor_deadline - thread_time()
        self._deadline = monotonic() + left
        return left <= 0

    def _finder(self, wanted: Wanted) -> Callable[[str], bool | None]:
        matcher = wanted.matcher
        if not isinstance(matcher, Expression):
            return matcher.found
        found, search, clockless = matcher.found, matcher.pattern.search, matcher.clockless

        def found_in_time(raw: str) -> bool | None:
            # Called for every item: while there is time, what takes next to none needs no more calls.
            if len(raw) <= clockless and monotonic() <= self._deadline:
                return search(raw) is not None
            # Null, where there is no time to say: then neither the text nor its negation holds.
            try:
                if self._is_late():
                    raise SlowPattern(f"The pattern /{wanted.text.value}/ takes too long here.")
                return found(raw)
            except SlowPattern as slow:
                self.slow = f"{slow} What it was not tried on is left out."
                return None

        return found_in_time
