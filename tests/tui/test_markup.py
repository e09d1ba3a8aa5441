"""The code, read: no text from outside is ever taken for markup, for code or for a command.

Textual reads square brackets as markup in most of what it shows, which runs actions, raises errors and makes text
vanish. So what is not a literal goes there as ``Content``, or beside ``markup=False``.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import reader
from reader.tui.commands import COMMANDS

PACKAGE = Path(reader.__file__).parent

SWITCHED = frozenset(("Static", "Label", "OptionList", "SelectionList", "Toast"))
"""Widgets that read markup, now or when they are updated, unless they are made with ``markup=False``."""

READING = frozenset(
    ("Button", "Checkbox", "Collapsible", "Link", "Option", "RadioButton", "Selection", "SystemCommand")
)
READING |= frozenset(("Tab", "TabPane", "Tooltip", "Hit", "DiscoveryHit", "add_option", "add_column", "add_row"))
"""What reads markup in whatever text it is given."""

TITLES = frozenset(("border_title", "border_subtitle", "tooltip", "BORDER_TITLE", "BORDER_SUBTITLE"))
"""Attributes and arguments that read markup."""

OWN = frozenset(("help", "shown", "keys", "label", "listed"))
"""Columns of the table of commands, in which no bracket stands (see below)."""

FORBIDDEN_CALLS = frozenset(("from_markup", "render_str", "from_ansi", "Markdown", "MarkdownViewer", "eval", "exec"))
FORBIDDEN_CALLS |= frozenset(
    ("compile_command", "__import__", "system", "popen", "execv", "execvp", "spawnv", "startfile")
)
FORBIDDEN_MODULES = frozenset(("webbrowser", "subprocess", "pickle", "marshal", "shelve", "ctypes", "code", "pty"))
FORBIDDEN_MODULES |= frozenset(("rich.markup", "rich.markdown", "rich.console", "textual.markup", "asyncio.subprocess"))

_TAG = re.compile(
    r"\[(?:/[a-z ]*\]|[@#$]\w|(?:b|i|u|s|bold|italic|dim|reverse|link|on|red|green|blue|not)\b[^\[\]]*\])"
)


def faults(source: str) -> list[str]:
    """What in ``source`` would let a text from outside be more than text, with its line."""
    tree = ast.parse(source)
    docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    found = []
    for node in ast.walk(tree):
        found += [f"{getattr(node, 'lineno', 0)}: {fault}" for fault in _faults_of(node)]
        is_text = isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings
        if is_text and _TAG.search(node.value):  # type: ignore[attr-defined]
            found.append(f"{node.lineno}: markup in a text")  # type: ignore[attr-defined]
    return found


def _faults_of(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Import(names=names):
            yield from (f"import {name.name}" for name in names if name.name in FORBIDDEN_MODULES)
        case ast.ImportFrom(module=module, names=names):
            modules = {module, *(f"{module}.{name.name}" for name in names)}
            yield from (f"import {name}" for name in modules & FORBIDDEN_MODULES)
            yield from (f"import of {name.name}" for name in names if name.name in FORBIDDEN_CALLS)
        case ast.Call():
            yield from _faults_of_call(node)
        case ast.Assign(targets=targets, value=value):
            names_of = {getattr(target, "attr", getattr(target, "id", "")) for target in targets}
            yield from (f"{name} is no Content" for name in names_of & TITLES if not _is_harmless(value))


def _faults_of_call(call: ast.Call) -> Iterator[str]:
    name = _name(call.func)
    switches = {keyword.arg: keyword.value for keyword in call.keywords}
    is_off = isinstance(switches.get("markup"), ast.Constant) and switches["markup"].value is False  # type: ignore[attr-defined]
    if name in FORBIDDEN_CALLS:
        yield f"a call of {name}"
    if name in SWITCHED and not is_off:
        yield f"{name} without markup=False"
    if name == "notify" and not is_off and not all(map(_is_harmless, call.args)):
        yield "notify without markup=False"
    if name in READING and not all(map(_is_harmless, (*call.args[:2], *switches.values()))):
        yield f"{name} of a text that is no Content"
    yield from (f"{key} is no Content" for key in switches.keys() & TITLES if not _is_harmless(switches[key]))
    if "shell" in switches:
        yield "a shell"


def _is_harmless(value: ast.expr) -> bool:
    """Whether a value is text of our own, or shown as it stands: no part of it is known at run time only."""
    match value:
        case ast.Constant():
            return True
        case ast.Call(func=ast.Name(id="Content") | ast.Attribute(value=ast.Name(id="Content"))):
            return True
        case ast.Attribute(value=ast.Name(id="command"), attr=attribute):
            return attribute in OWN
        case ast.BoolOp(values=values):
            return all(map(_is_harmless, values))
    return False


def _name(function: ast.expr) -> str:
    return getattr(function, "attr", getattr(function, "id", ""))


KNOWN = {"memory.py": {"17: import ctypes"}, "painting.py": {"12: import rich.console"}}
"""What is there for a reason: one call to the C library, with numbers of our own; the type of an argument."""


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_no_text_from_outside_is_more_than_text(path: Path) -> None:
    assert set(faults(path.read_text())) == KNOWN.get(path.name, set())


def test_the_table_of_commands_needs_no_escaping() -> None:
    for command in COMMANDS:
        assert not {"[", "\\", "$"} & set(command.help + command.shown + command.keys + command.label)


@pytest.mark.parametrize(
    "snippet",
    [
        "Static(title)",
        "Static(f'{title}')",
        "Static()",
        "Static(Content(title), markup=True)",
        "widgets.Label(title, markup=switch)",
        "OptionList(*titles)",
        "Option(title)",
        "self.notify(title)",
        "self.app.notify('x' + title)",
        "self.notify(f'{title}', markup=True)",
        "frame.border_title = title",
        "frame.border_title = Content(title).markup",
        "frame.border_subtitle = f'{count} items'",
        "widget.tooltip = self.path",
        "Binding('x', 'y', tooltip=path)",
        "SystemCommand(entry.title, 'help', run)",
        "SystemCommand('title', command.id, run)",
        "TabPane(title)",
        "Collapsible(title=title)",
        "Button(title)",
        "table.add_row(title)",
        "Content.from_markup(title)",
        "Text.from_markup('[b]$t[/b]')",
        "x = '[bold]' + title + '[/bold]'",
        "x = f'[@click=app.open({title})]{title}[/]'",
        "x = f'[link={url}]x[/link]'",
        "x = '[/]'",
        "from rich.markup import escape",
        "import rich.markup",
        "from rich import markup",
        "import webbrowser",
        "import subprocess",
        "from subprocess import run",
        "from asyncio import subprocess",
        "from os import system",
        "os.system(x)",
        "os.popen(x)",
        "import pickle",
        "eval(x)",
        "exec(x)",
        "anything(x, shell=True)",
        "Markdown(body)",
        "from textual.widgets import Markdown",
    ],
)
def test_a_slip_is_seen(snippet: str) -> None:
    assert faults(snippet)


@pytest.mark.parametrize(
    "snippet",
    [
        "Static(Content(title), markup=False)",
        "Static(id='x', markup=False)",
        "self.notify('Title copied.')",
        "self.notify(title, markup=False)",
        "frame.border_title = Content(title)",
        "frame.border_title = 'Timeline'",
        "SystemCommand(command.help, command.shown or command.keys, run)",
        "x = title[a:b] + '[Last Updated On: x]'",
        "'''[b]A docstring.[/b]'''",
        "from re import escape",
    ],
)
def test_what_is_right_is_let_be(snippet: str) -> None:
    assert faults(snippet) == []
