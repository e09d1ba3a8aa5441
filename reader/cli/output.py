"""The way to the terminal: everything that the commands print goes through here.

Control characters don't get past, a pipe that was closed is no reason to fail, and colours are for terminals alone.
"""

import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from io import TextIOWrapper

from reader.errors import ReaderError

BOLD, DIM, YELLOW = "1", "2", "33"
"""Ways to stand out, as ECMA-48 numbers them."""


def prepare() -> None:
    """Let no character be one that cannot be printed."""
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


def put(text: str, end: str = "\n") -> None:
    """Print ``text``, which holds nothing that a terminal would obey but what this program put there."""
    try:
        print(text, end=end)
    except OSError as error:
        raise _failure(error) from error


def flush() -> None:
    """See that all is printed."""
    try:
        if sys.stdout:
            sys.stdout.flush()
    except OSError as error:
        raise _failure(error) from error


def complain(sentence: str) -> None:
    """Say on stderr what a person should know."""
    # Not above: help and version need no cleaning, whose patterns take a while to compile.
    from reader.clean import printable

    if sys.stderr:
        print(f"reader: {printable(sentence)}", file=sys.stderr)


def silence() -> None:
    """Let what is still to be printed go nowhere, the interpreter's last attempt at it too."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def _failure(error: OSError) -> Exception:
    if isinstance(error, BrokenPipeError):
        return error
    silence()
    return ReaderError(f"The output cannot be written: {error.strerror or error}.")


def is_interactive() -> bool:
    """Whether a person can use a screen here; Textual paints it on stderr."""
    return all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr))


def is_terminal() -> bool:
    """Whether what is printed is for a person's eyes."""
    return sys.stdout is not None and sys.stdout.isatty()


def width() -> int | None:
    """The cells in a line of the terminal; none where the output goes elsewhere."""
    if not is_terminal():
        return None
    from shutil import get_terminal_size

    return get_terminal_size().columns


def painter(environ: Mapping[str, str]) -> Callable[[str, str], str]:
    """What gives a text a look: on a terminal that has looks, unless ``NO_COLOR`` (https://no-color.org) is set."""
    if is_terminal() and not environ.get("NO_COLOR") and environ.get("TERM") != "dumb":
        return lambda text, look: f"\x1b[{look}m{text}\x1b[m"
    return lambda text, _: text


@contextmanager
def progress() -> Iterator[Callable[[str], None]]:
    """What shows, in one line that is gone afterwards, how far something is; to nobody but a person."""
    shown = False

    def tell(sentence: str) -> None:
        nonlocal shown
        if sentence and sys.stderr and sys.stderr.isatty():
            print(f"\r{sentence}\x1b[K", end="", file=sys.stderr, flush=True)
            shown = True

    try:
        yield tell
    finally:
        if shown:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)


def is_unicode() -> bool:
    """Whether every character can be printed as itself."""
    return sys.stdout is not None and sys.stdout.encoding.lower().replace("-", "") == "utf8"
