import errno
import json
import os
import stat
from pathlib import Path

import pytest

from reader import disk
from reader.errors import StateError
from reader.marks import Change, Flag, History, StateFile, history
from tests.marks.samples import ident, numbered
from tests.marks.test_state_file import loaded, no_space


def step(*numbers: int, flag: Flag = Flag.STARRED, value: bool = True) -> Change:
    return Change(tuple(ident(number) for number in numbers), flag, value)


def kept(path: Path, *changes: Change) -> History:
    """The history of a run that has ended, with these steps in it."""
    state = loaded(path)
    for number, change in enumerate(changes):
        state.history.add(f"{number}", change)
    state.save()
    return state.history


def file_of(path: Path) -> Path:
    return path.with_name("state.json.undo")


def test_steps_are_taken_back_and_made_again_by_the_next_run(path: Path) -> None:
    kept(path, step(1), step(2, 3, flag=Flag.READ))
    state = loaded(path)
    assert state.history.undo() == step(2, 3, flag=Flag.READ)
    state.save()
    state = loaded(path)
    assert [state.history.undo(), state.history.undo()] == [step(1), None]
    state.save()
    state = loaded(path)
    assert [state.history.redo() for _ in range(3)] == [step(1), step(2, 3, flag=Flag.READ), None]


def test_a_step_can_be_undone_before_it_is_saved(path: Path) -> None:
    steps = History(path)
    steps.add("a", step(1))
    assert (steps.undo(), steps.undo(), steps.redo()) == (step(1), None, step(1))
    assert not path.parent.exists()


def test_a_new_step_ends_what_could_be_redone(path: Path) -> None:
    steps = kept(path, step(1), step(2))
    steps.undo()
    steps.add("new", step(3))
    assert steps.redo() is None
    assert [steps.undo(), steps.undo(), steps.undo()] == [step(3), step(1), None]


def test_the_parts_of_a_large_step_are_one(path: Path) -> None:
    state = loaded(path)
    state.history.add("a", Change((ident(1),), Flag.READ, True, (ident(8),)))
    state.history.add("b", step(5))
    state.save()
    state.history.add("a", Change((ident(2),), Flag.READ, True, (ident(9),)))
    steps = loaded(path).history
    assert steps.undo() == step(5)
    assert state.history.undo() == step(5)
    assert state.history.undo() == Change((ident(1), ident(2)), Flag.READ, True, (ident(8), ident(9)))


def test_the_file_is_private_and_lies_beside_the_file_that_a_link_leads_to(path: Path, tmp_path: Path) -> None:
    (tmp_path / "cloud").mkdir()
    link = tmp_path / "link.json"
    link.symlink_to(tmp_path / "cloud" / "marks.json")
    kept(link, step(1))
    there = tmp_path / "cloud" / "marks.json.undo"
    assert stat.S_IMODE(there.stat().st_mode) == 0o600
    assert loaded(tmp_path / "cloud" / "marks.json").history.undo() == step(1)


def test_a_mark_is_never_on_the_disk_without_its_step(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    state = loaded(path)
    replace = disk.replace
    found: list[Change | None] = []

    def looking(*args: Path) -> None:
        found.append(History(path).undo())
        replace(*args)

    monkeypatch.setattr(disk, "replace", looking)
    state.history.add("a", step(1))
    state.apply(numbered(1))
    state.save()
    assert found == [step(1)]


def test_two_readers_share_their_steps(path: Path) -> None:
    one, two = loaded(path), loaded(path)
    for number in range(1, 9, 2):
        one.history.add(f"one{number}", step(number))
        one.save()
        two.history.add(f"two{number}", step(number + 1))
        two.save()
    assert one.history.undo() == step(8)
    one.save()
    assert two.history.undo() == step(7)
    two.save()
    assert one.history.redo() == step(7)
    assert [loaded(path).history.undo() for _ in range(2)] == [step(6), step(6)]


class TestBounds:
    @pytest.fixture(autouse=True)
    def _narrow(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(history, "ROOM", 2000)
        monkeypatch.setattr(history, "MOST", 5)

    def test_old_steps_are_dropped_and_the_newest_stay_as_they_were(self, path: Path) -> None:
        state = loaded(path)
        for number in range(200):
            state.history.add(f"s{number}", step(number))
            if number % 3 == 2:
                state.history.undo()
            state.save()
            assert file_of(path).stat().st_size < 2500
        state.history.undo()
        state.save()
        loaded(path).history.trim()
        steps = loaded(path).history
        assert steps.redo() == step(199)
        assert [steps.undo(), steps.undo()] == [step(199), step(198)]

    def test_a_star_after_a_large_step_does_not_write_the_large_step_again(
        self, path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        state = loaded(path)
        state.history.add("large", step(*range(1000)))
        state.save()
        written = []
        write = disk.write_beside

        def noted(*args: object) -> object:
            written.append(args[0])
            return write(*args)  # type: ignore[arg-type]

        monkeypatch.setattr(disk, "write_beside", noted)
        for number in range(100):
            state.history.add(f"s{number}", step(number))
            state.save()
        assert written == []
        assert file_of(path).stat().st_size > 16_000

    def test_of_steps_that_are_too_large_together_the_newest_stay(
        self, path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(history, "LARGEST", 10_000)
        kept(path, step(*range(200)), step(*range(250)), step(*range(240)))
        steps = loaded(path).history
        steps.trim()
        assert [steps.undo(), steps.undo()] == [step(*range(240)), None]


class TestDamage:
    @pytest.mark.parametrize(
        "text",
        [
            b"",
            b"\0" * 5000,
            b"not json\n[1]\n5\nnull\n" + b"[" * 10_000,
            b'{"step": "a", "flag": "read", "value": true, "ids": "123"}\n',
            b'{"step": "a", "flag": "read", "value": 1, "ids": ""}\n{"step": {}}\n{"undo": []}\n{"redo": 1}\n',
            b'{"step": "a", "flag": "eaten", "value": true, "ids": ""}\n',
            b'{"version": "1", "room": null}\n{"step": "a", "flag": "read", "value": true, "ids": 5}\n',
        ],
    )
    def test_what_is_not_a_step_is_none_and_new_ones_are_kept(self, path: Path, text: bytes) -> None:
        path.parent.mkdir(parents=True)
        file_of(path).write_bytes(text)
        state = loaded(path)
        assert (state.history.undo(), state.history.redo(), state.notices) == (None, None, ())
        state.history.add("b", step(1))
        state.save()
        assert loaded(path).history.undo() == step(1)

    def test_a_file_cut_anywhere_gives_its_whole_steps_and_takes_new_ones(self, path: Path) -> None:
        kept(path, step(1), step(2))
        whole = file_of(path).read_bytes()
        for size in range(0, len(whole), 3):
            file_of(path).write_bytes(whole[:size])
            state = loaded(path)
            state.history.add("new", step(9))
            state.save()
            steps = loaded(path).history
            assert steps.undo() == step(9)
            left = [change for change in (steps.undo(), steps.undo()) if change]
            assert left == [step(2), step(1)][-len(left) or 2 :]

    def test_a_newer_version_is_left_alone(self, path: Path) -> None:
        path.parent.mkdir(parents=True)
        text = b'{"version": 2, "room": 5}\n{"step": "a", "flag": "read", "value": true, "ids": ""}\n'
        file_of(path).write_bytes(text)
        state = loaded(path)
        state.history.add("b", step(1))
        state.apply(numbered(1))
        state.save()
        state.save()
        assert file_of(path).read_bytes() == text
        assert (state.history.undo(), state.history.undo()) == (step(1), None)

    @pytest.mark.parametrize("kind", ["folder", "fifo"])
    def test_what_is_no_file_is_told_once_and_the_marks_are_saved(self, path: Path, kind: str) -> None:
        path.parent.mkdir(parents=True)
        file_of(path).mkdir() if kind == "folder" else os.mkfifo(file_of(path))
        state = loaded(path)
        for number in (1, 2):
            state.history.add(f"{number}", step(number))
            state.apply(numbered(number))
            state.save()
        assert loaded(path).marks == numbered(1, 2)
        (notice,) = state.notices
        assert notice.startswith(f"What u takes back cannot be kept in {path}.undo: ")
        assert [state.history.undo() for _ in range(3)] == [step(2), step(1), None]

    def test_a_huge_file_of_something_else_is_not_read_into_memory(
        self, path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(history, "LARGEST", 1000)
        kept(path, step(1))
        file_of(path).write_bytes(b"x" * 5000 + b"\n" + file_of(path).read_bytes())
        steps = loaded(path).history
        assert steps.undo() == step(1)

    def test_on_a_full_disk_steps_wait_and_no_half_one_is_left(
        self, path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        state = StateFile(path)
        state.history.add("a", step(1))
        state.apply(numbered(1))
        state.save()
        before = file_of(path).read_bytes()
        state.history.add("b", step(2))
        state.apply(numbered(2))
        with monkeypatch.context() as full:
            full.setattr(os, "fdopen", half_written)
            with pytest.raises(StateError, match="No space left"):
                state.save()
        assert file_of(path).read_bytes() == before
        assert state.history.undo() == step(2)
        state.save()
        assert json.loads(file_of(path).read_bytes().splitlines()[-1]) == {"undo": "b"}


def half_written(handle: int, *_args: object, **_keywords: object) -> object:
    os.write(handle, b'{"step": ')
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_write_that_fails_in_trimming_leaves_the_steps(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept(path, step(1))
    before = file_of(path).read_bytes().replace(b'"room": 262144', b'"room": 10')
    file_of(path).write_bytes(before)
    state = loaded(path)
    state.history.add("b", step(2))
    with monkeypatch.context() as full:
        full.setattr(os, "fsync", no_space)
        state.save()
    assert len(state.notices) == 1
    assert [loaded(path).history.undo()] == [step(2)]
