"""Corpora and queries that are made up, and a catalogue filled with them."""

import random
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from functools import reduce
from hashlib import blake2b
from pathlib import Path

from hypothesis import strategies as st

from reader.catalogue import open_or_rebuild, to_key
from reader.catalogue.schema import from_key
from reader.indexing import Batch, Fingerprint, list_missing, pack, replace_flags
from reader.marks import merge
from reader.model import Document, Flags, Item, Kind, Mark
from reader.query import (
    FIELDS,
    SORT_KEYS,
    All,
    Any,
    Field,
    Not,
    Query,
    Range,
    Saved,
    Sort,
    Style,
    Term,
    Text,
    Value,
    parse,
)

WORDS = (
    *("moon", "Moon", "moonlight", "honeymoon", "tooth", "toothbrush", "brush", "the", "The", "theatre", "a", "robot"),
    *("naïve", "naive", "Café", "co-op", "C++", "A.B", "_x_", "50%", "like%this", "東京", "宇宙", "straße", "ﬁne"),
    *(
        "ISTANBUL",
        "ısı",
        "ﬃx",
        "２０１２",
        "2,000",
        "한국어",
        "\u0301\u0302",
        "*",
        "NEAR(",
        "^",
        "like_this",
        "x" * 300,
    ),
    *("İstanbul", "it's", "don’t", "— x", "№5", "Ⅷ", "É", "e\u0301t", "🚀", "x²", "ǅ", "Москва", "สวัสดี", "OR", "-"),
)
SOURCES = ("", "Insider", "insider", "Daily Ledger", "The Coffee Post", "L’Équipe", "東京 News")
DAYS = (None, date(2012, 9, 7), date(2012, 9, 8), date(2012, 10, 1), date(2011, 1, 31), date(1, 1, 1), date.max)

_phrases = st.lists(st.sampled_from(WORDS), min_size=1, max_size=4).map(" ".join)
_days = st.sampled_from(DAYS)
_headlines = st.builds(
    Item,
    title=_phrases,
    kind=st.sampled_from((Kind.HEADLINE, Kind.VIDEO)),
    source=st.sampled_from(SOURCES),
    published=_days,
    updated=_days,
)
_articles = st.builds(
    Item,
    title=_phrases,
    kind=st.just(Kind.ARTICLE),
    source=st.sampled_from(SOURCES),
    text=st.lists(_phrases, max_size=3).map(tuple),
)
_items = st.lists(st.one_of(_headlines, _headlines, _headlines, _articles), max_size=8)


def document(path: str, items: Iterable[Item]) -> Document:
    """A document whose items stand line below line."""
    return Document(path, tuple(item._replace(line=line) for line, item in enumerate(items, 1)))


def corpora(most: int = 5) -> st.SearchStrategy[tuple[Document, ...]]:
    paths = st.sampled_from(["/news/a.txt", "/news/moon/b.txt", "/news/c-op.txt", "/news/Moon.txt", "/news/東京.txt"])
    listed = st.lists(st.tuples(paths, _items), max_size=most, unique_by=lambda pair: pair[0])
    return listed.map(lambda pairs: tuple(document(path, items) for path, items in pairs))


def marks_of(items: Iterable[Item], random: random.Random) -> dict[str, Mark]:
    """Marks on some of the items, and on one that nobody tells of."""
    marks = {}
    for item in (*items, Item("Gone honeymoon", source="Insider", published=DAYS[1])):
        read, starred = random.random() < 0.3, random.random() < 0.3
        marks[item.id] = Mark(item.title, item.source, item.published, read=read, starred=starred)
    return marks


# Queries


def _pieces(word: str) -> st.SearchStrategy[str]:
    ends = st.tuples(st.integers(0, len(word) - 1), st.integers(1, len(word)))
    return st.one_of(st.just(word), ends.map(lambda pair: word[min(pair) : max(pair)] or word))


_texts = st.one_of(
    st.sampled_from(WORDS).flatmap(_pieces),
    st.sampled_from(WORDS).flatmap(_pieces).map(str.upper),
    _phrases,
).filter(lambda text: text == " ".join(text.split()) != "")
_expressions = st.sampled_from(
    ["mo+n", "moon", "oon|pac", "(an|sta)tion", "Moon", "^the", "x$", ".", "[A-Z]{2}", "é|東", "", "s\\b"]
).filter(bool)
_worded = st.one_of(
    st.tuples(_texts, st.sampled_from((Style.WORD, Style.PHRASE))), st.tuples(_expressions, st.just(Style.REGEX))
)
_periods = ("2012", "2012-09", "2012-09-07", "newest", "newest-3w", "today", "0001", "9999-12", "yesterday+1y")
_compared = st.sampled_from(("", "<", "<=", ">", ">="))
_values: dict[str, st.SearchStrategy[Value | Range]] = {
    "seen": st.one_of(
        st.builds(lambda number, op: Value(str(number), op=op), st.integers(0, 3), _compared),
        st.sampled_from((Range("1", "2"), Range("", "1"), Range("2", ""), Range("0", "0"))),
    ),
    "kind": st.sampled_from([*Kind]).map(Value),
    "is": st.sampled_from(("unread", "read", "starred", "dup", "missing", "undated")).map(Value),
}
for _name in ("date", "published", "updated"):
    _values[_name] = st.one_of(
        st.builds(lambda text, op: Value(text, op=op), st.sampled_from(_periods), _compared),
        st.builds(Range, st.sampled_from(_periods), st.sampled_from(("", *_periods))),
    )
for _name in ("title", "text", "source", "doc"):
    _plain = _worded.map(lambda pair: Value(*pair))
    _whole = st.one_of(_phrases, st.sampled_from(SOURCES), st.just("/news/a.txt")).map(lambda text: Value(text, op="="))
    _values[_name] = _plain if _name == "text" else st.one_of(_plain, _plain, _whole)

_fields = st.sampled_from(sorted(FIELDS)).flatmap(
    lambda name: st.lists(_values[name], min_size=1, max_size=3).map(lambda values: Field(name, tuple(values)))
)
SAVED = {
    "saved": "moon OR kind:video",
    "x": "-the",
    "outer": "@saved -@x tooth",
    "two": "moon robot sort:title limit:1",
    "loop": "moon OR @loop",
    "ping": "the @pong",
    "pong": "@ping OR -(@ping @pong)",
    "empty": "",
}
_saved = st.sampled_from((*SAVED, "gone")).map(Saved)
_leaves = st.one_of(*[_worded.map(lambda pair: Text(*pair))] * 3, *[_fields] * 3, _saved)


def _grown(terms: st.SearchStrategy[Term]) -> st.SearchStrategy[Term]:
    several = st.lists(terms, min_size=2, max_size=3).map(tuple)
    return st.one_of(terms.map(Not), several.map(All), several.map(Any))


_terms: st.SearchStrategy[Term] = st.recursive(_leaves, _grown, max_leaves=6)
built_queries = st.builds(
    Query,
    term=st.one_of(st.just(All(())), _terms),
    sort=st.one_of(st.none(), st.builds(Sort, st.sampled_from(SORT_KEYS), st.booleans())),
    limit=st.one_of(st.none(), st.none(), st.none(), st.integers(1, 5)),
)
_tokens = (
    *(" ", " ", " OR ", "|", "(", ")", "-", "NOT ", "/", '"', ",", "..", ":", "=", ">", "@", "#", "\\", "*", "^", "~"),
    *(f"{name}:" for name in (*FIELDS, "sort", "limit")),
    *(
        "@saved",
        "@loop",
        "@outer",
        "AND",
        "NEAR(",
        "title",
        "2012-09",
        "video",
        "unread",
        "'",
        "\x00",
        "+",
        "{",
        "}",
        "5",
    ),
)
strings = st.lists(st.one_of(st.sampled_from(_tokens), _texts, st.text(max_size=3)), max_size=12).map("".join)
queries = st.one_of(built_queries, built_queries, strings.map(parse))


# Catalogues


def flags_of(marks: Mapping[str, Mark]) -> Flags:
    def of(keys: Sequence[int]) -> tuple[bool, bool]:
        known = [marks[from_key(key)] for key in keys if from_key(key) in marks]
        merged = reduce(merge, known) if known else Mark()
        return merged.read, merged.starred

    return Flags({to_key(item) for item in marks}, of)


def fill(path: Path, documents: Sequence[Document], marks: Mapping[str, Mark] | None = None, batch: int = 2) -> None:
    """Make a catalogue of ``documents`` at ``path``, ``batch`` of them at a time."""
    connection = open_or_rebuild(path)
    flags = flags_of(marks or {})
    packed = [
        pack(each, Fingerprint(1, number, number), blake2b(each.path.encode()).digest())
        for number, each in enumerate(documents)
    ]
    for start in range(0, len(packed), batch):
        Batch(connection, flags).write(packed[start : start + batch])
    list_missing(connection, marks or {})
    replace_flags(connection, flags, "")
    connection.close()


def generated(seed: int, documents: int) -> tuple[Document, ...]:
    """A larger corpus, the same for the same seed: words of two or three syllables, many of them shared."""
    rng = random.Random(seed)
    syllables = [
        "ba",
        "be",
        "co",
        "da",
        "el",
        "fi",
        "go",
        "ha",
        "in",
        "jo",
        "ka",
        "lu",
        "mo",
        "ne",
        "or",
        "pa",
        "ri",
        "sa",
        "te",
        "un",
        "vo",
        "za",
        "éa",
    ]
    vocabulary = ["".join(rng.choices(syllables, k=rng.choice((1, 2, 2, 3)))) for _ in range(400)]
    vocabulary += [word.capitalize() for word in vocabulary[:60]] + list(WORDS)

    def phrase(most: int) -> str:
        return " ".join(rng.choices(vocabulary, k=rng.randint(1, most)))

    def day() -> date | None:
        return rng.choice((None, *[date(2011, 1, 1) + timedelta(rng.randrange(700))] * 9))

    known = [(phrase(7), rng.choice(SOURCES)) for _ in range(documents)]

    def headline() -> Item:
        title, source = rng.choice(known) if rng.random() < 0.2 else (phrase(7), rng.choice(SOURCES))
        return Item(title, rng.choice((Kind.HEADLINE, Kind.HEADLINE, Kind.VIDEO)), source, day(), day())

    def article() -> Item:
        title, source = rng.choice(known)
        return Item(title, Kind.ARTICLE, source, text=tuple(phrase(12) for _ in range(rng.randint(0, 3))))

    return tuple(
        document(f"/news/{number % 7}/{number:04}.txt", [article(), *(headline() for _ in range(rng.randint(0, 20)))])
        for number in range(documents)
    )
