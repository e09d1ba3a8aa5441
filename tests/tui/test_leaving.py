"""A closed terminal ends the program in good order, whatever the main thread is about."""

import signal
import subprocess
import sys

import pytest

from reader.tui.leaving import CODE, RESTORED

PROGRAM = """
import asyncio, os, signal, sys, threading
from reader.tui.leaving import Leaving

lock, running = threading.Lock(), []

def keep():
    with lock:
        print("kept", flush=True)
    return 3

leaving = Leaving(keep, lambda: running[0] if running else None)

def hang_up():
    os.kill(os.getpid(), signal.SIGHUP)

async def main():
    running.append(asyncio.get_running_loop())
    MAIN
    await asyncio.Event().wait()

asyncio.run(main())
"""


def ended(main: str) -> "subprocess.CompletedProcess[bytes]":
    """What a program printed whose main thread does ``main``, and how it ended."""
    program = PROGRAM.replace("MAIN", main.replace("\n", "\n    "))
    return subprocess.run([sys.executable, "-c", program], check=False, capture_output=True, timeout=60)


@pytest.mark.parametrize(
    "main",
    [
        "hang_up()",
        # In the midst of what leaving needs too.
        "with lock:\n    hang_up()",
        # Waiting for a terminal that is not there any more.
        "hang_up()\nthreading.Event().wait()",
        # More than once, as a shell and a terminal may both tell of it.
        "hang_up()\nhang_up()",
    ],
)
def test_a_closed_terminal_ends_it_with_everything_kept(main: str) -> None:
    there = ended(main)
    assert (there.returncode, there.stdout, there.stderr) == (CODE, b"kept\n", RESTORED)


def test_who_leaves_anyway_leaves_once() -> None:
    there = ended("print(leaving.leave(), flush=True)\nhang_up()")
    assert (there.returncode, there.stdout) == (CODE, b"kept\n3\n")


def test_what_cannot_be_kept_holds_nobody_up_for_ever() -> None:
    there = ended("leaving.__class__.leave.__globals__['PATIENCE'] = 0.2\nlock.acquire()\nhang_up()")
    assert (there.returncode, there.stdout) == (CODE, b"")
    assert CODE == 128 + signal.SIGHUP
