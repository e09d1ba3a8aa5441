"""Properties of the capture format; its single rules are shown by the golden documents."""

import re
from collections import defaultdict
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reader.clean import clean_line
from reader.formats import capture, decode_lines, page, read, text
from reader.formats.raw import MAX_RAW_LINE, MAX_RAW_LINES, MAX_RAW_TEXT
from reader.formats.text import MAX_LINE, parse_day
from reader.model import Document, Item, Kind, Problem, RawLines

STAMPS = " [Last Updated On: May 2nd, 2014] [Originally Added On: May 1st, 2014]"

MARKS = [
    "- ",
    "* ",
    "• ",
    "-",
    "*",
    "[",
    "] ",
    " - Video",
    STAMPS,
    " [Orig",
    "[Last Updated On: May 2nd, 2014]",
]
WORDS = ["", " ", "Words.", "See:", "Title - Paper", "é", "\u2028", "\f", "\u200b", "\ufeff"]
pieces = st.sampled_from([*MARKS, *WORDS, "[Originally Added On: Juvember]"])
# A body line that loses text to one of these is told and a problem both.
CONTROL_STRINGS = "\x1b\x90\x98\x9d\x9e\x9f"
line_ends = st.sampled_from(["\n", "\r\n", "\r", "\n\n"])
documents = st.lists(st.tuples(st.lists(pieces, max_size=4).map("".join), line_ends), max_size=15).map(
    lambda parts: "".join(line + end for line, end in parts)
)


def parse(text: str) -> Document:
    return capture.read("a.txt", text.encode())


@given(st.binary() | documents.map(str.encode) | documents.map(lambda text: text.encode("utf-16")))
@settings(deadline=None)
def test_no_bytes_make_it_fail(data: bytes) -> None:
    for document in (read("a.txt", data), capture.read("a.txt", data)):
        for item in document.items:
            assert item.title == clean_line(item.title) != ""
            assert list(item.text) == [clean_line(paragraph) for paragraph in item.text]
            assert item.line >= 1
        assert [problem.line for problem in document.problems] == sorted(p.line for p in document.problems)


@given(documents | st.text(st.characters(codec="utf-8", exclude_characters=CONTROL_STRINGS), max_size=60))
@settings(deadline=None, max_examples=300)
def test_every_line_is_accounted_for(text: str) -> None:
    document = parse(text)
    found = dict(enumerate(map(clean_line, re.split("\r\n|\r|\n", text.removeprefix("\ufeff"))), 1))
    lost = {problem.line for problem in document.problems}
    headlines = [item for item in document.items if item.kind is not Kind.ARTICLE]
    assert [item.line for item in headlines] == sorted({item.line for item in headlines})
    for item in headlines:
        assert item.title in found.pop(item.line)
    articles = [item for item in document.items if item.kind is Kind.ARTICLE]
    assert len(articles) <= 1
    told: list[str] = []
    for article in articles:
        told = list(article.text)
        if document.lead_in:
            attribution = found.pop(article.line)
            assert attribution.startswith(article.title)
            assert attribution.endswith(article.source)
            told.append(document.lead_in)
    assert [line for number, line in found.items() if line and number not in lost] == told


@given(
    st.text(alphabet=st.characters(codec="ascii", categories=["L", "N", "P", "Zs"]), min_size=1).map(clean_line),
    st.dates(min_value=date(1000, 1, 1)),
    st.dates(min_value=date(1000, 1, 1)),
)
@settings(deadline=None)
def test_the_fast_way_reads_what_the_slow_way_reads(title: str, updated: date, added: date) -> None:
    def line(label: str) -> str:
        days = [f"{day:%B} {day.day}th, {day.year}" for day in (updated, added)]
        return f"- {title} [{label}: {days[0]}] [Originally Added On: {days[1]}]\n"

    assert parse(line("Last Updated On")) == parse(line("last updated on"))


@pytest.mark.parametrize("label", ["Last Updated On: May 2nd, 2014]", "Originally Added On: May 2nd, 2014]"])
def test_half_a_stamp_is_cut_off_wherever_it_ends(label: str) -> None:
    for length in range(len(label)):
        document = parse(f"- Before{STAMPS}\n- Title [{label[:length]}")
        assert document.items[1:] == (Item("Title", line=2),)
        assert [problem.line for problem in document.problems] == [2]


def test_a_last_line_with_its_end_may_lack_stamps() -> None:
    assert parse(f"- Before{STAMPS}\n- Title\n").problems == ()
    assert [problem.line for problem in parse(f"- Before{STAMPS}\n- Title").problems] == [2]


plain_pieces = st.sampled_from([piece for piece in [*MARKS, *WORDS] if clean_line(piece) == piece])
plain_lines = st.lists(plain_pieces, max_size=4).map(lambda parts: clean_line("".join(parts)))


@given(lines=st.lists(plain_lines | st.sampled_from(["- A" + STAMPS, "- B", "-", ""]), max_size=20))
@settings(deadline=None, max_examples=300)
def test_a_document_that_is_read_at_once_is_told_as_line_by_line(lines: list[str]) -> None:
    at_once = parse("\n".join(lines))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(text, "MAX_USUAL", -1)
        assert parse("\n".join(lines)) == at_once


stamps = st.sampled_from(
    [
        *(STAMPS, " [Last Updated On: May 2nd, 2014]", " [Originally Added On: May 1st, 2014]"),
        *(
            " [last updated on: May 2nd, 2014]",
            " [Last Updated On: May 32nd, 2014]",
            " [Originally Added On: 5/1/2014]",
        ),
        *(
            " [Originally Added On:May 1st, 2014]",
            " [Originally Added On: May 1st, 2014 ]",
            " [x]",
            " Title",
            " - Video",
            "]",
        ),
    ]
)


@given(lines=st.lists(st.lists(stamps, min_size=1, max_size=5).map("".join), min_size=1, max_size=4))
@settings(deadline=None, max_examples=300)
def test_usual_stamps_are_read_as_all_others_are(lines: list[str]) -> None:
    index = "".join(f"- {line.strip()}\n" for line in [*lines, f"Last{STAMPS}"])
    quickly = parse(index)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(capture, "_UPDATED_STAMPS", defaultdict(lambda: None))
        assert parse(index) == quickly


def test_nothing_long_is_remembered() -> None:
    before = [*capture._UPDATED_STAMPS, *capture._ADDED_STAMPS]
    publishers = capture._looks_like_one.cache_info().currsize
    for number in range(20):
        long = f"{number}{'x' * 1_000}"
        parse(f"- Title - {long} [Last Updated On: {long}] [Originally Added On: {long}]\n- A{STAMPS}\n")
    assert max(map(len, {*capture._UPDATED_STAMPS, *capture._ADDED_STAMPS} - {*before}), default=0) < 100
    assert capture._looks_like_one.cache_info().currsize == publishers


def test_limits_cut_with_a_problem() -> None:
    limit = capture.MAX_PARAGRAPH
    document = parse(f"{'p' * limit}\n{'q' * (limit + 1)}\nSee:\n{'t' * 501} - Paper\n- {'h' * 501}{STAMPS}\n")
    article, headline = document.items
    assert [len(paragraph) for paragraph in article.text] == [limit, limit]
    assert (len(article.title), article.source, len(headline.title)) == (500, "Paper", 500)
    assert [problem.line for problem in document.problems] == [2, 4, 5]


def test_of_a_text_that_is_too_long_the_beginning_and_the_last_two_lines_are_read() -> None:
    whole = page.MAX_TEXT // capture.MAX_PARAGRAPH
    body = f"{'p' * capture.MAX_PARAGRAPH}\n" * whole
    (article,) = parse(f"{body}one more\nand another\n").items
    assert article.text[whole:] == ("one more", "and another")
    document = parse(f"{body}lost\nand lost\nMore here:\nTitle - Paper\n- A{STAMPS}\n")
    article, headline = document.items
    assert (article.title, article.source, len(article.text)) == ("Title", "Paper", whole)
    assert (headline.title, document.lead_in) == ("A", "More here:")
    assert [problem.line for problem in document.problems] == [whole + 1]


def test_so_many_lines_are_kept_of_each_part(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page.Stretch.__init__, "__defaults__", (page.MAX_TEXT, 10))
    monkeypatch.setattr(capture, "MAX_LINES", 10)
    text = "Body.\n" * 20 + f"- A{STAMPS}\n" * 20 + "Below.\n" * 20
    document = parse(text)
    article, *headlines = document.items
    assert (len(article.text), len(headlines)) == (12, 12)
    assert [problem.line for problem in document.problems] == [11, 31, *range(41, 52), 59, 60]
    assert [problem.message for problem in document.problems if "index" in problem.message and "10" in problem.message]
    assert len(parse("- a\nb\n-\n" * 100).items[0].text) == 12
    assert len(parse("-\n" * 100).items[0].text) == 12
    assert parse(f"{'- a' + chr(10)}" * 100).problems[0].line == 11


def test_a_long_line_is_read_as_far_as_it_is_looked_at() -> None:
    document = parse(f"- {'word ' * MAX_LINE}{STAMPS}\n- Next{STAMPS}\n")
    assert document.items[-1].title == "Next"
    assert "20,000 characters" in document.problems[0].message


def test_problems_beyond_number_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(capture, "MAX_PROBLEMS", 3)
    document = parse(f"- A{STAMPS}\n" + "Below.\n" * 20)
    assert [problem.line for problem in document.problems] == [0, 2, 3, 4]
    assert document.problems[0].message == "17 more problems are not listed."


def test_a_first_line_of_one_long_word_is_still_a_title() -> None:
    (article,) = parse("w" * 300).items
    assert article.title == "w" * 120 + "…"
    assert article.text == ("w" * 300,)


def test_a_list_line_is_no_attribution() -> None:
    (article,) = parse("Bring:\n- water\n").items
    assert (article.title, article.text) == ("Bring:", ("Bring:", "- water"))


def test_a_date_problem_names_its_line_and_the_item_stays() -> None:
    document = parse(f"- A{STAMPS}\n- B [Originally Added On: May 32nd, 2014]\n")
    assert document.items[1] == Item("B", line=2)
    assert document.problems == (Problem("a.txt", 2, parse_day("May 32nd, 2014").problem or ""),)


def test_a_binary_file_is_one_problem() -> None:
    document = read("b.bin", b"\x7fELF\x02\x01\x01\x00" * 9)
    assert document.items == ()
    assert [(problem.path, problem.line) for problem in document.problems] == [("b.bin", 0)]


def test_raw_lines_keep_their_numbers_and_are_clean() -> None:
    data = "\ufeffone\r\n\n  two\tx \x1b]0;evil\x07\r\u2028three\n".encode()
    assert decode_lines(data) == RawLines(1, ("one", "", "  two   x ", " three"), goes_on=False)
    assert decode_lines(b"") == RawLines(1, (), goes_on=False)


def test_raw_lines_are_bounded() -> None:
    (line,) = decode_lines(b"x" * (MAX_RAW_LINE + 1)).lines
    assert line == "x" * MAX_RAW_LINE + "…"
    raw = decode_lines((b"x" * 99 + b"\n") * (MAX_RAW_TEXT // 100 + 5))
    assert (raw.first, raw.last, raw.goes_on) == (1, MAX_RAW_TEXT // 100, True)
    raw = decode_lines(b"\n" * (MAX_RAW_LINES + 5))
    assert raw == RawLines(1, ("",) * MAX_RAW_LINES, goes_on=True)


def test_tabs_count_as_what_they_become() -> None:
    raw = decode_lines((b"\t" * 9_999 + b"\n") * 200)
    assert raw.goes_on
    assert sum(map(len, raw.lines)) <= MAX_RAW_TEXT


@pytest.mark.parametrize("ended", [b"x" * 99 + b"\n", b"\n"], ids=["characters", "lines"])
def test_of_a_large_document_the_lines_around_a_place_are_given(ended: bytes) -> None:
    most = min(MAX_RAW_TEXT // len(ended), MAX_RAW_LINES)
    data = ended * (3 * most)
    for around in (1, 7, most // 2 + 1, most // 2 + 2, most + 1, 2 * most, 3 * most - 5, 3 * most):
        raw = decode_lines(data, around)
        assert len(raw.lines) <= most
        assert raw.first == max(1, min(around - most // 2, 2 * most + 1))
        assert raw.first <= around <= raw.last
        assert raw.goes_on == (raw.last < 3 * most)
        assert len(raw.lines) == most or not raw.goes_on
    assert decode_lines(ended * most, most) == decode_lines(ended * most)
