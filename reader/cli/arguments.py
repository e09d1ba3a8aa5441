"""What may be typed after ``reader``: the arguments, their help, and how they are read.

Only what argparse needs is imported here: whoever asks for help, or mistypes, waits for nothing else.
"""

from argparse import ArgumentParser, ArgumentTypeError, Namespace, RawDescriptionHelpFormatter
from collections.abc import Callable, Sequence
from typing import NoReturn

from reader import __version__
from reader.cli import output
from reader.errors import UsageError

SHELLS = ("bash", "zsh", "fish")
MARKINGS = ("read", "unread", "starred", "unstarred")

PAGE = 80
"""Cells in a line of help that goes to no terminal."""

_PROGRAM = "Read, search and star the news in folders of documents. Without a command, on a screen."

_PROGRAM_EXAMPLES = """\
  reader                             ./seeds, your library, or the samples
  reader ~/news -q 'is:unread moon'  a folder, and a query to begin with
  reader list -q date:2012-09        the news of a month, as lines
  reader list --json | jq '.[].title'

A folder that is named like a command is given as ./list; --help after a command tells more of it."""


class _Formatter(RawDescriptionHelpFormatter):
    """As wide as the terminal, if there is one: argparse asks for its width at each argument, and slowly."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=(output.width() or PAGE) - 2)


class Parser(ArgumentParser):
    """An argparse parser that raises :class:`UsageError`, and prints as everything here is printed."""

    def error(self, message: str) -> NoReturn:
        """Refuse, with a sentence in place of a usage message."""
        raise UsageError(f"{message[:1].upper()}{message[1:]}; `{self.prog} --help` has the details.")

    def _print_message(self, message: str, file: object = None) -> None:  # noqa: ARG002
        # argparse's own passes over output that cannot be written, and writes to stderr when there is no stdout.
        output.put(message, end="")


def parse(argv: Sequence[str]) -> Namespace:
    """What ``argv`` asks for; its ``command`` is empty for the screen.

    Raises :class:`UsageError`, or ``SystemExit`` when a help or the version was asked for and printed.
    """
    command = argv[0] if argv and argv[0] in COMMANDS else ""
    rest = _bound(argv[1:] if command else argv)
    options = parser_of(command).parse_intermixed_args(rest)
    options.command = command
    return options


def parser_of(command: str) -> Parser:
    """The parser of a command; of the program when the name is empty."""
    if not command:
        return _program()
    summary, add_arguments, examples = COMMANDS[command]
    parser = _parser(f"reader {command}", f"{summary}.", examples)
    add_arguments(parser)
    return parser


def _bound(argv: Sequence[str]) -> list[str]:
    """``argv`` with each query bound to its option, and without ``--``: what follows that is operands.

    Many a query begins with a dash, and argparse forgets about ``--`` when operands stand among options.
    """
    bound: list[str] = []
    rest = iter(argv)
    for word in rest:
        if word == "--":
            bound.extend(f"./{path}" if path.startswith("-") else path for path in rest)
            break
        query = next(rest, None) if word in ("-q", "--query") else None
        bound.append(word if query is None else f"--query={query}")
    return bound


def _parser(prog: str, description: str, examples: str) -> Parser:
    return Parser(
        prog=prog,
        description=description,
        epilog=f"examples:\n{examples}",
        formatter_class=_Formatter,
        allow_abbrev=False,
    )


def _program() -> Parser:
    summaries = "\n".join(f"  {name:12}{summary[:1].lower()}{summary[1:]}" for name, (summary, *_) in COMMANDS.items())
    parser = _parser("reader", f"{_PROGRAM}\n\ncommands:\n{summaries}", _PROGRAM_EXAMPLES)
    parser.usage = "reader [PATH ...] [-q QUERY] [--state FILE] [--theme NAME]\n       reader COMMAND ..."
    _add_paths(parser)
    _add_query(parser, "what to look for first")
    _add_state(parser)
    parser.add_argument("--theme", metavar="NAME", help="the colours")
    parser.add_argument("--version", action="version", version=f"reader {__version__}")
    return parser


def _list(parser: ArgumentParser) -> None:
    _add_paths(parser)
    _add_query(parser, "only what this query finds")
    parser.add_argument("--json", action="store_true", help="a JSON array, for programs")
    parser.add_argument("--limit", metavar="N", type=_positive, help="at most so many")
    _add_state(parser)


def _show(parser: ArgumentParser) -> None:
    parser.add_argument("id", metavar="ID", help="the item's id, or enough of its beginning")
    _add_paths(parser)
    parser.add_argument("--json", action="store_true", help="a JSON object, for programs")
    _add_state(parser)


def _mark(parser: ArgumentParser) -> None:
    parser.add_argument("marking", choices=MARKINGS, help="what the items are to be")
    parser.add_argument("operands", metavar="ID | PATH", nargs="*", help=f"{_ID}; anything else is a path")
    _add_query(parser, "every item that this query finds")
    parser.add_argument("--dry-run", action="store_true", help="say how many it would be, and mark none")
    _add_state(parser)


def _check(parser: ArgumentParser) -> None:
    _add_paths(parser)
    _add_state(parser)


def _doctor(parser: ArgumentParser) -> None:
    _add_paths(parser)
    parser.add_argument("--fix", action="store_true", help="mend what can be mended")
    _add_state(parser)


def _paths(parser: ArgumentParser) -> None:
    _add_state(parser)
    parser.set_defaults(paths=())


def _completion(parser: ArgumentParser) -> None:
    parser.add_argument("shell", choices=SHELLS, help="the shell that is to complete what you type")


_ID = "an id of an item, or four and more of its first digits"


def _add_paths(parser: ArgumentParser) -> None:
    parser.add_argument("paths", metavar="PATH", nargs="*", help="a document, or a folder of documents")


def _add_query(parser: ArgumentParser, text: str) -> None:
    parser.add_argument("-q", "--query", metavar="QUERY", help=text)


def _add_state(parser: ArgumentParser) -> None:
    parser.add_argument("--state", metavar="FILE", help="where the marks are kept")


def _positive(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and int(text)):
        raise ArgumentTypeError(f"{text!r} is no whole number from 1")
    return int(text)


COMMANDS: dict[str, tuple[str, Callable[[ArgumentParser], None], str]] = {
    "list": (
        "List the news as lines, newest first",
        _list,
        "  reader list -q 'is:starred -kind:video'\n"
        "  reader list ~/news --limit 20\n"
        "  reader list --json -q 'date:newest-7d..' | jq -r '.[].title'",
    ),
    "show": (
        "Show one item with its text",
        _show,
        "  reader show 3f2a9c01\n  reader show 3f2a9c01 ~/news --json",
    ),
    "mark": (
        "Mark items as read, unread, starred or not starred",
        _mark,
        "  reader mark starred 3f2a9c01 77b0e1d2\n"
        "  reader mark read -q 'date:..2011' --dry-run\n"
        "  reader mark read -q 'source:insider' ~/news",
    ),
    "check": (
        "List what could not be read as it should be; exit code 1 if anything",
        _check,
        "  reader check ~/news",
    ),
    "doctor": (
        "Look for damage in all that is kept; exit code 1 if something is wrong",
        _doctor,
        "  reader doctor\n  reader doctor --fix ~/news",
    ),
    "paths": (
        "Tell where config, state, cache and library are, and what is read",
        _paths,
        "  reader paths",
    ),
    "completion": (
        "Print a script that lets a shell complete what you type",
        _completion,
        "  reader completion bash > ~/.local/share/bash-completion/completions/reader\n"
        "  reader completion zsh > ~/.zfunc/_reader\n"
        "  reader completion fish > ~/.config/fish/completions/reader.fish",
    ),
}
"""Each command: what it does in a few words, what adds its arguments to a parser, examples."""
