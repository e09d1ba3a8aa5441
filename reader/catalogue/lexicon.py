"""Every word of the full-text index, and some that have gone: the index itself is slow to list them."""

import sqlite3
from collections.abc import Iterable

from reader.catalogue.notes import is_being_built
from reader.query import words

LAST_CHARACTER = "\U0010ffff"

# What the index does itself; the rest of an indexed text is folded.
_LOWERED = {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}


def learn(connection: sqlite3.Connection, indexed_texts: Iterable[str]) -> None:
    """Note the words of texts that the index was given; of a new catalogue all are noted at the end."""
    if is_being_built(connection):
        return
    found = {word for text in indexed_texts for word in words(text.translate(_LOWERED))}
    connection.executemany("INSERT OR IGNORE INTO lexicon VALUES (?)", ((word,) for word in sorted(found)))


def beginning_with(connection: sqlite3.Connection, start: str, most: int) -> list[str] | None:
    """Up to ``most`` words that begin so, from a; nothing as long as they are not known."""
    if is_being_built(connection):
        return None
    query = "SELECT word FROM lexicon WHERE word >= ? AND word < ? ORDER BY word LIMIT ?"
    return [word for (word,) in connection.execute(query, (start, start + LAST_CHARACTER, most))]


def containing(connection: sqlite3.Connection, part: str, most: int) -> list[str]:
    """Up to ``most`` words that ``part`` stands in."""
    query = "SELECT word FROM lexicon WHERE instr(word, ?) LIMIT ?"
    if is_being_built(connection):
        query = "SELECT term FROM vocabulary WHERE instr(term, ?) LIMIT ?"
    return [word for (word,) in connection.execute(query, (part, most))]
