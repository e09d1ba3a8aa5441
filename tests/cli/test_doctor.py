"""``reader doctor``: a line for each finding, what --fix does, and the exit code."""

from pathlib import Path

import pytest

from .conftest import Reader


@pytest.fixture
def searches(sealed: Path) -> Path:
    path = sealed / "config" / "reader" / "searches.toml"
    path.parent.mkdir(parents=True)
    return path


def test_a_first_start_is_in_order(reader: Reader, docs: Path, sealed: Path) -> None:
    outcome = reader("doctor", docs)
    assert (outcome.code, outcome.err) == (0, "reader: Everything is in order.\n")
    assert outcome.lines[-1] == f"documents {docs}: 2 documents."
    assert [line.split()[0] for line in outcome.lines] == [
        "config",
        "searches",
        "state",
        "session",
        "cache",
        "documents",
    ]
    assert list(sealed.rglob("*")) == [sealed / "work"]


def test_what_was_read_and_marked_is_in_order(reader: Reader, docs: Path, state: Path) -> None:
    reader("mark", "starred", "-q", "rover", docs)
    outcome = reader("doctor", docs)
    assert (outcome.code, outcome.err) == (0, "reader: Everything is in order.\n")
    assert f"state     {state}: 1 mark." in outcome.lines
    assert any(line.startswith("cache") and line.endswith(".sqlite: In order.") for line in outcome.lines)


def test_damage_is_told_and_mended_when_that_is_asked_for(
    reader: Reader, docs: Path, state: Path, searches: Path
) -> None:
    reader("mark", "starred", "-q", "rover", docs)
    state.write_bytes(state.read_bytes()[:-4])
    searches.write_text('moon = "lunar"\nmars = 3\n')
    before = (state.read_bytes(), searches.read_bytes())
    outcome = reader("doctor", docs)
    assert (outcome.code, outcome.err) == (1, "reader: Wrong: 2; `reader doctor --fix` can mend 2.\n")
    assert (
        f"searches  {searches}: The search 'mars' is to be a text, such as mars = \"is:unread\"."
        " --fix would keep it under another name, and in its place what can be read: 1 saved search."
    ) in outcome.lines
    assert (state.read_bytes(), searches.read_bytes()) == before
    outcome = reader("doctor", docs, "--fix")
    assert (outcome.code, outcome.err) == (0, "reader: Wrong: 2; mended: 2.\n")
    assert f"1 mark could be recovered from it. The damaged file is kept as {state}.corrupt-" in outcome.out
    assert [path.read_bytes() for path in state.parent.glob("*.corrupt-*")] == [before[0]]
    assert [path.read_bytes() for path in searches.parent.glob("*.corrupt-*")] == [before[1]]
    assert searches.read_text() == 'moon = "lunar"\n'
    assert reader("doctor", docs).code == 0
    assert len(reader("list", docs, "-q", "is:starred").lines) == 1


def test_what_cannot_be_mended_leaves_exit_code_1(reader: Reader, docs: Path, searches: Path) -> None:
    config = searches.with_name("config.toml")
    config.write_text("\n\ntheme = 3")
    for options, summary in (((), "`reader doctor --fix` can mend 0"), (("--fix",), "mended: 0")):
        outcome = reader("doctor", docs, *options)
        assert (outcome.code, outcome.err) == (1, f"reader: Wrong: 1; {summary}.\n")
        assert outcome.lines[0] == f"config    {config}: Line 3: theme is to be a text between quotation marks."
        assert outcome.lines[-1] == f"documents {docs}: 2 documents.", "all the rest is looked at nevertheless"
    assert config.read_text() == "\n\ntheme = 3"


def test_a_remedy_that_fails_is_told(reader: Reader, docs: Path, sealed: Path) -> None:
    (sealed / "state" / "reader" / "session.json").mkdir(parents=True, mode=0o700)
    (sealed / "state" / "reader").chmod(0o700)
    outcome = reader("doctor", docs, "--fix")
    assert (outcome.code, outcome.err) == (1, "reader: Wrong: 1; mended: 0.\n")
    assert "It is not a regular file. It cannot be mended: " in outcome.out


def test_another_state_file_may_be_named(reader: Reader, docs: Path, tmp_path: Path) -> None:
    (tmp_path / "marks.json").write_text("[]")
    outcome = reader("doctor", docs, "--state", tmp_path / "marks.json")
    assert outcome.code == 1
    assert f"state     {tmp_path}/marks.json: It is not a file of marks." in outcome.out


def test_wrong_usage_is_exit_code_2(reader: Reader, docs: Path) -> None:
    assert reader("doctor", "nowhere").code == 2
    assert reader("doctor", docs, "--mend").code == 2


def test_nothing_that_a_terminal_would_obey_is_printed(
    reader: Reader, docs: Path, searches: Path, terminal: None
) -> None:
    searches.with_name("searches.toml.corrupt-\x1b[31m\x9b2J").touch()
    searches.write_text('"\x1b]0;owned" = 1\n')
    (docs / "\x1b]52;c;eA==\x07.txt").mkdir()
    (docs / "\x1b]52;c;eA==\x07.txt" / "\x1b[2J.txt").symlink_to("/nowhere")
    outcome = reader("doctor", docs / "\x1b]52;c;eA==\x07.txt", docs)
    assert (outcome.code, "\x9b" in outcome.out, "\x07" in outcome.out) == (1, False, False)
    assert {part.split("m")[0] for part in outcome.out.split("\x1b")[1:]} == {"[33", "[2", "["}


def test_colours_are_for_terminals(reader: Reader, docs: Path, searches: Path, terminal: None) -> None:
    searches.write_text("moon = 1")
    lines = reader("doctor", docs).lines
    assert lines[0].startswith("\x1b[2mconfig    \x1b[m/")
    assert lines[1].startswith("\x1b[33msearches  \x1b[m/")
