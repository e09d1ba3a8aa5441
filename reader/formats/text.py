"""What formats share: is it text, in which encoding, where do its lines end, which day does it name."""

import codecs
import re
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import NamedTuple

BINARY_SAMPLE = 64 * 1024
"""Bytes at the start of a file that tell whether it is text."""

MAX_DATE_LENGTH = 40
"""Characters; longer dates are not looked at."""

_CONTROLS = bytes({*range(0x20), 0x7F} - set(b"\t\n\r\f\x1b"))
_UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)

_MONTH_NAMES = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_MONTHS = {name: number for number, name in enumerate(_MONTH_NAMES, 1)}
_USUAL_DAY = re.compile(r"([a-z]{3,9}) ([0-9]{1,2})(?:st|nd|rd|th), ([0-9]{4})", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text of a file."""

    text: str
    encoding: str
    problem: str | None = None
    """A sentence, when the bytes were not all valid in the encoding that the format asks for."""


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
    if data.startswith(_UTF16_MARKS):
        return _decode_marked(data, "utf-16")
    if data.startswith(codecs.BOM_UTF8):
        return _decode_marked(data, "utf-8-sig")
    try:
        return Decoded(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError as error:
        # A file that was cut inside its last character is still UTF-8, if it used the encoding before.
        whole = data[: error.start]
        if error.reason == "unexpected end of data" and not whole.isascii():
            return Decoded(whole.decode("utf-8"), "utf-8", "The file ends within a character.")
    return Decoded(
        data.decode("cp1252", "replace"),
        "windows-1252",
        "It is not UTF-8; it was read as Windows-1252.",
    )


def _decode_marked(data: bytes, encoding: str) -> Decoded:
    try:
        return Decoded(data.decode(encoding), encoding)
    except UnicodeDecodeError:
        name = encoding.removesuffix("-sig").upper()
        problem = f"The file is marked as {name}, but not all of it is; what can’t be read shows as \ufffd."
        return Decoded(data.decode(encoding, "replace"), encoding, problem)


def lines(text: str) -> list[str]:
    """Split ``text`` into lines, which end with LF, CRLF or CR and at no other character."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    found = text.split("\n")
    if not found[-1]:
        found.pop()
    return found


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
