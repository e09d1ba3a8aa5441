"""What happens to a mark: a flag is set, two copies become one. Pure; nothing here reads a clock or a file.

Merging is the join of a semilattice: it is commutative, associative and idempotent, so copies of the marks
may meet in any order and any number of times, on any machine, and end up the same.
"""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from reader.model import Mark

_TICK = timedelta(microseconds=1)
_NEVER = datetime.min.replace(tzinfo=UTC)


class Flag(StrEnum):
    """What a person can say of an item."""

    READ = "read"
    STARRED = "starred"


def set_flag(mark: Mark, flag: Flag, value: bool, now: datetime) -> Mark:
    """``mark`` with ``flag`` set to ``value`` at ``now`` (an aware time).

    The new time is always later than the old one, by a microsecond if need be, so that what was done last
    wins every merge even on a machine whose clock was set back.
    """
    now = now.astimezone(UTC)
    old = mark.read_at if flag is Flag.READ else mark.starred_at
    moment = now if old is None else max(now, old + _TICK)
    if flag is Flag.READ:
        return replace(mark, read=value, read_at=moment)
    return replace(mark, starred=value, starred_at=moment)


def merge(a: Mark, b: Mark) -> Mark:
    """Join what two copies of one item's mark say.

    Each flag is taken from the copy that touched it later; at the same time, ``True`` wins. The document is
    the one of the copy touched last. Title, source and day are part of the item's identity, so copies
    differ in them by spelling at most; the longer one is kept. Unknown keys are united, see
    :func:`merge_extra`.
    """
    if a is b or a == b:
        return a
    read_at, read = max((a.read_at or _NEVER, a.read), (b.read_at or _NEVER, b.read))
    starred_at, starred = max((a.starred_at or _NEVER, a.starred), (b.starred_at or _NEVER, b.starred))
    return Mark(
        title=max(a.title, b.title, key=_fullness),
        source=max(a.source, b.source, key=_fullness),
        published=max(a.published or date.min, b.published or date.min) if a.published or b.published else None,
        read=read,
        read_at=None if read_at == _NEVER else read_at,
        starred=starred,
        starred_at=None if starred_at == _NEVER else starred_at,
        document=max((_touched(a), a.document), (_touched(b), b.document))[1],
        extra=merge_extra(a.extra, b.extra),
    )


def merge_all(a: Mapping[str, Mark], b: Mapping[str, Mark]) -> dict[str, Mark]:
    """Unite marks by item id; those that both sides have are merged."""
    merged = dict(a)
    for ident, mark in b.items():
        merged[ident] = merge(merged[ident], mark) if ident in merged else mark
    return merged


def merge_extra(a: Mapping[str, object], b: Mapping[str, object]) -> Mapping[str, object]:
    """Unite the keys of both sides; where they differ, the value whose JSON text is the greater stays.

    Nothing is known of these keys, a time least of all: any choice will do that is the same on every machine.
    """
    if a == b:
        return a
    merged: dict[str, object] = {}
    for key in sorted(a.keys() | b.keys()):
        values = [side[key] for side in (a, b) if key in side]
        merged[key] = max(values, key=_json_text)
    return merged


def _fullness(text: str) -> tuple[int, str]:
    return len(text), text


def _touched(mark: Mark) -> datetime:
    return max(mark.read_at or _NEVER, mark.starred_at or _NEVER)


def _json_text(value: object) -> str:
    return json.dumps(value, sort_keys=True)
