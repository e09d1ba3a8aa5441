"""What a catalogue notes of itself: small values by name, which spare a look at all the rest."""

import sqlite3

from reader.catalogue.connection import data_version, guarded, transaction


def is_being_built(connection: sqlite3.Connection) -> bool:
    """Whether the catalogue is new, and what several documents tell is still to be joined."""
    return connection.execute("SELECT 1 FROM meta WHERE name = 'building'").fetchone() is not None


def put_off(connection: sqlite3.Connection) -> None:
    """Note, in a transaction that is under way, that something is still to be joined."""
    connection.execute("INSERT OR REPLACE INTO meta VALUES ('building', 1)")


def forget_totals(connection: sqlite3.Connection) -> None:
    """Drop the counts that are kept of everything: the items are about to change, or have."""
    connection.execute("DELETE FROM meta WHERE name = 'totals'")


def is_listed(connection: sqlite3.Connection, listing: bytes) -> bool:
    """Whether ``listing``, a digest of files, was kept and all documents are still as they were then."""
    return (
        connection.execute("SELECT 1 FROM meta WHERE name = 'listing' AND value = ?", (listing,)).fetchone() is not None
    )


def keep_listing(connection: sqlite3.Connection, listing: bytes, version: int) -> None:
    """Keep the digest of files that agree with all documents, unless another reader wrote since ``version``.

    The tables drop it themselves when a document changes.
    """
    with transaction(connection):
        if data_version(connection) == version:
            connection.execute("INSERT OR REPLACE INTO meta VALUES ('listing', ?)", (listing,))


def note_stamp(connection: sqlite3.Connection, stamp: str) -> None:
    """Note which state of the state file the copy of the marks agrees with."""
    with guarded(connection):
        connection.execute("INSERT OR REPLACE INTO meta VALUES ('marks', ?)", (stamp,))


def read_stamp(connection: sqlite3.Connection) -> str:
    """What :func:`note_stamp` noted last; empty when nothing was."""
    with guarded(connection):
        found = connection.execute("SELECT value FROM meta WHERE name = 'marks'").fetchone()
    return str(found[0]) if found else ""
