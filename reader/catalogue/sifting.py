"""Expressions that the full-text index knows nothing of, tried on many titles at a time.

To try one on each item takes a call from SQL into Python each time. Where it stays within a line, it finds nothing in
many titles below each other if it finds nothing in any; and what is looked for matches few.
"""

import sqlite3
from time import thread_time

from reader.catalogue.schema import ARTICLE
from reader.query import Expression, SlowPattern

STRETCH = 64
"""Titles at a time."""

PROBE, MOST_OF_PROBE = 32, 100
"""Of so many stretches this many items may match, and :data:`MOST` in all: else to try each item is as quick."""

MOST = 20_000

# Newest first; each of the two steps from one stretch to the next goes through row numbers alone.
_STRETCHES = f"""
WITH RECURSIVE stretches (low, high) AS (
    SELECT coalesce((SELECT row FROM items ORDER BY row DESC LIMIT 1 OFFSET {STRETCH - 1}), min(row)), max(row)
    FROM items
    UNION ALL
    SELECT
        coalesce((SELECT row FROM items WHERE row < low ORDER BY row DESC LIMIT 1 OFFSET {STRETCH - 1}),
                 (SELECT min(row) FROM items)),
        (SELECT max(row) FROM items WHERE row < low)
    FROM stretches WHERE low > (SELECT min(row) FROM items))
SELECT low, high, (SELECT group_concat(title, char(10)) FROM items WHERE row BETWEEN low AND high) FROM stretches
"""

_TITLES = "SELECT row, title FROM items WHERE row BETWEEN ? AND ?"

# The last words are what lets SQLite use the index of kinds, which leaves out the usual one.
_BODIES = f"SELECT row, body FROM items CROSS JOIN texts USING (text) WHERE kind = {ARTICLE} AND kind <> 0"


def sifted(connection: sqlite3.Connection, expression: Expression, patience: float, per_item: float) -> set[int] | None:
    """The rows with a title or a text that ``expression``, which stays within a line, finds something in.

    Nothing if they are many, or if that takes longer than ``patience`` and ``per_item`` come to: seconds of the
    processor.
    """
    found: set[int] = set()
    search, began = expression.pattern.search, thread_time()
    for number, (low, high, titles) in enumerate(connection.execute(_STRETCHES)):
        if titles and search(titles):
            rows = connection.execute(_TITLES, (low, high))
            found.update(row for row, title in rows if search(title))
        late = thread_time() - began > patience + per_item * number * STRETCH
        if late or len(found) > (MOST_OF_PROBE if number < PROBE else MOST):
            return None
    try:
        found.update(row for row, body in connection.execute(_BODIES) if expression.found(body))
    except SlowPattern:
        return None
    return found
