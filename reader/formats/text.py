"""What formats share: is it text, in which encoding, where do its lines end, which day does it name."""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from io import BytesIO, TextIOWrapper
from typing import NamedTuple

from reader.clean import Clean, plain_lines

BINARY_SAMPLE = 64 * 1024
"""Bytes at the start of a file that tell whether it is text."""

MAX_LINE = 20_000
"""Characters of a line that are looked at; what a longer one has more is never in memory."""

MAX_DATE_LENGTH = 40
"""Characters; longer dates are not looked at."""

MAX_USUAL = 1 << 20
"""Bytes of a file that may be looked at all at once."""

_CONTROLS = bytes({*range(0x20), 0x7F} - set(b"\t\n\r\f\x1b"))
_UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_MARKED = ((_UTF16_MARKS, "utf-16"), ((codecs.BOM_UTF8,), "utf-8-sig"))
_PIECE = 1 << 20

_MONTH_NAMES = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_MONTHS = {name: number for number, name in enumerate(_MONTH_NAMES, 1)}
_USUAL_DAY = re.compile(r"([a-z]{3,9}) ([0-9]{1,2})(?:st|nd|rd|th), ([0-9]{4})", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text of a file, which is decoded line by line: a file may be far larger than what it tells."""

    data: bytes
    encoding: str
    problem: str | None = None
    """A sentence, when the bytes were not all valid in the encoding that the format asks for."""
    errors: str = "strict"
    """What becomes of bytes that are not valid, as codecs call it."""

    def lines(self) -> Iterator[str]:
        """The lines, each with a LF at its end, but perhaps the last; lines end with LF, CRLF or CR and nothing else.

        Of a line of more than :data:`MAX_LINE` characters only so many are given, and one more.
        """
        with TextIOWrapper(BytesIO(self.data), self.encoding, self.errors) as file:
            if len(self.data) <= MAX_LINE:
                yield from file
                return
            while line := file.readline(MAX_LINE + 1):
                yield line
                while len(line) > MAX_LINE and not line.endswith("\n"):
                    line = file.readline(_PIECE) or "\n"


class ParsedDay(NamedTuple):
    """A calendar day, or the sentence that says why there is none."""

    day: date | None
    problem: str | None = None


def is_binary(data: bytes) -> bool:
    """Whether over 1 % of the first 64 KB are control bytes; tab, line end, form feed and ESC don't count."""
    head = data[:BINARY_SAMPLE]
    if head.startswith(_UTF16_MARKS):
        # Half the bytes of such a text are zero: what counts is what they spell.
        head = head.decode("utf-16", "replace").encode()
    controls = len(head) - len(head.translate(None, _CONTROLS))
    return controls * 100 > len(head)


def decode(data: bytes) -> Decoded:
    """Decode ``data``: UTF-8 with or without a byte order mark, UTF-16 with one, else Windows-1252.

    It never fails: bytes that mean nothing become U+FFFD, and the problem says so. A byte order mark is
    believed even if not all that follows is valid.
    """
    for marks, encoding in _MARKED:
        if data.startswith(marks):
            return _decode_marked(data, encoding)
    flaw = _flaw(data, "utf-8")
    if flaw is None:
        return Decoded(data, "utf-8")
    # A file that was cut inside its last character is still UTF-8, if it used the encoding before.
    if flaw.reason == "unexpected end of data" and not data[: -len(flaw.object)].isascii():
        return Decoded(data, "utf-8", "The file ends within a character.", "ignore")
    return Decoded(data, "windows-1252", "It is not UTF-8; it was read as Windows-1252.", "replace")


def usual_lines(data: bytes) -> list[Clean] | None:
    """The lines of a file as most are: not large, UTF-8, and nothing in it to be cleaned; else nothing.

    What stands behind the last line end is a line too, if an empty one.
    """
    if len(data) > MAX_USUAL:
        return None
    try:
        lines = plain_lines(data.decode())
    except UnicodeDecodeError:
        return None
    return lines if lines and max(map(len, lines)) <= MAX_LINE else None


def _decode_marked(data: bytes, encoding: str) -> Decoded:
    if _flaw(data, encoding) is None:
        return Decoded(data, encoding)
    name = encoding.removesuffix("-sig").upper()
    problem = f"The file is marked as {name}, but not all of it is; what can’t be read shows as \ufffd."
    return Decoded(data, encoding, problem, "replace")


def _flaw(data: bytes, encoding: str) -> UnicodeDecodeError | None:
    """What is not valid in ``data``; a character that the end cuts off is all that such an error is about."""
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for start in range(0, len(data), _PIECE):
            decoder.decode(data[start : start + _PIECE])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        return error
    return None


def parse_day(text: str) -> ParsedDay:
    """Read the day that ``text`` names in full: with day, month and a year of four digits.

    Nothing is filled in from today, and times are left aside. ``September 7th, 2012`` is what captures write
    and goes fast; anything else is python-dateutil's to read, which takes the month first (``9/7/2012``).
    """
    if len(text) > MAX_DATE_LENGTH:
        return ParsedDay(None, f"A date of {len(text):,} characters is too long to be one.")
    return _parse_day(text)


@lru_cache(maxsize=1 << 14)
def _parse_day(text: str) -> ParsedDay:
    usual = _USUAL_DAY.fullmatch(text)
    month = _MONTHS.get(usual[1].lower()) if usual else None
    if usual and month:
        try:
            return ParsedDay(date(int(usual[3]), month, int(usual[2])))
        except ValueError:
            return ParsedDay(None, f"“{text}” never was.")
    day = _parse_freely(text)
    return ParsedDay(day, None if day else f"“{text}” does not name a day with its month and year.")


def _parse_freely(text: str) -> date | None:
    # Imported here because most documents never need it.
    from dateutil.parser import ParserError, parse

    # What the text lacks is taken from the default, so two of them that differ in every part show it.
    # Their days are more than a week apart because a weekday is looked for from the default onwards.
    try:
        one, other = (
            parse(text, default=default, ignoretz=True).date()
            for default in (datetime(2000, 1, 1), datetime(2004, 2, 15))
        )
    except (ParserError, OverflowError):
        return None
    # The century of a two-digit year would come from today.
    return one if one == other and f"{one.year:04}" in text else None
