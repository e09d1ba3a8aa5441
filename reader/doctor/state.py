"""What is wrong with the state file, its last good copy, and what lies around them."""

import os
from collections.abc import Iterator
from datetime import datetime
from functools import partial
from pathlib import Path

from reader import disk
from reader.doctor.finding import Finding, Remedy, access, counted, fine, leftovers
from reader.errors import ReaderError
from reader.marks import StateFile
from reader.marks.codec import VERSION, Reading, read
from reader.marks.conflicts import copies_of
from reader.marks.history import History


def state(path: Path, own_folder: Path, now: datetime) -> Iterator[Finding]:
    """Look at the state file ``path``, and at the folder that it lies in."""
    target = Path(os.path.realpath(path))
    # A folder that the person has named, or linked to, is theirs, and may be open to others.
    is_own = target.parent == Path(os.path.realpath(own_folder))
    whole = os.R_OK | os.W_OK | os.X_OK
    if not (yield from access("state", target.parent, whole, is_private=is_own)):
        return
    copy = target.with_name(f"{target.name}.bak")
    yield from access("state", copy, os.R_OK, is_private=True)
    if (yield from access("state", target, os.R_OK | os.W_OK, is_private=True)):
        yield _marks(path, target, copy)
    yield from access("state", History(path).path, os.R_OK | os.W_OK, is_private=True)
    yield from _last_good(target, copy)
    for file in (target, copy):
        yield from leftovers("state", file, now)
    for conflict in copies_of(target):
        yield fine("state", conflict, "The copy of another machine, kept by what synchronises this folder.")


def _marks(path: Path, target: Path, copy: Path) -> Finding:
    try:
        reading = _reading(target)
    except OSError as error:
        return Finding("state", str(path), f"It cannot be read: {error.strerror or error}.")
    if reading is None:
        return _absent(path, copy)
    if reading.version > VERSION:
        return Finding("state", str(path), "It was written by a newer version of reader; no marks can be saved in it.")
    if reading.flaw:
        what = "keep it under another name, and bring back what can be read of it and of its last good copy"
        return Finding("state", str(path), f"It {reading.flaw}.", remedy=Remedy(what, partial(_rebuilt, path)))
    odd = f", of which {reading.odd} have fields that cannot be read and are kept" if reading.odd else ""
    return fine("state", path, f"{counted(len(reading.lines), 'mark')}{odd}.")


def _absent(path: Path, copy: Path) -> Finding:
    if path.is_symlink():
        return Finding("state", str(path), "It is a link that leads nowhere; as long as it does, nothing is marked.")
    try:
        last = _reading(copy)
    except OSError:
        last = None
    if last is None or not last.lines:
        return fine("state", path, "Not there: nothing is marked.")
    what = f"It is not there, but its last good copy is, with {counted(len(last.lines), 'mark')}."
    return Finding("state", str(path), what, remedy=Remedy("bring it back", partial(_rebuilt, path)))


def _rebuilt(path: Path) -> str:
    """Do what every start does with a damaged file."""
    file = StateFile(path)
    file.load()
    told = " ".join(file.notices)
    if file.unsaved:
        raise ReaderError(told)
    return told


def _last_good(target: Path, copy: Path) -> Iterator[Finding]:
    if flaw := _flaw(copy):
        remedy = Remedy("make a new one", partial(_copied, target, copy))
        yield Finding("state", str(copy), f"The last good copy is none: {flaw}.", remedy=remedy)


def _copied(target: Path, copy: Path) -> str:
    with disk.locked(target):
        if flaw := _flaw(target):
            raise ReaderError(f"It cannot be mended: of {target.name}, {flaw}.")
        disk.keep_copy(target, copy)
    return "It is made anew."


def _flaw(path: Path) -> str:
    try:
        reading = _reading(path)
    except OSError as error:
        return f"it cannot be read: {error.strerror or error}"
    return f"it {reading.flaw}" if reading and reading.flaw else ""


def _reading(path: Path) -> Reading | None:
    """What a file of marks holds; nothing when there is none."""
    try:
        with disk.opened(path) as (file, _):
            return read(file, {})
    except FileNotFoundError:
        return None
