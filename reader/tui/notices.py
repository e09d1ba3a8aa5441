"""What the screen says in words: in the place of an empty list, and in the status line."""

from collections.abc import Sequence

from textual.content import Content

from reader.clean import clean_line
from reader.query import Query, Term
from reader.repository import Change, Flag, Progress


def no_documents(roots: Sequence[str]) -> Content:
    """For a folder with nothing in it."""
    return _say(
        "No documents yet",
        f"Put saved articles (text files) into {_and(roots)} and press ctrl+r,",
        "or start again with another folder: reader FOLDER",
    )


def nothing_readable(documents: int, problems: int) -> Content:
    """For a folder of nothing but broken files."""
    return _say(
        "Nothing here could be read",
        f"{documents:,} file{_s(documents)}, {problems:,} problem{_s(problems)}: ! shows each with its file and line,",
        "ctrl+r reads the folder again.",
    )


def looking(roots: Sequence[str]) -> Content:
    """While a folder is read for the first time."""
    return _say("Reading", f"Looking for news in {_and(roots)} …")


def no_hits(query: Query, relaxed: Sequence[tuple[Term, int]], nowhere: Sequence[Term]) -> Content:
    """For a query without a hit, with what dropping each of its terms would give, or else those found nowhere."""
    lines = [f"without {term}: {count:,}" for term, count in relaxed]
    if nowhere:
        lines = [f"Nowhere: {', '.join(map(str, nowhere))}"]
    keys = "/ changes the query; in the list, Esc drops it"
    # Before the others: there may be no room for all of them.
    return _say(f"Nothing matches {query}", f"{keys}, Enter leaves out the first:" if relaxed else f"{keys}.", *lines)


def _say(title: str, *lines: str) -> Content:
    return Content("\n").join([Content.styled(title, "bold"), *(Content(line) for line in lines)])


def _and(roots: Sequence[str]) -> str:
    return " and ".join(map(clean_line, roots)) or "the folder"


def items(count: int) -> str:
    """A number of items."""
    return f"{count:,} item{_s(count)}"


def _s(count: int) -> str:
    return "" if count == 1 else "s"


def progress(told: Progress) -> str:
    """How far the reading of a folder is."""
    if told.done >= told.total:
        return ""
    rate = told.items / told.seconds if told.seconds else 0
    return f"reading {told.done:,}/{told.total:,} documents, {told.items:,} items, {rate:,.0f}/s"


def changed(change: Change | None, undone: bool) -> str:
    """What was undone or redone."""
    if change is None:
        return f"Nothing to {'undo' if undone else 'redo'}."
    done = {
        (Flag.READ, True): "marked read",
        (Flag.READ, False): "marked unread",
        (Flag.STARRED, True): "starred",
        (Flag.STARRED, False): "un-starred",
    }[change.flag, change.value is not undone]
    return f"{'Undone' if undone else 'Redone'}: {items(len(change.ids))} {done}."
