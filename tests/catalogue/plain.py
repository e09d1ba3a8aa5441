"""What a text matches and which days a value covers, said once more: slowly, plainly, without the product's code."""

import re
from calendar import monthrange
from datetime import date, timedelta
from functools import cache
from unicodedata import combining, normalize

from reader.query import Range, Style, Value

QUOTES_AND_DASHES = {**dict.fromkeys("‘’‚‛ʼ", "'"), **dict.fromkeys("“”„‟", '"'), **dict.fromkeys("‐‑‒–—―−", "-")}


def levelled(text: str) -> str:
    return "".join(QUOTES_AND_DASHES.get(char, char) for char in text)


@cache
def folded(text: str) -> str:
    caseless = normalize("NFKD", normalize("NFKD", text).casefold())
    return levelled("".join(char for char in caseless if not combining(char)))


def stands_in(text: str, style: Style, raw: str, inside: bool) -> bool:
    """Whether ``text`` stands in ``raw``: at the start of a word, or anywhere if ``inside``."""
    if style is Style.REGEX:
        flags = re.MULTILINE if re.search("[A-Z]", text) else re.MULTILINE | re.IGNORECASE
        return re.search(text, raw, flags) is not None
    exact = any(char.isupper() for char in text)
    line, pieces = (levelled(raw), levelled(text).split()) if exact else (folded(raw), folded(text).split())
    if not pieces:
        # Nothing but accents: these, then.
        line, pieces = levelled(raw), text.split()
    anywhere = not pieces[0][0].isalnum() or (inside and style is Style.WORD)
    ends = style is Style.PHRASE and pieces[-1][-1].isalnum()
    at = line.find(pieces[0])
    while at >= 0:
        if (anywhere or at == 0 or not line[at - 1].isalnum()) and _goes_on(
            line, at + len(pieces[0]), pieces[1:], ends
        ):
            return True
        at = line.find(pieces[0], at + 1)
    return False


def _goes_on(line: str, at: int, pieces: list[str], ends: bool) -> bool:
    """Whether the rest follows from ``at`` on, with something between that is no letter and no digit."""
    if not pieces:
        return not ends or at == len(line) or not line[at].isalnum()
    while at < len(line) and not line[at].isalnum():
        at += 1
        if line.startswith(pieces[0], at) and _goes_on(line, at + len(pieces[0]), pieces[1:], ends):
            return True
    return False


def covers(value: Value | Range, day: date | None, today: date, newest: date | None) -> bool:
    """Whether ``day`` is in ``value``: days as text sort like days, and a period is how its days begin."""
    if day is None:
        return False
    text = day.isoformat()
    if isinstance(value, Range):
        low, high = (_written_out(each, today, newest) if each else "" for each in (value.low, value.high))
        if low is None or high is None:
            return False
        return text[: len(low)] >= low and (not high or text[: len(high)] <= high)
    named = _written_out(value.text, today, newest)
    if named is None:
        return False
    begins = text[: len(named)]
    return {"<": begins < named, "<=": begins <= named, ">": begins > named, ">=": begins >= named}.get(
        value.op, begins == named
    )


def _written_out(text: str, today: date, newest: date | None) -> str | None:
    """A day or period as the calendar has it; nothing for ``newest`` where nothing has a day."""
    found = re.fullmatch(r"(today|yesterday|newest)(?:([+-]\d+)([dwmy]))?", text)
    if not found:
        return text
    origin = {"today": today, "yesterday": today - timedelta(1), "newest": newest}[found[1]]
    if origin is None:
        return None
    count, unit = int(found[2] or 0), found[3] or "d"
    if unit in "dw":
        days = origin.toordinal() + count * {"d": 1, "w": 7}[unit]
        return date.fromordinal(max(1, min(days, date.max.toordinal()))).isoformat()
    months = origin.year * 12 + origin.month - 1 + count * {"m": 1, "y": 12}[unit]
    year, month = divmod(max(12, min(months, 9999 * 12 + 11)), 12)
    return date(year, month + 1, min(origin.day, monthrange(year, month + 1)[1])).isoformat()
