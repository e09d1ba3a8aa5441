"""Scripts that let a shell complete what is typed after ``reader``, made from the parsers themselves."""

import re
from argparse import Action
from collections.abc import Iterator
from shlex import quote

from reader.cli.arguments import COMMANDS, parser_of

_BASH = """\
_reader() {{
    local word=${{COMP_WORDS[COMP_CWORD]}} options choices=
    case ${{COMP_WORDS[1]}} in
{cases}
    esac
    case ${{COMP_WORDS[COMP_CWORD-1]}} in
        {files}) options= choices= ;;
        {others}) return ;;
    esac
    case $COMP_CWORD in
        1) choices={commands} ;;
        2) ;;
        *) choices= ;;
    esac
    if [[ $word == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$options" -- "$word")
    else
        mapfile -t COMPREPLY < <(compgen -W "$choices" -- "$word"; compgen -f -- "$word")
        compopt -o filenames
    fi
}}
complete -F _reader reader
"""

_ZSH = """\
#compdef reader
_reader() {{
    local -a commands=(
{commands}
    )
    if (( CURRENT > 2 )) && (( ${{commands[(I)$words[2]:*]}} )); then
        shift words
        (( CURRENT-- ))
    elif (( CURRENT == 2 )); then
        _describe command commands
    fi
    case $words[1] in
{cases}
    esac
}}
if [[ $funcstack[1] == _reader ]]; then _reader "$@"; else compdef _reader reader; fi
"""


def script(shell: str) -> str:
    """The script for ``shell``, one of :data:`~reader.cli.arguments.SHELLS`."""
    return {"bash": _bash, "zsh": _zsh, "fish": _fish}[shell]().rstrip("\n")


def _options(command: str) -> list[Action]:
    return [action for action in parser_of(command)._actions if action.option_strings]


def _operands(command: str) -> list[Action]:
    return [action for action in parser_of(command)._actions if not action.option_strings]


def _choices(command: str) -> tuple[str, ...]:
    """The words that the first operand of a command is one of."""
    return next((tuple(map(str, action.choices or ())) for action in _operands(command)), ())


def _summaries() -> Iterator[tuple[str, str]]:
    return ((name, summary) for name, (summary, *_) in COMMANDS.items())


# bash


def _bash() -> str:
    cases = "\n".join(f"        {name or '*'}) {_bash_words(name)} ;;" for name in (*COMMANDS, ""))
    valued = [action for name in (*COMMANDS, "") for action in _options(name) if action.nargs is None]
    files = {word for action in valued if action.metavar == "FILE" for word in action.option_strings}
    others = {word for action in valued for word in action.option_strings} - files
    return _BASH.format(
        cases=cases,
        files=" | ".join(sorted(files)),
        others=" | ".join(sorted(others)),
        commands=quote(" ".join(COMMANDS)),
    )


def _bash_words(command: str) -> str:
    options = quote(" ".join(word for action in _options(command) for word in action.option_strings))
    choices = _choices(command)
    return f"options={options}" + (f" choices={quote(' '.join(choices))}" if choices else "")


# zsh


def _zsh() -> str:
    commands = "\n".join(f"        {quote(f'{name}:{summary}')}" for name, summary in _summaries())
    cases = "\n".join(_zsh_case(name) for name in (*COMMANDS, ""))
    return _ZSH.format(commands=commands, cases=cases)


def _zsh_case(command: str) -> str:
    specs = [*map(_zsh_option, _options(command)), *map(_zsh_operand, _operands(command))]
    return f"        {command or '*'}) _arguments {' '.join(specs)} ;;"


def _zsh_option(action: Action) -> str:
    names = action.option_strings
    told = f"[{_zsh_text(action.help)}]"
    if action.nargs is None:
        told += f":{action.metavar}:{'_files' if action.metavar == 'FILE' else ' '}"
    # Of several names, each shuts out the others.
    return " ".join(quote((f"({' '.join(names)})" if len(names) > 1 else "") + name + told) for name in names)


def _zsh_operand(action: Action) -> str:
    if action.choices:
        return quote(f":{action.dest}:({' '.join(action.choices)})")
    return quote(f"*:{action.metavar}:_files") if action.nargs else quote(f":{action.metavar}: ")


def _zsh_text(text: str | None) -> str:
    return re.sub(r"[\[\]:]", r"\\\g<0>", text or "")


# fish


def _fish() -> str:
    first = "test (count (commandline -opc)) -eq 1"
    lines = [f"complete -c reader -n {quote(first)} -a {name} -d {quote(told)}" for name, told in _summaries()]
    for name in (*COMMANDS, ""):
        lines += _fish_lines(name)
    return "\n".join(lines)


def _fish_lines(command: str) -> Iterator[str]:
    seen = f"__fish_seen_subcommand_from {command or ' '.join(COMMANDS)}"
    start = f"complete -c reader -n {quote(seen if command else f'not {seen}')}"
    for action in _options(command):
        names = [f"-l {name[2:]}" if name.startswith("--") else f"-s {name[1:]}" for name in action.option_strings]
        value = "" if action.nargs is not None else " -r -F" if action.metavar == "FILE" else " -x"
        yield f"{start} {' '.join(names)}{value} -d {quote(action.help or '')}"
    if choices := _choices(command):
        second = f"{seen}; and test (count (commandline -opc)) -eq 2"
        yield f"complete -c reader -n {quote(second)} -a {quote(' '.join(choices))}"
