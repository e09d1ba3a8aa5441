"""Which files are found: regular ones inside of the folders, and a problem for each that cannot be a document."""

import os
from pathlib import Path

import pytest

from reader import folders
from reader.folders import MOST_BYTES, File


def found(*paths: Path) -> tuple[list[str], dict[str, str]]:
    """The names of the files found, and the problems by name."""
    result = folders.walk(folders.roots(paths))
    return [Path(file.path).name for file in result.files], {Path(p.path).name: p.message for p in result.problems}


@pytest.fixture
def top(tmp_path: Path) -> Path:
    folder = tmp_path / "news"
    (folder / "sub" / "deeper").mkdir(parents=True)
    for name in ("b.txt", "a.txt", "sub/c.txt", "sub/deeper/d.md"):
        (folder / name).write_text(name)
    return folder


def test_files_are_found_at_any_depth_and_told_by_path(top: Path) -> None:
    result = folders.walk(folders.roots([top]))
    status = (top / "a.txt").stat()
    assert result.files[0] == File(str(top / "a.txt"), 5, status.st_mtime_ns, status.st_ino)
    assert [file.path for file in result.files] == sorted(map(str, top.rglob("*.*")))
    assert result.problems == ()


def test_hidden_files_and_folders_are_skipped(top: Path) -> None:
    (top / ".hidden.txt").write_text("x")
    (top / ".git").mkdir()
    (top / ".git" / "config").write_text("x")
    assert found(top) == (["a.txt", "b.txt", "c.txt", "d.md"], {})


def test_a_hidden_folder_that_is_asked_for_is_read(top: Path) -> None:
    (top / ".hidden").mkdir()
    (top / ".hidden" / "e.txt").write_text("x")
    assert found(top / ".hidden") == (["e.txt"], {})


def test_links_are_not_followed(top: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("x")
    (top / "out.txt").symlink_to(tmp_path / "secret.txt")
    (top / "out").symlink_to(tmp_path)
    (top / "loop").symlink_to(top)
    (top / "self").symlink_to(top / "self")
    (top / "inside.txt").symlink_to(top / "a.txt")
    (top / "dangling.txt").symlink_to(tmp_path / "nothing")
    assert found(top) == (["a.txt", "b.txt", "c.txt", "d.md"], {})


def test_a_link_that_is_asked_for_is_followed(top: Path, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(top)
    assert found(link)[0] == ["a.txt", "b.txt", "c.txt", "d.md"]
    (root,) = folders.roots([link])
    assert root.shown(str(top / "sub" / "c.txt")) == str(link / "sub" / "c.txt")
    assert root.shown(str(top)) == str(link)
    assert root.shown(f"{top}er/c.txt") is None


def test_what_is_no_regular_file_is_a_problem(top: Path) -> None:
    os.mkfifo(top / "pipe")
    names, problems = found(top)
    assert names == ["a.txt", "b.txt", "c.txt", "d.md"]
    assert problems == {"pipe": "This is not a regular file."}


def test_a_device_is_a_problem() -> None:
    assert found(Path("/dev/null")) == ([], {"null": "This is not a regular file."})


def test_a_file_may_be_given_and_counts_once(top: Path) -> None:
    assert found(top / "a.txt", top / "sub" / ".." / "a.txt", top)[0] == ["a.txt", "b.txt", "c.txt", "d.md"]


def test_a_path_that_is_not_there_is_a_problem(top: Path) -> None:
    assert found(top / "gone") == ([], {"gone": "It cannot be opened: No such file or directory."})


def test_too_large_a_file_is_a_problem(top: Path) -> None:
    with (top / "large.txt").open("wb") as file:
        file.truncate(MOST_BYTES + 1)
    assert found(top)[1] == {"large.txt": "This file is larger than 64 MB."}


def test_a_name_that_is_not_utf8_is_a_problem(top: Path) -> None:
    Path(os.fsdecode(os.fsencode(top) + b"/caf\xe9.txt")).touch()
    (top / "café.txt").write_text("x")
    names, problems = found(top)
    assert names == ["a.txt", "b.txt", "café.txt", "c.txt", "d.md"]
    assert list(problems.values()) == ["The name of this file is not UTF-8."]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_folder_that_may_not_be_read_is_a_problem(top: Path) -> None:
    (top / "sub").chmod(0)
    names, problems = found(top)
    (top / "sub").chmod(0o700)
    assert names == ["a.txt", "b.txt"]
    assert problems == {"sub": "This folder cannot be read: Permission denied."}


def test_a_folder_that_cannot_be_listed_hides_nothing_else(top: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    listed = os.listdir

    def listdir(folder: int) -> list[str]:
        if os.fstat(folder).st_ino == (top / "sub").stat().st_ino:
            raise PermissionError(13, "Permission denied")
        return listed(folder)

    monkeypatch.setattr(os, "listdir", listdir)
    assert found(top) == (["a.txt", "b.txt"], {"sub": "This folder cannot be read: Permission denied."})


def test_a_folder_that_becomes_a_link_meanwhile_is_not_followed(
    top: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "secret.txt").write_text("x")
    opened = os.open

    def swap(path: str, flags: int) -> int:
        if path == str(top / "sub"):
            (top / "sub").rename(tmp_path / "was")
            (top / "sub").symlink_to(tmp_path / "outside")
        return opened(path, flags)

    monkeypatch.setattr(os, "open", swap)
    names, problems = found(top)
    assert names == ["a.txt", "b.txt"]
    assert list(problems) == ["sub"]


def test_roots_keep_the_order_and_the_wording_that_was_given(top: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(top)
    given = [Path("sub"), Path(), top / "sub", Path("~")]
    assert [root.given for root in folders.roots(given)] == ["sub", ".", "~"]


def test_reading_does_not_wait_for_a_pipe(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(OSError, match="not a regular file"):
        folders.read(str(tmp_path / "pipe"))


def test_reading_follows_no_link_out_of_the_folder(top: Path, tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "c.txt").write_text("secret")
    (top / "a.txt").unlink()
    (top / "a.txt").symlink_to(tmp_path / "outside" / "c.txt")
    (top / "sub").rename(top / "was")
    (top / "sub").symlink_to(tmp_path / "outside")
    for name in ("a.txt", "sub/c.txt"):
        with pytest.raises(OSError, match="a link leads to it"):
            folders.read(str(top / name))


def test_reading_does_not_go_on_without_an_end(top: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folders, "MOST_BYTES", 4)
    with pytest.raises(OSError, match="larger than"):
        folders.read(str(top / "a.txt"))


def test_reading_gives_the_bytes(top: Path) -> None:
    assert folders.read(str(top / "a.txt")) == b"a.txt"


def test_a_look_may_end_with_so_many_files(tmp_path: Path) -> None:
    for number in range(30):
        (tmp_path / f"{number % 3}").mkdir(exist_ok=True)
        (tmp_path / f"{number % 3}" / f"{number}.txt").touch()
    places = folders.roots([tmp_path])
    everything = set(folders.walk(places).files)
    assert len(everything) == 30
    for most in (1, 10, 11, 30, 31):
        some = folders.walk(places, most).files
        assert len(some) == min(most, 30)
        assert set(some) <= everything
