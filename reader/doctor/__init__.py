"""What is wrong with the places in which things are kept, and what can be done about it.

``finding`` has the values, and what goes for every file; ``places`` looks at what a person wrote, at what can be made
again and at documents; ``state`` at the marks.

Looking writes nothing. What is found has its remedy with it, which is one of the means that the program has anyway; no
remedy touches a document.
"""

import os
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from reader import folders
from reader.config import Places
from reader.doctor import places as look_at
from reader.doctor.finding import Finding, Remedy, access
from reader.doctor.state import state

__all__ = ["Finding", "Remedy", "examine"]


def examine(places: Places, paths: Sequence[Path], now: datetime) -> Iterator[Finding]:
    """Look at all places, and at the documents that ``paths`` stand for.

    Findings come one by one: whoever applies a remedy before asking for the next has that one look at what is mended.
    """
    roots = folders.roots(paths)
    if (yield from access("config", places.config.parent, os.R_OK | os.X_OK)):
        yield from look_at.config(places.config)
        yield from look_at.searches(places.searches, now)
    yield from state(places.state, places.session.parent, now)
    yield from look_at.session(places.session, now)
    yield from look_at.cache(places.cache, folders.key(roots))
    yield from look_at.documents(roots)
