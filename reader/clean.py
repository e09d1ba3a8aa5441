"""Cleaning of text that comes from outside, before anything else sees it.

A terminal obeys what stands in a file, a file name or an error message: escape sequences move the cursor,
rename the window or fill the clipboard, and bidirectional controls show a text in another order than it has.
Textual passes all of them on, so every text from outside goes through :func:`clean_text` or
:func:`clean_line` once, where it enters; :func:`printable` is the last guard before the terminal.
"""

import re
from typing import NewType, cast
from unicodedata import category

Clean = NewType("Clean", str)
"""Text that no terminal takes for anything but text."""

MARKS_PER_BASE = 8
"""Combining marks that one base character may bear; more only serve to paint over neighbouring lines."""

_NONCHARACTERS = "\ufdd0-\ufdef" + "".join(chr(plane << 16 | last) for plane in range(17) for last in (0xFFFE, 0xFFFF))

# These three are compiled when the first text needs them (`re` keeps what it has compiled): few starts see one.
# In the order of the pattern: C0 and DEL that neither break a line nor mean anything to the sequences below;
# Arabic letter mark, zero-width space, direction marks; bidi embeddings and overrides; word joiner, invisible
# operators, bidi isolates; byte order mark; interlinear annotation; surrogates; tags; noncharacters.
_HIDDEN = (
    "[\x00-\x06\x08\x0e-\x17\x19\x1c-\x1f\x7f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff"
    f"\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f{_NONCHARACTERS}]"
)

# The grammar of ECMA-48 as terminals apply it. A control string (OSC; then DCS, PM, APC, SOS) runs to its
# terminator, is broken off by CAN, SUB or another escape, and takes the rest of the line when it has no end:
# group 1 or 2 then takes part in the match. After them: CSI, complete or not; short escapes; lone controls.
_SEQUENCE = (
    r"(?:\x1b\]|\x9d)[^\x07\x18\x1a\x1b\x9c\r\n]*(?:\x07|\x1b\\|\x9c|(\Z|(?=[\r\n])))?"
    r"|(?:\x1b[PX^_]|[\x90\x98\x9e\x9f])[^\x18\x1a\x1b\x9c\r\n]*(?:\x1b\\|\x9c|(\Z|(?=[\r\n])))?"
    r"|(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]?"
    r"|\x1b[ -/]*[0-~]?"
    r"|[\x07\x18\x1a\x80-\x84\x86-\x9f]"
)

_BREAK = "\r\n|[\r\v\f\x85\u2028\u2029]"
_PLAIN = re.compile("[\n\t -~]*")

# Marks are no word characters to Python, so only a long run of what is neither letter, digit nor ASCII can
# hold too many of them; which of the run are marks is looked up character by character.
_MARK_RUN = re.compile(rf"[^\w\s\x00-\u02ff]{{{MARKS_PER_BASE + 1},}}")
_FEWEST_BYTES = 2 * (MARKS_PER_BASE + 1)
# The punctuation of U+2010 to U+205E, curly quotation marks and dashes among it, holds no mark.
_MAY_BE_MARK = re.compile("[^\\w\\s\x00-\u02ff\u2010-\u205e]")
_ORDINARY = bytes([*b"\n", *range(0x20, 0x7F)])
_ASCII_BLANKED = bytes([*b" " * 0x80, *range(0x80, 0x100)])
_JOINERS = "\u200c\u200d"


def clean_text(raw: str) -> Clean:
    """``raw`` without what only a terminal or a forger needs; lines and tabs stay as they are.

    Escape sequences go whole, so that nothing of their payload is left over; unfinished ones go to the end of
    the line. Control characters, bidirectional controls, invisible marks, surrogates, noncharacters go too,
    but not the joiners and variation selectors that emoji and Persian need. Whatever breaks a line becomes a
    newline.
    """
    if _PLAIN.fullmatch(raw):
        return Clean(raw)
    return Clean(_limit_marks(_strip(raw)))


def clean_line(raw: str) -> Clean:
    """``raw`` cleaned as by :func:`clean_text`, as one line: white space is folded to single blanks."""
    if not raw.isprintable():
        return Clean(" ".join(_limit_marks(_strip(raw)).split()))
    # The blank is the only white space that is printable, and most lines need no folding.
    text = _limit_marks(raw)
    return Clean(" ".join(text.split()) if "  " in text or text != text.strip() else text)


def plain_lines(text: str) -> list[Clean] | None:
    """The lines of ``text``, which end with LF, if it shows at a glance that :func:`clean_line` leaves them alone."""
    if "  " in text:
        return None
    lines = text.split("\n")
    # What has nothing to be stripped of is not copied, and found to be equal without a look at its letters.
    if lines != [*map(str.strip, lines)]:
        return None
    # Of most texts little is left without what is ordinary, and that is quick to look at.
    rest = text.encode("utf-8", "surrogatepass").translate(None, _ORDINARY).decode("utf-8", "surrogatepass")
    if not rest.isprintable() or (_MAY_BE_MARK.search(rest) and _holds_mark_run(text)):
        return None
    return cast("list[Clean]", lines)


def printable(text: str) -> str:
    """``text`` without anything a terminal would obey: the guard for text that somebody forgot to clean.

    It leaves blanks where they are, since it sees pieces of painted lines; tabs and newlines become blanks.
    """
    if not text.isprintable():
        text = _strip(text).replace("\n", " ").replace("\t", " ")
    return _limit_marks(text)


def loses_text(raw: str) -> bool:
    """Whether ``raw`` holds an unfinished control string, which is cleaned away with the rest of its line."""
    return any(match.lastindex for match in re.finditer(_SEQUENCE, re.sub(_HIDDEN, "", raw)))


def _strip(raw: str) -> str:
    # Hidden characters go first: terminals skip them inside of a sequence, so they could cut one in two.
    return re.sub(_BREAK, "\n", re.sub(_SEQUENCE, "", re.sub(_HIDDEN, "", raw)))


def _limit_marks(text: str) -> str:
    return text if text.isascii() else _MARK_RUN.sub(_first_marks, text)


def _holds_mark_run(text: str) -> bool:
    # No run has ASCII in it: to look for the pattern between that alone takes a tenth of the time.
    foreign = text.encode("utf-8", "surrogatepass").translate(_ASCII_BLANKED).split()
    return any(len(run) >= _FEWEST_BYTES and _MARK_RUN.search(run.decode("utf-8", "surrogatepass")) for run in foreign)


def _first_marks(run: re.Match[str]) -> str:
    kept = []
    marks = 0
    for char in run[0]:
        # Joiners count as marks, or a run of marks could go on behind each of them.
        marks = marks + 1 if char in _JOINERS or category(char)[0] == "M" else 0
        if marks <= MARKS_PER_BASE:
            kept.append(char)
    return "".join(kept)
