"""A terminal without a window: starts a program in it, types, and says when what was to be seen had arrived.

Bytes are stamped as they arrive and put on the screen only when the program is quiet, so that what the emulator costs
is in none of the times. There are no threads: the process that measures has nothing else to do than to wait.
"""

import codecs
import os
import pty
import re
import select
import signal
import subprocess
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self, TypeAlias

import pyte

from tests.bench import process

COLUMNS, ROWS = 160, 48
QUIET = 0.08
"""Seconds without a byte that end a burst of output."""

PILE = 0.3
"""Seconds of output without a pause after which the screen is looked at all the same."""

PATIENCE = 60.0
"""Seconds after which a program that does not show what it should is given up."""

KEYS = {
    "down": "\x1b[B",
    "pagedown": "\x1b[6~",
    "home": "\x1b[H",
    "enter": "\r",
    "clear the field": "\x15",
    "quit": "\x11",
}

_QUESTION = re.compile(rb"\x1b\[(?:\?(\d+)\$p|\?u|0?c|6n)")
_FOREIGN = re.compile(r"\x1b(?:\[[<=>][0-?]*[ -/]*[@-~]|[P_^X].*?\x1b\\)", re.DOTALL)
"""What the emulator would print instead of passing it over."""

_UNFINISHED = re.compile(r"\x1b(?:\[[0-?]*[ -/]*|[P_^X](?:(?!\x1b\\).)*)?\Z", re.DOTALL)

Condition: TypeAlias = "Callable[[Terminal], bool]"


class NothingSeen(AssertionError):
    """The program ended, or time ran out, before it showed what was waited for."""


class Terminal:
    """A program in a terminal of its own. Leaving the context ends the program."""

    def __init__(self, argv: Sequence[str], env: Mapping[str, str], cwd: Path) -> None:
        self.peak = process.Peak()
        self._screen = pyte.Screen(COLUMNS, ROWS)
        self._stream = pyte.Stream(self._screen)
        self._decode = codecs.getincrementaldecoder("utf-8")("replace").decode
        self._held = ""
        self._asked = b""
        self._arrived: list[tuple[float, bytes]] = []
        self._ended = False
        self._fd, theirs = pty.openpty()
        termios.tcsetwinsize(theirs, (ROWS, COLUMNS))
        self._since = time.perf_counter()
        self._program = subprocess.Popen(
            argv, stdin=theirs, stdout=theirs, stderr=theirs, env=env, cwd=cwd, start_new_session=True
        )
        os.close(theirs)

    @property
    def pid(self) -> int:
        """The process that was started."""
        return self._program.pid

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Ask the program to quit, which it must do well; end it when something went wrong."""
        try:
            if error is None:
                self.type("quit")
                self._take_in(PATIENCE, lambda _: False)
                assert self._program.wait(PATIENCE) == 0, f"{self._program.args!r} ended badly on\n{self.text}"
        finally:
            if self._program.poll() is None:
                os.killpg(self.pid, signal.SIGKILL)
                self._program.wait()
            os.close(self._fd)

    # What is seen

    @property
    def lines(self) -> list[str]:
        """The screen, from the top."""
        # Not its own `display`, which fails on a wide character of which a half was painted over.
        rows = (self._screen.buffer[y] for y in range(ROWS))
        return ["".join(row[x].data for x in range(COLUMNS)) for row in rows]

    @property
    def text(self) -> str:
        """The screen as one text."""
        return "\n".join(self.lines)

    def cells(self, columns: range) -> list[list[tuple[str, str, str, bool, bool]]]:
        """Some columns of the screen, looks included."""
        rows = (self._screen.buffer[y] for y in range(ROWS))
        return [[(c.data, c.fg, c.bg, c.bold, c.reverse) for c in (row[x] for x in columns)] for row in rows]

    def columns_of(self, title: str) -> range:
        """The columns of the pane whose border has this title."""
        line = next(line for line in self.lines if f" {title} " in line)
        place = line.index(f" {title} ")
        return range(line.rindex("╭", 0, place), line.index("╮", place) + 1)

    # What is done

    def type(self, keys: str) -> None:
        """Press keys, or one that has a name."""
        self._since = time.perf_counter()
        os.write(self._fd, KEYS.get(keys, keys).encode())

    def wait(self, *conditions: Condition) -> list[float]:
        """When each condition was met first, in milliseconds since the last key, or since the start.

        A condition is tried whenever something has arrived. Raises :class:`NothingSeen`.
        """
        met: dict[int, float] = {}

        def look(stamp: float) -> bool:
            for number, condition in enumerate(conditions):
                if number not in met and condition(self):
                    met[number] = (stamp - self._since) * 1e3
            return len(met) == len(conditions)

        if not self._take_in(PATIENCE, look):
            raise NothingSeen(f"{self._program.args!r}: {len(met)} of {len(conditions)} seen on\n{self.text}")
        return [met[number] for number in range(len(conditions))]

    def press(self, keys: str, *conditions: Condition) -> list[float]:
        """Press keys, then :meth:`wait`, which has left all quiet the last time."""
        self.type(keys)
        return self.wait(*conditions)

    def settle(self, seconds: float = QUIET) -> None:
        """Wait until nothing has come for so long."""
        while self._receive(seconds):
            pass
        self._put_on_screen()

    def idle_cpu_ms(self, seconds: float) -> float:
        """The processor time used while nothing is done, in milliseconds for each second."""
        self.settle(1.0)
        begin, used = time.perf_counter(), process.cpu_ms(self.pid)
        while (left := begin + seconds - time.perf_counter()) > 0:
            self._receive(left)
        return (process.cpu_ms(self.pid) - used) / (time.perf_counter() - begin)

    # How it is taken in

    def _take_in(self, seconds: float, done: Callable[[float], bool]) -> bool:
        """Receive until ``done``, told the stamp of each arrival that has been put on the screen, says so."""
        end = time.perf_counter() + seconds
        finished = False
        while not finished and not self._ended and time.perf_counter() < end:
            if self._receive(QUIET) and time.perf_counter() - self._arrived[0][0] < PILE:
                continue
            self.peak.look(self.pid)
            finished = self._put_on_screen(done)
        self.settle()
        return finished

    def _receive(self, seconds: float) -> bool:
        """Wait so long for bytes; whether some came."""
        if self._ended or not select.select([self._fd], [], [], seconds)[0]:
            return False
        try:
            data = os.read(self._fd, 1 << 16)
        except OSError:
            data = b""  # how Linux says that nobody is at the other end
        if not data:
            self._ended = True
            return False
        self._arrived.append((time.perf_counter(), data))
        self._answer(data)
        return True

    def _answer(self, data: bytes) -> None:
        """Answer what programs ask a terminal: what it is, and which modes it has (synchronised output)."""
        looked = self._asked + data
        end = 0
        for question in _QUESTION.finditer(looked):
            end = question.end()
            if mode := question[1]:
                os.write(self._fd, b"\x1b[?%s;%d$y" % (mode, 2 if mode == b"2026" else 0))
            elif question[0].endswith(b"c"):
                os.write(self._fd, b"\x1b[?62;22c")
            else:
                os.write(self._fd, b"\x1b[1;1R" if question[0].endswith(b"n") else b"\x1b[?0u")
        tail = looked.rfind(b"\x1b", max(end, len(looked) - 16))
        self._asked = looked[tail:] if tail >= 0 else b""

    def _put_on_screen(self, done: Callable[[float], bool] = lambda _: False) -> bool:
        """Put what has arrived on the screen, piece by piece; whether ``done`` said so on the way."""
        arrived, self._arrived = self._arrived, []
        finished = False
        for stamp, data in arrived:
            text = _FOREIGN.sub("", self._held + self._decode(data))
            cut = _UNFINISHED.search(text)
            self._held = text[cut.start() :] if cut else ""
            self._stream.feed(text[: cut.start()] if cut else text)
            finished = finished or done(stamp)
        return finished


def sees(pattern: str) -> Condition:
    """The screen shows what the expression describes; ``^`` and ``$`` are the ends of a line."""
    compiled = re.compile(pattern, re.MULTILINE)
    return lambda terminal: compiled.search(terminal.text) is not None


def changed(terminal: Terminal, columns: range = range(COLUMNS)) -> Condition:
    """These columns are not what they are now."""
    before = terminal.cells(columns)
    return lambda terminal: terminal.cells(columns) != before
