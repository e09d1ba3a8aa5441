"""What is fed with random input: functions of bytes, which raise when what must hold does not."""

import json
import re
import tempfile
from collections.abc import Callable, Iterable
from io import BytesIO
from pathlib import Path

from reader import config, formats, web
from reader.clean import clean_line, clean_text, printable
from reader.errors import ConfigError
from reader.formats.text import decode, is_binary
from reader.marks import codec
from reader.model import Document, Item, Kind
from reader.query import parse
from reader.searches import SavedSearches
from reader.session import load_session
from tests import hostile
from tests.terminal.tokens import UNSAFE

_UNSAFE = re.compile(f"[{UNSAFE}]")
SEEDS = Path(__file__).parents[2] / "seeds"


def _text(data: bytes) -> str:
    """Any text, lone surrogates too."""
    return (
        data.decode("utf-8", "surrogatepass" if b"\xed" in data else "replace")
        if _decodes(data)
        else data.decode("latin-1")
    )


def _decodes(data: bytes) -> bool:
    try:
        data.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return False
    return True


def clean(data: bytes) -> None:
    """Cleaning leaves nothing that a terminal obeys, and nothing to be cleaned."""
    text = _text(data)
    cleaned, line, last = clean_text(text), clean_line(text), printable(text)
    assert not _UNSAFE.search(cleaned.replace("\n", "").replace("\t", ""))
    assert not _UNSAFE.search(line)
    assert not _UNSAFE.search(last)
    assert clean_text(cleaned) == cleaned
    assert clean_line(line) == line == " ".join(line.split())
    assert printable(last) == last


def documents(data: bytes) -> None:
    """Reading raises nothing; every line of a text is told once, or is a problem."""
    document = formats.read("a.txt", data)
    formats.decode_lines(data)
    for item in document.items:
        for text in (item.title, item.source, document.lead_in, *item.text):
            assert clean_line(text) == text
        assert item.title
    if not is_binary(data):
        assert_accounted_for(document, decode(data).lines())


def assert_accounted_for(document: Document, raw: Iterable[str]) -> None:
    """Each line is in the body, the lead-in, the attribution, an item or a problem."""
    lines: dict[int, str] = {number: line for number, text in enumerate(raw, 1) if (line := clean_line(text))}
    lost = {problem.line for problem in document.problems}
    for item in document.items:
        if item.kind is not Kind.ARTICLE:
            assert item.title in lines.pop(item.line)
    told = _told(document, lines)
    for number, text in lines.items():
        if told and (text == told[0] or (number in lost and text.startswith(told[0]))):
            del told[0]
        else:
            assert number in lost, f"line {number} is lost: {text[:80]!r}"
    assert not told


def _told(document: Document, lines: dict[int, str]) -> list[str]:
    """What the article tells, but for its attribution, which is taken out of ``lines``."""
    articles: list[Item] = [item for item in document.items if item.kind is Kind.ARTICLE]
    assert len(articles) <= 1
    told = [paragraph for article in articles for paragraph in article.text]
    if document.lead_in:
        attribution = lines.pop(articles[0].line)
        assert attribution.startswith(articles[0].title)
        assert attribution.endswith(articles[0].source)
        told.append(document.lead_in)
    return told


def queries(data: bytes) -> None:
    """No text is refused, and what it is read as is written as a text that is read as the same."""
    query = parse(_text(data))
    assert parse(str(query)) == query
    assert str(parse(str(query))) == str(query)
    assert not _UNSAFE.search(str(query))


def marks(data: bytes) -> None:
    """Reading raises nothing; below a sound first line no line that is a mark is lost, and all of it can be written."""
    reading = codec.read(BytesIO(data), {})
    head, *lines = data.split(b"\n")
    # Whatever is JSON is read as that, and its lines mean what JSON says they do.
    if codec.read(BytesIO(head + b"\n}}\n"), {}).flaw == "" and not _is_json(data):
        for line in lines:
            try:
                ident, _ = codec.decode_mark(line.strip().removesuffix(b","))
            except (ValueError, RecursionError):
                continue
            assert ident in reading.lines
    composed = b"".join(codec.compose(reading.lines.values(), reading.extra))
    again = codec.read(BytesIO(composed), {})
    assert not again.flaw
    assert again.lines.keys() == reading.lines.keys()


def _is_json(data: bytes) -> bool:
    try:
        json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return False
    return True


def settings(data: bytes) -> None:
    """Config, saved searches and session: each is read, or refused in a sentence of one harmless line."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "file"
        file.write_bytes(data)
        load_session(file, "key")
        searches = SavedSearches(file)
        assert not _UNSAFE.search(searches.problem + "".join(searches.values()))
        try:
            found = config.load(file)
        except ConfigError as error:
            assert not _UNSAFE.search(str(error))
        else:
            assert not _UNSAFE.search(found.theme + found.search_url + "".join(found.keys.values()))
            assert web.is_safe(found.search_url.replace("{query}", "words"))


_STATE = (
    b'{"version": 1, "marks": {\n'
    b'  "0123456789abcdef": {"title": "A", "read": true, "read_at": "2026-01-01T00:00:00Z"},\n'
    b'  "1123456789abcdef": {"title": "B", "source": "S", "published": "2012-09-07", "starred": false, '
    b'"starred_at": "2026-01-01T00:00:00.5Z", "new": [1, {"x": null}]}\n}}\n'
)
_QUERIES = (
    b'moon "space station" -video (a OR b|c) /x.y\\/z/ title:a,"b c" source:="Daily Ledger" date:2012-09..newest-7d',
    b"is:unread kind:video seen:>=3 sort:-date limit:5 @mine NOT @a\\ b \\( #tag no:field \xe5\xab\xa6 text:/a,b/",
)
_CONFIG = b'paths = ["~/a"]\ntheme = "nord"\nsearch_url = "https://a.example/{query}"\n[keys]\n"mark.star" = "s"\n'
_SESSION = json.dumps({"version": 1, "sessions": {"key": {"query": "x", "item": "y", "zoomed": True}}}).encode()
_PIECES = tuple(piece.encode("utf-8", "surrogatepass") for piece in hostile.pieces())
_STAMPED = (
    b"Body.\nSee:\nTitle - Paper\n- A [Last Updated On: May 2nd, 2014] [Originally Added On: 9/7/2012]\n"
    b"* B - Video [Last Upd"
)

TARGETS: dict[str, tuple[Callable[[bytes], None], tuple[bytes, ...]]] = {
    "clean": (clean, _PIECES),
    "documents": (documents, (_STAMPED, *(path.read_bytes()[-3_000:] for path in sorted(SEEDS.glob("*.txt"))))),
    "queries": (queries, _QUERIES),
    "marks": (marks, (_STATE,)),
    "settings": (settings, (_CONFIG, _SESSION, b'mine = "is:unread"\n')),
}
"""By name: what is called, and what its input is made of."""
