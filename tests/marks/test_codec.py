import json
from datetime import UTC, date, datetime
from io import BytesIO

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from reader.marks.codec import (
    MAX_LINE,
    Reading,
    compose,
    decode_mark,
    decode_time,
    encode_mark,
    encode_time,
    read,
)
from reader.marks.merge import merge
from reader.model import Mark

from .samples import NOON, at, ident, numbered, starred

HEAD = b'{"version": 1, "marks": {\n'


def written(marks: dict[str, Mark], extra: dict[str, object] | None = None) -> bytes:
    return b"".join(compose([encode_mark(*entry) for entry in marks.items()], extra or {}))


def reading(text: bytes) -> Reading:
    return read(BytesIO(text), {})


def test_the_shape_is_the_contract_s() -> None:
    mark = Mark("Tooth", "Insider", date(2012, 9, 7), True, NOON, True, at(0.5))
    assert written({"3f2a": mark}).decode() == (
        '{"version": 1, "marks": {\n'
        '  "3f2a": {"title": "Tooth", "source": "Insider", "published": "2012-09-07", '
        '"read": true, "read_at": "2026-11-22T12:00:00Z", '
        '"starred": true, "starred_at": "2026-11-22T12:00:00.500000Z"}\n'
        "}}\n"
    )


def test_every_line_but_the_last_ends_with_a_comma_and_lines_stand_in_order() -> None:
    lines = written(numbered(3, 1, 2)).splitlines()
    assert [line[3:19].decode() for line in lines[1:-1]] == [ident(1), ident(2), ident(3)]
    assert [line.endswith(b"},") for line in lines[1:-1]] == [True, True, False]


@pytest.mark.parametrize("marks", [{}, numbered(1), numbered(*range(20))])
def test_what_is_written_is_json_and_read_again(marks: dict[str, Mark]) -> None:
    text = written(marks)
    assert json.loads(text)["marks"].keys() == marks.keys()
    assert reading(text).marks == marks
    assert not reading(text).flaw


def test_an_undone_flag_stays_with_its_time_and_an_untouched_one_is_left_out() -> None:
    line = encode_mark("a", Mark("T", starred=False, starred_at=NOON))
    assert json.loads(b"{%b}" % line) == {"a": {"title": "T", "starred": False, "starred_at": "2026-11-22T12:00:00Z"}}


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-22T18:30:00Z", datetime(2026, 11, 22, 18, 30, tzinfo=UTC)),
        ("2026-11-22T18:30:00+09:00", datetime(2026, 11, 22, 9, 30, tzinfo=UTC)),
        ("2026-11-22T18:30:00.25-05:30", datetime(2026, 11, 23, 0, 0, 0, 250000, tzinfo=UTC)),
        ("2026-11-22 18:30", datetime(2026, 11, 22, 18, 30, tzinfo=UTC)),
    ],
)
def test_any_iso_offset_is_read_as_utc(text: str, moment: datetime) -> None:
    assert decode_time(text) == moment
    assert decode_time(text).tzinfo is UTC
    assert decode_time(encode_time(moment)) == moment


any_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
moments = st.none() | st.datetimes(datetime(2, 1, 1), datetime(9998, 12, 31), timezones=st.just(UTC))
surrogates = st.text(st.characters(categories=["L", "P", "Cc", "Cs", "Zl", "So"]))
any_mark = st.builds(
    Mark,
    title=surrogates,
    source=st.text(),
    published=st.none() | st.dates(),
    read=st.booleans(),
    read_at=moments,
    starred=st.booleans(),
    starred_at=moments,
    document=surrogates,
    extra=st.dictionaries(st.text().map("x-{}".format), any_json, max_size=3),
)


@given(st.text(), any_mark)
@example("\ud800", Mark("a\ud800\u2028\r\n\x85b"))
def test_any_mark_is_one_line_and_comes_back(key: str, mark: Mark) -> None:
    line = encode_mark(key, mark)
    assert b"\n" not in line
    assert decode_mark(line) == (key, mark)
    assert reading(written({key: mark})).marks == {key: mark}


def test_unknown_keys_are_kept_wherever_they_stand() -> None:
    text = (
        b'{"version": 1, "theme": {"name": "nord"}, "marks": {\n'
        b'  "a": {"note": [1, {"x": null}], "title": "T", "read": true}\n}}\n'
    )
    found = reading(text)
    assert found.extra == {"theme": {"name": "nord"}}
    assert found.marks["a"].extra == {"note": [1, {"x": None}]}
    again = reading(written(found.marks, found.extra))
    assert (again.marks, again.extra) == (found.marks, found.extra)


@pytest.mark.parametrize(
    "bad",
    [
        '"published": "yesterday"',
        '"published": 20120907',
        '"starred": "yes"',
        '"starred": 1, "starred_at": "2026-11-22T12:00:00Z"',
        '"starred": true, "starred_at": "soon"',
        '"starred_at": "2026-13-01T00:00:00Z"',
        '"starred_at": "9999-12-31T23:59:59Z"',
        '"starred_at": "0001-01-01T00:00:00+05:00"',
        '"title": 5',
        '"source": ["x"]',
        '"document": {}',
    ],
)
def test_a_mark_with_a_bad_field_keeps_its_good_ones_and_the_bad_one_as_it_is(bad: str) -> None:
    good = '"read": true, "read_at": "2026-11-22T12:00:00Z"'
    found = reading(HEAD + f'  "a": {{{bad}, {good}}}\n}}}}\n'.encode())
    assert not found.flaw
    assert found.odd == 1
    mark = found.marks["a"]
    assert (mark.read, mark.read_at, mark.starred_at) == (True, NOON, None)
    assert json.loads(b"{%b}" % encode_mark("a", mark)) == {"a": json.loads(f"{{{bad}, {good}}}")}


def test_null_is_no_value_and_no_fault() -> None:
    found = reading(HEAD + b'  "a": {"title": "T", "published": null}\n}}\n')
    assert (found.odd, found.flaw, found.marks["a"].title) == (0, "", "T")


@pytest.mark.parametrize(
    "layout",
    [
        {"indent": 2},
        {"indent": None},
        {"separators": (",", ":")},
        {"sort_keys": True, "indent": 1},
        {"ensure_ascii": False, "indent": 4},
    ],
)
def test_other_layouts_of_the_same_json_are_read(layout: dict[str, object]) -> None:
    marks = numbered(1, 2, 3)
    text = json.dumps(json.loads(written(marks, {"x": 1})), **layout)  # type: ignore[arg-type]
    found = reading(text.encode())
    assert (found.marks, found.flaw, found.extra) == (marks, "", {"x": 1})
    assert found.lines == reading(written(marks)).lines


@pytest.mark.parametrize(
    "change",
    [
        lambda text: b"\xef\xbb\xbf" + text,
        lambda text: text.replace(b"\n", b"\r\n"),
        lambda text: text.replace(b"\n", b"\n\n"),
        lambda text: text.replace(b"  ", b"\t"),
        lambda text: text.rstrip(),
        lambda text: text.replace(b"}\n}}", b"},\n}}"),
    ],
    ids=["BOM", "CRLF", "blank lines", "tabs", "no last line end", "a comma too many"],
)
def test_small_liberties_are_allowed(change: object) -> None:
    assert callable(change)
    found = reading(change(written(numbered(1, 2))))
    assert (found.marks, found.flaw) == (numbered(1, 2), "")


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"\n",
        b"\0" * 5000,
        b"[]",
        b"null",
        b"7",
        b'"marks"',
        b"{}",
        b'{"version": 1}',
        b'{"version": 1, "marks": []}',
        b'{"version": "1", "marks": {}}',
        b'{"version": true, "marks": {}}',
        b'{"version": 0, "marks": {}}',
        b'{"version": 1.5, "marks": {}}',
        b'{"version": 1, "marks": {"a": 5}}',
        b'{"version": 1, "marks": {}, "marks": {}}',
        b'{"marks": {"a": {}}, "marks": {\n}}',
        HEAD + b'  "a": {"title": "T"}\n}}\n}}\n',
        HEAD + b'  "a": 5\n}}\n',
        HEAD + b"<<<<<<< HEAD\n}}\n",
        b"[" * 100_000,
        HEAD + b'  "a": ' + b'{"x": ' * 500 + b"1" + b"}" * 500 + b"\n}}\n",
        HEAD + b'  "a": {"x": ' + b"[" * 50_000 + b"]" * 50_000 + b"}\n}}\n",
        HEAD + b'  "a": {"x": ' + b"9" * 5000 + b"}\n}}\n",
        "{}".encode("utf-16"),
        b"\xff\xfe\x00\x9d",
    ],
)
def test_what_is_not_a_state_file_has_a_flaw_and_never_raises(text: bytes) -> None:
    assert reading(text).flaw


@given(st.binary(max_size=200))
def test_no_bytes_make_reading_raise(text: bytes) -> None:
    for whole in (text, HEAD + text, HEAD + text + b"\n}}\n"):
        found = reading(whole)
        assert found.marks.keys() == found.lines.keys()


def test_good_lines_are_saved_from_among_bad_ones() -> None:
    text = written(numbered(1, 2, 3)).replace(b'Insider", "published": "2012-09-07"', b"Insi", 1)
    found = reading(text)
    assert found.flaw == "has lines that cannot be read"
    assert found.marks == numbered(2, 3)


def test_both_sides_of_a_conflict_in_a_versioned_file_are_merged() -> None:
    ours, theirs = starred(1, seconds=1), Mark(starred(1).title, read=True, read_at=at(9))
    key = ident(1)
    text = HEAD + b"<<<<<<< HEAD\n  %b,\n=======\n  %b,\n>>>>>>> b\n}}\n" % (
        encode_mark(key, ours),
        encode_mark(key, theirs),
    )
    assert reading(text).marks == {key: merge(ours, theirs)}


def test_an_item_named_twice_is_merged_even_when_one_line_is_known() -> None:
    key, ours = ident(1), starred(1)
    theirs = Mark(ours.title, read=True, read_at=at(9))
    lines = [encode_mark(key, ours), encode_mark(key, theirs)]
    for first, second in (lines, reversed(lines)):
        text = HEAD + b"  %b,\n  %b\n}}\n" % (first, second)
        found = read(BytesIO(text), {key: lines[0]})
        assert (found.flaw, found.marks) == ("", {key: merge(ours, theirs)})
        assert decode_mark(found.lines[key]) == (key, merge(ours, theirs))


def test_known_lines_are_not_decoded_again() -> None:
    text = written(numbered(1, 2))
    known = reading(text).lines
    changed = numbered(1) | {ident(2): starred(2, seconds=5)} | numbered(3)
    found = read(BytesIO(written(changed)), known)
    assert found.marks.keys() == {ident(2), ident(3)}
    assert found.lines.keys() == changed.keys()
    assert found.lines[ident(1)] is known[ident(1)]


def test_a_newer_version_is_read_as_far_as_it_is_understood() -> None:
    text = written(numbered(1)).replace(b'"version": 1', b'"version": 2, "journal": []')
    assert (reading(text).version, reading(text).marks) == (2, numbered(1))
    cut = reading(text[:-20])
    assert (cut.version, bool(cut.flaw)) == (2, True)


def test_a_line_without_an_end_is_not_held_in_memory() -> None:
    class Endless(BytesIO):
        longest = 0

        def readline(self, size: int | None = -1, /) -> bytes:
            line = super().readline(size)
            self.longest = max(self.longest, len(line))
            return line

    file = Endless(HEAD + b"x" * (3 * MAX_LINE))
    assert read(file, {}).flaw
    assert file.longest == MAX_LINE
