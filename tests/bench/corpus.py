"""Capture documents for measuring: any number of headlines, the same ones each time, with needles to search for."""

import json
from calendar import month_name
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from itertools import accumulate, islice
from pathlib import Path
from random import Random

from reader.model import item_id

EDITION = 1
"""Goes up when the documents change: what was kept of an older edition is made again."""

HEADLINES = 80
"""Headlines a document. The first is the document's article, so that items and headlines are as many."""

WORD, PHRASE, ONE_OFF = "quasarling", "glass harbour parade", "zenithfox"
"""In every 1,000th headline; in every 500th; in one."""

DECOY = "quasarlinear"
"""In every 1,000th headline too, so that the last letter of WORD changes the result: what is seen is no old answer."""

FIRST_DAY, DAYS = date(2005, 1, 1), 7_300
SOURCES = tuple(
    f"{place} {kind}" for place in ("Harbour", "Prairie", "Northern", "Old Town") for kind in ("Post", "Ledger", "Wire")
)
LEAD_INS = ("The whole story:", "Read on at the source:", "More of this here:", "As told by:")
MONTHS = month_name[1:]


def _vocabulary() -> list[str]:
    """Short words first: they are the frequent ones."""
    random = Random("vocabulary")
    syllables = [a + b for a in ("b", "d", "fl", "g", "k", "l", "m", "n", "p", "r", "st", "t", "v") for b in "aeiou"]
    syllables += ["çã", "né", "ør", "ßi", "жу", "空"]
    words = {"".join(random.choices(syllables, k=random.choice((1, 2, 2, 3, 3, 4)))) for _ in range(12_000)}
    return sorted(words, key=lambda word: (len(word), word))


def _stamp(day: date) -> str:
    ending = "th" if day.day in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(day.day % 10, "th")
    return f"{MONTHS[day.month - 1]} {day.day}{ending}, {day.year}"


class Press:
    """What documents are made of; made once, since most of a corpus is the same few words."""

    def __init__(self) -> None:
        self.words = _vocabulary()
        self.weights = list(accumulate(1 / (rank + 3) for rank in range(len(self.words))))
        self.days = [FIRST_DAY + timedelta(number) for number in range(DAYS + 60)]
        self.stamps = [_stamp(day) for day in self.days]
        random = Random("paragraphs")
        self.paragraphs = [f"{self.title(random, random.randint(40, 110))}." for _ in range(2_000)]

    def title(self, random: Random, length: int) -> str:
        """So many words."""
        text = " ".join(random.choices(self.words, cum_weights=self.weights, k=length))
        return text[0].upper() + text[1:]


@dataclass(frozen=True, slots=True)
class Headline:
    """One line of an index; days are numbers into :attr:`Press.days`."""

    title: str
    source: str
    is_video: bool
    added: int
    updated: int

    @property
    def name(self) -> str:
        """Title and source, as an attribution has them."""
        return f"{self.title} - {self.source}" if self.source else self.title


def headlines(press: Press, document: int) -> Iterator[Headline]:
    """The headlines of a document, whatever the size of the corpus."""
    random = Random(document)
    start = document * 3_571 % DAYS
    for place in range(HEADLINES):
        number = document * HEADLINES + place
        title = " ".join([*_needles(number), press.title(random, random.randint(5, 9))])
        chance = random.random()
        source = SOURCES[number % len(SOURCES)] if place == 0 or chance < 0.3 else ""
        added = start + place // 3
        updated = added + (random.randint(1, 30) if chance > 0.9 else 0)
        yield Headline(title, source, place > 0 and number % 4 == 0, added, updated)


def _needles(number: int) -> Iterator[str]:
    if number % 1_000 == 7:
        yield WORD
    if number % 1_000 == 507:
        yield DECOY
    if number % 500 == 3:
        yield PHRASE
    if number == 42:
        yield ONE_OFF


@dataclass(frozen=True, slots=True)
class Corpus:
    """Documents in a folder, and what is known of them."""

    edition: int
    folder: str
    items: int
    documents: int
    size: int
    """Bytes."""
    newest: str
    """The newest day, as YYYY-MM-DD."""
    newest_word: str
    """The newest day of a headline with WORD."""

    @property
    def words(self) -> int:
        """How many headlines have WORD; as many have DECOY."""
        return self.items // 1_000

    @property
    def phrases(self) -> int:
        """How many headlines have PHRASE."""
        return self.items // 500


def make(folder: Path, items: int) -> Corpus:
    """A corpus of so many headlines, a multiple of 1,000, in ``folder``; one that is there already is taken."""
    known = folder / "corpus.json"
    if known.exists():
        corpus = Corpus(**json.loads(known.read_text()))
        if (corpus.edition, corpus.items) == (EDITION, items):
            return corpus
    corpus = _write(Press(), folder / "documents", items)
    known.write_text(json.dumps(asdict(corpus)))
    return corpus


def _write(press: Press, folder: Path, items: int) -> Corpus:
    folder.mkdir(parents=True, exist_ok=True)
    size = newest = newest_word = 0
    documents = -(-items // HEADLINES)
    for document in range(documents):
        told = list(islice(headlines(press, document), items - document * HEADLINES))
        data = "\n".join(_lines(press, document, told)).encode()
        (folder / f"{document:06}.txt").write_bytes(data)
        size += len(data)
        newest = max(newest, told[-1].added)
        newest_word = max([newest_word, *(line.added for line in told if line.title.startswith(f"{WORD} "))])
    day = press.days
    return Corpus(EDITION, str(folder), items, documents, size, f"{day[newest]}", f"{day[newest_word]}")


def _lines(press: Press, document: int, told: list[Headline]) -> Iterator[str]:
    random = Random(-1 - document)
    yield from random.choices(press.paragraphs, k=random.randint(2, 9))
    yield random.choice(LEAD_INS)
    yield told[0].name
    for line in told:
        video = " - Video" if line.is_video else ""
        updated, added = press.stamps[line.updated], press.stamps[line.added]
        yield f"- {line.name}{video} [Last Updated On: {updated}] [Originally Added On: {added}]"
    yield ""


def write_marks(file: Path, corpus: Corpus, count: int) -> None:
    """A state file of so many marks, in the order that the reader keeps.

    Those for which the corpus has no items are of documents that lie elsewhere.
    """
    press = Press()
    lines = []
    for number in range(count):
        document, place = divmod(number, HEADLINES)
        if place == 0:
            told = list(headlines(press, document))
        line, day = told[place], press.days[told[place].added]
        mark: dict[str, object] = {"title": line.title, "source": line.source, "published": f"{day}"}
        mark |= {"read": True, "read_at": "2026-01-01T00:00:00Z"}
        if number % 10 == 0:
            mark |= {"starred": True, "starred_at": "2026-01-02T00:00:00Z"}
        if number >= corpus.items:
            mark["document"] = "/elsewhere/document.txt"
        lines.append(f'"{item_id(line.title, line.source, day)}": {json.dumps(mark)}')
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text('{"version": 1, "marks": {\n' + ",\n".join(sorted(lines)) + "\n}}\n")
