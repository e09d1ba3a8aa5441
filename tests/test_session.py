import json
from pathlib import Path

import pytest

from reader.errors import StateError
from reader.session import MOST, Session, load_session, save_session, session_flaw
from tests.test_config import unreadable

FULL = Session("is:unread moon", "3f2a9c0112345678", "nord", "detail", filters=False, zoomed=True)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "state" / "session.json"


def test_a_session_is_taken_up_again(file: Path) -> None:
    save_session(file, "/news", FULL)
    assert load_session(file, "/news") == FULL
    assert load_session(file, "/other") == Session()


def test_each_set_of_paths_has_its_own(file: Path) -> None:
    save_session(file, "/a", FULL)
    save_session(file, "/b", Session("moon"))
    save_session(file, "/a", Session("mars"))
    assert load_session(file, "/a") == Session("mars")
    assert load_session(file, "/b") == Session("moon")
    assert list(json.loads(file.read_text())["sessions"]) == ["/b", "/a"]


def test_the_oldest_sessions_go(file: Path) -> None:
    kept = {str(number): {"query": str(number)} for number in range(MOST)}
    file.parent.mkdir()
    file.write_text(json.dumps({"version": 1, "sessions": kept}))
    save_session(file, "new", Session("moon"))
    names = list(json.loads(file.read_text())["sessions"])
    assert len(names) == MOST
    assert names[0] == "1"
    assert names[-1] == "new"


def test_only_its_owner_can_read_it_and_nothing_temporary_stays(file: Path) -> None:
    save_session(file, "/news", FULL)
    assert file.stat().st_mode & 0o777 == 0o600
    assert {path.name for path in file.parent.iterdir()} == {"session.json", ".session.json.lock"}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"\xff\xfe",
        b'{"version": 2, "sessions": {"/news": {"query": "moon"}}}',
        b'{"version": 1, "sessions": []}',
        b'{"version": 1, "sessions": {"/news": ["moon"]}}',
        b"[" * 100_000,
    ],
)
def test_a_damaged_file_is_as_good_as_none(file: Path, content: bytes) -> None:
    file.parent.mkdir()
    file.write_bytes(content)
    assert load_session(file, "/news") == Session()
    save_session(file, "/news", FULL)
    assert (load_session(file, "/news"), session_flaw(file)) == (FULL, "")


@pytest.mark.parametrize("kind", ["fifo", "folder", "device", "huge"])
def test_what_is_no_file_of_sessions_is_never_waited_for(file: Path, kind: str) -> None:
    file.parent.mkdir()
    unreadable(file, kind)
    assert load_session(file, "/news") == Session()


def test_fields_that_are_not_what_they_should_be_have_their_defaults(file: Path) -> None:
    file.parent.mkdir()
    fields = {"query": 3, "item": None, "theme": "no\x1b[31mrd", "pane": "cellar", "filters": 0, "zoomed": True, "x": 1}
    file.write_text(json.dumps({"version": 1, "sessions": {"/news": fields}}))
    assert load_session(file, "/news") == Session(theme="nord", zoomed=True)


def test_a_link_to_it_stays_a_link(file: Path, tmp_path: Path) -> None:
    target = tmp_path / "elsewhere.json"
    target.write_text("{}")
    file.parent.mkdir()
    file.symlink_to(target)
    save_session(file, "/news", FULL)
    assert file.is_symlink()
    assert load_session(target, "/news") == FULL


def test_what_cannot_be_kept_is_told(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file where the folder should be")
    with pytest.raises(StateError, match=r"The session cannot be kept in .*: (Not a directory|File exists)\."):
        save_session(tmp_path / "state" / "session.json", "/news", FULL)
    assert load_session(tmp_path / "state" / "session.json", "/news") == Session()
