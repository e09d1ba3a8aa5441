import errno
import json
import os
import stat
import time
from pathlib import Path
from threading import Barrier, Thread

import pytest

from reader import disk
from reader.errors import StateError
from reader.marks import Flag, StateFile, merge, set_flag
from reader.model import Mark

from .samples import at, ident, numbered, starred


def loaded(path: Path) -> StateFile:
    state = StateFile(path)
    state.load()
    return state


def saved(path: Path, *numbers: int) -> StateFile:
    state = loaded(path)
    state.apply(numbered(*numbers))
    state.save()
    return state


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_making_one_touches_nothing(path: Path) -> None:
    state = StateFile(path)
    assert (state.stamp(), dict(state.marks), state.unsaved, state.notices) == (None, {}, False, ())
    assert not path.parent.exists()


def test_without_a_file_there_are_no_marks_and_none_is_made(path: Path) -> None:
    state = loaded(path)
    state.save()
    assert (dict(state.marks), state.notices) == ({}, ())
    assert not path.parent.exists()


def test_what_was_saved_is_loaded(path: Path) -> None:
    state = loaded(path)
    state.apply(numbered(1, 2))
    assert (state.marks.copy(), state.unsaved) == (numbered(1, 2), True)
    assert not path.exists()
    state.save()
    assert not state.unsaved
    assert loaded(path).marks == numbered(1, 2)
    assert not loaded(path).unsaved


def test_marks_cannot_be_changed_but_by_apply(path: Path) -> None:
    with pytest.raises(TypeError):
        StateFile(path).marks["a"] = Mark()  # type: ignore[index]


def test_apply_merges(path: Path) -> None:
    state = saved(path, 1)
    state.apply({ident(1): starred(1, seconds=-5)})
    assert not state.unsaved
    undone = set_flag(state.marks[ident(1)], Flag.STARRED, False, at(1))
    state.apply({ident(1): undone})
    state.save()
    assert loaded(path).marks == {ident(1): undone}


def test_marks_applied_before_the_file_is_read_are_merged_with_it(path: Path) -> None:
    saved(path, 1)
    state = StateFile(path)
    state.apply(numbered(2))
    state.save()
    assert state.marks == loaded(path).marks == numbered(1, 2)


def test_the_file_is_private_and_so_is_each_folder_made_for_it(path: Path) -> None:
    saved(path, 1)
    assert [mode(place) for place in (path, path.parent, path.parent.parent)] == [0o600, 0o700, 0o700]
    path.chmod(0o644)
    state = loaded(path)
    state.apply(numbered(2))
    state.save()
    assert mode(path) == 0o600


def test_the_previous_content_is_kept_and_the_stamp_changes(path: Path) -> None:
    state = saved(path, 1)
    before, stamp = path.read_bytes(), state.stamp()
    state.apply(numbered(2))
    state.save()
    assert path.with_name("state.json.bak").read_bytes() == before
    assert state.stamp() != stamp
    assert state.stamp() == disk.stamp_of(path)


def test_every_save_has_a_later_time_even_within_one_tick_of_the_clock(path: Path) -> None:
    state = saved(path, 1)
    future = path.stat().st_mtime_ns + 10**18
    os.utime(path, ns=(future, future))
    state.apply(numbered(2))
    state.save()
    assert path.stat().st_mtime_ns > future


def test_untouched_lines_are_written_as_they_were_read(path: Path) -> None:
    saved(path, 1, 2)
    odd = b'  "%b":{ "title":"T",   "read":true , "mood": {"b":1,"a":[1.0]} },\n' % ident(3).encode()
    head, rest = path.read_bytes().split(b"\n", 1)
    path.write_bytes(head.replace(b"1,", b'1, "owner": "me",') + b"\n" + odd + rest)
    state = loaded(path)
    state.apply(numbered(4))
    state.save()
    text = path.read_bytes()
    assert odd.strip() in text
    assert text.startswith(b'{"version": 1, "owner": "me", "marks": {\n')
    assert json.loads(text)["marks"].keys() == numbered(1, 2, 3, 4).keys()


def test_unknown_keys_of_a_mark_survive_its_change(path: Path) -> None:
    saved(path, 1)
    path.write_bytes(path.read_bytes().replace(b'"title"', b'"mood": {"b": 1}, "title"'))
    state = loaded(path)
    state.apply({ident(1): set_flag(state.marks[ident(1)], Flag.READ, True, at(1))})
    state.save()
    mark = json.loads(path.read_bytes())["marks"][ident(1)]
    assert (mark["mood"], mark["read"]) == ({"b": 1}, True)


def test_bad_fields_are_told_and_survive(path: Path) -> None:
    saved(path, 1)
    path.write_bytes(path.read_bytes().replace(b'"2012-09-07"', b'"long ago"'))
    state = loaded(path)
    assert state.notices == (f"{path} has 1 mark with fields that cannot be read; they are kept as they are.",)
    state.apply({ident(1): set_flag(state.marks[ident(1)], Flag.READ, True, at(1))})
    state.save()
    assert json.loads(path.read_bytes())["marks"][ident(1)]["published"] == "long ago"


class TestTwoReaders:
    def test_nothing_is_lost_when_saves_interleave(self, path: Path) -> None:
        one, two = loaded(path), loaded(path)
        for number in range(0, 20, 2):
            one.apply(numbered(number))
            two.apply(numbered(number + 1))
            one.save()
            two.save()
        assert two.marks == loaded(path).marks == numbered(*range(20))
        one.refresh()
        assert one.marks == two.marks

    def test_the_later_of_two_changes_wins_whoever_saves_last(self, path: Path) -> None:
        saved(path, 1)
        one, two = loaded(path), loaded(path)
        later = set_flag(one.marks[ident(1)], Flag.STARRED, False, at(20))
        earlier = set_flag(two.marks[ident(1)], Flag.READ, True, at(10))
        one.apply({ident(1): later})
        two.apply({ident(1): set_flag(earlier, Flag.STARRED, True, at(10))})
        one.save()
        two.save()
        mark = loaded(path).marks[ident(1)]
        assert (mark.starred, mark.starred_at, mark.read) == (False, at(20), True)

    def test_a_change_during_the_other_s_save_is_noticed_although_size_and_inode_are_the_same(self, path: Path) -> None:
        one = saved(path, 1)
        inode = path.stat().st_ino
        path.with_name("state.json.bak").unlink(missing_ok=True)
        for _ in range(50):
            other = loaded(path)
            flipped = not other.marks[ident(1)].read
            other.apply({ident(1): set_flag(other.marks[ident(1)], Flag.READ, flipped, at(1))})
            other.save()
            assert one.refresh() == {ident(1)}
            assert one.marks == other.marks
            if path.stat().st_ino == inode:
                break

    def test_threads_with_a_file_each_lose_nothing(self, path: Path) -> None:
        start = Barrier(3)

        def work(first: int) -> None:
            state = loaded(path)
            start.wait(20)
            for number in range(first, 60, 3):
                state.apply(numbered(number))
                state.save()

        threads = [Thread(target=work, args=(first,)) for first in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert loaded(path).marks == numbered(*range(60))

    def test_refresh_tells_whose_marks_others_changed(self, path: Path) -> None:
        one, two = saved(path, 1, 2), loaded(path)
        assert two.refresh() == frozenset()
        one.apply({ident(2): starred(2, seconds=7)} | numbered(3))
        one.save()
        assert two.refresh() == {ident(2), ident(3)}
        assert two.refresh() == frozenset()
        assert (two.marks.copy(), two.unsaved) == (one.marks.copy(), False)

    def test_what_a_save_came_upon_is_told_by_the_next_refresh(self, path: Path) -> None:
        one, two = loaded(path), loaded(path)
        one.apply(numbered(1))
        one.save()
        two.apply(numbered(2))
        two.save()
        assert two.refresh() == {ident(1)}
        assert two.refresh() == frozenset()

    def test_unsaved_marks_stay_unsaved_through_a_refresh(self, path: Path) -> None:
        one, two = loaded(path), loaded(path)
        two.apply(numbered(2))
        one.apply(numbered(1))
        one.save()
        assert two.refresh() == {ident(1)}
        assert (two.unsaved, two.marks.copy()) == (True, numbered(1, 2))

    def test_what_the_other_saved_as_well_is_not_unsaved_any_more(self, path: Path) -> None:
        one, two = loaded(path), loaded(path)
        two.apply(numbered(1))
        one.apply(numbered(1))
        one.save()
        two.refresh()
        assert not two.unsaved

    def test_an_older_file_put_in_place_is_brought_up_again(self, path: Path) -> None:
        state = saved(path, 1)
        old = path.read_bytes()
        state.apply(numbered(2))
        state.save()
        path.write_bytes(old)
        assert state.refresh() == frozenset()
        assert state.unsaved
        state.save()
        assert loaded(path).marks == numbered(1, 2)

    def test_a_file_that_was_deleted_is_written_again(self, path: Path) -> None:
        state = saved(path, 1)
        path.unlink()
        assert state.refresh() == frozenset()
        assert (state.marks.copy(), state.unsaved, state.notices) == (numbered(1), True, ())
        state.save()
        assert loaded(path).marks == numbered(1)

    def test_two_readers_of_values_that_never_equal_themselves_come_to_rest(self, path: Path) -> None:
        saved(path, 1)
        path.write_bytes(path.read_bytes().replace(b'"title"', b'"x": NaN, "title"'))
        one, two = loaded(path), loaded(path)
        one.apply(numbered(2))
        one.save()
        os.utime(path)
        two.refresh()
        one.refresh()
        assert not one.unsaved
        assert not two.unsaved

    def test_a_program_that_knows_no_lock_is_not_overwritten(self, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        state = saved(path, 1)
        foreign = path.read_bytes().replace(ident(1).encode(), ident(9).encode())
        write = disk.write_beside

        def slow(*args: object) -> tuple[Path, disk.Stamp]:
            monkeypatch.setattr(disk, "write_beside", write)
            written = write(*args)  # type: ignore[arg-type]
            path.write_bytes(foreign)
            return written

        monkeypatch.setattr(disk, "write_beside", slow)
        state.apply(numbered(2))
        state.save()
        assert loaded(path).marks.keys() == {ident(1), ident(2), ident(9)}


class TestLinks:
    def test_a_link_stays_a_link_and_its_target_is_replaced(self, path: Path, tmp_path: Path) -> None:
        real = tmp_path / "cloud" / "marks.json"
        saved(real, 1)
        path.parent.mkdir(parents=True)
        path.symlink_to(real)
        state = saved(path, 2)
        assert path.is_symlink()
        assert loaded(real).marks == numbered(1, 2)
        assert state.stamp() == disk.stamp_of(real)
        assert mode(real) == 0o600
        assert (real.parent / "marks.json.bak").exists()

    def test_a_link_to_nowhere_is_told_of_and_gets_its_target(self, path: Path, tmp_path: Path) -> None:
        real = tmp_path / "cloud" / "marks.json"
        path.parent.mkdir(parents=True)
        path.symlink_to(real)
        state = saved(path, 1)
        assert state.notices == (f"{path} is a link to {real}, where there is no file; marks begin anew there.",)
        assert path.is_symlink()
        assert loaded(real).marks == numbered(1)
        assert loaded(path).notices == ()
        real.unlink()
        (real.parent / "marks.json.bak").unlink(missing_ok=True)
        # What is in memory does not begin anew.
        state.refresh()
        state.save()
        assert len(state.notices) == 1
        assert loaded(real).marks == numbered(1)

    def test_a_link_and_its_target_share_one_lock(self, path: Path, tmp_path: Path) -> None:
        saved(path, 1)
        link = tmp_path / "link.json"
        link.symlink_to(path)
        one, two = loaded(path), loaded(link)
        one.apply(numbered(2))
        two.apply(numbered(3))
        one.save()
        two.save()
        assert loaded(path).marks == numbered(1, 2, 3)
        assert not (tmp_path / ".link.json.lock").exists()

    def test_a_link_that_leads_elsewhere_now_is_followed(self, path: Path, tmp_path: Path) -> None:
        first, second = tmp_path / "1.json", tmp_path / "2.json"
        saved(first, 1)
        saved(second, 2)
        path.parent.mkdir(parents=True)
        path.symlink_to(first)
        state = loaded(path)
        path.unlink()
        path.symlink_to(second)
        assert state.refresh() == {ident(2)}
        assert state.unsaved

    def test_a_loop_of_links_is_an_error(self, path: Path) -> None:
        path.parent.mkdir(parents=True)
        path.symlink_to(path)
        with pytest.raises(StateError, match="cannot be read"):
            loaded(path)


class TestFailures:
    def test_a_full_disk_leaves_the_old_file_and_the_change_waits(
        self, path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        state = saved(path, 1)
        before, stamp = path.read_bytes(), state.stamp()
        state.apply(numbered(2))
        with monkeypatch.context() as full:
            full.setattr(os, "fsync", no_space)
            for _ in range(2):
                with pytest.raises(StateError) as failure:
                    state.save()
                assert str(failure.value) == f"Marks cannot be saved in {path}: No space left on device."
        assert (path.read_bytes(), state.stamp()) == (before, stamp)
        assert (state.unsaved, state.marks.copy()) == (True, numbered(1, 2))
        state.save()
        assert not state.unsaved
        assert loaded(path).marks == numbered(1, 2)

    @pytest.mark.parametrize("call", ["fchmod", "utime", "fstat", "open", "access"])
    def test_wherever_a_save_fails_the_old_file_stays(
        self, path: Path, call: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        state = saved(path, 1)
        os.utime(path, ns=(2**62, 2**62))
        state.refresh()
        before = path.read_bytes()
        state.apply(numbered(2))
        with monkeypatch.context() as failing:
            failing.setattr(os, call, no_space)
            with pytest.raises(StateError, match="No space left"):
                state.save()
        assert path.read_bytes() == before
        state.save()
        assert loaded(path).marks == numbered(1, 2)

    @pytest.mark.parametrize("call", ["rename", "replace", "hardlink_to"])
    def test_names_that_cannot_be_given_lose_nothing(
        self, path: Path, call: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        state = saved(path, 1)
        state.apply(numbered(2))
        with monkeypatch.context() as failing:
            failing.setattr(Path, call, no_space)
            try:
                state.save()
            except StateError:
                assert (state.unsaved, loaded(path).marks.copy()) == (True, numbered(1))
        state.save()
        assert loaded(path).marks == numbered(1, 2)

    def test_a_failure_after_the_replacement_is_made_good_by_the_next_save(
        self, path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        state = saved(path, 1)
        state.apply(numbered(2))
        synced = disk._sync_folder
        calls = []

        def fail_once(folder: Path) -> None:
            calls.append(folder)
            if len(calls) == 1:
                raise OSError(errno.EIO, "Input/output error")
            synced(folder)

        monkeypatch.setattr(disk, "_sync_folder", fail_once)
        with pytest.raises(StateError, match="Input/output error"):
            state.save()
        assert state.unsaved
        state.save()
        assert len(calls) == 2
        assert not state.unsaved

    def test_a_mark_made_during_a_save_is_unsaved_after_it(self, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        state = saved(path, 1)
        replace = disk.replace

        def while_replacing(*args: Path) -> None:
            state.apply({ident(2): starred(2, seconds=50)} | numbered(3))
            replace(*args)

        monkeypatch.setattr(disk, "replace", while_replacing)
        state.apply(numbered(2))
        state.save()
        assert state.unsaved
        monkeypatch.undo()
        state.save()
        assert loaded(path).marks == state.marks
        assert state.marks[ident(2)] == merge(starred(2), starred(2, seconds=50))

    def test_a_lock_that_is_not_given_back_is_an_error_in_the_end(
        self, path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        state = saved(path, 1)
        state.apply(numbered(2))
        ticks = iter(range(100))
        monkeypatch.setattr(time, "monotonic", lambda: float(next(ticks)))
        monkeypatch.setattr(time, "sleep", lambda _seconds: None)
        with disk.locked(path), pytest.raises(StateError, match="Another program holds the lock"):
            state.save()
        state.save()
        assert not state.unsaved

    def test_file_systems_without_hard_links_get_copies(self, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def unsupported(*_args: object) -> None:
            raise PermissionError(errno.EPERM, "Operation not permitted")

        monkeypatch.setattr(Path, "hardlink_to", unsupported)
        state = saved(path, 1)
        before = path.read_bytes()
        state.apply(numbered(2))
        state.save()
        copy = path.with_name("state.json.bak")
        assert (copy.read_bytes(), mode(copy), state.notices) == (before, 0o600, ())

    def test_a_copy_that_cannot_be_kept_is_told_and_no_hindrance(self, path: Path) -> None:
        state = saved(path, 1)
        path.with_name("state.json.bak").mkdir()
        state.apply(numbered(2))
        state.save()
        assert loaded(path).marks == numbered(1, 2)
        assert state.notices == (f"The last good copy cannot be kept as {path}.bak: Is a directory.",)

    def test_what_a_killed_program_left_behind_is_cleared_away(self, path: Path) -> None:
        saved(path, 1)
        path.with_name(".state.json.tmp").write_bytes(b"half")
        path.with_name(".state.json.bak.tmp").hardlink_to(path)
        path.with_name("state.json.bak").hardlink_to(path)
        state = loaded(path)
        state.apply(numbered(2))
        state.save()
        state.apply(numbered(3))
        state.save()
        assert loaded(path).marks == numbered(1, 2, 3)


def no_space(*_args: object, **_keywords: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
