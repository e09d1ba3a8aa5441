import os
from collections.abc import Iterator
from itertools import permutations
from pathlib import Path

import pytest

from reader import disk
from reader.errors import StateError
from reader.marks import Change, Flag, StateFile, codec, merge_all, set_flag
from reader.model import Mark
from tests.marks.samples import at, ident, numbered, starred
from tests.marks.test_state_file import loaded, no_space, saved

NAMES = (
    "state.sync-conflict-20261122-183000-ABCDEFG.json",
    "state.sync-conflict-20261122-183000.json",
    "state (conflicted copy 2026-11-22 183000).json",
    "state (Bob's conflicted copy 2026-11-22).json",
    "state (Ann's MacBook's conflicted copy 2026-11-22 (1)).json",
    "state (Case Conflicted Copy).json",
)

OTHERS = (
    "state.json.sync-conflict-20261122-183000-ABCDEFG",
    "state.json.bak",
    "state.json.undo",
    "state.sync-conflict-20261122-183000-ABCDEFG.json.merged",
    "state.sync-conflict-20261122-183000-ABCDEFG.sync-conflict-20261123-183000-ABCDEFG.undo",
    "statement (conflicted copy 2026-11-22).json",
    "state (old).json",
    "my state (conflicted copy).json",
    "marks.sync-conflict-20261122-183000-ABCDEFG.json",
)


def copied(path: Path, name: str, marks: dict[str, Mark]) -> Path:
    """A conflict copy with these marks."""
    made = path.with_name("made.json")
    state = StateFile(made)
    state.apply(marks)
    state.save()
    copy = path.with_name(name)
    made.replace(copy)
    for left in (made.with_name("made.json.bak"), made.with_name(".made.json.lock")):
        left.unlink(missing_ok=True)
    return copy


def lying_beside(path: Path) -> set[str]:
    return {place.name for place in path.parent.iterdir()}


@pytest.mark.parametrize("name", NAMES)
def test_a_copy_is_merged_saved_told_and_put_aside(path: Path, name: str) -> None:
    saved(path, 1)
    copy = copied(path, name, numbered(2))
    text = copy.read_bytes()
    state = loaded(path)
    assert state.marks == loaded(path).marks == numbered(1, 2)
    assert not copy.exists()
    assert copy.with_name(f"{name}.merged").read_bytes() == text
    assert state.notices == (f"{name} is merged into {path}, and kept as {name}.merged.",)
    assert (state.is_due, loaded(path).notices) == (False, ())


@pytest.mark.parametrize("name", OTHERS)
def test_what_is_no_conflict_copy_is_left_alone(path: Path, name: str) -> None:
    saved(path, 1)
    copied(path, name, numbered(2))
    before = lying_beside(path)
    assert loaded(path).marks == numbered(1)
    assert lying_beside(path) == before


@pytest.mark.parametrize(
    ("name", "copy"),
    [
        ("marks.json", "marks (conflicted copy 2026-11-22).json"),
        ("marks", "marks.sync-conflict-20261122-183000-ABCDEFG"),
        ("a (b).c[d].txt", "a (b).c[d].sync-conflict-20261122-183000-ABCDEFG.txt"),
    ],
)
def test_a_state_file_of_any_name_has_its_own(tmp_path: Path, name: str, copy: str) -> None:
    path = tmp_path / name
    saved(path, 1)
    state = loaded(path)
    state.history.add("a", Change((), Flag.READ, True))
    state.save()
    copied(path, copy, numbered(2))
    copied(path, "state (conflicted copy 2026-11-22).json", numbered(3))
    copied(path, f"{name} (conflicted copy 2026-11-22).undo", numbered(4))
    assert loaded(path).marks == numbered(1, 2)


def test_copies_beside_a_linked_file_are_those_of_the_file_itself(path: Path, tmp_path: Path) -> None:
    real = tmp_path / "cloud" / "state.json"
    saved(real, 1)
    path.parent.mkdir(parents=True)
    path.symlink_to(real)
    copied(real, NAMES[0], numbered(2))
    assert loaded(path).marks == loaded(real).marks == numbered(1, 2)


def test_the_later_time_wins_flag_by_flag_in_whatever_order_they_come(tmp_path: Path) -> None:
    mine = {ident(1): set_flag(starred(1, seconds=5), Flag.READ, True, at(1))}
    theirs = {ident(1): set_flag(set_flag(Mark("T"), Flag.STARRED, False, at(6)), Flag.READ, False, at(0))}
    third = {ident(1): set_flag(Mark("T"), Flag.READ, False, at(3))}
    wanted = merge_all(merge_all(mine, theirs), third)
    assert (wanted[ident(1)].starred, wanted[ident(1)].read) == (False, False)
    for number, (one, two, three) in enumerate(permutations((mine, theirs, third))):
        path = tmp_path / f"{number}" / "state.json"
        state = StateFile(path)
        state.apply(one)
        state.save()
        copied(path, NAMES[0], two)
        copied(path, NAMES[2], three)
        assert loaded(path).marks == loaded(path).marks == wanted


def test_a_copy_that_comes_while_running_is_found(path: Path) -> None:
    state = saved(path, 1)
    state.refresh()
    copied(path, NAMES[0], numbered(2, 3))
    assert state.differs()
    assert state.refresh() == {ident(2), ident(3)}
    assert (state.is_due, path.with_name(NAMES[0]).exists()) == (True, True)
    state.save()
    assert (state.is_due, path.with_name(NAMES[0]).exists()) == (False, False)


def test_a_copy_that_brings_nothing_new_is_put_aside_all_the_same(path: Path) -> None:
    state = saved(path, 1)
    copied(path, NAMES[0], numbered(1))
    assert state.refresh() == frozenset()
    before = path.read_bytes()
    state.save()
    assert (path.read_bytes(), path.with_name(NAMES[0]).exists()) == (before, False)


def test_a_folder_that_rests_is_not_looked_through(path: Path) -> None:
    state = saved(path, 1)
    os.utime(path.parent, ns=(10**18, 10**18))
    state.refresh()
    assert not state.differs()


def test_it_is_put_aside_only_when_what_it_said_is_saved(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    saved(path, 1)
    copy = copied(path, NAMES[0], numbered(2))
    with monkeypatch.context() as full:
        full.setattr(os, "fsync", no_space)
        state = loaded(path)
        assert state.marks == numbered(1, 2)
        with pytest.raises(StateError, match="No space"):
            state.save()
        assert copy.exists()
    state.save()
    assert (loaded(path).marks.copy(), copy.exists()) == (numbered(1, 2), False)


@pytest.fixture(params=[b"", b"rubbish", b'{"version": 1, "marks": {\n  "a": {"rea', b'{"version": 2, "marks": {}}\n'])
def odd(request: pytest.FixtureRequest, path: Path) -> Iterator[Path]:
    saved(path, 1)
    copy = path.with_name(NAMES[0])
    copy.write_bytes(request.param)
    yield copy
    assert copy.read_bytes() == request.param


def test_a_damaged_or_newer_copy_is_left_alone_and_told_once(path: Path, odd: Path) -> None:
    state = loaded(path)
    (notice,) = state.notices
    assert notice.startswith(str(odd))
    assert notice.endswith("it is left alone.")
    for number in (2, 3):
        state.apply(numbered(number))
        state.save()
        state.refresh()
    assert state.notices == (notice,)
    assert loaded(path).marks == numbered(1, 2, 3)


def test_a_damaged_copy_that_is_whole_in_the_end_is_merged(path: Path) -> None:
    state = saved(path, 1)
    copy = copied(path, NAMES[0], numbered(2))
    text = copy.read_bytes()
    copy.write_bytes(text[:-20])
    state.refresh()
    copy.write_bytes(text)
    assert state.refresh() == {ident(2)}


@pytest.mark.parametrize("kind", ["folder", "fifo", "link"])
def test_what_is_no_file_is_no_copy(path: Path, tmp_path: Path, kind: str) -> None:
    saved(path, 1)
    copy = path.with_name(NAMES[0])
    if kind == "folder":
        copy.mkdir()
    elif kind == "fifo":
        os.mkfifo(copy)
    else:
        saved(tmp_path / "other.json", 2)
        copy.symlink_to(tmp_path / "other.json")
    assert (loaded(path).marks.copy(), loaded(path).notices) == (numbered(1), ())
    assert os.path.lexists(copy)


def test_no_aside_ever_overwrites_another(path: Path) -> None:
    saved(path, 1)
    for number in (2, 3, 4):
        copied(path, NAMES[0], numbered(number))
        loaded(path)
    asides = sorted(path.parent.glob("*.merged*"))
    assert [aside.name for aside in asides] == [f"{NAMES[0]}.merged{end}" for end in ("", "-2", "-3")]
    assert [loaded_marks(aside) for aside in asides] == [numbered(number) for number in (2, 3, 4)]


def loaded_marks(path: Path) -> dict[str, Mark]:
    with disk.opened(path) as (file, _):
        return codec.read(file, {}).marks


def test_a_copy_that_was_replaced_meanwhile_is_not_put_aside_unread(path: Path) -> None:
    state = saved(path, 1)
    copied(path, NAMES[0], numbered(2))
    state.refresh()
    copied(path, NAMES[0], numbered(3))
    state.save()
    assert path.with_name(NAMES[0]).exists()
    state.refresh()
    state.save()
    assert (loaded(path).marks.copy(), path.with_name(NAMES[0]).exists()) == (numbered(1, 2, 3), False)


def test_two_readers_may_merge_the_same_copy(path: Path) -> None:
    one, two = saved(path, 1), loaded(path)
    copied(path, NAMES[0], numbered(2))
    one.refresh()
    two.refresh()
    one.save()
    two.save()
    assert loaded(path).marks == one.marks == two.marks == numbered(1, 2)
    assert len(list(path.parent.glob("*.merged*"))) == 1


def test_a_name_that_cannot_be_given_is_told_and_no_hindrance(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    saved(path, 1)
    copied(path, NAMES[0], numbered(2))
    monkeypatch.setattr(Path, "rename", no_space)
    state = loaded(path)
    assert state.marks == numbered(1, 2)
    assert "cannot be renamed: No space left on device." in state.notices[0]


def test_unknown_keys_of_a_copy_are_kept(path: Path) -> None:
    saved(path, 1)
    copy = copied(path, NAMES[0], numbered(1))
    copy.write_bytes(copy.read_bytes().replace(b'"version": 1', b'"version": 1, "owner": "me"'))
    loaded(path)
    assert path.read_bytes().startswith(b'{"version": 1, "owner": "me", "marks": {')
