"""A terminal without a window: starts a program in it, types, and says when what was to be seen had arrived.

Bytes are stamped as they arrive and put on the screen only when the program is quiet, so that what the emulator costs
is in none of the times. There are no threads: the process that measures has nothing else to do than to wait.
"""

import os
import pty
import re
import select
import subprocess
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import pyte

from tests.bench import process

COLUMNS, ROWS = 160, 48
QUIET = 0.08
"""Seconds without a byte that end a burst of output."""

PILE = 0.3
"""Seconds of output without a pause after which the screen is looked at all the same."""

PATIENCE = 300.0
"""Seconds until a program that does not show what it should is given up."""

KEYS = {"down": "\x1b[B", "pagedown": "\x1b[6~", "home": "\x1b[H", "enter": "\r", "escape": "\x1b",
        "clear": "\x15", "quit": "\x11"}  # fmt: skip

_QUESTION = re.compile(rb"\x1b\[(?:\?(?P<mode>\d+)\$p|(?P<cursor>6n)|(?P<device>0?c)|(?P<kitty>\?u))")
_FOREIGN = re.compile(r"\x1b(?:\[[<=>][0-?]*[ -/]*[@-~]|[P_^X].*?\x1b\\)", re.DOTALL)
"""What the emulator would print instead of passing it over."""

_UNFINISHED = re.compile(r"\x1b(?:\[[0-?]*[ -/]*|[P_^X](?:(?!\x1b\\).)*)?\Z", re.DOTALL)

type Condition = Callable[[Terminal], bool]


class NothingSeen(AssertionError):
    """The program ended, or time ran out, before it showed what was waited for."""


class Terminal:
    """A program in a terminal of its own; leaving the context ends it."""

    def __init__(self, argv: Sequence[str], env: Mapping[str, str], cwd: Path) -> None:
        self.screen = pyte.Screen(COLUMNS, ROWS)
        self.peak = process.Peak()
