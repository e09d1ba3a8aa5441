"""Regular expressions: which can be used, which are quick, and what a text must hold to match one."""

import re
from functools import lru_cache
from math import prod
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from regex import Pattern

LARGEST_PATTERN = 50_000
"""The most characters that a pattern may come to with its repeated parts written out."""

# The part of the language of which `needed_words` knows what it means. The last letter before a repetition stands
# alone, for it alone is repeated. It is compiled for the first expression, as is the other: most starts see none.
_PART = r"""(?xs)
    (?P<letters> [0-9A-Za-z]+ (?![*?+{]) | [0-9A-Za-z] )
    | (?P<repeated> (?: [*?+] | \{[0-9,]*\} ) [?+]? )
    | (?P<open> \( (?![?*]) | \(\?(?: [:>=!] | <[=!] | P?<\w+> ) )
    | (?P<close> \) )
    | (?P<bar> \| )
    | (?P<other> \\[^0-9A-Za-z] | \\[bBdDfnrsStvwW] | [^\\\[({]
        | \[ (?!\^?\]) \^? (?: \\. | \[:\^?\w+:\] | [^\]\[\\] )+ \] )
    """


@lru_cache(maxsize=64)
def compiled(expression: str) -> "Pattern[str]":
    """The pattern: case is ignored unless it has a capital, ``^`` and ``$`` are the ends of a line."""
    import regex

    # A capital in an escape (\S, \p{Lu}) or in the name of a group says nothing about case.
    letters = re.sub(r"\\[pPN]\{[^}]*\}|\\.|\(\?P?<\w+>", "", expression)
    exact = any(map(str.isupper, letters))
    return regex.compile(expression, regex.MULTILINE if exact else regex.MULTILINE | regex.IGNORECASE)


def well_formed(expression: str) -> bool:
    """Whether ``expression`` is a regular expression that can be compiled in little time and memory."""
    import regex

    # The library writes a repeated part out as often as it must occur: (a{1000}){1000} would take gigabytes.
    least = (re.sub(r"\D", "", count) for count in re.findall(r"\{([^,}]*)", expression))
    if len(expression) * prod(max(int(count or 1), 1) for count in least) > LARGEST_PATTERN:
        return False
    try:
        compiled(expression)
    except (regex.error, ValueError, RecursionError):
        return False
    return True


def is_quick(expression: str) -> bool:
    """Whether a pattern repeats one part at most: then a text of a few hundred characters takes it next to no time."""
    bare = re.sub(r"\\.", "", expression)
    return sum(map(bare.count, "*+{?(")) <= 1 and not re.search(r"\\[\dgXRpPN]", expression)


# Neither may a match hold a line end, nor may what stands in another line be of any account.
_IN_A_LINE = r"""(?x)
    (?: \\[bBdwS] | \\[^0-9A-Za-z] | \[ (?!\^) (?: \\[dw] | \\[^0-9A-Za-z] | [^\]\[\\] )+ \]
    | \( (?: \?: | (?!\?) ) | [^\\\[(] )*
    """


def stays_in_a_line(expression: str) -> bool:
    """Whether a pattern that finds something in a line also does in lines below each other, and is as quick there.

    False where that cannot be told.
    """
    return is_quick(expression) and expression.isprintable() and bool(re.fullmatch(_IN_A_LINE, expression))


def needed_words(expression: str) -> frozenset[str]:
    """Words, folded, of which a text must hold one, be it inside a longer word, for ``expression`` to match.

    Nothing where that cannot be said: ``moon ?(landing|base)`` needs one of two words, ``[mn]oo?`` needs none.
    """
    parts = [*re.finditer(_PART, expression)]
    if sum(len(part[0]) for part in parts) < len(expression):
        return frozenset()
    # The groups that are open, the innermost last: how each began, and of each of its branches what its parts need.
    groups: list[tuple[str, list[list[frozenset[str]]]]] = [("", [[]])]
    for part in parts:
        branches = groups[-1][1]
        match part.lastgroup:
            case "letters":
                branches[-1].append(frozenset({part[0].lower()}))
            case "repeated" if not part[0].startswith("+"):
                branches[-1][-1:] = [frozenset()]
            case "open":
                groups.append((part[0], [[]]))
            case "bar":
                branches.append([])
            case "close" if len(groups) > 1:
                opening, inner = groups.pop()
                groups[-1][1][-1].append(frozenset() if opening.endswith("!") else _one_of(inner))
            case "close":
                return frozenset()
            case "other":
                branches[-1].append(frozenset())
    return _one_of(groups[0][1]) if len(groups) == 1 else frozenset()


def _one_of(branches: list[list[frozenset[str]]]) -> frozenset[str]:
    """What the longest words of each branch come to, if each has any: the longer a word, the fewer texts hold it."""
    longest = [max(needs, key=_shortest, default=frozenset[str]()) for needs in branches]
    return frozenset[str]().union(*longest) if all(longest) else frozenset()


def _shortest(words: frozenset[str]) -> int:
    return min(map(len, words), default=0)
