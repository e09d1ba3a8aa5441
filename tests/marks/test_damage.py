import os
from pathlib import Path

import pytest

from reader import disk
from reader.errors import StateError
from reader.marks import StateFile, codec
from reader.model import Mark

from .samples import NOON, ident, numbered
from .test_state_file import loaded, no_space, saved


def asides(path: Path) -> list[Path]:
    return sorted(path.parent.glob("state.json.corrupt-*"))


def damaged(path: Path, text: bytes) -> StateFile:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text)
    state = StateFile(path, now=lambda: NOON)
    state.load()
    return state


@pytest.mark.parametrize(
    ("text", "flaw"),
    [
        (b"", "is empty"),
        (b"\0" * 4096, "is not a file of marks"),
        (b"not json", "is not a file of marks"),
        (b"[1, 2]", "is not a file of marks"),
        (b'{"version": "x", "marks": {}}', "has a version or settings that cannot be read"),
        (b'{"version": 1, "marks": {"a": 5}}', "has marks that cannot be read"),
        (b'{"version": 1, "marks": {\n', "ends too early"),
        (b'{"version": 1, "marks": {\n  "a": {"rea\n}}\n', "has lines that cannot be read"),
    ],
)
def test_a_damaged_file_is_kept_and_the_person_is_told(path: Path, text: bytes, flaw: str) -> None:
    state = damaged(path, text)
    aside = path.with_name("state.json.corrupt-20261122T120000Z")
    assert asides(path) == [aside]
    assert aside.read_bytes() == text
    assert state.notices == (
        f"{path} {flaw}; 0 marks could be recovered from it.",
        f"The damaged file is kept as {aside}.",
    )
    assert (state.unsaved, state.read_only) == (False, False)
    again = loaded(path)
    assert (dict(again.marks), again.notices) == ({}, ())


def test_the_last_good_copy_is_used(path: Path) -> None:
    state = saved(path, 1, 2)
    state.apply(numbered(3))
    state.save()
    state = damaged(path, b"")
    assert state.marks == loaded(path).marks == numbered(1, 2)
    assert state.notices[0] == f"{path} is empty; 2 marks could be recovered from it and state.json.bak."
    state.apply(numbered(4))
    state.save()
    assert loaded(path).marks == numbered(1, 2, 4)


@pytest.mark.parametrize("copy", [b"", b"rubbish", b'{"version": 2, "marks": {"a": {"title": "T"}}}'])
def test_a_last_good_copy_that_is_none_does_no_harm(path: Path, copy: bytes) -> None:
    path.parent.mkdir(parents=True)
    path.with_name("state.json.bak").write_bytes(copy)
    assert dict(damaged(path, b"rubbish").marks) == {}


def test_a_last_good_copy_that_cannot_be_read_is_told(path: Path) -> None:
    path.with_name("state.json.bak").mkdir(parents=True)
    state = damaged(path, b"rubbish")
    assert state.notices[0] == f"{path}.bak cannot be read: It is not a regular file."
    assert len(asides(path)) == 1


def test_no_aside_ever_overwrites_another(path: Path) -> None:
    for text in (b"first", b"second", b"third"):
        damaged(path, text)
    assert [aside.read_bytes() for aside in asides(path)] == [b"first", b"second", b"third"]


def test_a_file_cut_anywhere_gives_its_whole_lines_and_is_kept(path: Path) -> None:
    marks = numbered(1, 2, 3)
    saved(path, 1, 2, 3)
    whole = path.read_bytes()
    ends = [whole.index(b"}", whole.index(ident(number).encode())) + 1 for number in (1, 2, 3)]
    for size in range(len(whole) - 1):
        for left in path.parent.iterdir():
            left.unlink()
        state = damaged(path, whole[:size])
        kept = dict(list(marks.items())[: sum(end <= size for end in ends)])
        assert state.marks == loaded(path).marks == kept, size
        assert [aside.read_bytes() for aside in asides(path)] == [whole[:size]]
        assert len(state.notices) == 2


def test_a_file_that_lacks_only_its_last_line_end_is_sound(path: Path) -> None:
    saved(path, 1)
    state = damaged(path, path.read_bytes()[:-1])
    assert (state.marks.copy(), state.notices, asides(path)) == (numbered(1), (), [])


def test_whole_lines_and_the_last_good_copy_are_merged(path: Path) -> None:
    state = saved(path, 1)
    state.apply(numbered(2, 3))
    state.save()
    text = path.read_bytes()
    copy = path.with_name("state.json.bak")
    copy.write_bytes(text.replace(ident(2).encode(), ident(0).encode()))
    state = damaged(path, text[: text.index(ident(3).encode())])
    assert state.marks.keys() == numbered(0, 1, 2, 3).keys()


def test_a_missing_file_is_restored_from_the_last_good_copy(path: Path) -> None:
    state = saved(path, 1)
    state.apply(numbered(2))
    state.save()
    path.unlink()
    state = loaded(path)
    assert state.marks == numbered(1)
    assert state.notices == (f"{path} is not there; 1 mark could be recovered from state.json.bak.",)
    assert path.exists()


def test_the_place_is_never_without_a_file_while_it_is_mended(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    state = saved(path, 1)
    state.apply(numbered(2))
    state.save()
    text = path.read_bytes()[:-40]
    replace = disk.replace

    def killed(*_args: Path) -> None:
        assert path.read_bytes() == text
        assert [aside.read_bytes() for aside in asides(path)] == [text]
        raise KeyboardInterrupt

    monkeypatch.setattr(disk, "replace", killed)
    with pytest.raises(KeyboardInterrupt):
        damaged(path, text)
    monkeypatch.setattr(disk, "replace", replace)
    assert loaded(path).marks == numbered(1)


def test_marks_recovered_but_not_yet_written_are_unsaved(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    state = saved(path, 1)
    state.apply(numbered(2))
    state.save()
    with monkeypatch.context() as full:
        full.setattr(os, "fsync", no_space)
        state = damaged(path, b"rubbish")
        assert path.read_bytes() == b"rubbish"
        assert (state.unsaved, state.marks.copy()) == (True, numbered(1))
        assert state.notices[-1] == f"Marks cannot be saved in {path}: No space left on device."
    state.save()
    assert loaded(path).marks == numbered(1)
    assert b"rubbish" in [aside.read_bytes() for aside in asides(path)]


def test_a_write_that_fails_after_the_damage_was_kept_keeps_it_once(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as full:
        full.setattr(disk, "write_beside", no_space)
        state = damaged(path, b"rubbish")
        for _ in range(3):
            with pytest.raises(StateError, match="No space left"):
                state.save()
    state.save()
    assert [aside.read_bytes() for aside in asides(path)] == [b"rubbish"]
    assert not path.with_name("state.json.bak").exists()


def test_damage_done_while_running_is_mended_from_memory(path: Path) -> None:
    state = saved(path, 1, 2)
    path.write_bytes(b"")
    state.apply(numbered(3))
    state.save()
    assert loaded(path).marks == numbered(1, 2, 3)
    assert [aside.read_bytes() for aside in asides(path)] == [b""]


def test_refresh_waits_for_a_program_that_is_in_the_midst_of_writing(path: Path) -> None:
    state = saved(path, 1)
    text = path.read_bytes().replace(ident(1).encode(), ident(2).encode())
    for size in (0, 20, 60):
        path.write_bytes(text[:size])
        assert (state.refresh(), state.unsaved, state.notices) == (frozenset(), False, ())
    path.write_bytes(text)
    assert state.refresh() == {ident(2)}
    assert asides(path) == []


def test_refresh_believes_damage_that_stays(path: Path) -> None:
    state = saved(path, 1)
    path.write_bytes(b"rubbish")
    state.refresh()
    state.refresh()
    assert state.unsaved
    assert len(state.notices) == 1
    assert path.read_bytes() == b"rubbish"
    state.save()
    assert (loaded(path).marks.copy(), len(asides(path))) == (numbered(1), 1)


class TestNewerVersion:
    def test_it_is_read_and_never_written(self, path: Path) -> None:
        saved(path, 1)
        text = path.read_bytes().replace(b'"version": 1', b'"version": 7')
        state = damaged(path, text)
        sentence = f"{path} was written by a newer version of reader; no marks can be saved in it."
        assert (state.marks.copy(), state.read_only, state.notices) == (numbered(1), True, (sentence,))
        assert not state.unsaved
        state.apply(numbered(2))
        with pytest.raises(StateError) as failure:
            state.save()
        assert str(failure.value) == sentence
        assert (path.read_bytes(), state.unsaved, state.marks.copy()) == (text, True, numbered(1, 2))
        assert (asides(path), path.with_name("state.json.bak").exists()) == ([], False)

    @pytest.mark.parametrize("text", [b'{"version": 2, "marks": [1]}', b'{"version": 2, "marks": {\n  "a": {'])
    def test_whatever_it_looks_like(self, path: Path, text: bytes) -> None:
        state = damaged(path, text)
        assert (dict(state.marks), state.read_only) == ({}, True)
        state.apply(numbered(1))
        with pytest.raises(StateError):
            state.save()
        assert path.read_bytes() == text

    def test_one_that_comes_and_goes_while_running(self, path: Path) -> None:
        state = saved(path, 1)
        old = path.read_bytes()
        state.apply(numbered(2))
        path.write_bytes(old.replace(b'"version": 1', b'"version": 2'))
        with pytest.raises(StateError, match="newer version"):
            state.save()
        assert state.read_only
        path.write_bytes(old)
        state.refresh()
        assert not state.read_only
        state.save()
        assert loaded(path).marks == numbered(1, 2)


class TestWhatCannotBeRead:
    def refused(self, path: Path) -> None:
        state = StateFile(path)
        state.apply(numbered(1))
        for act in (state.load, state.save, state.refresh):
            with pytest.raises(StateError, match=str(path)):
                act()
        assert (state.unsaved, state.marks.copy()) == (True, numbered(1))

    def test_a_folder(self, path: Path) -> None:
        path.mkdir(parents=True)
        self.refused(path)
        assert path.is_dir()

    def test_a_fifo_is_not_waited_for(self, path: Path) -> None:
        path.parent.mkdir(parents=True)
        os.mkfifo(path)
        self.refused(path)
        assert path.is_fifo()

    def test_a_place_below_a_file(self, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("x")
        self.refused(tmp_path / "file" / "state.json")

    def test_a_file_without_permission(self, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        saved(path, 2)
        before = path.read_bytes()
        opening = os.open

        def forbidden(name: str, flags: int, *args: int) -> int:
            if Path(name) == path:
                raise PermissionError(13, "Permission denied")
            return opening(name, flags, *args)

        with monkeypatch.context() as locked_out:
            locked_out.setattr(os, "open", forbidden)
            self.refused(path)
        assert path.read_bytes() == before

    def test_a_write_protected_file_is_respected(self, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        state = saved(path, 1)
        state.apply(numbered(2))
        monkeypatch.setattr(os, "access", lambda *_args: False)
        with pytest.raises(StateError, match="The file is write-protected"):
            state.save()
        assert loaded(path).marks == numbered(1)

    def test_a_read_only_folder_still_gives_what_can_be_read(self, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        saved(path, 1, 2)
        text = path.read_bytes()[:-4]
        monkeypatch.setattr(disk, "locked", no_space)
        state = damaged(path, text)
        assert state.marks == numbered(1, 2)
        assert path.read_bytes() == text
        assert len(state.notices) == 2


def test_a_huge_file_of_something_else_is_not_read_into_memory(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reader.marks.codec.MAX_WHOLE", 1000)
    state = damaged(path, b'{"marks": {"a": {"title": "' + b"x" * 1000 + b'"}}}')
    assert dict(state.marks) == {}
    assert len(asides(path)) == 1


def test_lines_that_are_too_long_to_be_marks_are_not_decoded(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    decoded: list[int] = []
    decode = codec.decode_mark

    def noted(line: bytes) -> tuple[str, Mark]:
        decoded.append(len(line))
        return decode(line)

    monkeypatch.setattr(codec, "MAX_LINE", 100)
    monkeypatch.setattr(codec, "decode_mark", noted)
    head = b'{"version": 1, "marks": {\n  "a": {"title": "T"},\n'
    state = damaged(path, head + b"\0" * 5000 + b'\n  "b": {"title": "U"}\n}}\n')
    assert state.marks == {"a": Mark("T"), "b": Mark("U")}
    assert max(decoded) < 100
    assert len(asides(path)) == 1


def test_the_unknown_keys_of_a_damaged_file_are_kept(path: Path) -> None:
    text = b'{"version": 1, "owner": "me", "marks": {\n  "a": {"title": "T", "mood": 1},\n  "b'
    state = damaged(path, text)
    assert state.marks == {"a": Mark("T", extra={"mood": 1})}
    assert path.read_bytes().startswith(b'{"version": 1, "owner": "me", "marks": {')
