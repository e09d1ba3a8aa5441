"""Queries such as nobody should type: pieces of the language in any order, patterns without end, every script."""

from collections.abc import Callable, Sequence
from random import Random

from reader.query import FIELDS, SORT_KEYS

# fmt: off
SYNTAX = (
    " ", " ", " ", " OR ", " AND ", " NOT ", "|", "(", ")", "-", "--", '"', "/", ",", "..", ":", "=", "<",
    ">=", "@",
    "#", "\\", "*", "^", "~", "'", "%", "_", "+", "{", "}", "[", "]", "?", "!", ";", "\t", "\n", "\x00",
    "\x1b[",
    "\x1f", "NEAR(", "NEAR/2", "title :", "{title} :", "rowid", "'); DROP TABLE items; --", "like%this",
    "%s", "?1",
)
VALUES = (
    "2012", "2012-09", "2012-13", "2012-02-30", "0000", "9999-12-31", "today", "newest-7d..",
    "newest+9999y", "..2011",
    "..", "...", "2013..2012", "-1", "0", "1", "999999999", "9999999999", "1e9", "١٢", "²", "nan", "=",
    '=""', '""',
    "unread", "read", "starred", "dup", "missing", "undated", "article", "video", "headline", "date",
    "-title", "source",
    "relevance", "/./", "/^/", "a", "e", "post", "/a.*b/", "a,b,c", '"a b"', "txt", "docs/0",
)
WORDS = (
    "moon", "Moon", "MOON", "the", "The", "a", "e", "i", "o", "s", "A", "in", "re", "er", "ation", "oon",
    "quokkanaut",
    "é", "e\u0301", "\u0301\u0302", "\u0301", "ﬁ", "ﬀ", "ß", "ẞ", "STRASSE", "İ", "I", "ı", "i̇", "ǅ", "ſ",
    "K", "Å",
    "東京", "宇宙ステーション", "ス", "한국", "สวัสดี", "Москва", "нет", "עברית", "\u200fعربي", "🚀", "👩‍🚀", "🇩🇪",
    "👍🏽",
    "x²", "Ⅷ", "½", "٣", "3", "2012", "1,000", "C++", "A.B", "it's", "don’t", "“x”", "—", "-", "…", "50%",
    "_x_", "__",
    "\ufeff", "\u202e", "\ud800", "\U0010ffff", "\ufffe", "\u00ad", "\u200b", "ｆｕｌｌ", "𝕸", "ﷺ", "\u0345",
    "ΐ", "№5",
)
PATTERNS = (
    "(a+)+$", "(x+x+)+y", "(\\w+\\s?)+:", "(.*)*z", "(.*a){20}", "^(([a-z])+.)+[A-Z]([a-z])+$", "(a|a)*b",
    "(a|aa)+$",
    "([a-zA-Z]+)*!", "(.+)+\\1!", "(?:.*?,){11}P", "\\b(\\w+\\W*)+\\b!", "(\\S+ ?)*#", "(?:(?:e|n)+)+q",
    "(.?){60}.{60}!",
    "(?<=a.*)b", "(?<!moon)x", "(?=.*a)(?=.*e)(?=.*i)", "(?!.)", "(?i)MOON", "(?P<n>a)(?P=n)", "(?R)",
    "(a(?1)?b)",
    "a{1000}", "a{1000}{1000}", "(a{100}){100}", "(?:moon){e<=3}", "(?:robot lands){e}", "(?b:(?:abc){e<5})",
    "[", "(", "a**", "?", "\\", "[[:alpha:]]+", "[\\w--[a-z]]", "\\p{Lu}", "\\X", "\\K", "\\N{DIGIT ONE}",
    "\\L<x>", "[^\\n]*",
    ".", "", "^", "$", "\\b", "\\B", "x*", "()", "a|", "(?#", "(?s).*", ".*moon.*", "[а-я]+", "é|東",
    "\\d{4}", "(?r)moon",
    "(?>a+)b", "(?e)(?:moon){i<=9}", "(?V1)a",
)
ATTACKS = (
    "like%this", "_", "%", "*", "NEAR(moon robot)", '"', '"""', "^moon", "title : moon", "{title body} : moon", "-",
    "moon\x00robot", "\x00", "'; DROP TABLE items; --", "?1", ":x", "words:moon", "rowid:1", "f.rowid", "x" * 9_000,
    "\u0301\u0302\u0345", "東京宇宙", "Iİıi", "ISTANBUL", "STRASSE straße", "ﬁ ﬃ fi", "١٢٣ ２０１２ 2012", "🚀🚀",
    "\ud800", "AND", "OR OR", "NOT NOT", "( OR )", "()" * 200, ")" * 200, "(" * 200, "sort:", "limit:0", "@", "@@",
    "#", "//", "/", "/(a+)+$/", "/(x+x+)+y/", "doc:" + ",".join(f"/(.+.+)+{number}!/" for number in range(99)),
    "-" * 5_000, "\\" * 99,
)
# fmt: on


def _word(rng: Random) -> str:
    word = rng.choice(WORDS)
    chance = rng.random()
    if chance < 0.1:
        return word[: rng.randint(1, len(word))]
    if chance < 0.15:
        return word * rng.randint(2, 40)
    if chance < 0.25:
        return "".join(chr(rng.randrange(rng.choice((128, 0x3000, 0x110000)))) for _ in range(2))
    return rng.choice("abcdefghijklmnopqrstuvwxyz") if chance < 0.35 else word


def _field(rng: Random) -> str:
    name = rng.choice((*sorted(FIELDS), "sort", "limit", "tag", "foo", "DATE", ""))
    value = ",".join(rng.choice((*VALUES, _word(rng))) for _ in range(rng.choice((1, 1, 1, 2, 5))))
    return f"{name}:{rng.choice(('', '', '', '<', '<=', '>', '>=', '=', '!='))}{value}"


def _pattern(rng: Random) -> str:
    inner = rng.choice(PATTERNS)
    if rng.random() < 0.3:
        inner = f"({inner}|{rng.choice(PATTERNS)}){rng.choice(('', '+', '*', '{3}', '+$', '*?'))}"
    return f"{rng.choice(('', '', '', '-', 'title:', 'text:', 'source:', 'doc:'))}/{inner}/"


def _letters(rng: Random) -> str:
    joint = rng.choice((" ", " OR ", "|", " -", ","))
    return rng.choice(("", "title:", "text:", "-")) + joint.join(rng.choices("aeiostnr", k=rng.randint(1, 60)))


def _nested(rng: Random) -> str:
    opening = rng.choice(("(", "-(", "NOT (", "(a OR ", f"-({_word(rng)} "))
    depth = rng.choice((3, 12, 13, 60, 400))
    return opening * depth + _word(rng) + ")" * rng.choice((depth, depth - 1, depth + 2, 0))


def _sorted(rng: Random) -> str:
    what = rng.choice(("", "-", _word(rng), f"-{_word(rng)}", _letters(rng), "is:unread", "kind:headline"))
    return (
        f"{what} sort:{rng.choice(('', '-'))}{rng.choice(SORT_KEYS)} {rng.choice(('', '', 'limit:1', 'limit:90000'))}"
    )


def _saved(rng: Random) -> str:
    return rng.choice(("", "-", "--")) + f"@{rng.choice(('saved', 'loop', 'ping', 'outer', 'gone', '', _word(rng)))}"


def _mixture(rng: Random) -> str:
    return "".join(rng.choice((rng.choice(SYNTAX), rng.choice(VALUES), _word(rng))) for _ in range(rng.randint(1, 12)))


def _long(rng: Random) -> str:
    piece = rng.choice((_word, _field, _pattern, _mixture))(rng) or "x"
    return (piece + rng.choice((" ", "", " OR ", " -", ","))) * (10_000 // (len(piece) + 1))


_OFTEN: Sequence[Callable[[Random], str]] = (_word, _field, _mixture)
_SELDOM: Sequence[Callable[[Random], str]] = (_pattern, _letters, _nested, _sorted, _saved)


def nasty(rng: Random) -> str:
    """One query: of one kind, or of several side by side."""
    if rng.random() < 0.003:
        return _long(rng)
    text = ""
    for _ in range(rng.choice((1, 1, 2, 3, 4))):
        kind = rng.choice(_OFTEN if rng.random() < 0.85 else _SELDOM)
        text += rng.choice((" ", " ", " OR ", " -", "")) + kind(rng)
    return text.removeprefix(" ")
