"""Every command there is, one row each.

From this table come the key bindings, the footer, the help, the palette, and the ids by which a person may bind other
keys (``[keys]`` in the config file). A command's action is a method of the main screen.
"""

from collections.abc import Iterator, Mapping
from enum import StrEnum

from textual.binding import Binding
from textual.keys import format_key

from reader.errors import ConfigError
from reader.values import dataclass


class Pane(StrEnum):
    """The places that can have the focus."""

    FILTERS = "filters"
    LIST = "list"
    DETAIL = "detail"
    TIMELINE = "timeline"


ANYWHERE = frozenset(Pane)
FILTERS = frozenset({Pane.FILTERS})
READING = frozenset({Pane.LIST, Pane.DETAIL})
TIMELINE = frozenset({Pane.TIMELINE})
LINES = ANYWHERE - TIMELINE


@dataclass(frozen=True, slots=True)
class Command:
    """Something a person can tell the program to do."""

    id: str
    """What the config file calls it."""
    keys: str
    """Textual's names of the keys, with commas between them."""
    action: str
    label: str
    """One or two words, for the footer."""
    help: str
    """What it does, for the help and the palette."""
    group: str
    panes: frozenset[Pane] = ANYWHERE
    """Where it is allowed."""
    footer: bool = False
    shown: str = ""
    """How the help writes the keys, where their names are long."""

    @property
    def listed(self) -> str:
        """What the palette tells of it besides: the usual keys, and the id for others."""
        return f"{self.shown or self.keys.replace(',', ' ')} · {self.id}"


MOVE, READ, FIND, LOOK, PROGRAM = "Move", "Read and mark", "Find", "Look", "Program"

COMMANDS = (
    Command("move.down", "down,j", "move(1)", "Down", "One line down", MOVE, shown="↓ j"),
    Command("move.up", "up,k", "move(-1)", "Up", "One line up", MOVE, shown="↑ k"),
    Command("move.page_down", "pagedown,ctrl+d", "page(1)", "Page", "One page down", MOVE, shown="PgDn ctrl+d"),
    Command("move.page_up", "pageup,ctrl+u", "page(-1)", "Page up", "One page up", MOVE, shown="PgUp ctrl+u"),
    Command("move.top", "home,g", "edge(-1)", "Top", "To the top", MOVE, shown="Home g"),
    Command("move.bottom", "end,G", "edge(1)", "End", "To the end", MOVE, shown="End G"),
    Command("move.next_unread", "n", "unread(1)", "Next unread", "To the next unread item", MOVE, READING, footer=True),
    Command("move.previous_unread", "p", "unread(-1)", "Previous", "To the previous unread item", MOVE, READING),
    Command("pane.next", "tab", "pane(1)", "Next pane", "To the next pane", MOVE),
    Command("pane.previous", "shift+tab", "pane(-1)", "Previous pane", "To the previous pane", MOVE),
    Command("pane.filters", "1", "focus_pane('filters')", "Filters", "To the filters", MOVE),
    Command("pane.list", "2", "focus_pane('list')", "List", "To the list", MOVE),
    Command("pane.detail", "3", "focus_pane('detail')", "Detail", "To the detail", MOVE),
    Command("item.open", "enter,l,right", "open", "Open", "Open the item in the detail; it becomes read", READ, READING, footer=True, shown="Enter l →"),
    Command("item.return", "backspace", "return", "Return", "Back to the item whose link was followed", READ, READING, shown="Backspace"),
    Command("item.page", "space", "read_on", "Read on", "Page down in the detail; at its end, the next unread", READ, READING),
    Command("mark.star", "s", "star", "Star", "Star the item, or take the star away", READ, READING, footer=True),
    Command("mark.read", "r", "toggle_read", "Read", "Mark the item read or unread", READ, READING, footer=True),
    Command("mark.all_read", "R", "all_read", "All read", "Mark everything that is listed as read", READ, READING),
    Command("mark.undo", "u", "undo", "Undo", "Take the last mark back", READ, footer=True),
    Command("mark.redo", "U", "redo", "Redo", "Make the mark again that was taken back", READ),
    Command("item.browse", "o", "browse", "Browser", "Look the item up in the browser", READ, READING),
    Command("item.copy", "y", "copy", "Copy", "Copy the item's title", READ, READING),
    Command("find.query", "slash", "query", "Search", "Type a query", FIND, footer=True, shown="/"),
    Command("filter.toggle", "enter,l,right", "toggle_filter", "Only these", "Narrow the list by this line, or no longer", FIND, FILTERS, footer=True, shown="Enter"),
    Command("filter.exclude", "minus", "exclude_filter", "Without", "Leave these out, or no longer", FIND, FILTERS, footer=True, shown="-"),
    Command("filter.fold", "space", "fold_filter", "Open/close", "Open or close a group or a year", FIND, FILTERS, footer=True, shown="Space"),
    Command("search.save", "plus", "save_search", "Save", "Save the query in force under a name", FIND, shown="+"),
    Command("search.rename", "m", "rename_search", "Rename", "Give a saved search another name", FIND, FILTERS),
    Command("search.delete", "x", "delete_search", "Delete", "Delete a saved search", FIND, FILTERS),
    Command("back", "escape", "back", "Back", "One step back; in the list, drop the query", FIND, footer=True, shown="Esc"),
    Command("back.left", "h,left", "back_left", "Back", "One step back; in the list, drop the query", FIND, LINES, shown="h ←"),
    Command("timeline.toggle", "t", "timeline", "Timeline", "Show or hide the timeline of the result", FIND),
    Command("timeline.pick", "enter", "pick_months", "These months", "Narrow the list to the months between the edges", FIND, TIMELINE, footer=True, shown="Enter"),
    Command("timeline.move_earlier", "left,h", "move(-1)", "Earlier", "One month earlier", MOVE, TIMELINE, footer=True, shown="← h"),
    Command("timeline.move_later", "right,l", "move(1)", "Later", "One month later", MOVE, TIMELINE, footer=True, shown="→ l"),
    Command("timeline.extend_earlier", "shift+left,H", "extend_months(-1)", "From earlier", "Draw the range out by a month", MOVE, TIMELINE, footer=True, shown="shift+← H"),
    Command("timeline.extend_later", "shift+right,L", "extend_months(1)", "To later", "Draw the range out by a month", MOVE, TIMELINE, footer=True, shown="shift+→ L"),
    Command("pane.toggle_filters", "f", "toggle_filters", "Filters", "Show or hide the filters", LOOK, footer=True),
    Command("pane.zoom", "z", "zoom", "Zoom", "Give the pane the whole window, or no longer", LOOK),
    Command("item.raw", "v", "raw", "Raw", "The document's lines as they stand there", LOOK, READING),
    Command("view.problems", "exclamation_mark", "problems", "Problems", "What could not be read as it should be", LOOK, shown="!"),
    Command("documents.rescan", "ctrl+r", "rescan", "Read again", "Read the folder again", PROGRAM),
    Command("app.help", "question_mark,f1", "help", "Help", "What the keys do here", PROGRAM, footer=True, shown="? F1"),
    Command("app.palette", "ctrl+p", "app.command_palette", "Palette", "Find a command by its name", PROGRAM),
    Command("app.suspend", "ctrl+z", "suspend", "To the shell", "To the shell; its fg comes back here", PROGRAM),
    Command("app.back", "q", "leave", "Quit", "Quit from the list; elsewhere one step back", PROGRAM, footer=True),
    Command("app.quit", "ctrl+q", "quit", "Quit", "Quit", PROGRAM),
)  # fmt: skip

TYPING = (
    ("Enter ↓", "To the list", "focus_pane('list')"),
    ("Esc", "Leave", "focus_pane('list')"),
)
"""Keys of the field that a query is typed in, which nobody can bind to others: with labels, and what a click does."""

BY_ID = {command.id: command for command in COMMANDS}

ALLOWED = {
    name: frozenset().union(*(c.panes for c in COMMANDS if c.action.partition("(")[0] == name))
    for name in {command.action.partition("(")[0] for command in COMMANDS}
}
"""The panes in which each action is allowed."""


def is_for_items(command: str | None) -> bool:
    """Whether the command of this id is for the items that are listed."""
    return command in BY_ID and BY_ID[command].group in (MOVE, READ) and not command.startswith("pane.")


def bindings() -> Iterator[Binding]:
    """The bindings of the main screen."""
    for command in COMMANDS:
        yield Binding(command.keys, command.action, command.label, show=False, id=command.id, tooltip=command.help)


def allowed_in(pane: Pane) -> Iterator[Command]:
    """The commands of a pane, in the order of the table."""
    return (command for command in COMMANDS if pane in command.panes)


def keymap(wanted: Mapping[str, str]) -> dict[str, str]:
    """``wanted`` (ids and keys) when it makes sense; else :class:`ConfigError` says what does not.

    A key that two commands of one pane want would silently unbind one of them.
    """
    unknown = sorted(set(wanted) - set(BY_ID))
    if unknown:
        raise ConfigError(f"No command has the id {unknown[0]!r}; `reader` keeps all its keys as they are.")
    taken: dict[tuple[Pane, str], str] = {}
    for command in COMMANDS:
        for key in wanted.get(command.id, command.keys).split(","):
            for pane in command.panes:
                other = taken.setdefault((pane, key.strip()), command.id)
                if other != command.id:
                    raise ConfigError(f"The key {key.strip()!r} is wanted by both {other} and {command.id}.")
    return dict(wanted)


def shown_keys(command: Command, wanted: Mapping[str, str]) -> str:
    """The keys of a command, as the footer and the help write them."""
    keys = wanted.get(command.id)
    if keys is None and command.shown:
        return command.shown
    return " ".join(format_key(key.strip()) for key in (keys or command.keys).split(","))
