"""What is wrong with config, saved searches, session and catalogues, and with the documents."""

import os
from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import partial
from pathlib import Path

from reader import catalogue, folders
from reader.config import load
from reader.doctor.finding import Finding, Remedy, access, counted, fine, leftovers, removal
from reader.errors import ConfigError
from reader.folders import Root
from reader.searches import SavedSearches
from reader.session import session_flaw


def config(file: Path) -> Iterator[Finding]:
    """Look at ``config.toml``, which is the person's: it is never written to."""
    if not (yield from access("config", file, os.R_OK)):
        return
    try:
        settled = load(file)
    except ConfigError as error:
        yield Finding("config", str(file), _bare(str(error), file))
    else:
        screen = " Keys and theme are for the screen to judge." if settled.keys or settled.theme else ""
        yield fine("config", file, f"In order.{screen}" if file.exists() else "Not there: everything has its default.")


def searches(file: Path, now: datetime) -> Iterator[Finding]:
    """Look at ``searches.toml``."""
    if not (yield from access("searches", file, os.R_OK)):
        return
    saved = SavedSearches(file)
    many = counted(len(saved), "saved search", "es")
    if saved.problem:
        keep = f"keep it under another name, and in its place what can be read: {many}"
        remedy = Remedy(keep, lambda: f"It is kept as {saved.mend(now)}.") if file.is_file() else None
        yield Finding("searches", str(file), _bare(saved.problem, file), remedy=remedy)
    else:
        yield fine("searches", file, f"{many}.")
    yield from leftovers("searches", file.resolve(), now)


def session(file: Path, now: datetime) -> Iterator[Finding]:
    """Look at ``session.json``."""
    if not (yield from access("session", file, os.R_OK | os.W_OK, is_private=True)):
        return
    if flaw := session_flaw(file):
        yield Finding("session", str(file), flaw, remedy=removal("It is removed.", file.unlink))
    else:
        yield fine("session", file, "In order." if file.exists() else "Not there: nothing is taken up again.")
    yield from leftovers("session", file.resolve(), now)


def cache(folder: Path, name: str) -> Iterator[Finding]:
    """Look at the catalogue of the documents in question, ``name``, and at all others."""
    if not (yield from access("cache", folder, os.R_OK | os.W_OK | os.X_OK)):
        return
    own = catalogue.place_of(folder, name)
    try:
        files = catalogue.places_in(folder)
    except FileNotFoundError:
        files = ()
    except OSError as error:
        yield Finding("cache", str(folder), f"It cannot be looked into: {error.strerror or error}.")
        return
    if own not in files:
        yield fine("cache", own, "Not there: it is made from the documents when it is needed.")
    for file in files:
        yield from _catalogue(file, "In order." if file == own else "In order, and of other documents.")


def _catalogue(file: Path, in_order: str) -> Iterator[Finding]:
    if not (yield from access("cache", file, os.R_OK | os.W_OK)):
        return
    if flaw := catalogue.flaw(file):
        remove = removal("It is removed, and made again when it is needed.", partial(catalogue.remove, file))
        yield Finding("cache", str(file), flaw, remedy=remove)
    else:
        yield fine("cache", file, in_order)


def documents(roots: Iterable[Root]) -> Iterator[Finding]:
    """Look at the files that are read; what stands in them is for ``reader check`` to say."""
    for root in roots:
        found = folders.walk((root,))
        troubles = [f"{root.shown(problem.path)}: {problem.message}" for problem in found.problems]
        troubles += (
            f"{root.shown(file.path)}: You may not read it." for file in found.files if not _is_open(file.path)
        )
        many = f"{counted(len(found.files), 'document')}."
        if troubles:
            more = f" And {len(troubles) - 1:,} more, which `reader check` lists." if troubles[1:] else ""
            yield Finding("documents", root.given, f"{many} {troubles[0]}{more}")
        else:
            yield fine("documents", root.given, many)


def _is_open(path: str) -> bool:
    return os.access(path, os.R_OK)


def _bare(sentence: str, file: Path) -> str:
    """What is said of a file, without its name, which stands beside it."""
    said = sentence.removeprefix(str(file)).lstrip(":, ")
    return f"{said[:1].upper()}{said[1:]}"
