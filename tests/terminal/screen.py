"""The real program in a real terminal, as far as a program can be one."""

import os
import re
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from select import select
from time import monotonic
from typing import TypeVar

import pexpect
import pyte

PATIENCE = 30.0
"""Seconds after which something that was to be seen has not come."""

ENTER, LEAVE = b"\x1b[?1049h", b"\x1b[?1049l"
"""Into the terminal's second screen, and out of it."""


class Terminal:
    """A terminal of ``columns`` by ``rows`` with the reader in it."""

    def __init__(self, arguments: list[str], home: Path, columns: int = 100, rows: int = 30) -> None:
        environ = {name: value for name, value in os.environ.items() if not name.startswith(("XDG_", "READER_"))}
        environ |= {f"XDG_{name}_HOME": str(home / name.lower()) for name in ("CONFIG", "STATE", "CACHE", "DATA")}
        environ |= {"HOME": str(home), "TERM": "xterm-256color", "PYTHONPATH": str(Path(__file__).parents[2])}
        environ |= {"LC_ALL": "C.UTF-8"}
        self.screen = pyte.Screen(columns, rows)
        self.stream = pyte.ByteStream(self.screen)
        self.raw = b""
        self.process = pexpect.spawn(
            sys.executable, ["-m", "reader", *arguments], env=environ, cwd=str(home), dimensions=(rows, columns)
        )
        self.process.delaybeforesend = None

    @property
    def text(self) -> str:
        return "\n".join(self.screen.display)

    def see(self, text: str) -> None:
        """Read until ``text`` is on the screen."""
        self.until(lambda: text in self.text, f"{text!r} to be seen")

    def until(self, is_so: Callable[[], bool], what: str) -> None:
        """Read until something is so."""
        end = monotonic() + PATIENCE
        while not is_so():
            assert monotonic() < end, f"waited for {what}, with this on the screen:\n{self.text}"
            self._read(0.05)

    def _read(self, timeout: float) -> bool:
        """Take in what comes; whether there may be more."""
        try:
            told = self.process.read_nonblocking(1 << 16, timeout)
        except pexpect.TIMEOUT:
            return True
        except pexpect.EOF:
            return False
        self.raw += told
        self.take(told)
        return True

    def take(self, told: bytes) -> None:
        """Show what comes."""
        self.stream.feed(told)

    def drain(self, timeout: float) -> None:
        """Take in what comes within a while."""
        end = monotonic() + timeout
        while (left := end - monotonic()) > 0 and self._read(left):
            pass

    def press(self, keys: str) -> None:
        self.process.send(keys)

    def kill(self, number: int) -> None:
        os.kill(self.process.pid, number)

    def hang_up(self) -> None:
        """Close the terminal, and wait until the program is gone, however long a busy machine lets it take."""
        self.process.ptyproc.fileobj.close()
        end = monotonic() + PATIENCE
        while self.process.ptyproc.isalive():
            assert monotonic() < end, "the program outlives its terminal"
            select([], [], [], 0.02)

    def end(self) -> tuple[int | None, int | None]:
        """Read to the end: the exit code, or the signal that ended it."""
        end = monotonic() + PATIENCE
        while self._read(0.05):
            assert monotonic() < end, f"it doesn't end, with this on the screen:\n{self.text}"
        self.process.wait()
        return self.process.exitstatus, self.process.signalstatus

    @property
    def is_restored(self) -> bool:
        """Whether the terminal is as it was: first screen, cursor, no mouse, no bracketed paste."""
        return self.raw.rfind(LEAVE) > self.raw.rfind(ENTER) >= 0 and all(
            self.raw.rfind(off) > self.raw.rfind(on)
            for on, off in (
                (b"\x1b[?25l", b"\x1b[?25h"),
                (b"\x1b[?1000h", b"\x1b[?1000l"),
                (b"\x1b[?2004h", b"\x1b[?2004l"),
            )
        )


class Listener(Terminal):
    """A terminal without a screen, for text that pyte trips over: its text is what was told since the last key."""

    since = 0

    @property
    def text(self) -> str:
        told = re.sub(r"\x1b\[[0-9;]*m", "", self.raw[self.since :].decode(errors="ignore"))
        return re.sub(r"\x1b\[[0-9;]*H", "\n", told)

    def take(self, told: bytes) -> None:
        """Nothing but to keep it."""

    def press(self, keys: str) -> None:
        self.since = len(self.raw)
        super().press(keys)

    def insist(self, key: str, text: str) -> None:
        """Press ``key`` until ``text`` is seen: a dialog that is about to close takes no notice of keys."""
        end = monotonic() + PATIENCE
        while text not in self.text:
            assert monotonic() < end, f"insisted on {text!r}, with this on the screen:\n{self.text}"
            self.press(key)
            for _ in range(6):
                self._read(0.05)


AnyTerminal = TypeVar("AnyTerminal", bound=Terminal)


@contextmanager
def terminal(*arguments: str, home: Path, columns: int = 100, rows: int = 30) -> Iterator[Terminal]:
    """A terminal with the reader, which is gone when this is left."""
    with running(Terminal([*arguments], home, columns, rows)) as there:
        yield there


@contextmanager
def running(there: AnyTerminal) -> Iterator[AnyTerminal]:
    """A terminal, whose program is gone when this is left."""
    try:
        yield there
    finally:
        if there.process.isalive():
            there.kill(signal.SIGKILL)
        there.process.close(force=True)
