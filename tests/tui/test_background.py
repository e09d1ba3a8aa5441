"""Work behind the screen."""

import os
import sys

import pytest

from reader.errors import ReaderError
from reader.tui.background import NICENESS, standing_back


def niceness() -> int:
    """Of the thread that asks."""
    return os.getpriority(os.PRIO_PROCESS, 0)


@pytest.mark.skipif(sys.platform != "linux", reason="threads have no order among themselves")
def test_work_stands_back_and_nothing_else_does() -> None:
    before = niceness()
    assert standing_back(niceness) == max(before, NICENESS)
    assert niceness() == before


@pytest.mark.skipif(sys.platform != "linux", reason="threads have no order among themselves")
def test_work_of_a_program_that_stands_back_already_comes_no_nearer() -> None:
    def lower() -> int:
        os.nice(NICENESS)
        return standing_back(niceness)

    assert standing_back(lower) == min(19, max(niceness(), NICENESS) + NICENESS)


def test_errors_come_through() -> None:
    def fail() -> None:
        raise ReaderError("It cannot be done.")

    with pytest.raises(ReaderError, match="cannot be done"):
        standing_back(fail)
