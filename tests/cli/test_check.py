import os
from pathlib import Path

import pytest

from .conftest import Reader


def test_documents_without_problems_are_silent_but_for_a_summary(reader: Reader, docs: Path) -> None:
    outcome = reader("check", docs)
    assert (outcome.code, outcome.out, outcome.err) == (0, "", "reader: 2 documents, 0 problems.\n")


def test_problems_are_told_with_file_and_line(reader: Reader, docs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (docs / "broken.txt").write_text(
        "- Good news [Originally Added On: May 1st, 2013]\n- Bad day [Originally Added On: February 30th, 2013]\n"
    )
    (docs / "binary.txt").write_bytes(bytes(range(256)) * 20)
    monkeypatch.chdir(docs.parent)
    outcome = reader("check", "docs")
    assert outcome.code == 1
    assert [line.split(": ")[0] for line in outcome.lines] == ["docs/binary.txt:0", "docs/broken.txt:2"]
    assert all(line.endswith(".") for line in outcome.lines)
    assert outcome.err == "reader: 4 documents, 2 problems.\n"
    assert reader("check", "docs/moon.txt").code == 0


def test_what_cannot_be_a_document_is_told_each_time(reader: Reader, docs: Path) -> None:
    assert reader("check", docs).code == 0
    os.mkfifo(docs / "pipe")
    for _ in range(2):
        outcome = reader("check", docs)
        assert (outcome.code, outcome.out) == (1, f"{docs}/pipe:0: This is not a regular file.\n")


def test_a_path_that_is_not_there_is_refused(reader: Reader, docs: Path) -> None:
    for argv in (["check", docs, "nowhere"], ["list", "nowhere"], ["show", "abcd", "nowhere"], ["list", ""]):
        outcome = reader(*argv)
        assert (outcome.code, outcome.out) == (2, "")
        assert outcome.err.startswith(f"reader: There is no file or folder {str(argv[-1])!r}")


def test_paths_are_told(reader: Reader, sealed: Path) -> None:
    outcome = reader("paths")
    assert outcome.code == 0
    told = dict(line.split(maxsplit=1) for line in outcome.lines)
    assert told["config"] == f"{sealed}/config/reader/config.toml  (not there)"
    assert told["searches"] == f"{sealed}/config/reader/searches.toml  (not there)"
    assert told["state"] == f"{sealed}/state/reader/state.json  (not there)"
    assert told["session"] == f"{sealed}/state/reader/session.json  (not there)"
    assert told["cache"] == f"{sealed}/cache/reader  (not there)"
    assert told["library"] == f"{sealed}/data/reader/library  (not there)"
    assert Path(told["documents"]).is_dir()


def test_a_place_that_may_not_be_looked_at_is_told(
    reader: Reader, sealed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    exists = Path.exists

    def forbidden(path: Path) -> bool:
        if path.name == "state.json":
            raise PermissionError(13, "Permission denied")
        return exists(path)

    monkeypatch.setattr(Path, "exists", forbidden)
    outcome = reader("paths")
    assert outcome.code == 0
    assert f"state     {sealed}/state/reader/state.json  (cannot be looked at: Permission denied)" in outcome.lines


def test_paths_tell_what_was_settled(reader: Reader, sealed: Path, docs: Path) -> None:
    config = sealed / "config" / "reader" / "config.toml"
    config.parent.mkdir(parents=True)
    config.write_text(f'paths = ["{docs}", "{docs}/moon.txt"]\n')
    lines = reader("paths", "--state", docs / "marks.json").lines
    assert f"config    {config}" in lines
    assert f"state     {docs}/marks.json  (not there)" in lines
    assert lines[-2:] == [f"documents {docs}", f"documents {docs}/moon.txt"]
    config.write_text("paths = 3")
    outcome = reader("paths")
    assert outcome.code == 1
    assert f"config    {config}" in outcome.lines, "where the broken file is"
    assert "line 1" in outcome.err
