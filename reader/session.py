"""Where the person was when the program ended, so that it can begin there again.

``session.json`` holds one session for each set of paths that was read. It is worth keeping and no more: a file that
cannot be understood is as good as none.
"""

import json
from dataclasses import asdict, replace
from pathlib import Path

from reader import disk
from reader.clean import clean_line
from reader.errors import StateError
from reader.values import dataclass

VERSION = 1

MOST = 50
"""Sessions kept; the oldest goes first."""

MOST_BYTES = 4 << 20
"""A larger file is none of ours."""

PANES = ("list", "filters", "detail")

PATIENCE = 1.0
"""Seconds to wait for another reader that is saving its session; leaving must not take longer."""


@dataclass(frozen=True, slots=True)
class Session:
    """What is taken up again."""

    query: str = ""
    item: str = ""
    """The id of the item that was selected."""
    theme: str = ""
    """Empty for the default."""
    pane: str = "list"
    """The one with the focus, of :data:`PANES`."""
    filters: bool = True
    """Whether the filters were shown."""
    zoomed: bool = False
    """Whether the pane had the whole window."""


def load_session(path: Path, key: str) -> Session:
    """The session kept in ``path`` for ``key``, which names the set of paths; never fails."""
    kept = _sessions(path).get(key)
    if not isinstance(kept, dict):
        return Session()
    found = asdict(Session())
    for name, default in found.items():
        value = kept.get(name)
        if type(value) is type(default):
            found[name] = clean_line(value) if isinstance(value, str) else value
    session = Session(**found)
    return session if session.pane in PANES else replace(session, pane=PANES[0])


def save_session(path: Path, key: str, session: Session) -> None:
    """Keep ``session`` for ``key``; :class:`StateError` when that cannot be done. Waits for the disk."""
    try:
        target = path.resolve()
        disk.make_folder(target.parent)
        with disk.locked(target, PATIENCE):
            kept = _sessions(target)
            kept.pop(key, None)
            kept[key] = asdict(session)
            newest = dict(list(kept.items())[-MOST:])
            text = json.dumps({"version": VERSION, "sessions": newest}, ensure_ascii=False, indent=1)
            temporary, _ = disk.write_beside(target, [text.encode("utf-8", "replace"), b"\n"], None)
            disk.replace(target, temporary)
    except OSError as error:
        raise StateError(f"The session cannot be kept in {path}: {error.strerror or error}.") from error


def session_flaw(path: Path) -> str:
    """Why nothing can be taken up from ``path``: a sentence, empty when it can, and where there is no file."""
    try:
        _read(path)
    except FileNotFoundError:
        return ""
    except OSError as error:
        return f"It cannot be read: {error.strerror or error}."
    except (ValueError, RecursionError):
        return "It is not a file of sessions of this version."
    return ""


def _sessions(path: Path) -> dict[str, object]:
    """The sessions of a file, oldest first."""
    try:
        return _read(path)
    except (OSError, ValueError, RecursionError):
        return {}


def _read(path: Path) -> dict[str, object]:
    with disk.opened(path) as (file, _):
        whole = json.loads(file.read(MOST_BYTES))
    sessions = whole.get("sessions") if isinstance(whole, dict) and whole.get("version") == VERSION else None
    if not isinstance(sessions, dict):
        raise ValueError("not a file of sessions")
    return sessions
