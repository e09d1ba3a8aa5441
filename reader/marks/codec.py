"""The text of a state file: one JSON object with one mark a line, so that people can diff it.

Files of that shape are read and written line by line. No line is decoded that is known already and none is
encoded that did not change, which keeps 100,000 marks cheap and never gives the interpreter one huge piece
of work.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import MAXYEAR, MINYEAR, UTC, date, datetime
from typing import BinaryIO

from reader.marks.merge import Flag, merge
from reader.model import NOTHING, Mark

VERSION = 1
"""The version of the format that is written here; a higher one is read as far as it is understood."""

MAX_LINE = 1 << 20
"""Bytes; a longer line is none of ours, and is not held in memory in search of its end."""

MAX_WHOLE = 64 << 20
"""Bytes; a larger file that is not of our shape is not given to the JSON parser, which needs far more."""

PIECE = 1_000
"""Marks in a piece of a file: the interpreter does nothing else while it makes one."""

_MAX_DEPTH = 100
_BOM = b"\xef\xbb\xbf"
_END = b"}}"
_DECODER = json.JSONDecoder()
_ENCODER = json.JSONEncoder(ensure_ascii=False)
_ASCII_ENCODER = json.JSONEncoder()


class Reading:
    """What was understood of a state file, so far."""

    def __init__(self) -> None:
        self.version = VERSION
        self.marks: dict[str, Mark] = {}
        """By item id; without those whose line was known."""
        self.lines: dict[str, bytes] = {}
        """Every mark's line by item id: ``"ID": {…}``, bare of indent and comma."""
        self.extra: dict[str, object] = {}
        """Keys beside ``version`` and ``marks``, kept as they are."""
        self.flaw = ""
        """Why the file is not what it should be, to follow "it"; empty when it is sound."""
        self.odd = 0
        """How many marks have a field that could not be read; the field is kept among the unknown keys."""


def encode_mark(ident: str, mark: Mark) -> bytes:
    """Write a mark as its line, bare of indent and comma. What a mark does not have is left out."""
    fields: dict[str, object] = {}
    if mark.title:
        fields["title"] = mark.title
    if mark.source:
        fields["source"] = mark.source
    if mark.published:
        fields["published"] = mark.published.isoformat()
    if mark.read or mark.read_at:
        fields["read"] = mark.read
    if mark.read_at:
        fields["read_at"] = encode_time(mark.read_at)
    if mark.starred or mark.starred_at:
        fields["starred"] = mark.starred
    if mark.starred_at:
        fields["starred_at"] = encode_time(mark.starred_at)
    if mark.document:
        fields["document"] = mark.document
    if mark.extra:
        fields = {**fields, **{key: value for key, value in mark.extra.items() if key not in fields}}
    return _encode(ident) + b": " + _encode(fields)


def decode_mark(line: bytes) -> tuple[str, Mark]:
    """Read the item id and the mark from a line of :func:`encode_mark`; ``ValueError`` if it is none."""
    text = f"{{{line.decode()}}}"
    entries, end = _DECODER.raw_decode(text)
    if end != len(text) or len(entries) != 1:
        raise ValueError("not one mark")
    ((ident, fields),) = entries.items()
    return ident, _mark(fields)


def encode_time(moment: datetime) -> str:
    """``2026-11-22T18:30:00Z``; microseconds only where there are any."""
    if moment.tzinfo is not UTC:
        moment = moment.astimezone(UTC)
    return moment.isoformat().removesuffix("+00:00") + "Z"


def decode_time(text: str) -> datetime:
    """Read an ISO 8601 time, in UTC; without an offset it is taken as UTC. ``ValueError`` if it is none.

    Times in the years 1 and 9999 are refused, since nothing could be done earlier, or later.
    """
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is not UTC:
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    if moment.year in (MINYEAR, MAXYEAR):
        raise ValueError("no time to do anything")
    return moment


def compose(lines: Iterable[bytes], extra: Mapping[str, object]) -> Iterator[bytes]:
    """Put a state file together, in pieces. Marks stand in the order of ids: equal marks, equal files."""
    top = {"version": VERSION, **extra}
    yield _encode(top)[:-1] + b', "marks": {'
    before = b"\n  "
    ordered = sorted(lines)
    for start in range(0, len(ordered), PIECE):
        yield before + b",\n  ".join(ordered[start : start + PIECE])
        before = b",\n  "
    yield b"\n" + _END + b"\n"


def read(file: BinaryIO, known: Mapping[str, bytes]) -> Reading:
    """Read a state file from its start.

    Whatever the bytes are, this raises nothing but ``OSError``: what is wrong is told by
    :attr:`Reading.flaw`, and the marks that can be made out are there all the same. ``known`` are lines by
    item id that need no decoding.
    """
    reading = Reading()
    if not _read_head(file.readline(MAX_LINE), reading):
        reading.flaw = "is not a file of marks" if file.tell() else "is empty"
    else:
        _read_lines(file, known, reading)
    if not reading.flaw:
        return reading
    try:
        return _read_whole(file)
    except (ValueError, RecursionError):
        return reading


def _read_head(line: bytes, reading: Reading) -> bool:
    """Take the first line, ``{"version": 1, "marks": {``; whether it is one."""
    try:
        top = json.loads(line.removeprefix(_BOM).rstrip() + _END, object_pairs_hook=_unrepeated)
        if not isinstance(top, dict) or next(reversed(top), "") != "marks" or top.pop("marks"):
            return False
        _take_top(top, reading)
    except (ValueError, RecursionError):
        return False
    return True


def _read_lines(file: BinaryIO, known: Mapping[str, bytes], reading: Reading) -> None:
    lines, ended = reading.lines, False
    while line := file.readline(MAX_LINE):
        if len(line) == MAX_LINE:
            # To decode what cannot be a mark would take 15 seconds a gigabyte.
            reading.flaw = "has lines that cannot be read"
            continue
        body = line.strip()
        if not body or (body == _END and not ended):
            ended = ended or bool(body)
            continue
        body = body.removesuffix(b",")
        guess = body[1 : body.find(b'"', 1)].decode("ascii", "replace")
        if known.get(guess) == body and guess not in lines:
            lines[guess] = known[guess]
        elif not _take_line(body, reading) or ended:
            reading.flaw = "has lines that cannot be read"
    if not ended:
        reading.flaw = "ends too early"


def _take_line(body: bytes, reading: Reading) -> bool:
    """Add a line's mark; whether it is one. An item that is named twice has its marks merged."""
    try:
        ident, mark = decode_mark(body)
    except (ValueError, RecursionError):
        return False
    if ident in reading.lines:
        mark = merge(mark, reading.marks.get(ident) or decode_mark(reading.lines[ident])[1])
        body = encode_mark(ident, mark)
    reading.marks[ident] = mark
    reading.lines[ident] = body
    reading.odd += _is_odd(mark)
    return True


def _read_whole(file: BinaryIO) -> Reading:
    """Read a file of any JSON layout, such as ``jq`` leaves behind; ``ValueError`` if it is not JSON."""
    file.seek(0)
    text = file.read(MAX_WHOLE + 1)
    if len(text) > MAX_WHOLE:
        raise ValueError("too large")
    top = json.loads(text.decode("utf-8-sig"), object_pairs_hook=_unrepeated)
    reading = Reading()
    marks = top.pop("marks", None) if isinstance(top, dict) else None
    if not isinstance(marks, dict):
        marks, reading.flaw = {}, "is not a file of marks"
    try:
        _take_top(top if isinstance(top, dict) else {}, reading)
    except ValueError:
        reading.flaw = "has a version or settings that cannot be read"
    for ident, fields in marks.items():
        try:
            mark = _mark(fields)
        except ValueError:
            reading.flaw = "has marks that cannot be read"
        else:
            reading.marks[ident] = mark
            reading.lines[ident] = encode_mark(ident, mark)
            reading.odd += _is_odd(mark)
    return reading


def _take_top(top: dict[str, object], reading: Reading) -> None:
    version = top.pop("version", VERSION)
    if type(version) is not int or version < 1 or not _is_shallow(top):
        raise ValueError("not a version of this format")
    reading.version, reading.extra = version, top


def _unrepeated(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """Make an object; ``ValueError`` if a key occurs twice, since one of its values would be lost unsaid."""
    entries = dict(pairs)
    if len(entries) != len(pairs):
        raise ValueError("a repeated key")
    return entries


def _mark(fields: object) -> Mark:
    if not isinstance(fields, dict):
        raise ValueError("not a mark")
    known: dict[str, object] = {}
    extra: dict[str, object] = {}
    for name, value in fields.items():
        decode = _FIELDS.get(name)
        try:
            if decode is None:
                extra[name] = value
            else:
                known[name] = decode(value)
        except (TypeError, ValueError, OverflowError):
            extra[name] = value
    if extra:
        if not _is_shallow(extra):
            raise ValueError("too deep to be written again")
        # A time alone would say that the flag was taken back then.
        extra |= {
            f"{flag}_at": fields[f"{flag}_at"] for flag in Flag if flag in extra and known.pop(f"{flag}_at", None)
        }
    return Mark(**known, extra=extra or NOTHING)  # type: ignore[arg-type]


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError
    return value


_FIELDS = {
    "title": _text,
    "source": _text,
    "published": date.fromisoformat,
    "read": _flag,
    "read_at": decode_time,
    "starred": _flag,
    "starred_at": decode_time,
    "document": _text,
}


def _is_odd(mark: Mark) -> bool:
    """Whether a known field stands among the unknown, its value making no sense (null is no value)."""
    return any(mark.extra[name] is not None for name in mark.extra.keys() & _FIELDS.keys())


def _is_shallow(value: object, depth: int = _MAX_DEPTH) -> bool:
    """Whether a value can be encoded again wherever the call stack stands."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return depth > 0 and all(_is_shallow(inner, depth - 1) for inner in value)
    return True


def _encode(value: object) -> bytes:
    try:
        return _ENCODER.encode(value).encode()
    except UnicodeEncodeError:
        return _ASCII_ENCODER.encode(value).encode()
