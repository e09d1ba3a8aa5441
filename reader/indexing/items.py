"""Items in the tables and in the full-text index: how they are put in, and taken out."""

import json
import sqlite3
from collections.abc import Sequence

from reader.indexing.packing import indexed

INSERT_ITEM = (
    "INSERT INTO items"
    " (row, key, story, title, source, kind, published, updated, text, seen, doc, line, read, starred)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
INSERT_UNLESS_TAKEN = INSERT_ITEM.replace("INSERT", "INSERT OR IGNORE", 1)
INSERT_WORDS = "INSERT INTO words (rowid, title, source, body) VALUES (?, ?, ?, ?)"

Entry = tuple[int, str, str, str]
"""A row of the full-text index."""


def free_row(connection: sqlite3.Connection, number: int) -> int:
    """The first row number from ``number`` on that no item has."""
    while connection.execute("SELECT 1 FROM items WHERE row = ?", (number,)).fetchone():
        number += 1
    return number


def forget_words(connection: sqlite3.Connection, rows: Sequence[int]) -> None:
    """Take items out of the full-text index, before they are deleted: it keeps no texts, and must be told them."""
    query = "INSERT INTO words (words, rowid, title, source, body) VALUES ('delete', ?, ?, ?, ?)"
    connection.executemany(query, entries_of(connection, rows))


def delete_items(connection: sqlite3.Connection, rows: Sequence[int]) -> None:
    """Take items out, with all that hangs on them but their words."""
    for table in ("items", "echoes", "aliases"):
        connection.execute(f"DELETE FROM {table} WHERE row IN (SELECT value FROM json_each(?))", (json.dumps(rows),))


def entries_of(connection: sqlite3.Connection, rows: Sequence[int]) -> list[Entry]:
    """What the full-text index has of items."""
    query = (
        "SELECT row, title, name, coalesce(body, '') FROM items JOIN sources USING (source)"
        " LEFT JOIN texts USING (text) WHERE row IN (SELECT value FROM json_each(?)) ORDER BY row"
    )
    found = connection.execute(query, (json.dumps(rows),)).fetchall()
    return [(row, indexed(title), indexed(name), indexed(body)) for row, title, name, body in found]
