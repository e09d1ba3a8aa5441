"""The doctor: what is found at every place, that looking writes nothing, and what its remedies leave."""

import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from reader import disk
from reader.catalogue import open_or_rebuild
from reader.config import Places, find_places
from reader.doctor import Finding, examine
from reader.errors import ReaderError
from reader.marks import StateFile, utc_now
from reader.repository import Repository
from reader.searches import SavedSearches
from reader.session import Session, save_session
from tests.marks.samples import numbered
from tests.marks.test_state_file import no_space

NEWS = "- A robot lands [Originally Added On: May 1st, 2012]\n"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "news").mkdir()
    (tmp_path / "news" / "a.txt").write_text(NEWS)
    return tmp_path


@pytest.fixture
def places(home: Path) -> Places:
    """All that the program keeps, in order: three marks, and a last good copy with two of them."""
    places = find_places({"HOME": str(home)})
    places.config.parent.mkdir(parents=True)
    places.config.write_text('theme = "nord"\n')
    SavedSearches(places.searches).save("moon", "lunar")
    state = StateFile(places.state)
    for marks in (numbered(1, 2), numbered(3)):
        state.apply(marks)
        state.save()
    save_session(places.session, "news", Session("moon"))
    repository = Repository.open([home / "news"], state=places.state, cache=places.cache)
    repository.scan()
    assert repository.close() == ""
    return places


def look(places: Places, home: Path) -> list[Finding]:
    """What is found; looking writes nothing."""
    before = tree(home)
    found = list(examine(places, [home / "news"], utc_now()))
    assert tree(home) == before
    return found


def tree(folder: Path) -> dict[Path, tuple[int, ...]]:
    status = {path: path.lstat() for path in folder.rglob("*")}
    return {path: (s.st_mode, s.st_ino, s.st_size, s.st_mtime_ns) for path, s in status.items()}


def wrong(found: list[Finding]) -> list[Finding]:
    return [finding for finding in found if finding.is_wrong]


def catalogue_of(places: Places) -> Path:
    (path,) = places.cache.glob("*.sqlite")
    return path


def marks(places: Places) -> set[str]:
    state = StateFile(places.state)
    state.load()
    return set(state.marks)


def test_everything_in_order(places: Places, home: Path) -> None:
    found = look(places, home)
    assert wrong(found) == []
    assert {(finding.place, finding.state, finding.remedy) for finding in found} == {
        ("config", "In order. Keys and theme are for the screen to judge.", None),
        ("searches", "1 saved search.", None),
        ("state", "3 marks.", None),
        ("session", "In order.", None),
        ("cache", "In order.", None),
        ("documents", "1 document.", None),
    }


def test_nothing_there_is_in_order_too(home: Path) -> None:
    found = look(find_places({"HOME": str(home)}), home)
    assert wrong(found) == []
    assert sum(finding.state.startswith("Not there: ") for finding in found) == 4


def test_catalogues_of_other_documents_are_looked_at(places: Places, home: Path) -> None:
    own = catalogue_of(places).name
    shutil.copy(places.cache / own, places.cache / "0.sqlite")
    shutil.copy(home / "news" / "a.txt", places.cache / "1.sqlite")
    states = {Path(f.path).name: f.state for f in look(places, home) if f.place == "cache"}
    assert states == {
        "0.sqlite": "In order, and of other documents.",
        "1.sqlite": "It is damaged: file is not a database.",
        own: "In order.",
    }


# Damage, each with its sentence


def spoil(path: Path, start: int) -> None:
    data = path.read_bytes()
    path.write_bytes(data[:start] + b"\xff" * (len(data) - start))


def fifo(path: Path) -> None:
    path.unlink()
    os.mkfifo(path, 0o600)


def dangle(path: Path) -> None:
    path.unlink()
    path.symlink_to("nowhere.json")


def folder(path: Path) -> None:
    path.unlink()
    path.mkdir(0o700)


def file(path: Path) -> None:
    shutil.rmtree(path)
    path.touch()


def old(path: Path) -> None:
    path.touch(0o600)
    hour = (utc_now() - timedelta(hours=1)).timestamp()
    os.utime(path, (hour, hour))


def index(path: Path) -> None:
    """Damage in the full-text index that only shows when that is read."""
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE words_data SET block = x'00' WHERE id > 10")


def version(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 1")


Damage = Callable[[Places], object]

FATAL: list[tuple[str, Damage, str]] = [
    ("config", lambda p: p.config.write_text("\ntheme ="), "Line 2: it is not TOML: "),
    ("config", lambda p: p.config.write_text("thema = 3"), "Line 1: there is no setting 'thema'"),
    ("config", lambda p: p.config.write_bytes(b"\xff"), "It is not UTF-8."),
    ("config", lambda p: fifo(p.config), "It cannot be read: It is not a regular file."),
    ("searches", lambda p: folder(p.searches), "It cannot be read: It is not a regular file."),
    ("state", lambda p: folder(p.state), "It cannot be read: It is not a regular file."),
    ("state", lambda p: fifo(p.state), "It cannot be read: It is not a regular file."),
    (
        "state",
        lambda p: p.state.write_text('{"version": 7, "marks": {}}'),
        "It was written by a newer version of reader",
    ),
    ("state", lambda p: dangle(p.state), "It is a link that leads nowhere;"),
    ("cache", lambda p: file(p.cache), "It is not a folder."),
    ("documents", lambda p: os.mkfifo(p.config.parents[2] / "news" / "b.txt"), "1 document. "),
]
"""What the person has to see to."""


@pytest.mark.parametrize(("place", "damage", "sentence"), FATAL)
def test_what_cannot_be_mended_is_told(places: Places, home: Path, place: str, damage: Damage, sentence: str) -> None:
    damage(places)
    (finding,) = wrong(look(places, home))
    assert (finding.place, finding.remedy) == (place, None)
    assert finding.state.startswith(sentence)
    assert finding.state.endswith(".")
    with pytest.raises(ReaderError):
        finding.mend()


CURABLE: list[tuple[str, Damage, str]] = [
    ("searches", lambda p: p.searches.write_text('moon = "lunar"\nmars = 3\n'), "The search 'mars' is to be a text"),
    ("state", lambda p: p.state.write_bytes(p.state.read_bytes()[:-4]), "It ends too early."),
    ("state", lambda p: p.state.write_bytes(b""), "It is empty."),
    ("state", lambda p: p.state.unlink(), "It is not there, but its last good copy is, with 2 marks."),
    ("state", lambda p: p.state.chmod(0o644), "Others than you may use it: its mode is 644."),
    ("state", lambda p: shared(p.state.with_name("state.json.undo")), "Others than you may use it: its mode is 644."),
    ("state", lambda p: p.state.parent.chmod(0o750), "Others than you may use it: its mode is 750."),
    ("state", lambda p: copy_of(p).write_text("x"), "The last good copy is none: it is not a file of marks."),
    ("state", lambda p: old(p.state.with_name(".state.json.tmp")), "A program that was ended while it wrote has left"),
    ("session", lambda p: p.session.write_text("[]"), "It is not a file of sessions of this version."),
    ("session", lambda p: fifo(p.session), "It cannot be read: It is not a regular file."),
    ("session", lambda p: os.truncate(p.session, 1 << 33), "It is not a file of sessions of this version."),
    ("cache", lambda p: spoil(catalogue_of(p), 0), "It is damaged: file is not a database."),
    ("cache", lambda p: spoil(catalogue_of(p), 8192), "It is damaged: "),
    ("cache", lambda p: os.truncate(catalogue_of(p), 80_000), "It is damaged: "),
    ("cache", lambda p: index(catalogue_of(p)), "It is damaged: "),
    ("cache", lambda p: version(catalogue_of(p)), "It is of version 1, and this program makes version "),
    ("cache", lambda p: fifo(catalogue_of(p)), "It is not a regular file."),
]
"""What has a remedy."""


def shared(path: Path) -> None:
    path.touch()
    path.chmod(0o644)


def copy_of(places: Places) -> Path:
    return places.state.with_name("state.json.bak")


@pytest.mark.parametrize(("place", "damage", "sentence"), CURABLE)
def test_what_can_be_mended_is_in_order_afterwards(
    places: Places, home: Path, place: str, damage: Damage, sentence: str
) -> None:
    damage(places)
    (finding,) = wrong(look(places, home))
    assert finding.place == place
    assert finding.state.startswith(sentence)
    assert finding.remedy
    assert finding.mend().endswith(".")
    assert wrong(look(places, home)) == []
    assert dict(SavedSearches(places.searches)) == {"moon": "lunar"}
    assert marks(places) >= set(numbered(1, 2))
    assert (home / "news" / "a.txt").read_text() == NEWS


def test_whatever_is_damaged_at_once_is_mended_in_one_go(places: Places, home: Path) -> None:
    places.state.write_bytes(places.state.read_bytes()[:-4])
    places.state.chmod(0o666)
    places.state.parent.chmod(0o777)
    copy_of(places).write_bytes(b"")
    places.session.write_bytes(b"\0")
    spoil(catalogue_of(places), 0)
    places.searches.write_text("moon = ")
    mended = [finding.mend() for finding in examine(places, [home / "news"], utc_now()) if finding.is_wrong]
    assert len(mended) == 7
    assert wrong(look(places, home)) == []
    assert marks(places) == set(numbered(1, 2, 3))


# Who may do what


def forbid(monkeypatch: pytest.MonkeyPatch, path: Path) -> None:
    """Let nobody read or write ``path`` until it has the mode that allows it: root may do all things otherwise."""
    access = os.access

    def allowed(name: "str | Path", need: int) -> bool:
        return access(name, need) and (Path(name) != path or bool(path.stat().st_mode & 0o400))

    monkeypatch.setattr(os, "access", allowed)
    path.chmod(0)


@pytest.mark.parametrize("place", ["config", "searches", "state", "session", "cache"])
def test_what_may_not_be_read_is_told_once_and_given_back(
    places: Places, home: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    path: Path = getattr(places, place)
    forbid(monkeypatch, path)
    (finding,) = wrong(look(places, home))
    assert finding.state.startswith("You may not read")
    assert finding.state.endswith(" it: its mode is 000.")
    assert [found.state for found in look(places, home) if found.path == str(path)] == [finding.state]
    assert finding.mend() == f"Its mode is {700 if place == 'cache' else 600} now."
    assert wrong(look(places, home)) == []


@pytest.mark.parametrize("place", ["config", "state", "session", "cache"])
def test_what_may_not_be_looked_at_is_told(
    places: Places, home: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    path: Path = getattr(places, place)
    looking = Path.stat

    def forbidden(self: Path, **options: bool) -> os.stat_result:
        if self == path:
            raise PermissionError(13, "Permission denied")
        return looking(self, **options)

    monkeypatch.setattr(Path, "stat", forbidden)
    found = wrong(list(examine(places, [home / "news"], utc_now())))
    assert [(f.place, f.state, f.remedy) for f in found] == [
        (place, "It cannot be looked at: Permission denied.", None)
    ]


def test_a_document_that_may_not_be_read_is_told_and_left_alone(
    places: Places, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("b.txt", "c.txt"):
        (home / "news" / name).write_text(NEWS)
    forbid(monkeypatch, home / "news" / "b.txt")
    (finding,) = wrong(look(places, home))
    assert finding.state == f"3 documents. {home}/news/b.txt: You may not read it."
    os.mkfifo(home / "news" / "d.txt")
    (finding,) = wrong(look(places, home))
    assert finding.state == (
        f"3 documents. {home}/news/d.txt: This is not a regular file. And 1 more, which `reader check` lists."
    )
    assert finding.remedy is None


def test_a_folder_that_the_person_has_named_may_be_open_to_others(places: Places, home: Path) -> None:
    shared = home / "shared"
    shared.mkdir(0o755)
    shutil.copy(places.state, shared / "marks.json")
    (shared / "marks.json").chmod(0o600)
    assert wrong(look(replace(places, state=shared / "marks.json"), home)) == []
    places.state.unlink()
    places.state.symlink_to(shared / "marks.json")
    assert wrong(look(places, home)) == []


# What lies around


def test_what_is_kept_of_old_damage_and_of_other_machines_is_named(places: Places, home: Path) -> None:
    names = (
        "state.json.corrupt-20260101T000000Z",
        "state.sync-conflict-20260101-000000-ABCDEFG.json",
        "state (Ann's conflicted copy 2026-01-01).json",
    )
    for name in names:
        (places.state.parent / name).touch()
    found = look(places, home)
    assert wrong(found) == []
    assert set(names) <= {Path(finding.path).name for finding in found}


def test_what_is_being_written_just_now_is_not_left_behind(places: Places, home: Path) -> None:
    places.state.with_name(".state.json.tmp").touch()
    assert wrong(look(places, home)) == []


def test_a_catalogue_in_use_is_in_order(places: Places, home: Path) -> None:
    with closing(open_or_rebuild(catalogue_of(places))) as connection:
        connection.execute("INSERT OR REPLACE INTO meta VALUES ('marks', 'x')")
        assert wrong(look(places, home)) == []


# Remedies that fail


def test_a_remedy_that_fails_is_told(places: Places, home: Path) -> None:
    path = catalogue_of(places)
    folder(path)
    (finding,) = wrong(look(places, home))
    with pytest.raises(ReaderError, match=r"It cannot be mended: (Is a directory|Operation not permitted)\."):
        finding.mend()


def test_marks_that_cannot_be_written_stay_as_they_were(
    places: Places, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    places.state.write_bytes(b"x")
    (finding,) = wrong(look(places, home))
    monkeypatch.setattr(disk, "write_beside", no_space)
    with pytest.raises(ReaderError, match="No space left on device"):
        finding.mend()
    assert places.state.read_bytes() == b"x"


def test_no_copy_is_made_of_damage(places: Places, home: Path) -> None:
    copy_of(places).write_bytes(b"x")
    (finding,) = wrong(look(places, home))
    places.state.write_bytes(b"y")
    with pytest.raises(ReaderError, match=r"It cannot be mended: of state\.json, it is not a file of marks\."):
        finding.mend()
    assert copy_of(places).read_bytes() == b"x"
