import json
import sys
from pathlib import Path
from typing import Any

import pytest

from reader.cli import commands
from reader.cli.cells import cells
from reader.searching import Answer, Searcher

from .conftest import Outcome, Reader

FIELDS = ["id", "title", "source", "kind", "published", "updated", "read", "starred", "seen", "documents"]


def titles(outcome: Outcome) -> list[str]:
    assert outcome.code == 0
    return [item["title"] for item in json.loads(outcome.out)]


def test_the_news_are_listed_newest_first(reader: Reader, docs: Path) -> None:
    outcome = reader("list", docs)
    assert (outcome.code, outcome.err) == (0, "")
    days = [line[4:14].strip() for line in outcome.lines]
    assert days == ["", "2012-09-08", "2012-09-07", "2012-09-06", "2012-09-05"]
    assert outcome.lines[0].startswith(" ●              article   Lunar station grows  Night Sky Log  ")
    assert outcome.lines[1].startswith(" ●  2012-09-08  video     Station crew fixes pump  ")
    assert outcome.lines[2].startswith(" ●  2012-09-07  headline  Rover finds frozen water  ×2  ")
    assert "\t" not in outcome.out
    assert "\x1b" not in outcome.out


def test_json_has_every_field_and_an_item_a_line(reader: Reader, docs: Path) -> None:
    outcome = reader("list", "--json", docs)
    items = json.loads(outcome.out)
    assert [list(item) for item in items] == [FIELDS] * 5
    assert len(outcome.lines) == 5 + 2
    assert [json.loads(line.rstrip(",")) for line in outcome.lines[1:-1]] == items
    article, video, rover, comet, storm = items
    assert article["documents"] == [{"path": f"{docs}/moon.txt", "line": 5}]
    assert (article["kind"], article["source"], article["published"]) == ("article", "Night Sky Log", None)
    assert (video["kind"], video["published"], video["updated"]) == ("video", "2012-09-08", "2012-09-08")
    assert rover == {
        "id": rover["id"],
        "title": "Rover finds frozen water",
        "source": "",
        "kind": "headline",
        "published": "2012-09-07",
        "updated": "2012-09-10",
        "read": False,
        "starred": False,
        "seen": 2,
        "documents": [{"path": f"{docs}/mars.txt", "line": 1}, {"path": f"{docs}/moon.txt", "line": 6}],
    }
    assert (comet["title"], comet["updated"]) == ("Télescope voit une comète", None)
    assert '"Télescope' in outcome.out, "people look for it with grep"
    assert storm["seen"] == 1


def test_paths_are_shown_as_they_were_given(reader: Reader, docs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(docs.parent)
    items = json.loads(reader("list", "docs", "--json", "-q", "storm").out)
    assert items[0]["documents"] == [{"path": "docs/mars.txt", "line": 2}]
    items = json.loads(reader("list", "docs/mars.txt", "--json", "-q", "storm").out)
    assert items[0]["documents"] == [{"path": "docs/mars.txt", "line": 2}]


def test_marks_are_shown(reader: Reader, docs: Path) -> None:
    (rover,) = json.loads(reader("list", docs, "--json", "-q", "rover").out)
    reader("mark", "starred", rover["id"], docs)
    assert reader("list", docs, "-q", "rover").out.startswith("★●")
    reader("mark", "read", rover["id"], docs)
    assert reader("list", docs, "-q", "rover").out.startswith("★   2012-09-07")
    (rover,) = json.loads(reader("list", docs, "--json", "-q", "is:starred").out)
    assert (rover["read"], rover["starred"]) == (True, True)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("rover", ["Rover finds frozen water"]),
        ("-kind:headline", ["Lunar station grows", "Station crew fixes pump"]),
        ("-is:read date:2012-09-05", ["Dust storm passes"]),
        ("module", ["Lunar station grows"]),
        ("comete", ["Télescope voit une comète"]),
        ("limit:1", ["Lunar station grows"]),
        ("--help", []),
    ],
)
def test_queries_find_whatever_they_begin_with(reader: Reader, docs: Path, query: str, found: list[str]) -> None:
    for argv in (["-q", query], ["--query", query], [f"-q{query}"], [f"--query={query}"]):
        assert titles(reader("list", "--json", *argv, docs)) == found
    assert len(titles(reader("list", docs, "--json", "-q", ""))) == 5


def test_saved_searches_may_be_used(reader: Reader, docs: Path, sealed: Path) -> None:
    folder = sealed / "config" / "reader"
    folder.mkdir(parents=True)
    (folder / "searches.toml").write_text('wet = "water OR pump"\n')
    assert titles(reader("list", docs, "--json", "-q", "@wet kind:video")) == ["Station crew fixes pump"]
    (folder / "searches.toml").write_text("wet = 3\n")
    assert "searches.toml: the search 'wet'" in reader("list", docs).err


def test_the_smaller_limit_counts(reader: Reader, docs: Path) -> None:
    assert len(titles(reader("list", docs, "--json", "--limit", 2))) == 2
    assert len(titles(reader("list", docs, "--json", "--limit", 2, "-q", "limit:4"))) == 2
    assert len(titles(reader("list", docs, "--json", "--limit", 4, "-q", "limit:2"))) == 2
    assert len(reader("list", docs, "--limit", 99).lines) == 5
    for wrong in ("0", "-1", "x", "1.5", "²"):
        outcome = reader("list", docs, f"--limit={wrong}")
        assert (outcome.code, outcome.out) == (2, "")
        assert "is no whole number from 1" in outcome.err


def test_options_may_stand_before_between_and_behind_paths(reader: Reader, docs: Path) -> None:
    expected = reader("list", docs / "moon.txt", docs / "mars.txt", "-q", "rover", "--json").out
    assert reader("list", "-q", "rover", docs / "moon.txt", "--json", docs / "mars.txt").out == expected
    assert reader("list", "--json", "--query=rover", docs / "moon.txt", docs / "mars.txt").out == expected
    assert reader("list", "--json", "-q", "rover", "--", docs / "moon.txt", docs / "mars.txt").out == expected


def test_paths_with_odd_names_can_be_given(reader: Reader, docs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(docs.parent)
    docs.rename("list")
    Path("-q").mkdir()
    Path("-q", "a.txt").write_text("- Odd news [Originally Added On: May 1st, 2013]\n")
    assert len(reader("list", "list").lines) == 5
    assert len(reader("list", "./list").lines) == 5
    assert titles(reader("list", "--json", "--", "-q")) == ["Odd news"]


def test_hints_go_to_stderr(reader: Reader, docs: Path) -> None:
    outcome = reader("list", docs, "-q", "rover is:")
    assert outcome.code == 0
    assert outcome.err == 'reader: Nothing follows "is:".\n'
    assert len(outcome.lines) == 1


def test_no_hit_is_an_empty_list(reader: Reader, docs: Path) -> None:
    outcome = reader("list", docs, "-q", "quokka")
    assert (outcome.code, outcome.out, outcome.err) == (0, "", "")
    assert reader("list", docs, "-q", "quokka", "--json").out == "[]\n"


def test_long_results_come_in_chunks(reader: Reader, docs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = reader("list", docs, "--json").out
    table = reader("list", docs).out
    for size in (1, 2, 5):
        monkeypatch.setattr(commands, "CHUNK", size)
        assert reader("list", docs, "--json").out == whole
        assert reader("list", docs).out == table


def test_what_changed_in_the_folder_is_seen(reader: Reader, docs: Path) -> None:
    assert len(reader("list", docs).lines) == 5
    (docs / "mars.txt").unlink()
    assert len(reader("list", docs).lines) == 4
    (docs / "sun.txt").write_text("- Sun spots [Originally Added On: May 1st, 2013]\n")
    assert titles(reader("list", docs, "--json", "-q", "sun")) == ["Sun spots"]


def test_only_where_something_has_changed_is_it_asked_twice(
    reader: Reader, docs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The first run that finds no change makes a note of it.
    for _ in range(2):
        reader("list", docs)
    asked: list[object] = []
    first = Searcher.first

    def counted(searcher: Searcher, *arguments: Any) -> Answer:
        asked.append(arguments)
        return first(searcher, *arguments)

    monkeypatch.setattr(Searcher, "first", counted)
    assert len(reader("list", docs).lines) == 5
    assert len(asked) == 1
    (docs / "mars.txt").unlink()
    assert len(reader("list", docs).lines) == 4
    assert len(asked) == 3


def test_a_starred_item_outlives_its_document(reader: Reader, docs: Path) -> None:
    (storm,) = json.loads(reader("list", docs, "--json", "-q", "storm").out)
    reader("mark", "starred", storm["id"], docs)
    (docs / "mars.txt").unlink()
    (gone,) = json.loads(reader("list", docs, "--json", "-q", "is:missing").out)
    assert (gone["id"], gone["seen"], gone["documents"]) == (storm["id"], 0, [])
    assert "Dust storm passes  gone  " in reader("list", docs, "-q", "is:missing").out


def test_an_empty_folder_is_told(reader: Reader, tmp_path: Path) -> None:
    outcome = reader("list", tmp_path)
    assert (outcome.code, outcome.out) == (0, "")
    assert outcome.err == f"reader: There are no documents in {tmp_path}.\n"


def test_without_a_path_there_are_documents_all_the_same(reader: Reader, sealed: Path, docs: Path) -> None:
    assert len(reader("list").lines) > 5, "the samples"
    docs.rename(sealed / "work" / "seeds")
    assert len(reader("list").lines) == 5
    items = json.loads(reader("list", "--json", "-q", "storm").out)
    assert items[0]["documents"][0]["path"] == "seeds/mars.txt"


def test_a_config_that_cannot_be_used_is_told(reader: Reader, sealed: Path) -> None:
    file = sealed / "config" / "reader" / "config.toml"
    file.parent.mkdir(parents=True)
    file.write_text("\npaths = 3\n")
    outcome = reader("list")
    assert (outcome.code, outcome.out) == (1, "")
    assert outcome.err.startswith(f"reader: {file}, line 2: paths is to be a list")


# On a terminal


@pytest.mark.parametrize("width", [40, 59, 60, 80, 99, 100, 120, 200])
@pytest.mark.usefixtures("terminal")
def test_a_table_fits_the_terminal(reader: Reader, docs: Path, monkeypatch: pytest.MonkeyPatch, width: int) -> None:
    stamp = "[Originally Added On: May 1st, 2013]"
    wide, narrow = "宇宙ステーション" * 9, "e\u0301 " * 90 + "x"
    (docs / "wide.txt").write_text(f"- {wide} {stamp}\n- {narrow} {stamp}\n", encoding="utf-8")
    monkeypatch.setenv("COLUMNS", str(width))
    monkeypatch.setenv("NO_COLOR", "1")
    lines = reader("list", docs).lines
    assert len(lines) == 7
    assert {cells(line) for line in lines} == {width}
    assert any("…" in line for line in lines)
    assert all(" 2013-05-01 " in line for line in lines[1:3])
    assert any("headline" in line for line in lines) == (width >= 100)
    assert any("Night Sky" in line for line in lines) == (width >= 60)


@pytest.mark.usefixtures("terminal")
def test_colours_are_for_terminals_that_want_them(reader: Reader, docs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "\x1b[1m" in reader("list", docs).out
    assert "\x1b" not in reader("list", docs, "--json").out
    monkeypatch.setenv("NO_COLOR", "")
    assert "\x1b[1m" in reader("list", docs).out, "an empty NO_COLOR counts as not set"
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in reader("list", docs).out
    monkeypatch.delenv("NO_COLOR")
    monkeypatch.setenv("TERM", "dumb")
    assert "\x1b" not in reader("list", docs).out


def test_nothing_that_a_terminal_obeys_gets_out(reader: Reader, tmp_path: Path) -> None:
    folder = tmp_path / "no\x1b[31mrd\x9b2J"
    folder.mkdir()
    bad = "- Bad \x1b[2Jnews \x1b]52;c;eA==\x07 \x9b31m\u202eknab [Originally Added On: May 1st, 2013]\n"
    plain = "- Plain news [Originally Added On: May 1st, 2013]\n" * 20  # else it would count as binary
    (folder / "a\x1b]0;x\x07.txt").write_text(bad + plain, encoding="utf-8")
    for argv in (["list"], ["list", "--json"], ["check"]):
        outcome = reader(*argv, folder)
        assert all(line.isprintable() for line in (outcome.out + outcome.err).splitlines())
    (item,) = json.loads(reader("list", "--json", folder, "-q", "bad").out)
    assert item["title"] == "Bad news knab"
    assert item["documents"][0]["path"] == str(folder / "a\x1b]0;x\x07.txt"), "programs get the true path"
    outcome = reader("list", folder, f"{folder}/absent", "-q", "\x1b[31m")
    assert outcome.code == 2
    assert outcome.err.rstrip("\n").isprintable()


def test_output_that_cannot_hold_a_character_gets_an_escape(
    reader: Reader, docs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sys.stdout.reconfigure(encoding="ascii")  # type: ignore[union-attr]
    outcome = reader("list", docs, "--json", "-q", "comete")
    assert outcome.out.isascii()
    assert json.loads(outcome.out)[0]["title"] == "Télescope voit une comète"
    assert r"T\xe9lescope" in reader("list", docs, "-q", "comete").out
