import json
from pathlib import Path

import pytest

from .conftest import Reader


def item(reader: Reader, docs: Path, query: str) -> dict[str, object]:
    (found,) = json.loads(reader("list", docs, "--json", "-q", query).out)
    assert isinstance(found, dict)
    return found


def test_an_article_is_shown_with_its_text(reader: Reader, docs: Path) -> None:
    article = item(reader, docs, "kind:article")
    assert reader("show", article["id"], docs).lines == [
        "Lunar station grows",
        "source    Night Sky Log",
        "kind      article",
        "marks     unread",
        f"id        {article['id']}",
        f"seen in   {docs}/moon.txt:5",
        "",
        "A crane lifts the second module onto the pad.",
        "",
        "The module is to dock in spring.",
    ]


def test_a_headline_is_shown_with_where_it_was_seen(reader: Reader, docs: Path) -> None:
    rover = item(reader, docs, "rover")
    reader("mark", "starred", rover["id"], docs)
    reader("mark", "read", rover["id"], docs)
    assert reader("show", rover["id"], docs).lines == [
        "Rover finds frozen water",
        "kind      headline",
        "published 2012-09-07",
        "updated   2012-09-10",
        "marks     starred, read",
        f"id        {rover['id']}",
        f"seen in   {docs}/mars.txt:1",
        f"seen in   {docs}/moon.txt:6",
    ]
    reader("mark", "unread", rover["id"], docs)
    assert "marks     starred" in reader("show", rover["id"], docs).lines
    reader("mark", "unstarred", rover["id"], docs)
    assert "marks     unread" in reader("show", rover["id"], docs).lines


def test_json_has_the_fields_of_the_list_and_the_text(reader: Reader, docs: Path) -> None:
    article = item(reader, docs, "kind:article")
    outcome = reader("show", "--json", article["id"], docs)
    assert len(outcome.lines) == 1
    paragraphs = ["A crane lifts the second module onto the pad.", "The module is to dock in spring."]
    assert json.loads(outcome.out) == article | {"text": paragraphs}
    rover = item(reader, docs, "rover")
    assert json.loads(reader("show", rover["id"], docs, "--json").out) == rover | {"text": []}


def test_the_beginning_of_an_id_is_enough(reader: Reader, docs: Path) -> None:
    rover = item(reader, docs, "rover")
    for beginning in (str(rover["id"])[:6], str(rover["id"])[:6].upper()):
        assert reader("show", beginning, docs).lines[0] == "Rover finds frozen water"


def test_an_id_that_says_nothing_or_too_much_is_told(reader: Reader, docs: Path) -> None:
    for wrong in ("0000000000000000", "moon", "", "\x1b[31m"):
        outcome = reader("show", wrong, docs)
        assert (outcome.code, outcome.out) == (1, "")
        assert outcome.err.startswith("reader: No item has the id ")
        assert outcome.err.rstrip("\n").isprintable()
    many = "".join(f"- News {n} [Originally Added On: May 1st, 2013]\n" for n in range(17))
    (docs / "many.txt").write_text(many)
    ids = [found["id"] for found in json.loads(reader("list", docs, "--json").out)]
    twice = next(first for first in "0123456789abcdef" if sum(i.startswith(first) for i in ids) > 1)
    outcome = reader("show", twice, docs)
    assert outcome.code == 1
    assert outcome.err == f"reader: More than one item has an id that begins with '{twice}'.\n"


def test_what_is_gone_can_still_be_shown(reader: Reader, docs: Path) -> None:
    storm = item(reader, docs, "storm")
    reader("mark", "starred", storm["id"], docs)
    (docs / "mars.txt").unlink()
    lines = reader("show", storm["id"], docs).lines
    assert lines[0] == "Dust storm passes"
    assert lines[-1] == "seen in   a document that is gone"


@pytest.mark.parametrize(("width", "measure"), [(40, 40), (200, 80), (5, 20)])
@pytest.mark.usefixtures("terminal")
def test_text_is_wrapped_for_eyes(
    reader: Reader, docs: Path, monkeypatch: pytest.MonkeyPatch, width: int, measure: int
) -> None:
    text = f"{'Words that go on and on. ' * 30}\n{'字' * 100}\nSee:\nLong title {'and longer ' * 12}- Night\n"
    (docs / "long.txt").write_text(text, encoding="utf-8")
    long = item(reader, docs, "title:longer")
    monkeypatch.setenv("COLUMNS", str(width))
    monkeypatch.setenv("NO_COLOR", "1")
    outcome = reader("show", long["id"], docs)
    wrapped = [line for line in outcome.lines if not line.startswith(("seen in", "id"))]
    assert measure - 10 < max(map(len, wrapped)) <= measure
    assert max(line.count("字") for line in wrapped) == measure // 2
    assert outcome.out.count("字") == 100
    assert outcome.out.count("Words") == 30
