"""What is painted as marked is on the disk a quarter of a second later, whatever kills the program then.

A few rounds run with the other tests; ``pytest -m rounds -s`` runs a thousand, and two hundred with two programs at
once, and prints what came of them (``READER_ROUNDS=1000,200`` says how many, ``READER_SEED`` which).
"""

import os
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from tests.terminal.rounds import Desk, one_writer, two_writers

BOTH = pytest.mark.parametrize(("at", "play"), [(0, one_writer), (1, two_writers)], ids=["one writer", "two writers"])


def played(home: Path, play: Callable[[Desk, int], None], rounds: int, seed: int) -> None:
    desk = Desk(home, Random(seed))
    play(desk, rounds)
    print(f"\n{play.__name__.replace('_', ' ')}, seed {seed}: {desk.tally}")
    assert (desk.tally.rounds, desk.tally.lost, desk.tally.broken) == (rounds, [], [])


@BOTH
def test_nothing_painted_is_lost_to_kill_9(tmp_path: Path, at: int, play: Callable[[Desk, int], None]) -> None:
    played(tmp_path, play, (2, 1)[at], seed=at)


@pytest.mark.rounds
@BOTH
def test_nothing_painted_is_lost_to_kill_9_in_the_long_run(
    tmp_path: Path, at: int, play: Callable[[Desk, int], None]
) -> None:
    rounds = [int(number) for number in os.environ.get("READER_ROUNDS", "1000,200").split(",")]
    played(tmp_path, play, rounds[at], int(os.environ.get("READER_SEED", "1")))
