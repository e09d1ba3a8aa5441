"""Partial and relative dates, and what they cover."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader.query import Clock, Range, Value, bounds, is_in, period
from reader.query.days import valid

CLOCK = Clock(today=date(2026, 3, 31), newest=date(2012, 10, 7))


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2012", "2012-01-01", "2012-12-31"),
        ("2012-09", "2012-09-01", "2012-09-30"),
        ("2012-02", "2012-02-01", "2012-02-29"),
        ("2011-12", "2011-12-01", "2011-12-31"),
        ("2012-09-07", "2012-09-07", "2012-09-07"),
        ("9999", "9999-01-01", "9999-12-31"),
        ("today", "2026-03-31", "2026-03-31"),
        ("yesterday", "2026-03-30", "2026-03-30"),
        ("newest", "2012-10-07", "2012-10-07"),
        ("newest-7d", "2012-09-30", "2012-09-30"),
        ("today-2w", "2026-03-17", "2026-03-17"),
        ("today-1m", "2026-02-28", "2026-02-28"),
        ("today+1m", "2026-04-30", "2026-04-30"),
        ("today-13m", "2025-02-28", "2025-02-28"),
        ("today-3m", "2025-12-31", "2025-12-31"),
        ("yesterday-2y", "2024-03-30", "2024-03-30"),
        ("today-9999y", "0001-01-31", "0001-01-31"),
        ("today+9999w", "2217-11-18", "2217-11-18"),
        ("today+9999y", "9999-12-31", "9999-12-31"),
    ],
)
def test_period(text: str, first: str, last: str) -> None:
    assert period(text, CLOCK) == (date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "0000",
            "212",
            "2012-13",
            "2012-00",
            "2012-9",
            "2012-09-00",
            "2012-02-30",
            "2012-9-7",
            "20120907",
        ),
        *(
            "2012-09-07T10",
            "now",
            "today-",
            "today-3",
            "today-3h",
            "today-99999d",
            "2012-7d",
            "-7d",
            "٢٠١٢",
            "Today",
        ),
    ],
)
def test_no_period(text: str) -> None:
    assert period(text, CLOCK) is None
    assert not valid(text)


def test_a_leap_day_a_year_earlier() -> None:
    assert period("today-1y", Clock(date(2024, 2, 29))) == (date(2023, 2, 28),) * 2


def test_without_a_newest_day_nothing_counts_from_it() -> None:
    empty = Clock(date(2026, 3, 31))
    assert valid("newest-7d")
    assert period("newest-7d", empty) is None
    assert bounds(Range("newest-7d", ""), empty) is None
    assert not is_in(date(2026, 3, 31), (Range("", "newest"), Value("newest", op=">=")), empty)


@pytest.mark.parametrize(
    ("value", "first", "last"),
    [
        (Value("2012"), "2012-01-01", "2012-12-31"),
        (Value("2012-09", op="="), "2012-09-01", "2012-09-30"),
        (Value("2012-09", op=">="), "2012-09-01", None),
        (Value("2012-09", op=">"), "2012-10-01", None),
        (Value("2012-09", op="<="), None, "2012-09-30"),
        (Value("2012-09", op="<"), None, "2012-08-31"),
        (Range("2012-09-07", "2012-09-12"), "2012-09-07", "2012-09-12"),
        (Range("2011", "2012-09"), "2011-01-01", "2012-09-30"),
        (Range("", "2011"), None, "2011-12-31"),
        (Range("newest-7d", ""), "2012-09-30", None),
        (Range("2012-09-12", "2012"), "2012-09-12", "2012-12-31"),
    ],
)
def test_bounds(value: Value | Range, first: str | None, last: str | None) -> None:
    expected = tuple(end and date.fromisoformat(end) for end in (first, last))
    assert bounds(value, CLOCK) == expected


@pytest.mark.parametrize(
    "value",
    [
        Value("2012-13"),
        Range("2013", "2012"),
        Value("0001", op="<"),
        Value("9999", op=">"),
        Range("x", "2012"),
    ],
)
def test_no_day_at_all(value: Value | Range) -> None:
    assert bounds(value, CLOCK) is None
    assert not is_in(date(2012, 9, 7), (value,), CLOCK)


def test_one_value_is_enough() -> None:
    values = (Value("2012-13"), Value("2011"), Range("2012-09", ""))
    assert is_in(date(2012, 9, 1), values, CLOCK)
    assert not is_in(date(2012, 8, 31), values, CLOCK)


def test_an_undated_item_is_in_no_period() -> None:
    assert not is_in(None, (Value("0001", op=">="),), CLOCK)


@given(st.dates(), st.dates())
def test_comparisons_divide_the_calendar(day: date, other: date) -> None:
    text = other.isoformat()
    below, same, above = (is_in(day, (Value(text, op=op),), CLOCK) for op in ("<", "", ">"))
    assert (below, same, above) == (day < other, day == other, day > other)
    assert is_in(day, (Value(text, op="<="),), CLOCK) == (below or same)
    assert is_in(day, (Value(text, op=">="),), CLOCK) == (above or same)
    assert is_in(day, (Range(text, text),), CLOCK) == same


@given(st.dates(), st.sampled_from("dwmy"), st.integers(0, 9999))
def test_moving_back_never_leaves_the_calendar(today: date, unit: str, count: int) -> None:
    moved = period(f"today-{count}{unit}", Clock(today))
    assert moved is not None
    assert moved[0] == moved[1] <= today
