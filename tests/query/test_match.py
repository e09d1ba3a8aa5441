"""What matches, and where: literal cases first, then what holds for any text."""

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reader.query import SlowPattern, Style, Text, fold, fold_map, highlights, parse, pattern, words
from reader.query.expressions import well_formed

TRICKY = "aAbé\u0301ßﬁ½İ\u0130’“–—-_ .\n\t한ʼxX1"

raws = st.text(TRICKY, max_size=40) | st.text(max_size=40)
values = st.text(TRICKY, min_size=1, max_size=6) | st.text(min_size=1, max_size=6)


def word(value: str) -> Text:
    return Text(value)


def phrase(value: str) -> Text:
    return Text(value, Style.PHRASE)


def regex(value: str) -> Text:
    return Text(value, Style.REGEX)


def marked(text: Text, raw: str, inside: bool = False) -> list[str]:
    return [raw[start:end] for start, end in pattern(text, inside).spans(raw)]


@pytest.mark.parametrize(
    ("raw", "folded"),
    [
        ("Space STATION", "space station"),
        ("Café", "cafe"),
        ("Cafe\u0301", "cafe"),
        ("Straße", "strasse"),
        ("ﬁnal", "final"),
        ("“It’s” — ‘so’ – 1‑2 − 3", "\"it's\" - 'so' - 1-2 - 3"),
        ("İstanbul", "istanbul"),
        ("wait… ½", "wait... 1⁄2"),
        ("a\u00a0b", "a b"),
        ("Ελλάς", "ελλασ"),
    ],
)
def test_fold(raw: str, folded: str) -> None:
    assert fold(raw) == folded


def test_words() -> None:
    assert words("it's 5-a_side, café no. 7") == ["it", "s", "5", "a", "side", "café", "no", "7"]


FOUND = [
    (word("tooth"), "A Toothbrush", ["Tooth"]),
    (word("tooth"), "sweet-tooth (tooth)", ["tooth", "tooth"]),
    (word("brush"), "A toothbrush", []),
    (word("like%this"), "like%this", ["like%this"]),
    (word("like%this"), "like this, like-this, likethis", []),
    (word("_"), "a_b", ["_"]),
    (word("_"), "a b", []),
    (word("b"), "a_b", ["b"]),
    (word("-ray"), "x-ray", ["-ray"]),
    (word("'s"), "Insider’s", ["’s"]),
    (word("space sta"), "Space — Station", ["Space — Sta"]),
    (word("space sta"), "space\nstations", ["space\nsta"]),
    (word("space sta"), "spacestation; space a station", []),
    (word("a - b"), "a -- b", ["a -- b"]),
    (word("a - b"), "a : b", []),
    (word("cafe"), "Café Cafe\u0301s", ["Café", "Cafe\u0301"]),
    (word("café"), "cafes", ["cafe"]),
    (word("strasse"), "Straße", ["Straße"]),
    (word("nas"), "NASA", ["NAS"]),
    (word("NAS"), "nasa NASA", ["NAS"]),
    (word("Café"), "café Cafe Café", ["Café"]),
    (word("O'Brien"), "O’Brien", ["O’Brien"]),
    (word("Space Sta"), "Space  Station space station", ["Space  Sta"]),
    (word("\u0301"), "e\u0301", ["\u0301"]),
    (phrase("space station"), "the space station.", ["space station"]),
    (phrase("space station"), "space stations", []),
    (phrase("space station"), "Space-Station", ["Space-Station"]),
    (phrase("pace station"), "space station", []),
    (phrase("(a)"), "f(a)g", ["(a)"]),
    (phrase("It"), "it It Its", ["It"]),
    (regex("s.a"), "Spa sea", ["Spa", "sea"]),
    (regex("S.a"), "spa Spa", ["Spa"]),
    (regex(r"\S{3}\b"), "abc", ["abc"]),
    (regex(r"\p{Lu}+"), "abC", ["abC"]),
    (regex(r"(?P<n>a)b"), "AB", ["AB"]),
    (regex("^b"), "a\nb", ["b"]),
    (regex("x*"), "axxa", ["xx"]),
]


@pytest.mark.parametrize(("text", "raw", "expected"), FOUND)
def test_found_and_marked(text: Text, raw: str, expected: list[str]) -> None:
    assert marked(text, raw) == expected
    assert pattern(text).found(raw) == bool(expected)


def test_inside_words() -> None:
    assert marked(word("brush"), "A Toothbrush", inside=True) == ["brush"]
    assert marked(word("o o"), "foo oops", inside=True) == ["o o"]
    assert not pattern(phrase("brush"), inside=True).found("toothbrush")


def test_a_pattern_that_matches_nothing_long_is_found_and_not_marked() -> None:
    assert pattern(regex("x*")).found("abc")
    assert pattern(regex("x*")).spans("abc") == []


def test_a_slow_pattern_is_given_up() -> None:
    slow = pattern(regex("(a|aa)+$"))
    raw = "a" * 10_000 + "b"
    with pytest.raises(SlowPattern, match=r"takes too long"):
        slow.found(raw)
    assert slow.spans(raw) == []


@pytest.mark.parametrize("value", ["- x", "x - - - y", "- " * 500 + "x", "a " * 500 + "b", "--- ---x", "-" * 500 + "x"])
def test_lines_of_dashes_cost_no_more_than_their_length(value: str) -> None:
    for raw in ("-" * 10_000, "- " * 5_000, "a " * 5_000, "y- " * 3_000):
        assert not pattern(phrase(value.strip())).found(raw)


def test_the_pattern_library_is_loaded_for_a_pattern_only() -> None:
    code = "import sys, reader.query as q; q.pattern(q.parse('a \"b c\"').term.terms[0]).found('a'); "
    done = subprocess.run(
        [sys.executable, "-c", f"{code}print('regex' in sys.modules)"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.strip() == "False", done.stderr


@pytest.mark.parametrize(
    ("query", "column", "raw", "expected"),
    [
        ("space station", "title", "The Space Station in space", ["Space", "Station", "space"]),
        ("space", "text", "in space", ["space"]),
        ("title:space", "title", "space", ["space"]),
        ("title:space", "text", "space", []),
        ("source:insider", "source", "The Insider", ["Insider"]),
        ('source:="The Insider"', "source", "The Insider", ["The Insider"]),
        ('source:="Insider"', "source", "The Insider", []),
        ("-space a", "title", "a space", ["a"]),
        ("-(a -b)", "title", "a b", []),
        ("(a OR kind:video) c", "title", "a b c", ["a", "c"]),
        ("spa space", "title", "space", ["space"]),
        ("/s.a/ pac", "title", "space", ["spa"]),
        ("@saved date:2012 is:read", "title", "saved 2012 read", []),
        ("title:a,b", "title", "ab b", ["a", "b"]),
        ("", "title", "anything", []),
    ],
)
def test_highlights(query: str, column: str, raw: str, expected: list[str]) -> None:
    spans = highlights(parse(query).term, raw, column)
    assert [raw[start:end] for start, end in spans] == expected


def test_highlights_of_words_looked_for_inside_words() -> None:
    term = parse("brush title:too").term
    assert highlights(term, "toothbrush", "title") == ((0, 3),)
    assert highlights(term, "toothbrush", "title", frozenset({word("brush")})) == ((0, 3), (5, 10))


def test_highlights_that_touch_are_one() -> None:
    term = parse("a b").term
    assert highlights(term, "ab", "title", frozenset({word("b")})) == ((0, 2),)


@given(raws)
def test_folding_twice_changes_nothing(raw: str) -> None:
    assert fold(fold(raw)) == fold(raw)


@given(raws)
def test_the_map_leads_back(raw: str) -> None:
    folded, origin = fold_map(raw)
    assert folded == fold(raw)
    assert len(origin) == len(folded)
    assert list(origin) == sorted(origin)
    for char, index in zip(folded, origin, strict=True):
        assert char in fold(raw[index])


@settings(max_examples=500)
@given(values, raws, st.sampled_from([Style.WORD, Style.PHRASE]), st.booleans())
def test_what_is_marked_is_what_matched(value: str, raw: str, style: Style, inside: bool) -> None:
    text = Text(value, style)
    matcher = pattern(text, inside)
    spans = matcher.spans(raw)
    if value.split():
        assert bool(spans) == matcher.found(raw)
    end = 0
    for start, stop in spans:
        assert end <= start < stop <= len(raw)
        assert pattern(Text(value), inside=True).found(raw[start:stop])
        end = stop


@settings(max_examples=500)
@given(values, raws, st.booleans())
def test_found_agrees_with_the_rule_spelled_out(value: str, raw: str, inside: bool) -> None:
    """Position by position: the pieces in turn, with nothing but non-words between them."""
    if any(map(str.isupper, value)) or not fold(value).split():
        return
    folded, pieces = fold(raw), fold(value).split()

    def goes_on(at: int, rest: list[str]) -> bool:
        if not rest:
            return True
        stop = at
        while stop < len(folded) and not folded[stop].isalnum():
            stop += 1
            if folded.startswith(rest[0], stop) and goes_on(stop + len(rest[0]), rest[1:]):
                return True
        return False

    def starts(at: int) -> bool:
        return inside or at == 0 or not folded[at - 1].isalnum() or not pieces[0][0].isalnum()

    expected = any(
        starts(at) and folded.startswith(pieces[0], at) and goes_on(at + len(pieces[0]), pieces[1:])
        for at in range(len(folded))
    )
    assert pattern(Text(value), inside).found(raw) == expected


@settings(max_examples=300, deadline=None)
@given(st.text(r"ab(|)[]{}*+?\^$.-,1<=:P!", max_size=14), raws)
def test_any_usable_pattern_can_be_looked_for(expression: str, raw: str) -> None:
    if well_formed(expression):
        matcher = pattern(regex(expression))
        try:
            found = matcher.found(raw)
        except SlowPattern:
            return
        assert found or not matcher.spans(raw)
