"""Regular expressions: which can be used, and what a text must hold for one to match."""

from string import ascii_lowercase, digits

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reader.query import fold, needed_words, stays_in_a_line, words
from reader.query.expressions import compiled, well_formed

SURROGATES = range(0xD800, 0xE000)


@pytest.mark.parametrize(
    "expression",
    [
        *("(", "[a", "*", r"\N{9i<{e<=1}", r"\L<a>", "(" * 3_000 + ")" * 3_000),
        *("(a{1000}){1000}", "((a{1000}){1000}){1000}b{0}", "(?x)a{1 0 0 0 0 0 0}"),
    ],
)
def test_patterns_that_cannot_be_used(expression: str) -> None:
    assert not well_formed(expression)


@pytest.mark.parametrize("expression", [r"\d{4}-\d{2}-\d{2}", "a{0}", "[a-z]{1,200}", "(?i)a", r"\p{Lu}"])
def test_patterns_that_can(expression: str) -> None:
    assert well_formed(expression)


@pytest.mark.parametrize(
    ("expression", "needed"),
    [
        ("moon", {"moon"}),
        ("Moon", {"moon"}),
        ("moon landing", {"landing"}),
        ("moo?n", {"mo"}),
        ("moons?", {"moon"}),
        ("ab+c", {"a"}),
        ("moon|mars", {"moon", "mars"}),
        ("moon|", set()),
        ("(moon|mars) base", {"moon", "mars"}),
        ("(?:moon|a) base", {"base"}),
        ("(moon)? base", {"base"}),
        ("(moon){0}", set()),
        ("(moon)+", {"moon"}),
        ("(?P<name>moon)", {"moon"}),
        ("(?=.*moon)x", {"moon"}),
        ("(?!moon)x", {"x"}),
        ("(?<!moon)x", {"x"}),
        (r"\bmoon\.org", {"moon"}),
        (r"\d{4}", set()),
        ("[mn]oon", {"oon"}),
        ("[^]]moon", set()),
        ("[[:alpha:]]moon", {"moon"}),
        (r"[\]]moon", {"moon"}),
        ("x{3}moon", {"moon"}),
        ("été moon", {"moon"}),
        *((expression, set()) for expression in ("", ".*", "^$", "a*", "a{2}", "é", "()", "(moon", "moon)", "[moon")),
        # What is not understood to the last sign may mean anything.
        *((expression, set()) for expression in ("(?i)moon", "(?:moon){e<=3}", "(moon)(?1)", r"moon\x41", r"moon\1")),
        *((expression, set()) for expression in ("x{a|b}moon", "(?#)moon", "(*FAIL)moon", r"\N{DIGIT ONE}moon")),
    ],
)
def test_needed_words(expression: str, needed: set[str]) -> None:
    assert needed_words(expression) == needed


def test_what_a_pattern_takes_for_a_letter_folds_to_it() -> None:
    every = "".join(chr(code) for code in range(0x110000) if code not in SURROGATES)
    for letter in ascii_lowercase + digits:
        assert {fold(taken) for taken in compiled(letter).findall(every)} == {letter}


SIGNS = "a b ab K é . ^ | ( ) (?: (?= (?! (?<= (?<! (?> (?P<n> [ ] [^ [ab] * ? + { } {2} {0} {e} \\b \\. \\ 1 - (?i)"
PIECES = st.sampled_from([*SIGNS.split(), " "])


@settings(max_examples=1_000, deadline=None)
@given(st.lists(PIECES, max_size=9).map("".join), st.text("abAkK\u212aé |(){}1.,-", max_size=12))
def test_a_text_that_matches_holds_a_needed_word(expression: str, raw: str) -> None:
    needed = needed_words(expression)
    if needed and well_formed(expression) and compiled(expression).search(raw, timeout=1):
        assert any(part in word for part in needed for word in words(fold(raw)))


@pytest.mark.parametrize(
    "expression",
    [r"[0-9]{7}", r"\d\d\d", "^[qx]", r"\?$", "(x|y)z$", r"\bx[aeiou]*\b", "[A-Z].", "([ab]|c)d"],
)
def test_patterns_that_stay_in_a_line(expression: str) -> None:
    assert stays_in_a_line(expression)


@pytest.mark.parametrize(
    "expression",
    [
        *("[^a]", r"\s", r"\D", r"\W", "a\nb", r"\n", r"[\s]", r"[\n]", "[\t-z]", "[[:space:]]"),  # a line end
        *("(?=a)", "(?!a)", "(?<=a)b", "(?>ab)", "(?i)a", r"\Aa", r"a\Z", r"\Ga"),  # what stands around
        *("a*b*", "(a+)+", r"(a)\1", r"\p{Lu}", r"\X"),  # not quick
    ],
)
def test_patterns_that_may_not(expression: str) -> None:
    assert not stays_in_a_line(expression)


@settings(max_examples=1_000, deadline=None)
@given(
    st.lists(PIECES, max_size=6).map("".join),
    st.lists(st.text("abAkK\u212aé |(){}1.,-", max_size=6), min_size=1, max_size=4),
)
def test_what_is_found_in_a_line_is_found_in_lines_below_each_other(expression: str, lines: list[str]) -> None:
    if stays_in_a_line(expression) and well_formed(expression):
        search = compiled(expression).search
        assert search("\n".join(lines), timeout=1) or not any(search(line, timeout=1) for line in lines)
