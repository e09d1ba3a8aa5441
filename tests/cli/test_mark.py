import json
from pathlib import Path
from typing import Any

import pytest

from .conftest import Reader


def ids(reader: Reader, docs: Path, query: str = "") -> list[str]:
    return [item["id"] for item in json.loads(reader("list", docs, "--json", "-q", query).out)]


def marks(state: Path) -> dict[str, dict[str, Any]]:
    found = json.loads(state.read_text())["marks"]
    assert isinstance(found, dict)
    return found


def having(state: Path, flag: str) -> set[str]:
    return {item for item, mark in marks(state).items() if mark.get(flag)}


def test_items_are_marked_by_id_and_it_is_on_the_disk(reader: Reader, docs: Path, state: Path) -> None:
    (rover,) = ids(reader, docs, "rover")
    (storm,) = ids(reader, docs, "storm")
    outcome = reader("mark", "starred", rover, storm[:6], docs)
    assert (outcome.code, outcome.out, outcome.err) == (0, "2 items marked starred.\n", "")
    assert having(state, "starred") == {rover, storm}
    mark = marks(state)[rover]
    assert (mark["title"], mark["published"]) == ("Rover finds frozen water", "2012-09-07")
    assert "read" not in mark
    assert state.stat().st_mode & 0o777 == 0o600


def test_marks_are_taken_back(reader: Reader, docs: Path, state: Path) -> None:
    (rover,) = ids(reader, docs, "rover")
    for marking, flag, value in (
        ("starred", "starred", True),
        ("read", "read", True),
        ("unstarred", "starred", False),
        ("unread", "read", False),
    ):
        assert reader("mark", marking, rover, docs).out == f"1 item marked {marking}.\n"
        assert marks(state)[rover][flag] is value
    assert ids(reader, docs, "is:starred") == []


def test_items_are_marked_by_query(reader: Reader, docs: Path, state: Path) -> None:
    headlines = ids(reader, docs, "kind:headline")
    outcome = reader("mark", "read", docs, "-q", "kind:headline")
    assert (outcome.code, outcome.out) == (0, "3 items marked read.\n")
    assert having(state, "read") == set(headlines)
    assert reader("mark", "read", "-q", "", docs).out == "2 items marked read; 3 already so.\n"
    assert reader("mark", "read", "-q", "", docs).out == "0 items marked read; 5 already so.\n"
    assert reader("mark", "read", "-q", "quokka", docs).out == "0 items marked read.\n"
    assert reader("mark", "unread", "-q", "-kind:headline", docs).out == "2 items marked unread.\n"
    assert having(state, "read") == set(headlines)


def test_a_dry_run_marks_nothing(reader: Reader, docs: Path, state: Path) -> None:
    outcome = reader("mark", "read", "-q", "kind:headline", docs, "--dry-run")
    assert (outcome.code, outcome.out) == (0, "3 items would be marked read.\n")
    assert not state.exists()
    (rover,) = ids(reader, docs, "rover")
    reader("mark", "read", rover, docs)
    before = state.read_bytes()
    assert reader("mark", "--dry-run", "read", rover, docs).out == "0 items would be marked read; 1 already so.\n"
    assert state.read_bytes() == before


def test_an_item_named_twice_is_marked_once(reader: Reader, docs: Path, state: Path) -> None:
    (rover,) = ids(reader, docs, "rover")
    assert reader("mark", "read", rover, rover[:8], docs).out == "1 item marked read.\n"


@pytest.mark.parametrize("where", ["--state", "READER_STATE", "--state and READER_STATE"])
def test_the_state_file_may_be_elsewhere(
    reader: Reader, docs: Path, sealed: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    other, unused = sealed / "other" / "marks.json", sealed / "unused.json"
    if "READER_STATE" in where:
        monkeypatch.setenv("READER_STATE", str(unused if "--state" in where else other))
    argv = ["--state", other] if "--state" in where else []
    assert reader("mark", "read", "-q", "rover", docs, *argv).code == 0
    assert len(having(other, "read")) == 1
    assert not unused.exists()
    assert not (sealed / "state").exists()
    assert len(json.loads(reader("list", docs, "--json", "-q", "is:read", *argv).out)) == 1


def test_digits_are_an_id_unless_a_path_is_called_so(
    reader: Reader, docs: Path, state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (rover,) = ids(reader, docs, "rover")
    monkeypatch.chdir(docs)
    (docs / "moon.txt").rename(docs / rover[:8])
    outcome = reader("mark", "read", rover[:8])
    assert outcome.code == 2, "a path and no id"
    assert reader("mark", "read", rover[:7], rover[:8]).out == "1 item marked read.\n"


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["read"], "Which items?"),
        (["read", "DOCS"], "Which items?"),
        (["read", "abcd1234", "-q", "rover", "DOCS"], "Which items?"),
        (["read", "abc", "DOCS"], "There is no file or folder 'abc'"),
        (["read", "12345678901234567", "DOCS"], "There is no file or folder '12345678901234567'"),
        (["read", "nowhere", "-q", "rover"], "There is no file or folder 'nowhere'"),
        (["seen", "abcd1234"], "invalid choice"),
        ([], "required"),
    ],
)
def test_what_makes_no_sense_is_refused(reader: Reader, docs: Path, state: Path, argv: list[str], said: str) -> None:
    outcome = reader("mark", *(docs if word == "DOCS" else word for word in argv))
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.startswith("reader: ")
    assert outcome.err.count("\n") == 1
    assert said in outcome.err
    assert not state.exists()


def test_one_id_that_is_not_there_and_none_is_marked(reader: Reader, docs: Path, state: Path) -> None:
    (rover,) = ids(reader, docs, "rover")
    outcome = reader("mark", "read", rover, "0000000000000000", docs)
    assert (outcome.code, outcome.out) == (1, "")
    assert outcome.err == "reader: No item has the id '0000000000000000'.\n"
    assert not state.exists()


def test_what_cannot_be_saved_is_told(reader: Reader, docs: Path, state: Path) -> None:
    state.parent.mkdir(parents=True)
    state.write_text('{"version": 99, "marks": {}}')
    outcome = reader("mark", "read", "-q", "rover", docs)
    assert (outcome.code, outcome.out) == (1, "")
    assert "newer version" in outcome.err
    assert state.read_text() == '{"version": 99, "marks": {}}'


def test_a_damaged_state_file_is_told_and_kept(reader: Reader, docs: Path, state: Path) -> None:
    state.parent.mkdir(parents=True)
    state.write_text("{damaged")
    outcome = reader("mark", "read", "-q", "rover", docs)
    assert outcome.code == 0
    assert outcome.err.startswith(f"reader: {state} ")
    assert [aside.read_text() for aside in state.parent.glob("state.json.corrupt-*")] == ["{damaged"]
    assert len(having(state, "read")) == 1
