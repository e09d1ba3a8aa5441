"""What the program may tell a terminal, as a grammar: whatever does not follow it was not its own doing."""

import re
from base64 import b64decode

_COLOUR = r"[34]8;5;\d{1,3}"
SCREEN = (
    rf"\x1b\[(?:0|(?:(?:[1347]|{_COLOUR});)*(?:[1347]|{_COLOUR}))m",
    r"\x1b\[\d{1,3};\d{1,3}H",
    r"\x1b\[\?(?:7|25|1000|1003|1004|1006|1015|1049|2004|2026)[hl]",
    r"\x1b\[\?2026\$p",
    r"\x1b\[>25u|\x1b\[<u",
    r"\x1b\]22;(?:default|pointer|text)\x07",
    r"\x1b\]52;c;[A-Za-z0-9+/]+={0,2}\x07",
    r"\r?\n|\r",
)
"""Looks, places, modes that are set and asked for, the keyboard, the mouse's shape, and what a person copies."""

COMMANDS = (r"\x1b\[(?:1|2|33)?m", r"\r\x1b\[K", r"\r?\n")
"""Three looks and their end, and the line that tells of progress."""

UNSAFE = (
    "\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff\ufdd0-\ufdef"
    "\U000e0000-\U000e007f" + "".join(chr(plane << 16 | last) for plane in range(17) for last in (0xFFFE, 0xFFFF))
)
"""Characters of which a terminal should be told none, as a class of a regular expression."""


def foreign(raw: bytes, grammar: tuple[str, ...]) -> list[str]:
    """What in ``raw`` is neither text nor a sequence of the grammar, each with what follows it."""
    text = raw.decode()
    known = re.compile("|".join((*grammar, f"[^{UNSAFE}]+")))
    found = []
    at = 0
    while at < len(text):
        token = known.match(text, at)
        if not token:
            found.append(text[at : at + 30])
        at = token.end() if token else at + 1
    return found


def copied(raw: bytes) -> list[str]:
    """What was put on the clipboard."""
    return [b64decode(text).decode() for text in re.findall(rb"\x1b\]52;c;([A-Za-z0-9+/=]*)\x07", raw)]
