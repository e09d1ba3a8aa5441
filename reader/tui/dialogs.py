"""What opens over the main screen: a question, or something to read. Imported when first needed."""

from collections.abc import Callable, Iterable, Mapping
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.command import CommandPalette
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static

from reader.clean import clean_line
from reader.model import Problem
from reader.tui.commands import Command, Pane, allowed_in, shown_keys


class Question(ModalScreen[bool]):
    """Asks something that is answered by yes or no."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y,enter", "dismiss(True)", "Yes"),
        Binding("n,escape,q", "dismiss(False)", "No"),
    ]

    def __init__(self, question: str) -> None:
        super().__init__()
        self._question = question

    def compose(self) -> ComposeResult:
        """The question, and the keys that answer it."""
        with Vertical(classes="dialog"):
            yield Static(Content(self._question), markup=False)
            yield Static(Content.assemble(("y", "bold $accent"), " yes   ", ("n", "bold $accent"), " no"), markup=False)


class Naming(ModalScreen[str | None]):
    """Asks for a name; nothing is answered when the person thinks better of it."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", "Never mind")]

    def __init__(self, question: str, refusal: Callable[[str], str], name: str = "") -> None:
        super().__init__()
        self._question = question
        self._refusal = refusal
        """Why a name cannot be: a sentence, empty when it can."""
        self._name = name

    def compose(self) -> ComposeResult:
        """The question, and a field for the answer."""
        with Vertical(classes="dialog"):
            yield Static(Content(self._question), markup=False)
            yield Input(self._name, placeholder="letters, digits, - and _", compact=True)
            yield Static(id="refusal", markup=False)

    @on(Input.Submitted)
    def _answer(self, event: Input.Submitted) -> None:
        if not self.is_current:
            # Another Enter right behind the one that answered.
            return
        name = event.value.strip().lstrip("@")
        if refusal := name and self._refusal(name):
            self.query_one("#refusal", Static).update(Content(refusal))
        else:
            self.dismiss(name or None)


class Reading(ModalScreen[None]):
    """Something to read; any of the usual keys closes it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,enter,question_mark,f1,exclamation_mark", "dismiss", "Close"),
        Binding("down,j", "scroll(1)", show=False),
        Binding("up,k", "scroll(-1)", show=False),
        Binding("pagedown,space,ctrl+d", "scroll(12)", show=False),
        Binding("pageup,ctrl+u", "scroll(-12)", show=False),
    ]

    def __init__(self, title: str, body: Content) -> None:
        super().__init__()
        self._title = title
        self._body = body

    def compose(self) -> ComposeResult:
        """The text, in a frame with the title."""
        with VerticalScroll(classes="dialog reading") as frame:
            frame.border_title = Content(self._title)
            frame.border_subtitle = "Esc closes"
            yield Static(self._body, markup=False)

    def action_scroll(self, step: int) -> None:
        """Scroll by lines."""
        frame = self.query_one(VerticalScroll)
        frame.scroll_to(y=frame.scroll_offset.y + step, animate=False, force=True)


class Palette(CommandPalette):
    """Textual's own, for which another Enter right behind the one that chooses was another choice."""

    @on(Input.Submitted)
    @on(OptionList.OptionSelected)
    def _choose_once(self, event: Message) -> None:
        if not self.is_current:
            event.prevent_default()


def help_text(pane: Pane, keys: Mapping[str, str], query_first: bool = False) -> Content:
    """The commands of a pane with their keys, by group; then, or before, the query language in a few lines."""
    language = [Content(""), Content.styled("The query", "bold $accent")]
    language += [_pair(example, meaning) for example, meaning in EXAMPLES]
    lines: list[Content] = language if query_first else []
    group = ""
    for command in allowed_in(pane):
        if command.group != group:
            group = command.group
            lines += [Content(""), Content.styled(group, "bold $accent")]
        lines.append(_command_line(command, keys))
    lines += [] if query_first else language
    return Content("\n").join(lines[1:])


def _command_line(command: Command, keys: Mapping[str, str]) -> Content:
    return _pair(shown_keys(command, keys), command.help)


def _pair(left: str, right: str) -> Content:
    return Content.assemble((f"{left:<22}", "bold"), " ", right)


EXAMPLES = (
    ("moon landing", "both words, each from a word's start"),
    ('"space station"', "these words, one behind the other"),
    ("-video  moon OR mars", "without a word; one or the other"),
    ("is:unread is:starred", "also read, dup, missing, undated"),
    ("kind:video", "article, headline or video"),
    ("source:insider", "from a source"),
    ("date:2012-09", "a year, a month or a day; also 2012..2014, >=2012-10, newest-7d.."),
    ("title: text: doc: seen:", "where to look; seen:>=2 is told by two documents"),
    ("/moo?n/", "a regular expression"),
    ("sort:date  limit:20", "oldest first; also title, source, relevance, each with - before it"),
)


def problems_text(problems: Iterable[Problem]) -> Content:
    """The problems, one a line."""
    lines = [
        Content.assemble((clean_line(f"{problem.path}:{problem.line}"), "bold"), "\n  ", clean_line(problem.message))
        for problem in problems
    ]
    return Content("\n").join(lines) if lines else Content("No problems: every line of every document was understood.")
