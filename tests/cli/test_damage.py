"""Every kept file × every kind of damage: a command goes on where it can, and says in one sentence what is wrong."""

import os
from pathlib import Path

import pytest

from reader.session import Session, save_session

from .conftest import Reader

RUBBISH = b"\0\x01 rubbish {["

KINDS = ("empty", "cut", "rubbish", "not UTF-8", "folder", "fifo", "device", "huge", "gone")

IRREGULAR = "cannot be read: It is not a regular file."

TOML = {
    "empty": "",
    "gone": "",
    "cut": "is not TOML",
    "rubbish": "is not TOML",
    "not UTF-8": "is not UTF-8.",
    "huge": "is larger than 1 MB.",
}
STATE = {
    "empty": "is empty; 1 mark could be recovered",
    "gone": "is not there; 1 mark could be recovered",
    "cut": "ends too early; 2 marks could be recovered",
    "rubbish": "is not a file of marks; 1 mark could be recovered",
    "not UTF-8": "is not a file of marks; 1 mark could be recovered",
    "huge": "is not a file of marks; 1 mark could be recovered",
}
CACHE = dict.fromkeys(KINDS, "") | dict.fromkeys(("folder", "fifo", "device"), "read anew at each start.")
TOLD = {"config": TOML, "searches": TOML, "state": STATE, "session": dict.fromkeys(KINDS, ""), "cache": CACHE}
"""What is said on stderr; nothing where there is nothing to be done about it."""

FATAL = {("config", kind) for kind in KINDS if TOML.get(kind, IRREGULAR)} | {
    ("state", kind) for kind in ("folder", "fifo", "device")
}
"""Without these no news can be shown as the person wants them: it is not known which, or how they are marked."""


def damage(path: Path, kind: str) -> None:
    whole = path.read_bytes()
    path.unlink()
    if kind == "folder":
        path.mkdir()
    elif kind == "fifo":
        os.mkfifo(path)
    elif kind == "device":
        path.symlink_to("/dev/zero")
    elif kind != "gone":
        contents = {"empty": b"", "cut": whole[:-4], "not UTF-8": b'a = "\xff\xfe"\n', "huge": b"["}
        path.write_bytes(contents.get(kind, RUBBISH))
    if kind == "huge":
        os.truncate(path, 1 << 30)


@pytest.fixture
def kept(reader: Reader, docs: Path, sealed: Path, state: Path) -> dict[str, Path]:
    """All that is kept of two marks; the last good copy has one of them."""
    config = sealed / "config" / "reader"
    config.mkdir(parents=True)
    (config / "config.toml").write_text('theme = "nord"\n')
    (config / "searches.toml").write_text('rover = "rover"\nmoon = "lunar"\n')
    for word in ("rover", "dust"):
        reader("mark", "starred", "-q", word, docs)
    session = state.with_name("session.json")
    save_session(session, "news", Session("moon"))
    (cache,) = (sealed / "cache" / "reader").glob("*.sqlite")
    searches = config / "searches.toml"
    return {"config": config / "config.toml", "searches": searches, "state": state, "session": session, "cache": cache}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("place", TOLD)
def test_the_news_are_listed_or_a_sentence_says_why_not(
    reader: Reader, docs: Path, kept: dict[str, Path], place: str, kind: str
) -> None:
    damage(kept[place], kind)
    outcome = reader("list", docs, "-q", "is:starred")
    told = TOLD[place].get(kind, IRREGULAR)
    assert told in outcome.err
    assert bool(outcome.err) == bool(told)
    assert all(line.startswith("reader: ") for line in outcome.err.splitlines())
    if (place, kind) in FATAL:
        assert (outcome.code, outcome.out) == (1, "")
    else:
        assert (outcome.code, len(outcome.lines)) == (0, 1 if "1 mark" in told else 2)
        again = reader("list", docs, "-q", "is:starred")
        assert (again.code, again.out) == (0, outcome.out)


def test_a_catalogue_that_is_damaged_inside_is_made_anew(reader: Reader, docs: Path, kept: dict[str, Path]) -> None:
    whole = kept["cache"].read_bytes()
    kept["cache"].write_bytes(whole[:8192] + b"\xff" * (len(whole) - 8192))
    outcome = reader("list", docs, "-q", "is:starred")
    assert (outcome.code, outcome.err, len(outcome.lines)) == (0, "", 2)
