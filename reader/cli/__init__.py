"""The command line: one screen, and commands for what can be done without it.

``arguments`` says what may be typed, ``glance`` what can be told of it at once, ``settings`` what holds for this run,
``commands`` do it; ``table``, ``detail`` and ``records`` are the looks of items, ``report`` that of the doctor's
findings, ``cells`` and ``output`` the way to the terminal; ``completion`` writes scripts for shells. Each is imported
when it is needed: help needs little, and no command needs what paints the screen.
"""

import gc
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from reader.cli import output
from reader.cli.ahead import listing_ahead
from reader.cli.glance import LOOKING, are_paths, paths_at_a_glance
from reader.errors import ReaderError, UsageError

if TYPE_CHECKING:
    from argparse import Namespace

FAILED, WRONG_USAGE, INTERRUPTED = 1, 2, 130
"""Exit codes: what was asked for could not be done; it made no sense; ctrl+c (as shells report it)."""


def run() -> None:
    """The program: ends the process."""
    # Of what imports make, nothing is garbage: looking for it would be a sixth of a start. Who goes on for longer turns
    # the collector on again.
    gc.disable()
    sys.exit(main())


def main(argv: Sequence[str] | None = None) -> int:
    """Do what ``argv`` (the process's own arguments unless given) asks for; the exit code."""
    output.prepare()
    try:
        try:
            return _obey(sys.argv[1:] if argv is None else argv)
        finally:
            output.flush()
    except BrokenPipeError:
        # Whoever read the output has seen enough, which is no failure.
        output.silence()
        return 0
    except ReaderError as error:
        output.complain(str(error))
        return WRONG_USAGE if isinstance(error, UsageError) else FAILED
    except KeyboardInterrupt:
        return INTERRUPTED


def _obey(argv: Sequence[str]) -> int:
    if are_paths(argv):
        return _screen(argv)
    paths = paths_at_a_glance(argv)
    listed = listing_ahead(paths) if paths else None
    # Not above: it is slow to import, and the look is on its way meanwhile.
    from reader.cli import arguments

    try:
        options = arguments.parse(argv)
    except SystemExit:
        # So argparse leaves when it has printed a help or the version.
        return 0
    if options.command == "completion":
        from reader.cli.completion import script

        output.put(script(options.shell))
        return 0
    if options.command:
        return _command(options, listed)
    return _screen(options.paths, options.state, options.query, options.theme)


def _command(options: "Namespace", listed: Callable[[], bytes] | None) -> int:
    if not listed and options.command in LOOKING:
        from reader.cli.settings import settle

        listed = listing_ahead(map(str, settle(options.paths, options.state).paths))
    options.listed = listed or bytes
    from reader.cli.commands import COMMANDS

    gc.freeze()
    gc.enable()
    return COMMANDS[options.command](options)


def _screen(paths: Sequence[str], state: str | None = None, query: str | None = None, theme: str | None = None) -> int:
    from reader.cli.settings import existing, settle

    # First, since it may be a command that was mistyped in a script.
    existing(paths)
    if not output.is_interactive():
        raise UsageError("The screen needs a terminal; `reader list` prints the news without one.")
    settled = settle(paths, state)
    from reader.tui.running import start

    return start(
        paths=settled.paths,
        places=settled.places,
        config=settled.config,
        query=query,
        theme=theme,
        state=settled.places.state,
    )
