"""Random input: a little of it in every run, and as long as one likes with ``pytest -m fuzz tests/fuzz``.

``READER_FUZZ_SECONDS`` (60 unless given) is how long each target is fed. What makes one fail is kept in ``corpus/``,
by the name of the target, and is tried in every run from then on.
"""

import os
from collections.abc import Iterator
from hashlib import blake2b
from itertools import count, islice
from pathlib import Path
from random import Random
from time import monotonic

import pytest

from tests import hostile
from tests.fuzz.targets import TARGETS

CORPUS = Path(__file__).parent / "corpus"
FEW = 150
"""Inputs for each target in every run."""

_TOKENS = (
    *(piece.encode("utf-8", "surrogatepass") for piece in hostile.pieces()),
    *(b"\n", b"\r", b"\r\n", b" ", b"- ", b"* ", b"-\n", b":\n", b" - ", b" | "),
    *(b"[", b"]", b"(", b")", b'"', b"\\", b"/", b",", b"{", b"}", b"..", b"@", b"=", b"null"),
    *(b"[Last Updated On: ", b"] [Originally Added On: ", b" - Video", b"OR", b"NOT ", b"title:", b"date:"),
    *(b"\xff", b"\xef\xbb\xbf", b"\xff\xfe", b"\xed\xa0\x80", b"\xf0\x9f\x98", b"\xcc\x81" * 9),
    *(b"9" * 20, b"1e999", b"\\ud800", b"\\u0000"),
)  # fmt: skip


def inputs(seeds: tuple[bytes, ...], random: Random) -> Iterator[bytes]:
    """Endlessly: a seed that is cut, doubled, joined with others and sprinkled with tokens."""
    while True:
        data = bytearray(random.choice(seeds))
        for _ in range(random.choice((1, 2, 5, 20))):
            at, end = sorted(random.randrange(len(data) + 1) for _ in range(2))
            match random.randrange(7):
                case 0:
                    del data[at : min(end, at + 20)]
                case 1:
                    data[at:at] = data[at : min(end, at + 200)]
                case 2 | 3 | 4:
                    data[at:at] = random.choice(_TOKENS)
                case 5 if at < len(data):
                    data[at] = random.randrange(256)
                case _:
                    data[at:at] = random.choice(seeds)[: random.randrange(200)]
        yield bytes(data[:20_000])


@pytest.mark.parametrize("name", TARGETS)
def test_what_once_failed(name: str) -> None:
    target, _ = TARGETS[name]
    for path in sorted((CORPUS / name).glob("*")):
        target(path.read_bytes())


@pytest.mark.parametrize("name", TARGETS)
def test_a_little_of_everything(name: str) -> None:
    target, seeds = TARGETS[name]
    for data in (*seeds, *islice(inputs(seeds, Random(name)), FEW)):
        target(data)


@pytest.mark.fuzz
@pytest.mark.parametrize("name", TARGETS)
def test_as_long_as_one_likes(name: str) -> None:
    target, seeds = TARGETS[name]
    end = monotonic() + float(os.environ.get("READER_FUZZ_SECONDS", "60"))
    made = inputs(seeds, Random())
    for number in count():
        if monotonic() > end:
            print(f"{name}: {number:,} inputs")
            return
        data = next(made)
        try:
            target(data)
        except BaseException:
            kept = CORPUS / name / blake2b(data, digest_size=8).hexdigest()
            kept.parent.mkdir(parents=True, exist_ok=True)
            kept.write_bytes(data)
            raise
