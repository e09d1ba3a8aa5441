"""Marks to test with."""

from datetime import UTC, date, datetime, timedelta

from reader.marks import Flag, set_flag
from reader.model import Mark

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def starred(number: int = 0, seconds: float = 0) -> Mark:
    mark = Mark(title=f"Tooth “{number}”", source="Insider", published=date(2012, 9, 7))
    return set_flag(mark, Flag.STARRED, True, at(seconds))


def ident(number: int) -> str:
    return f"{number:016x}"


def numbered(*numbers: int) -> dict[str, Mark]:
    return {ident(number): starred(number) for number in numbers}
