"""The budgets of the design, section 10, and the table of what was measured."""

import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from statistics import median

CHROME, LINES, GREP = "empty Textual app", "bare list", "ripgrep -F"


@dataclass(frozen=True, slots=True)
class Budget:
    """How much of what may be used, as a multiple of the least that does the same sort of thing."""

    what: str
    at: str
    """The size that the design states it for; it is shown for every other too."""
    against: str
    most: float
    """A ratio; milliseconds where there is nothing to hold it against."""
    unit: str = "ms"


def start(items: int) -> Budget:
    """The one budget that grows with the number of items."""
    most = 1.15 if items <= 1_000 else 1.2 if items <= 100_000 else 1.3
    return Budget("start → list painted, catalogue warm", "any", CHROME, most)


DOWN = Budget("cursor down → list and detail painted", "any", LINES, 3)
ARTICLE = Budget("the same, from article to article", "any", LINES, 3)
DOWN_LIST = Budget("cursor down → list painted", "any", LINES, 1.5)
PAGE = Budget("page down → list and detail painted", "any", LINES, 3)
PAGE_LIST = Budget("page down → list painted", "any", LINES, 1.5)
SEARCH = Budget("last key of a query → newest hits and count painted", "1,000,000", GREP, 0.5)
INSIDE = Budget("the same, looked for inside words", "1,000,000", GREP, 5)
REGEX = Budget("the same, a regular expression", "1,000,000", GREP, 20)
WORDLESS = Budget("the same, one that names no word", "1,000,000", GREP, 20)
FACETS = Budget("last key of a query → facet counts complete", "1,000,000", GREP, 3)
STAR = Budget("star → painted, 100,000 marks", "1,000,000", "cursor down", 1.5)
INDEXING = Budget("first indexing, whole, searchable", "1,000,000", "cat", 40)
FIRST_START = Budget("first start on a new folder → first items painted", "1,000,000", CHROME, 3)
RESCAN = Budget("rescan of an unchanged folder", "1,000,000", "find -printf", 3)
MEMORY = Budget("peak memory, browsing and searching", "1,000,000", CHROME, 3, "MiB")
DISK = Budget("catalogue on disk", "1,000,000", "documents", 2, "MiB")
LIST = Budget("`reader list -q WORD`, whole process", "1,000,000", GREP, 2)
HELP = Budget("`reader --help`", "–", "python -c pass", 5)
IDLE = Budget("CPU while idle, each second", "any", CHROME, 1.5)
LOOP = Budget("longest stay on the event loop, indexing and searching", "1,000,000", "–", 50)

HEAD = ("what", "items", "reader", "against", "that", "ratio", "at most", "stated for", "")


@dataclass(slots=True)
class Table:
    """What was measured, a row for each budget and size."""

    search_tool: str
    runs: int
    rows: list[tuple[str, ...]] = field(default_factory=list)

    def add(self, budget: Budget, items: int, mine: Sequence[float], theirs: Sequence[float] = ()) -> None:
        """A row of medians."""
        ours = median(mine)
        against, base, ratio, most = budget.against, "–", "–", f"{budget.most:g} {budget.unit}"
        judged = ours
        if theirs:
            judged = ours / median(theirs)
            base, ratio, most = f"{median(theirs):,.1f} {budget.unit}", f"{judged:.2f}", f"{budget.most:g}"
        if against == GREP:
            against = self.search_tool
        verdict = "ok" if judged <= budget.most else "**missed**"
        shown = f"{ours:,.1f} {budget.unit}"
        count = f"{items:,}" if items else "–"
        self.rows.append((budget.what, count, shown, against, base, ratio, most, budget.at, verdict))

    def markdown(self) -> str:
        """The table, under a line that says where it was measured."""
        lines = [HEAD, tuple("---" for _ in HEAD), *self.rows]
        note = (
            "" if self.search_tool == GREP else f" No ripgrep here: held against {self.search_tool}, which is slower."
        )
        head = f"{machine()}. Medians of {self.runs} runs, both sides in turn.{note}"
        return "\n".join([head, "", *(f"| {' | '.join(line)} |" for line in lines), ""])


def machine() -> str:
    """The machine, in one sentence without its full stop."""
    models = [line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")]
    name = models[0].partition(":")[2].strip() if models else platform.machine()
    return (
        f"{name}, {os.cpu_count()} cores, Linux {platform.release()}, "
        f"Python {platform.python_version()}, Textual {version('textual')}"
    )
