"""The language as people type it: what each text means, and what it says about what it cannot read."""

import pytest

from reader.query import (
    EVERYTHING,
    NEWEST_FIRST,
    All,
    Any,
    Field,
    Not,
    Query,
    Range,
    Saved,
    Sort,
    Style,
    Term,
    Text,
    Value,
    parse,
)
from reader.query.parse import DEEPEST, LONGEST

A, B, C, D = map(Text, "abcd")


def phrase(text: str) -> Text:
    return Text(text, Style.PHRASE)


def regex(text: str) -> Text:
    return Text(text, Style.REGEX)


def field(name: str, *values: Value | Range | str) -> Field:
    return Field(name, tuple(Value(value) if isinstance(value, str) else value for value in values))


def deepest_of(term: Term) -> int:
    match term:
        case All() | Any():
            return 1 + max(map(deepest_of, term.terms), default=0)
        case Not():
            return deepest_of(term.term)
    return 0


QUIET: dict[str, Term] = {
    "": EVERYTHING,
    "   ": EVERYTHING,
    "a": A,
    "a b": All((A, B)),
    "a AND b": All((A, B)),
    "a and b": All((A, Text("and"), B)),
    "a OR b": Any((A, B)),
    "a|b": Any((A, B)),
    "a | b": Any((A, B)),
    "a or b": All((A, Text("or"), B)),
    "a b OR c d": Any((All((A, B)), All((C, D)))),
    "a (b OR c)": All((A, Any((B, C)))),
    "a(b|c)d": All((A, Any((B, C)), D)),
    "(a (b (c)))": All((A, B, C)),
    "(a OR (b OR c))": Any((A, B, C)),
    "-a": Not(A),
    "NOT a": Not(A),
    "not a": All((Text("not"), A)),
    "--a": A,
    "-NOT -a": Not(A),
    "-(-a)": A,
    "-(a b)": Not(All((A, B))),
    "-(a|b)": Not(Any((A, B))),
    "x-ray": Text("x-ray"),
    '"space station"': phrase("space station"),
    '-"space station"': Not(phrase("space station")),
    '"a"b': All((phrase("a"), B)),
    r'"say \"no\" \\ \d"': phrase(r'say "no" \ \d'),
    '"space sta': Text("space sta"),
    '"space ': Text("space"),
    '"': EVERYTHING,
    '""': EVERYTHING,
    '5"': Text('5"'),
    r"space\ sta": Text("space sta"),
    r"\OR": Text("OR"),
    r"\-a": Text("-a"),
    r"\@a": Text("@a"),
    r"title\:a": Text("title:a"),
    r"a\)": Text("a)"),
    "back\\": Text("back\\"),
    "/a.b/": regex("a.b"),
    r"/a b\/c \d/": regex(r"a b/c \d"),
    "(/a(b|c)/)": regex("a(b|c)"),
    "@mine": Saved("mine"),
    "@my-2 -@b": All((Saved("my-2"), Not(Saved("b")))),
    r"@my\ own": Saved("my own"),
    "@": Text("@"),
    "me@here": Text("me@here"),
    "http://example.org/a?b": Text("http://example.org/a?b"),
    "title://x": Text("title://x"),
    "12:30": Text("12:30"),
    "Mars:": Text("Mars:"),
    "like%this": Text("like%this"),
    "_": Text("_"),
    "one,two": Text("one,two"),
    "title:a": field("title", "a"),
    "Title:a": field("title", "a"),
    "-title:a": Not(field("title", "a")),
    "title:a,b": field("title", "a", "b"),
    "title:a,,b,": field("title", "a", "b"),
    r"title:a\,b": field("title", "a,b"),
    "title:-a": field("title", "-a"),
    'title:"space station",b': field("title", Value("space station", Style.PHRASE), "b"),
    'title:"space sta': field("title", "space sta"),
    "title:/a,b/,c": field("title", Value("a,b", Style.REGEX), "c"),
    "title:a..b": field("title", "a..b"),
    "text:=a": field("text", "=a"),
    "doc:2012/news": field("doc", "2012/news"),
    "source:insider": field("source", "insider"),
    'source:="Daily Ledger"': field("source", Value("Daily Ledger", op="=")),
    "source:=Insider,b": field("source", Value("Insider", op="="), "b"),
    'source:=""': field("source", Value("", op="=")),
    "source:=/a/": field("source", Value("/a/", op="=")),
    "kind:video,article": field("kind", "video", "article"),
    "kind:Video": field("kind", "video"),
    "is:unread,starred": field("is", "unread", "starred"),
    "seen:3": field("seen", "3"),
    "seen:=3": field("seen", "3"),
    "seen:>=3": field("seen", Value("3", op=">=")),
    "seen:<3,>7": field("seen", Value("3", op="<"), Value("7", op=">")),
    "seen:2..5": field("seen", Range("2", "5")),
    "date:2012,2013": field("date", "2012", "2013"),
    "date:2012-09-07..2012-09-12": field("date", Range("2012-09-07", "2012-09-12")),
    "date:>=2012-10": field("date", Value("2012-10", op=">=")),
    "date:..2011": field("date", Range("", "2011")),
    "date:Today,yesterday": field("date", "today", "yesterday"),
    "date:newest-7d..": field("date", Range("newest-7d", "")),
    "published:today-2w updated:<newest": All(
        (field("published", "today-2w"), field("updated", Value("newest", op="<")))
    ),
}


@pytest.mark.parametrize("text", QUIET)
def test_reads_without_a_hint(text: str) -> None:
    query = parse(text)
    assert query.term == QUIET[text]
    assert query.hints == ()


HINTED: dict[str, tuple[Term, str]] = {
    "-": (Text("-"), 'A "-" on its own'),
    "a - b": (All((A, Text("-"), B)), 'A "-" on its own'),
    "a OR": (A, '"OR" stands between'),
    "OR a": (A, '"OR" stands between'),
    "a || b": (Any((A, B)), '"OR" stands between'),
    "|": (EVERYTHING, '"OR" stands between'),
    "a AND": (A, '"AND" stands between'),
    "AND a": (A, '"AND" stands between'),
    "a OR AND b": (Any((A, B)), '"AND" stands between'),
    "a NOT": (A, 'Nothing follows "NOT"'),
    "NOT OR a": (A, 'Nothing follows "NOT"'),
    "NOT AND a": (A, 'Nothing follows "NOT"'),
    "(a": (A, 'A "(" is not closed'),
    "(a OR (b c": (Any((A, All((B, C)))), 'A "(" is not closed'),
    "a) b": (All((Text("a)"), B)), 'A ")" too many'),
    "()": (EVERYTHING, "Nothing stands between the brackets"),
    "-()": (EVERYTHING, "Nothing stands between the brackets"),
    "foo:bar": (Text("foo:bar"), 'No field "foo": searched for as text.'),
    "tag:a": (Text("tag:a"), 'No field "tag": searched for as text.'),
    "#space": (Text("#space"), "no tags yet"),
    "is:new": (Text("is:new"), '"is:" is followed by unread, read'),
    "kind:video,film": (Text("kind:video,film"), '"kind:" is followed by article, headline, video'),
    "date:2012-13": (Text("date:2012-13"), '"date:2012-13" is searched for as text.'),
    "date:2012-00": (Text("date:2012-00"), '"date:" is followed by days'),
    "date:..": (Text("date:.."), '"date:" is followed by days'),
    "date:>2011..2012": (Text("date:>2011..2012"), '"date:" is followed by days'),
    'published:"last week"': (Text('published:"last week"'), '"published:" is followed by days'),
    "seen:many": (Text("seen:many"), '"seen:" is followed by a number'),
    "seen:1234567890": (Text("seen:1234567890"), '"seen:" is followed by a number'),
    "title:": (EVERYTHING, 'Nothing follows "title:"'),
    'title:"" a': (A, 'Nothing follows "title:"'),
    'source:="': (EVERYTHING, 'Nothing follows "source:"'),
    "/a(b/": (Text("/a(b/"), '"/a(b/" is searched for as text.'),
    "title:/a[ b/": (field("title", "/a[ b/"), '"/a[ b/" is searched for as text.'),
    "/(a{1000}){1000}/": (Text("/(a{1000}){1000}/"), "No pattern that can be used"),
    "/usr/bin": (Text("/usr/bin"), "between two slashes"),
    "/a b": (All((Text("/a"), B)), "between two slashes"),
    "sort:colour a": (A, '"sort:" is followed by date, title'),
    "limit:0": (EVERYTHING, '"limit:" is followed by a whole number'),
    "limit:-5": (EVERYTHING, '"limit:" is followed by a whole number'),
    "(a sort:title)": (A, '"sort:" counts only outside'),
    "-limit:5 a": (A, '"limit:" counts only outside'),
}


@pytest.mark.parametrize("text", HINTED)
def test_reads_what_it_can_and_says_the_rest(text: str) -> None:
    query = parse(text)
    term, hint = HINTED[text]
    assert query.term == term
    assert (query.sort, query.limit) == (None, None)
    assert any(hint in sentence for sentence in query.hints), query.hints


@pytest.mark.parametrize("text", [*QUIET, *HINTED])
def test_canonical_text_means_the_same_and_stays(text: str) -> None:
    query = parse(text)
    assert parse(str(query)) == query
    assert str(parse(str(query))) == str(query)


@pytest.mark.parametrize(
    ("typed", "canonical"),
    [
        ("  a   AND b ", "a b"),
        ("(a b)|c", "a b OR c"),
        ("a(b OR c)", "a (b OR c)"),
        ("NOT (a b)", "-(a b)"),
        ('"space sta', r"space\ sta"),
        ('source:="Insider"', "source:=Insider"),
        ("limit:5 a sort:-date b", "a b sort:-date limit:5"),
    ],
)
def test_is_written_canonically(typed: str, canonical: str) -> None:
    assert str(parse(typed)) == canonical


@pytest.mark.parametrize(
    ("text", "sort"),
    [
        ("sort:date", Sort("date")),
        ("sort:-date", Sort("date", descending=True)),
        ("sort:Title", Sort("title")),
        ("sort:-source", Sort("source", descending=True)),
        ("sort:title sort:relevance", Sort("relevance")),
    ],
)
def test_sort(text: str, sort: Sort) -> None:
    assert parse(text) == Query(sort=sort)
    assert parse(f"a OR {text} b") == Query(Any((A, B)), sort)


def test_newest_first_unless_the_text_says_otherwise() -> None:
    assert parse("a").order == NEWEST_FIRST == Sort("date", descending=True)
    assert parse("a sort:title").order == Sort("title")


def test_limit() -> None:
    assert parse("a limit:20") == Query(A, limit=20)
    assert parse("limit:20 limit:3").limit == 3


def test_hints_do_not_tell_queries_apart() -> None:
    assert parse("a OR") == parse("a")


def test_one_hint_for_the_same_trouble() -> None:
    assert len(parse("foo:a foo:b foo:c").hints) == 1


def test_control_characters_are_cleaned_away() -> None:
    assert parse("a\x1b[31mb\tc\n").term == All((Text("ab"), C))


@pytest.mark.parametrize("text", ["(" * 100_000, "(" * 100_000 + "a" + ")" * 100_000, "-(" * 100_000 + "a"])
def test_deep_nesting_is_bounded(text: str) -> None:
    query = parse(text)
    assert query.hints
    assert deepest_of(query.term) <= DEEPEST
    assert parse(str(query)) == query


def test_brackets_deeper_than_the_bound_are_text() -> None:
    levels = "(a OR (b " * (DEEPEST // 2)
    query = parse(f"{levels}(c" + ")" * DEEPEST)
    assert r"\(c" in str(query)
    assert query.hints == ('A "(" too many is searched for as text.',)


def test_negations_do_not_nest() -> None:
    assert parse("-" * 3_001 + "a").term == Not(A)


def test_long_text_is_cut_with_a_hint() -> None:
    query = parse("word " * 1_000_000)
    assert query.term == All((Text("word"),) * (LONGEST // 5))
    assert query.hints == ("The query is too long: only the first 4,000 characters are used.",)


@pytest.mark.parametrize("text", ['"' + "(" * 3_990, "a|" * 1_900, 'is:"' + "(" * 3_000])
def test_text_that_grows_when_written_is_cut_so_that_it_can_be_read_back(text: str) -> None:
    query = parse(text)
    assert query.hints[0] == "The query is too long: only the first 1,000 characters are used."
    assert parse(str(query)) == query
