"""Properties of the query as a value: it survives being written, and editing it is exact."""

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from reader.clean import clean_line
from reader.query import (
    CHOICES,
    DAYS,
    EVERYTHING,
    FIELDS,
    NUMBERS,
    SORT_KEYS,
    WORDINGS,
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
    all_of,
    any_of,
    negated,
    parse,
)
from reader.query.parse import LONGEST

SOUP = [
    "a",
    "B",
    "é",
    "\u0301",
    "–",
    " ",
    " ",
    "(",
    ")",
    "|",
    "OR",
    "AND",
    "NOT",
    " OR ",
    "-",
    "@",
    "#",
    "\\",
    '"',
    "/",
]
SOUP += [":", ",", "=", "<", ">=", "..", "1", "*", "[", "{9}", "\t", "\x1b[", "\u200b", "\u3000", "http://"]
SOUP += [f"{name}:" for name in sorted(FIELDS)] + [
    "sort:",
    "limit:",
    "-date",
    "foo:",
    "video",
    "2012-09",
    "newest-7d",
]

soups = st.lists(st.sampled_from(SOUP), max_size=30).map("".join)
texts = (st.text(max_size=12) | soups).map(clean_line)
written = texts.filter(bool)
patterns = st.sampled_from(["a", "a b", r"\d+", "a/b", r"\\/", "(a|b)", '"x"', r"[\]/,]", r"\S -"])
wordings = (
    st.builds(Value, written, st.sampled_from([Style.WORD, Style.PHRASE]))
    | st.builds(Value, patterns, st.just(Style.REGEX))
    | st.builds(Value, texts, op=st.just("="))
)
comparisons = st.sampled_from(["", "<", "<=", ">", ">="])
days = st.sampled_from(["2012", "2012-09", "2012-09-07", "today", "yesterday-1m", "newest-7d"])
numbers = st.integers(0, 999).map(str)


def ordered(ends: st.SearchStrategy[str]) -> st.SearchStrategy[Value | Range]:
    ranges = st.builds(Range, ends | st.just(""), ends | st.just("")).filter(lambda found: found != Range("", ""))
    return st.builds(Value, ends, op=comparisons) | ranges


def fields(name: str) -> st.SearchStrategy[Field]:
    values: st.SearchStrategy[Value | Range]
    if name in CHOICES:
        values = st.sampled_from(CHOICES[name]).map(Value)
    elif name in WORDINGS:
        values = wordings.filter(lambda value: not value.op) if name == "text" else wordings
    else:
        values = ordered(days if name in DAYS else numbers)
    return st.builds(Field, st.just(name), st.lists(values, min_size=1, max_size=3).map(tuple))


leaves: st.SearchStrategy[Term] = (
    st.builds(Text, written, st.sampled_from([Style.WORD, Style.PHRASE]))
    | st.builds(Text, patterns, st.just(Style.REGEX))
    | st.sampled_from(sorted(FIELDS)).flatmap(fields)
    | st.builds(Saved, written)
)
terms: st.SearchStrategy[Term] = st.recursive(
    leaves,
    lambda inner: (
        inner.map(negated)
        | st.lists(inner, min_size=2, max_size=4).map(all_of)
        | st.lists(inner, min_size=2, max_size=4).map(any_of)
    ),
    max_leaves=12,
)
sorts = st.builds(Sort, st.sampled_from(SORT_KEYS), st.booleans())
queries = st.builds(Query, terms, st.none() | sorts, st.none() | st.integers(1, 999_999_999))

A, B = Text("a"), Text("b")
VIDEO = Field("kind", (Value("video"),))


@settings(max_examples=5_000, deadline=None)
@given(soups | st.text(max_size=60))
def test_any_text_is_a_query_and_survives_being_written(text: str) -> None:
    query = parse(text)
    assert parse(str(query)) == query


@settings(max_examples=500, deadline=None)
@given(queries)
def test_any_query_survives_being_written(query: Query) -> None:
    assume(len(str(query)) <= LONGEST)
    assert parse(str(query)) == query


@settings(deadline=None)
@given(queries, leaves | leaves.map(negated))
def test_adding_and_taking_out_are_inverse(query: Query, term: Term) -> None:
    added = query.with_term(term)
    assert added.has(term)
    assert added.with_term(term) == added
    assert not added.without(term).has(term)
    if not query.has(term):
        assert added.without(term) == query.without(term)
        assert added.without(term).conjuncts() == query.conjuncts()


@settings(deadline=None)
@given(queries, leaves)
def test_toggling_and_excluding(query: Query, term: Term) -> None:
    bare = query.without(term).without(Not(term))
    assert bare.toggled(term) == bare.with_term(term)
    assert bare.toggled(term).toggled(term) == bare
    if not bare.asks_for(term):
        assert bare.excluding(term) == bare.with_term(Not(term))
        assert bare.excluding(term).excluding(term) == bare
    assert bare.toggled(term).excluding(term) == bare.excluding(term)
    assert bare.excluding(term).toggled(term) == bare.toggled(term)


@settings(deadline=None)
@given(queries, leaves)
def test_what_was_chosen_is_asked_for_until_it_is_chosen_again(query: Query, term: Term) -> None:
    chosen = query.choosing(term)
    assert chosen.asks_for(term) != query.asks_for(term)
    assert not chosen.choosing(term).asks_for(term) or query.asks_for(term)
    assert not query.excluding(term).asks_for(term) or query.has(Not(term))


@settings(deadline=None)
@given(queries, st.sampled_from(sorted(FIELDS)))
def test_without_a_field_only_that_field_goes(query: Query, name: str) -> None:
    left = query.without_field(name).conjuncts()
    gone = [part for part in query.conjuncts() if part not in left]
    assert all(str(part).lstrip("-").startswith(f"{name}:") for part in gone)
    assert not any(isinstance(part, Field) and part.name == name for part in left)


@pytest.mark.parametrize(
    ("text", "term", "expected"),
    [
        ("", A, "a"),
        ("a", A, "a"),
        ("a", B, "a b"),
        ("a OR b", VIDEO, "(a OR b) kind:video"),
        ("a sort:title", VIDEO, "a kind:video sort:title"),
        ("a", Any((A, B)), "a (a OR b)"),
        ("a", All((A, B)), "a b"),
        ("a", EVERYTHING, "a"),
    ],
)
def test_with_term(text: str, term: Term, expected: str) -> None:
    assert str(parse(text).with_term(term)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("kind:video", ""),
        ("a kind:video b", "a b"),
        ("kind:video a kind:video", "a"),
        ("a OR kind:video", "a OR kind:video"),
        ("a (b OR kind:video)", "a (b OR kind:video)"),
        ("kind:video (a OR b)", "a OR b"),
        ("-kind:video", "-kind:video"),
        ("kind:video,article", "kind:video,article"),
    ],
)
def test_without(text: str, expected: str) -> None:
    assert str(parse(text).without(VIDEO)) == expected


def test_without_field_drops_plain_and_negated_conjuncts() -> None:
    query = parse("a kind:video -kind:article (b OR kind:headline) source:x limit:5")
    assert str(query.without_field("kind")) == "a (b OR kind:headline) source:x limit:5"


def test_only_conjuncts_count() -> None:
    assert parse("").conjuncts() == ()
    assert parse("a").has(A)
    assert not parse("a OR b").has(A)
    assert not parse("-a").has(A)
    assert parse("a b").has(All((A, B)))


def test_what_is_compared_has_no_style() -> None:
    assert Value("Daily Ledger", Style.PHRASE, "=") == Value("Daily Ledger", op="=")


def test_every_field_can_be_parsed() -> None:
    assert {*WORDINGS, *DAYS, *NUMBERS, *CHOICES} == FIELDS


def test_brackets_within_an_and_hide_no_term_of_a_group() -> None:
    unread = Field("is", (Value("unread"),))
    query = Query(All((Text("moon"), All((Text("robot"), unread)))))
    assert query.has(unread)
    assert query.without_field("is") == Query(All((Text("moon"), Text("robot"))))
