"""What formats share: telling text from the rest, decoding, lines, days."""

import codecs
from datetime import date

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from reader.formats import text
from reader.formats.text import BINARY_SAMPLE, MAX_LINE, decode, is_binary, parse_day


def text_of(data: bytes) -> str:
    return "".join(decode(data).lines())


@pytest.mark.parametrize(
    ("data", "text", "encoding"),
    [
        (b"", "", "utf-8"),
        ("Zürich".encode(), "Zürich", "utf-8"),
        ("Zürich".encode("utf-8-sig"), "Zürich", "utf-8-sig"),
        (codecs.BOM_UTF16_LE + "Zürich".encode("utf-16-le"), "Zürich", "utf-16"),
        (codecs.BOM_UTF16_BE + "Zürich".encode("utf-16-be"), "Zürich", "utf-16"),
    ],
)
def test_valid_bytes_are_no_problem(data: bytes, text: str, encoding: str) -> None:
    decoded = decode(data)
    assert (text_of(data), decoded.encoding, decoded.problem) == (text, encoding, None)


@pytest.mark.parametrize(
    ("data", "text", "encoding"),
    [
        (b"caf\xe9", "café", "windows-1252"),
        (b"\x93caf\xe9\x94 \x81\x8d\x8f\x90\x9d", "“café” " + "\ufffd" * 5, "windows-1252"),
        ("Öl 5 €".encode()[:-1], "Öl 5 ", "utf-8"),
        (codecs.BOM_UTF8 + b"a\xffb", "a\ufffdb", "utf-8-sig"),
        (codecs.BOM_UTF16_LE + b"a\x00b", "a\ufffd", "utf-16"),
    ],
)
def test_invalid_bytes_are_read_with_a_problem(data: bytes, text: str, encoding: str) -> None:
    decoded = decode(data)
    assert (text_of(data), decoded.encoding) == (text, encoding)
    assert decoded.problem


@given(st.binary())
@example(codecs.BOM_UTF16_LE + b"\x00\xd8")
@settings(deadline=None)
def test_any_bytes_decode(data: bytes) -> None:
    text_of(data).encode()


@given(st.binary(max_size=40) | st.text(max_size=20).map(str.encode) | st.text().map(lambda t: t.encode("utf-16")))
@example("cut 🚀".encode()[:-1])
@example("é cut 🚀".encode()[:-2])
@settings(deadline=None)
def test_a_file_of_many_pieces_reads_like_one_of_a_single_piece(data: bytes) -> None:
    whole = decode(data)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(text, "_PIECE", 3)
        assert decode(data) == whole


@pytest.mark.parametrize(
    ("data", "binary"),
    [
        (b"", False),
        (b"x" * 99 + b"\x00", False),
        (b"x" * 98 + b"\x00", True),
        (b"\t\n\r\f\x1b" * 20, False),
        (b"\x0b", True),
        (b"\x7f", True),
        (b"x" * BINARY_SAMPLE + b"\x00" * BINARY_SAMPLE, False),
        ("wide text\n".encode("utf-16"), False),
        ("\x00\x01 wide".encode("utf-16"), True),
        ("Łódź\n".encode() * 30, False),
    ],
)
def test_binary_is_told_by_its_control_bytes(data: bytes, binary: bool) -> None:
    assert is_binary(data) is binary


def test_lines_end_with_lf_crlf_and_cr_alone() -> None:
    assert list(decode(b"a\nb\r\nc\rd\n\r\ne").lines()) == ["a\n", "b\n", "c\n", "d\n", "\n", "e"]
    for other in "\v\f\x1c\x85\u2028\u2029":
        assert list(decode(f"a{other}b\n".encode()).lines()) == [f"a{other}b\n"]
    assert list(decode(b"").lines()) == []


@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
def test_of_a_long_line_one_character_more_than_is_read_is_given(end: str) -> None:
    for length in (MAX_LINE - 1, MAX_LINE, MAX_LINE + 1, MAX_LINE * 200):
        first, *rest = decode(f"{'é' * length}{end}b".encode()).lines()
        whole = length + (len(end) == 0)
        assert len(first.removesuffix("\n")) == min(whole, MAX_LINE + 1)
        assert rest == (["b"] if end else [])


@pytest.mark.parametrize(
    "text",
    [
        "September 7th, 2012",
        "september 7TH, 2012",
        "September 07rd, 2012",
        "2012-09-07",
        "7 Sep 2012",
        "Sept. 7, 2012",
        "9/7/2012",
        "20120907",
        "September ٧th, 2012",
        "Fri, 07 Sep 2012 23:59:59 -1100",
        "September 7, 2012 10:30 PM EST",
    ],
)
def test_a_day_that_is_given_in_full(text: str) -> None:
    assert parse_day(text) == (date(2012, 9, 7), None)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "yesterday",
        "2012",
        "September 2012",
        "September 7th",
        "Friday September 2012",
        "Friday 2012",
        "10:30",
        "9/7/12",
        "February 30th, 2012",
        "February 29th, 2013",
        "September 0th, 2012",
        "September 7th, 0000",
        "Feb 30 2012",
        "Smarch 7th, 2012",
        "September 7th, 2012 or so",
        "99999999999999999999",
        "2012-09-07" + " " * 40,
    ],
)
def test_a_day_that_is_none_is_a_problem_and_never_today(text: str) -> None:
    day, problem = parse_day(text)
    assert day is None
    assert problem


def test_a_long_date_is_not_repeated_in_its_problem() -> None:
    assert len(parse_day("7" * 10_000).problem or "") < 100


@given(st.dates())
@settings(deadline=None)
def test_the_usual_form_and_iso_agree(day: date) -> None:
    assert parse_day(f"{day:%B} {day.day}th, {day.year:04}").day == day
    if day.year >= 1000:
        assert parse_day(day.isoformat()).day == day


@given(st.text(max_size=45) | st.text(alphabet="0123456789 -/:.,TZ+apmsthJuneFriW", max_size=45))
@settings(deadline=None)
def test_any_text_gives_a_day_or_a_problem(text: str) -> None:
    day, problem = parse_day(text)
    assert (day is None) is (problem is not None)
