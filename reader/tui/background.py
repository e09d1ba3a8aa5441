"""Work that lets whoever looks at the screen go first."""

import os
import sys
from collections.abc import Callable
from threading import get_native_id
from typing import TypeVar

T = TypeVar("T")

NICENESS = 5
"""Less than that of the processes that read documents, which wait for what this is done for."""


def standing_back(work: Callable[[], T]) -> T:
    """What ``work`` gives or raises, done in a thread of its own: one that has stood back can never come forward again.

    Where threads have no order among themselves, it is as any other.
    """
    # Not above: the first screen is painted before there is such work.
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(1, "background", _stand_back) as thread:
        return thread.submit(work).result()


def _stand_back() -> None:
    # What POSIX has for processes, Linux has for threads: see setpriority(2).
    if sys.platform == "linux":
        niceness = max(NICENESS, os.getpriority(os.PRIO_PROCESS, 0))
        os.setpriority(os.PRIO_PROCESS, get_native_id(), niceness)
