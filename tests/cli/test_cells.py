import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader.cli.cells import cells, fit, wrap


@pytest.mark.parametrize(
    ("text", "taken"),
    [
        ("", 0),
        ("moon", 4),
        ("é", 1),
        ("e\u0301", 1),
        ("宇宙", 4),
        ("ｆｕｌｌ", 8),
        ("★●×…", 4),
        ("a\u200db", 2),
        ("🚀", 2),
    ],
)
def test_text_takes_cells(text: str, taken: int) -> None:
    assert cells(text) == taken


@pytest.mark.parametrize(
    ("text", "width", "fitted"),
    [
        ("moon", 6, "moon  "),
        ("moon", 4, "moon"),
        ("moon", 3, "mo…"),
        ("moon", 1, "…"),
        ("宇宙宇宙", 5, "宇宙…"),
        ("宇宙宇宙", 6, "宇宙… "),
        ("宇宙", 2, "… "),
    ],
)
def test_text_is_fitted(text: str, width: int, fitted: str) -> None:
    assert fit(text, width) == fitted


@given(st.text(), st.integers(1, 40))
def test_fitted_text_takes_exactly_its_width(text: str, width: int) -> None:
    assert cells(fit(text, width)) == width


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("", 10, []),
        ("one two three", 7, ["one two", "three"]),
        ("one two three", 6, ["one", "two", "three"]),
        ("a verylongword b", 5, ["a", "veryl", "ongwo", "rd b"]),
        ("宇宙宇宙宇", 5, ["宇宙", "宇宙", "宇"]),
    ],
)
def test_text_is_wrapped(text: str, width: int, lines: list[str]) -> None:
    assert list(wrap(text, width)) == lines


@given(st.text(), st.integers(2, 40))
def test_wrapped_text_fits_and_nothing_is_lost(text: str, width: int) -> None:
    lines = list(wrap(text, width))
    assert all(0 < cells(line) <= width or not cells(line) for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())
