"""Hostile text, made by the rules of how terminals and markup work: for every surface, and as the seed of fuzzing.

``PAYLOAD`` stands where only a terminal that obeys would take it; it must be seen nowhere.
"""

from collections.abc import Iterator
from itertools import product

PAYLOAD = "PAYLOAD"

CONTROLS = tuple(map(chr, (*range(0x0A), 0x0B, 0x0C, *range(0x0E, 0x20), *range(0x7F, 0xA0))))
"""Every C0 and C1 control and DEL, but what ends a line of a file."""

_CSI = (
    *("31m", "1;5;41m", "38:2::9:9:9m", "4:3m", "2J", "3J", "H", "5;5H", "9999C", "2K", "10S", "7i", "4h", "20h", "!p"),
    *("?1049h", "?1049l", "?1000h", "?1003h", "?2004l", "?25l", "?7l", "?1l", "?69h", "?5h", "2 q", "1;1$r", "?1$p"),
    *(
        "6n",
        "5n",
        "c",
        ">c",
        "=c",
        "18t",
        "21t",
        "22;0t",
        "=1u",
        ">31u",
        "?996n",
        "1;24r",
        "1000000000b",
        "31",
        "?",
        "",
    ),
)
CSI = tuple(f"{opening}{rest}" for opening, rest in product(("\x1b[", "\x9b"), _CSI))
"""Control sequences, the last of them without an end."""

ESCAPES = tuple(
    f"\x1b{rest}" for rest in ("c", "#8", "(0", ")B", "%G", "N", "O", "=", ">", "7", "8", "D", "M", "Z", "|", "")
)

_OSC = (
    *("0;", "1;", "2;", "4;1;", "7;file://", "8;;http://", "9;", "10;?", "11;", "50;", "52;c;", "52;p;", "66;s=7;"),
    *("99;i=1;", "133;C;", "777;notify;", "1337;File=inline=1:", "5113;", "L", "l", ""),
)
_OPENINGS = (
    *(f"\x1b]{number}" for number in _OSC),
    *(
        f"\x1b{rest}"
        for rest in ("P", "Pq#0;2", "P+q", "P$q", "Ptmux;\x1b\x1b]52;c;", "P=1s", "_", "_Ga=T;", "^", "X", "_tmux;")
    ),
    *(f"{opening}{rest}" for opening in "\x90\x98\x9d\x9e\x9f" for rest in ("", "52;c;")),
)
ENDS = ("\x1b\\", "\x9c")
STRINGS = (
    *(f"{opening}{PAYLOAD}{end}" for opening, end in product(_OPENINGS, ENDS)),
    *(f"\x1b]{number}{PAYLOAD}\x07" for number in _OSC),
)
"""Control strings that have an end."""

UNENDED = tuple(f"{opening}{PAYLOAD}" for opening in _OPENINGS)
"""Control strings without one: they take what follows with them, as far as the end of the line."""

HIDDEN = (
    *"\x00\x01\x7f\u061c\u200b\u200e\u200f\u202a\u202e\u2060\u2066\u2069\u206f\ufeff\ufff9\ufffb\ufdd0\uffff",
    "\U000e0041",
    "\U0001fffe",
)
"""What nobody sees, and may stand within a sequence to cut it in two."""

SPLIT = tuple(
    f"{sequence[:at]}{hidden}{sequence[at:]}"
    for hidden in HIDDEN
    for sequence, at in (("\x1b[41m", 1), (f"\x1b]0;{PAYLOAD}\x07", 1), (f"\x1b]52;c;{PAYLOAD}\x1b\\", -1))
)

MARKUP = (
    *(
        "[@click=app.quit]click[/]",
        "[@click=screen.quit()]x",
        "[/]",
        "[/nope]",
        "[red]",
        "[bold red on blue]x[/bold red on blue]",
    ),
    *(
        "[last updated on: noon]",
        "[link=https://example.org]a[/link]",
        "[link='javascript:x']",
        "\\[",
        "\\\\[b]",
        "[b",
        "b]",
        "[[b]]",
    ),
    *(
        "[$error]x[/]",
        "$text",
        "[not a tag",
        "[]",
        "[ ]",
        "[#ff0000]",
        "[rgb(1,2,3)]",
        "[@]",
        "[@click=]",
        "[on red",
        "[/b][/b]",
        ":smile:",
    ),
    *(
        "%s%n%d",
        "%(title)s",
        "{title}",
        "{0.__class__}",
        "${HOME}",
        "$(id)",
        "`id`",
        "\\",
        "\\\\",
        "\\n",
        "\\x1b[31m",
        "^[[31m",
        "&lt;b&gt;",
    ),
    *(
        "<script>x</script>",
        "'; DROP TABLE items; --",
        '" OR 1=1',
        "-q",
        "--help",
        "../../etc/passwd",
        "NUL",
        "~",
        "*",
        "?",
    ),
)
"""What Textual, Rich, Python, a shell or a query language would read as something; it is shown as it stands."""

ODD = (
    *("\u202egnp.exe\u202c", "\u2066isolated\u2069", "\u200fmark", "zero\u200bwidth", "bom\ufeff", "word\u2060joiner"),
    *(
        "".join(chr(0xE0000 + ord(char)) for char in "hidden words"),
        "\ufff9a\ufffab\ufffb",
        "\U0001f600",
        "🇩🇪" * 9,
        "❤️ ☎︎",
    ),
    *(
        "a" + "\u0301" * 100,
        "b" + "\u0489\u200d" * 60,
        "\u0e33" * 30,
        "\u115f" * 20,
        "ＷＩＤＥ" * 30,
        "👨\u200d👩\u200d👧" * 20,
    ),
    *(
        "می\u200cخواهم",
        "עברית ואנגלית",
        "\u3000ideographic\u3000blank",
        "no\u00a0break",
        "soft\u00adhyphen",
        "\ufffc\ufffd",
    ),
    *("\ue000\U000f0000", "line\u2028separator", "paragraph\u2029separator", "next\x85line", "ﷺ" * 9, "𝕿𝖎𝖙𝖑𝖊"),
    *("\u2800" * 20, "word" * 150, "long word " * 60, "嫦" * 510),
)
"""What a title may hold and a screen may trip over."""


def pieces() -> Iterator[str]:
    """Each piece of hostile text once."""
    yield from (*CONTROLS, *CSI, *ESCAPES, *STRINGS, *UNENDED, *SPLIT, *MARKUP, *ODD)


def titles() -> list[str]:
    """Hostile titles, no two of which are the same when they are cleaned."""
    return [f"Item {number:03} before{piece}behind" for number, piece in enumerate(pieces())]
