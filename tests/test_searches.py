import os
import tomllib
from functools import partial
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reader.errors import ConfigError
from reader.searches import SavedSearches
from tests.marks.samples import NOON
from tests.test_config import unreadable


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "config" / "searches.toml"


@pytest.fixture
def saved(file: Path) -> SavedSearches:
    return SavedSearches(file)


def write(file: Path, text: str) -> None:
    """Write as an editor would, at a time that differs even on a slow clock."""
    file.parent.mkdir(exist_ok=True)
    before = file.stat().st_mtime_ns if file.exists() else 0
    file.write_text(text)
    now = max(file.stat().st_mtime_ns, before + 1)
    os.utime(file, ns=(now, now))


def test_without_a_file_there_are_none(saved: SavedSearches, file: Path) -> None:
    assert dict(saved) == {}
    assert saved.problem == ""
    assert not file.exists()


def test_what_is_saved_is_there_for_people_and_for_the_next_run(saved: SavedSearches, file: Path) -> None:
    saved.save("moon", 'is:unread "lunar station"')
    saved.save("été", r"title:/\d+/")
    assert file.read_text() == 'moon = "is:unread \\"lunar station\\""\n"été" = "title:/\\\\d+/"\n'
    assert dict(SavedSearches(file)) == dict(saved) == {"moon": 'is:unread "lunar station"', "été": r"title:/\d+/"}


def test_what_others_write_is_seen(saved: SavedSearches, file: Path) -> None:
    write(file, 'moon = "lunar"')
    assert saved["moon"] == "lunar"
    write(file, 'mars = "rover"')
    assert dict(saved) == {"mars": "rover"}
    file.unlink()
    assert dict(saved) == {}
    assert "mars" not in saved


def test_changes_leave_every_other_line_as_it_is(saved: SavedSearches, file: Path) -> None:
    write(file, '# mine\nmoon = "lunar"   # the near one\n\n\'mars\' = "rover"\n')
    saved.save("sun", "solar")
    saved.save("mars", "phobos")
    assert file.read_text() == '# mine\nmoon = "lunar"   # the near one\n\nmars = "phobos"\nsun = "solar"\n'
    saved.rename("sun", "star")
    saved.delete("mars")
    assert file.read_text() == '# mine\nmoon = "lunar"   # the near one\n\nstar = "solar"\n'
    assert dict(saved) == {"moon": "lunar", "star": "solar"}


def test_lines_that_are_not_one_entry_each_are_written_anew(saved: SavedSearches, file: Path) -> None:
    write(file, 'moon = """\nlunar\nmars = "no entry"\n"""\nmars = "rover"\n')
    saved.save("mars", "phobos")
    assert dict(SavedSearches(file)) == {"moon": 'lunar mars = "no entry"', "mars": "phobos"}


@pytest.mark.parametrize("name", ["", "two words", "a.b", "@moon", "a\n", "\x1b[31m"])
def test_names_are_single_words(saved: SavedSearches, file: Path, name: str) -> None:
    saved.save("moon", "lunar")
    for change in (partial(saved.save, name, "x"), partial(saved.rename, "moon", name)):
        with pytest.raises(ConfigError, match="cannot name a search") as caught:
            change()
        assert str(caught.value).isprintable()
    assert file.read_text() == 'moon = "lunar"\n'


def test_what_is_not_there_cannot_be_changed_and_what_is_there_not_taken(saved: SavedSearches) -> None:
    saved.save("moon", "lunar")
    saved.save("mars", "rover")
    with pytest.raises(ConfigError, match="There is no saved search 'sun'"):
        saved.rename("sun", "star")
    with pytest.raises(ConfigError, match="There is no saved search 'sun'"):
        saved.delete("sun")
    with pytest.raises(ConfigError, match="There is a saved search 'mars' already"):
        saved.rename("moon", "mars")
    saved.rename("moon", "moon")
    assert dict(saved) == {"moon": "lunar", "mars": "rover"}


@pytest.mark.parametrize("damage", ["moon = ", "moon = 3", '[moon]\na = "b"', '"two words" = "x"', "moon = ["])
def test_a_damaged_file_leaves_the_last_good_state_in_force(saved: SavedSearches, file: Path, damage: str) -> None:
    write(file, 'moon = "lunar"')
    assert saved.problem == ""
    write(file, damage)
    assert dict(saved) == {"moon": "lunar"}
    assert saved.problem.startswith(str(file))
    assert saved.problem.endswith(".")
    for change in (partial(saved.save, "a", "b"), partial(saved.rename, "moon", "b"), partial(saved.delete, "moon")):
        with pytest.raises(ConfigError, match=r"searches\.toml"):
            change()
    assert file.read_text() == damage
    assert "moon" not in SavedSearches(file)
    write(file, 'mars = "rover"')
    assert saved.problem == ""
    assert dict(saved) == {"mars": "rover"}


BROKEN = b'moon = "lunar"\nmars = "rover\n\nsun = 3\nearth = "blue"\n\xff = "x"\nice = "\xe9"\nmoon = "new"\n'


def test_of_a_file_that_was_never_sound_the_lines_are_in_force_that_can_be_read(file: Path) -> None:
    file.parent.mkdir()
    file.write_bytes(BROKEN)
    saved = SavedSearches(file)
    assert dict(saved) == {"moon": "new", "earth": "blue"}
    assert saved.problem == f"{file}: it is not UTF-8."
    with pytest.raises(ConfigError, match="not UTF-8"):
        saved.save("a", "b")
    assert file.read_bytes() == BROKEN


def test_a_damaged_file_is_mended_when_that_is_asked_for(saved: SavedSearches, file: Path) -> None:
    file.parent.mkdir()
    file.write_bytes(BROKEN)
    aside = saved.mend(NOON)
    assert aside == file.with_name("searches.toml.corrupt-20261122T120000Z")
    assert aside.read_bytes() == BROKEN
    assert file.read_text() == 'moon = "new"\nearth = "blue"\n'
    assert (saved.problem, saved.mend(NOON)) == ("", None)
    assert dict(SavedSearches(file)) == dict(saved) == {"moon": "new", "earth": "blue"}


def test_a_sound_file_is_not_mended(saved: SavedSearches, file: Path) -> None:
    write(file, "# mine\n")
    assert saved.mend(NOON) is None
    assert file.read_text() == "# mine\n"


@pytest.mark.parametrize("kind", ["fifo", "folder", "device", "huge"])
def test_what_is_no_file_of_searches_is_told_and_never_waited_for(file: Path, kind: str) -> None:
    file.parent.mkdir()
    unreadable(file, kind)
    saved = SavedSearches(file)
    assert dict(saved) == {}
    assert saved.problem.startswith(f"{file}: it ")


def test_what_a_terminal_would_obey_does_not_get_in(saved: SavedSearches, file: Path) -> None:
    write(file, r'moon = "lu\u001b[31mnar"')
    assert saved["moon"] == "lunar"
    saved.save("mars", "ro\x1b]0;pwned\x07ver\n")
    assert tomllib.loads(file.read_text())["mars"] == "rover"


def test_a_link_to_the_file_stays_a_link(saved: SavedSearches, file: Path, tmp_path: Path) -> None:
    target = tmp_path / "dotfiles.toml"
    target.write_text('moon = "lunar"\n')
    file.parent.mkdir()
    file.symlink_to(target)
    saved.save("mars", "rover")
    assert file.is_symlink()
    assert target.read_text() == 'moon = "lunar"\nmars = "rover"\n'


def test_two_readers_lose_nothing_of_each_other(saved: SavedSearches, file: Path) -> None:
    other = SavedSearches(file)
    saved.save("moon", "lunar")
    other.save("mars", "rover")
    saved.save("sun", "solar")
    assert dict(saved) == dict(other) == {"moon": "lunar", "mars": "rover", "sun": "solar"}


def test_what_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "config").write_text("a file where the folder should be")
    saved = SavedSearches(tmp_path / "config" / "searches.toml")
    assert dict(saved) == {}
    with pytest.raises(ConfigError, match=r"searches\.toml"):
        saved.save("moon", "lunar")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(query=st.text(max_size=40))
def test_any_query_comes_back_as_it_was_cleaned(file: Path, query: str) -> None:
    saved = SavedSearches(file)
    saved.save("any", query)
    assert SavedSearches(file)["any"] == saved["any"]
