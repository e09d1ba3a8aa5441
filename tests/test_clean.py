"""Cleaning: nothing that a terminal obeys gets through, and nothing that a person reads is lost."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reader.clean import MARKS_PER_BASE, clean_line, clean_text, loses_text, plain_lines, printable

SEQUENCES = {
    "CSI": "\x1b[1;31m",
    "CSI with a private parameter": "\x1b[?1049h",
    "CSI with an intermediate": "\x1b[2 q",
    "OSC ended by BEL": "\x1b]0;PAYLOAD\x07",
    "OSC ended by ST": "\x1b]52;c;UEFZTE9BRA==PAYLOAD\x1b\\",
    "OSC ended by the 8-bit ST": "\x1b]8;;http://PAYLOAD\x9c",
    "DCS, which BEL does not end": "\x1bPq#0PAY\x07LOAD\x1b\\",
    "APC": "\x1b_GPAYLOAD\x1b\\",
    "PM": "\x1b^PAYLOAD\x1b\\",
    "SOS": "\x1bXPAYLOAD\x1b\\",
    "two-byte escape": "\x1bc",
    "charset": "\x1b(B",
    "8-bit CSI": "\x9b31m",
    "8-bit OSC": "\x9d0;PAYLOAD\x07",
    "8-bit DCS": "\x90PAYLOAD\x9c",
    "8-bit APC": "\x9fPAYLOAD\x9c",
    "8-bit PM": "\x9ePAYLOAD\x9c",
    "8-bit SOS": "\x98PAYLOAD\x1b\\",
    "tmux passthrough": "\x1bPtmux;\x1b\x1b]52;c;PAYLOAD\x07\x1b\\",
    "OSC broken off by CAN": "\x1b]0;PAYLOAD\x18",
    "CSI cut in two by a control": "\x1b[3\x001m",
    "CSI cut in two by a zero-width space": "\x1b\u200b[31m",
}
sequences = st.sampled_from(sorted(SEQUENCES.values()))
hostile = st.lists(
    sequences | st.text(max_size=5) | st.sampled_from("\x1b\x9b\x9d\x90\x9c\x07\x18[]P_\\;m\r\n\t \u202e\u0301"),
    max_size=12,
).map("".join)


def is_safe(char: str) -> bool:
    unwanted = "\u061c\u200b\u200e\u200f\u2028\u2029\ufeff\ufff9\ufffa\ufffb"
    tag_or_noncharacter = (
        0xE0000 <= ord(char) <= 0xE007F or 0xFDD0 <= ord(char) <= 0xFDEF or ord(char) & 0xFFFE == 0xFFFE
    )
    bidi_or_joiner = "\u202a" <= char <= "\u202e" or "\u2060" <= char <= "\u206f"
    return not (unicodedata.category(char) in {"Cc", "Cs"} or char in unwanted or tag_or_noncharacter or bidi_or_joiner)


@pytest.mark.parametrize("sequence", SEQUENCES.values(), ids=SEQUENCES.keys())
def test_escape_sequences_go_whole(sequence: str) -> None:
    raw = f"before{sequence}behind"
    assert clean_line(raw) == clean_text(raw) == printable(raw) == "beforebehind"
    assert not loses_text(raw)


@pytest.mark.parametrize(
    "opening", ["\x1b]0;", "\x1bP", "\x1b_", "\x1b^", "\x1bX", "\x9d", "\x90", "\x98", "\x9e", "\x9f"]
)
def test_unfinished_strings_go_to_the_end_of_their_line(opening: str) -> None:
    raw = f"one{opening}PAYLOAD\r\ntwo"
    assert clean_text(raw) == "one\ntwo"
    assert clean_line(raw) == "one two"
    assert loses_text(raw)


@pytest.mark.parametrize("opening", ["\x1b", "\x1b[", "\x1b[1;3", "\x9b1;3", "\x1b("])
def test_other_unfinished_sequences_leave_nothing(opening: str) -> None:
    assert clean_line(f"news{opening}") == "news"


def test_a_broken_csi_takes_no_text() -> None:
    assert clean_line("\x1b[31é") == "é"


@given(st.text(alphabet=st.characters(codec="ascii", categories=["L", "N"])), st.lists(sequences, max_size=4))
@settings(deadline=None)
def test_no_payload_is_left(word: str, found: list[str]) -> None:
    assert clean_line(word + word.join(found)) == word * (1 + max(len(found) - 1, 0))


@given(hostile | st.text())
@settings(deadline=None)
def test_clean_text_is_safe_and_stays_as_it_is(raw: str) -> None:
    text = clean_text(raw)
    assert all(char in "\n\t" or is_safe(char) for char in text)
    assert clean_text(text) == text


@given(hostile | st.text())
@settings(deadline=None)
def test_clean_line_is_safe_folded_and_stays_as_it_is(raw: str) -> None:
    line = clean_line(raw)
    assert all(map(is_safe, line))
    assert line == " ".join(line.split()) == clean_line(line)


@given(hostile | st.text())
@settings(deadline=None)
def test_printable_lets_nothing_through(raw: str) -> None:
    assert all(map(is_safe, printable(raw)))


@given(st.text(alphabet=st.characters(min_codepoint=0x20, max_codepoint=0x7E) | st.sampled_from("\n\t")))
@settings(deadline=None)
def test_plain_text_comes_back_untouched(raw: str) -> None:
    assert clean_text(raw) == raw
    assert clean_line(raw) == " ".join(raw.split())


@pytest.mark.parametrize(
    "text", ["👨‍👩‍👧", "❤️", "می‌خواهم", "naïve café", "東京", "soft\u00adhyphen", "\ue000", "\ufffd"]
)
def test_what_people_write_stays(text: str) -> None:
    assert clean_line(text) == clean_text(text) == printable(text) == text


CONTROLS = "\x00\x07\x08\x1c\x7f\x80\x9c"
INVISIBLE = "\u061c\u200b\u200e\u202e\u2060\u2066\ufeff\ufff9\ud800\udfff\ufdd0\ufffe\U0010ffff\U000e0041"


@pytest.mark.parametrize("char", CONTROLS + INVISIBLE, ids=ascii)
def test_what_nobody_sees_goes(char: str) -> None:
    assert clean_line(f"a{char}b") == clean_text(f"a{char}b") == printable(f"a{char}b") == "ab"


@pytest.mark.parametrize("char", ["\n", "\r", "\r\n", "\v", "\f", "\x85", "\u2028", "\u2029"])
def test_what_breaks_a_line_parts_words(char: str) -> None:
    assert clean_text(f"a{char}b") == "a\nb"
    assert clean_line(f"a{char}b") == "a b"


def test_printable_keeps_blanks_where_they_are() -> None:
    assert printable("  a\tb\n \x1b[0m ") == "  a b   "


@pytest.mark.parametrize("filler", ["", "\u200d", "\u200c", "\ufe0f"])
def test_combining_marks_are_limited(filler: str) -> None:
    for clean in (clean_line, clean_text, printable):
        cleaned = clean("a" + f"\u0301{filler}" * 50 + "b" + "\u0489" * MARKS_PER_BASE)
        stack, b, rest = cleaned.partition("b")
        assert len(stack) == 1 + MARKS_PER_BASE
        assert b + rest == "b" + "\u0489" * MARKS_PER_BASE


@given(
    lines=st.lists(
        hostile | st.sampled_from(["a", "é b", " a", "a ", "a  b", "", "東京", "a" + "\u0301" * 9]), max_size=6
    )
)
def test_of_a_plain_text_each_line_is_clean(lines: list[str]) -> None:
    lines = "\n".join(lines).split("\n")
    is_clean = all(clean_line(line) == line for line in lines)
    # What is not printable may be clean, but is not plain.
    is_plain = is_clean and all(map(str.isprintable, lines))
    assert plain_lines("\n".join(lines)) == (lines if is_plain else None)
