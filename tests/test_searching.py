"""Answers come in time and in one piece, whatever is asked."""

import random
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from threading import Event, Thread

import pytest
from hypothesis import given, settings

from reader import searching
from reader.catalogue import Interrupted, Plan, finders, names, sifting
from reader.catalogue.expansion import MOST_TEXTS
from reader.model import Item, Kind
from reader.query import Field, Query, Text, Value, parse
from reader.searching import Searcher
from tests.catalogue.corpora import SAVED, document, fill, generated, marks_of, strings

MOON = Item("Moon robot lands", source="Insider", published=date(2012, 9, 7))
TOOTH = Item("Toothbrush found", source="The Post", published=date(2012, 9, 8))
ARTICLE = Item("A year on the moon", Kind.ARTICLE, text=("Of a toothless robot.", "It was a year."))


@pytest.fixture
def searcher(tmp_path: Path) -> Iterator[Searcher]:
    fill(tmp_path / "c.sqlite", [document("/news/a.txt", [ARTICLE, MOON]), document("/news/b.txt", [MOON, TOOTH])])
    made = Searcher(tmp_path / "c.sqlite", {"moon": "moon", "loop": "@loop", "none": "zzz"})
    yield made
    made.close()


def count(searcher: Searcher, text: str) -> int:
    return searcher.count(searcher.first(parse(text)))


def test_a_word_is_looked_for_inside_words_only_where_it_begins_none(searcher: Searcher) -> None:
    assert count(searcher, "tooth") == 2
    assert count(searcher, "oothb") == 1
    assert searcher.first(parse("oothb")).inside == {Text("oothb")}
    assert count(searcher, "title:obo text:obo") == 0
    assert count(searcher, "year") == 1
    assert count(searcher, "text:ear") == count(searcher, "title:ear") == 1
    assert count(searcher, "source:sider") == 1
    assert count(searcher, "doc:ews") == 3


def test_saved_searches_stand_for_what_they_ask(searcher: Searcher) -> None:
    assert count(searcher, "@moon") == 2
    assert searcher.first(parse("-@moon OR @none")).term == parse("-moon OR zzz").term
    looped = searcher.first(parse("tooth OR @loop"))
    assert looped.hints == ("The saved search @loop asks for itself: that part is left out.",)
    assert searcher.count(looped) == 2
    assert searcher.first(parse("@gone")).hints == ("No saved search is named @gone: searched for as text.",)


def test_terms_are_told_that_empty_the_result(searcher: Searcher) -> None:
    insider = Field("source", (Value("insider"),))
    assert searcher.relaxed(parse("source:insider tooth lands")) == ((Text("tooth"), 1),)
    assert searcher.relaxed(parse("tooth source:insider")) == ((insider, 2), (Text("tooth"), 1))
    assert searcher.relaxed(parse("moon zzz")) == ((Text("zzz"), 2),)


def test_a_query_that_is_nested_too_deeply_loses_its_inmost_part(searcher: Searcher) -> None:
    deep = "moon " + "-(tooth " * 40 + "moon" + ")" * 40
    answer = searcher.first(parse(deep))
    assert "The query is nested too deeply: its innermost part is left out." in answer.hints
    assert searcher.count(answer) == searcher.facets(parse(deep)).total


def test_a_query_that_looks_for_too_much_is_cut(searcher: Searcher) -> None:
    answer = searcher.first(parse(" OR ".join(f"x{number}" for number in range(60)) + " OR moon"))
    assert answer.hints == ("The query looks for too many texts: the rest is left out.",)
    many = searcher.first(parse("source:" + ",".join(f"x{number}" for number in range(600)) + ",insider"))
    assert (searcher.count(many), many.hints) == (1, ())


def test_a_text_that_the_index_cannot_settle_counts_twice(searcher: Searcher) -> None:
    some = [f"{first}{second}" for first in "abcd" for second in "abcde"]
    assert searcher.first(parse(" ".join(f"-{text}" for text in some))).hints == ()
    for hard in (str.upper, "{}.".format, "/{}/".format):
        hints = searcher.first(parse(" ".join(f"-{hard(text)}" for text in some))).hints
        assert hints == ("The query looks for too many texts: the rest is left out.",)


@pytest.mark.parametrize(
    "left_out", ["(x21 x22)", "-(x21 x22)", "-(x21 OR x22)", "(x21 -(x22 x23))", "@twice", "-@twice"]
)
def test_what_is_left_out_neither_finds_everything_nor_shuts_it_out(tmp_path: Path, left_out: str) -> None:
    fill(tmp_path / "c.sqlite", [document("/news/a.txt", [ARTICLE, MOON])])
    searcher = Searcher(tmp_path / "c.sqlite", {"twice": "@twice @twice"})
    enough = " OR ".join(f"x{number}" for number in range(MOST_TEXTS - 1))
    answer = searcher.first(parse(f"robot OR {enough} OR {left_out}"))
    assert answer.hints
    assert searcher.count(answer) == searcher.total(parse("robot"))
    searcher.close()


def test_saved_searches_that_ask_for_each_other_over_and_over_are_cut(tmp_path: Path) -> None:
    fill(tmp_path / "c.sqlite", [document("/news/a.txt", [ARTICLE, MOON])])
    saved = {f"s{number}": f"@s{number + 1} " * 200 for number in range(4)} | {"s4": "kind:article"}
    searcher = Searcher(tmp_path / "c.sqlite", saved)
    answer = searcher.first(parse("@s0"))
    assert answer.hints == ("The query asks for too many saved searches: the rest is left out.",)
    searcher.close()


def test_thousands_of_conditions_are_no_error(searcher: Searcher) -> None:
    assert count(searcher, "|".join(["kind:video", "seen:2", "date:2012-09-07"] * 200)) == 1
    assert count(searcher, " ".join(f"-date:{year:04}" for year in range(1, 300))) == 3


SLOW = "/(\\w+\\s?)+:/"
QUICK = "/.*\\d/"


def test_a_slow_pattern_leaves_out_what_it_was_not_tried_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finders, "PATIENCE", -1.0)
    fill(tmp_path / "c.sqlite", generated(5, 40))
    searcher = Searcher(tmp_path / "c.sqlite", {})
    for text in (SLOW, f"-{SLOW}", f"moon {SLOW}", f"sort:relevance {SLOW}", QUICK):
        query = parse(text)
        answer = searcher.first(query)
        assert any("left out" in hint for hint in answer.hints), text
        assert searcher.count(answer) == sum(map(len, searcher.rows(answer)))
        found = searcher.facets(query).total
        assert "left out" in searcher.slow
        assert found < searcher.total(parse(""))
    assert searcher.relaxed(parse(f"zzzz {SLOW}")) is not None
    assert searcher.count(searcher.first(parse("moon"))) > 0
    assert searcher.slow == ""
    searcher.close()


def test_a_slow_pattern_for_names_is_a_hint(searcher: Searcher, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(names, "PATIENCE", -1.0)
    for text in ("source:/insi/", "doc:/a/"):
        answer = searcher.first(parse(text))
        assert answer.hints[0].endswith("What it was not tried on is left out.")


def test_the_index_is_asked_for_as_little_as_will_do(tmp_path: Path) -> None:
    fill(tmp_path / "c.sqlite", [document("/news/a.txt", [Item("A cat. A catalogue of moons"), Item("50% oon")])])
    searcher = Searcher(tmp_path / "c.sqlite", {})
    # What a sign follows is a whole word.
    assert searcher.first(parse("cat.")).plan.match == '("cat")'
    # The words that a part stands inside of are listed once, however often the part is repeated.
    assert searcher.first(parse(".".join(["atal"] * 20))).plan.match.count("catalogue") == 1
    # What a sign precedes stands inside words as it stands at their start: nothing has to be tried.
    assert searcher.first(parse("%oo")).inside == frozenset()
    assert searcher.total(parse("%oo")) == 0
    assert searcher.total(parse("%\\ oo")) == searcher.total(parse('"50% oon"')) == 1
    searcher.close()


class Ticking:
    """A clock that goes on with every look at it."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        self.seconds += 0.01
        return self.seconds


def test_counts_by_group_share_the_time_for_an_answer(large: Searcher, monkeypatch: pytest.MonkeyPatch) -> None:
    shares: list[float] = []
    begin = finders.Finders.begin

    def noted(self: finders.Finders, sql: str, share: float) -> None:
        shares.append(share)
        begin(self, sql, share)

    monkeypatch.setattr(finders.Finders, "begin", noted)
    for text in ("/x.+/", "/x.+/ kind:video", "/x.+/ kind:video is:read date:0001.. doc:news source:i"):
        large.facets(parse(text))
        assert sum(shares) <= 2
        shares.clear()


def test_a_busy_machine_is_no_slow_pattern(large: Searcher, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finders, "monotonic", Ticking())
    monkeypatch.setattr(finders, "thread_time", lambda: 1.0)
    answer = large.first(parse("/^the/"), 10_000)
    assert answer.hints == ()
    monkeypatch.undo()
    assert large.first(parse("/^the/"), 10_000).rows == answer.rows


def test_patterns_for_names_share_the_time_for_them(large: Searcher, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Ticking()
    monkeypatch.setattr(names, "thread_time", clock)
    answer = large.first(parse("doc:" + ",".join(f"/x{number}.+/" for number in range(50))))
    assert any("left out" in hint for hint in answer.hints)
    assert clock.seconds < 10 * names.PATIENCE


def test_what_dropping_a_term_would_give_is_told_once_and_in_time(
    searcher: Searcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert searcher.relaxed(parse("moon zzz zzz")) == ((Text("zzz"), 2),)
    query = parse("zzz " + " ".join(f"-x{number}" for number in range(30)))
    counted: list[Query] = []
    plan = searcher._plan

    def noted(query: Query) -> Plan:
        counted.append(query)
        return plan(query)

    monkeypatch.setattr(searcher, "_plan", noted)
    monkeypatch.setattr(searching, "monotonic", Ticking())
    monkeypatch.setattr(searching, "PATIENCE", 0.1)
    assert searcher.relaxed(query) == ((Text("zzz"), 3),)
    assert len(counted) < 12


def test_a_question_can_be_ended_from_another_thread(tmp_path: Path) -> None:
    fill(tmp_path / "c.sqlite", generated(6, 30))
    searcher = Searcher(tmp_path / "c.sqlite", {})
    view = searcher._view
    entered = Event()

    def held(raw: str) -> bool:
        # Under way from the first call on; the question ends only because it is interrupted.
        entered.set()
        ended.wait(10)
        return False

    ended = Event()
    view._db.create_function("held", 1, held)

    def end() -> None:
        entered.wait(10)
        searcher.interrupt()
        ended.set()

    thread = Thread(target=end)
    thread.start()
    with pytest.raises(Interrupted):
        view._all("SELECT count(*) FROM items WHERE held(title)")
    thread.join()
    assert searcher.total(parse("")) > 0
    searcher.close()


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Searcher]:
    documents = generated(3, 50)
    path = tmp_path_factory.mktemp("large") / "c.sqlite"
    fill(path, documents, marks_of([item for each in documents for item in each.items], random.Random(1)))
    made = Searcher(path, SAVED)
    yield made
    made.close()


@settings(max_examples=300, deadline=None)
@given(text=strings)
def test_no_text_is_too_much(large: Searcher, text: str) -> None:
    query = parse(text)
    answer = large.first(query)
    rows = [row for chunk in large.rows(answer) for row in chunk]
    assert large.count(answer) == len(rows) == large.facets(query).total
    assert rows or large.relaxed(query) is not None


@pytest.mark.parametrize("text", ["[l-z][a-f]$", "^[x-z]", "[’%-]", "[0-9]{2}", "[b][^ ]", "[A-Z][a-z]$", "(é|ü)."])
def test_an_expression_alone_finds_what_it_finds_among_others(large: Searcher, text: str) -> None:
    alone, among = large.first(parse(f"/{text}/"), 10_000), large.first(parse(f"/{text}/ is:unread,read"), 10_000)
    assert alone.rows == among.rows
    assert among.rows
    assert large.facets(parse(f"/{text}/")).total == len(alone.rows)


def test_an_expression_is_tried_on_many_titles_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "c.sqlite"
    items = [Item(f"{number} {'x' if number % 100 else 'qux'}", line=number) for number in range(1, 1_001)]
    fill(path, [document("/news/a.txt", items)])
    searcher = Searcher(path, {})
    monkeypatch.setattr(finders.Finders, "name", lambda *_: pytest.fail("it was tried on each of them"))
    query = parse("/[q][u][x]$/")
    assert count(searcher, "/[q][u][x]$/") == searcher.facets(query).total == 10
    text = Item("Of it", Kind.ARTICLE, text=("A line.", "Another with a qux"))
    fill(path, [document("/news/b.txt", [text, Item("One more qux")])])
    assert count(searcher, "/[q][u][x]$/") == 12
    with monkeypatch.context() as patch:
        # No time for any.
        patch.setattr(sifting, "thread_time", Ticking())
        patch.setattr(finders, "PATIENCE", 0)
        with pytest.raises(pytest.fail.Exception):
            searcher.first(parse("/[q][u]/"))
    with pytest.raises(pytest.fail.Exception):
        searcher.first(parse("/[xy]/"))  # most of them
    searcher.close()
