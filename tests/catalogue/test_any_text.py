"""Any text at all is a query that is answered, and in time: catastrophic patterns, too much of everything, no sense."""

import os
from collections.abc import Iterator
from contextlib import closing
from heapq import nlargest
from pathlib import Path
from random import Random
from time import thread_time

import pytest

from reader.query import parse
from reader.repository import Repository
from reader.searching import Searcher
from tests.bench import corpus
from tests.catalogue.corpora import SAVED, fill, generated, marks_of
from tests.catalogue.nasty import ATTACKS, nasty

TEXTS, ITEMS, SEED = (
    int(os.environ.get(f"READER_FUZZ_{name}", most))
    for name, most in (("QUERIES", "200000"), ("ITEMS", "100000"), ("SEED", "1"))
)
ALL_OF_IT = 25
"""Of so many queries one is asked all that the screen asks, the others for hits and their number."""

LONGEST = 2.0
"""Seconds of the processor for hits and number, and again for the counts by group: a busy machine is no slow query."""


@pytest.fixture(scope="module")
def searcher(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Searcher]:
    documents = generated(3, 25)
    path = tmp_path_factory.mktemp("some") / "c.sqlite"
    fill(path, documents, marks_of([item for each in documents for item in each.items], Random(1)))
    with closing(Searcher(path, SAVED)) as made:
        yield made


def ask(searcher: Searcher, text: str, everything: bool = True) -> tuple[float, float]:
    """Ask as the screen does. Seconds for the hits and their number, and for the counts by group."""
    began = thread_time()
    query = parse(text)
    answer = searcher.first(query)
    count = searcher.count(answer)
    counted = thread_time()
    if not everything:
        return counted - began, 0.0
    complete = not any("left out" in sentence for sentence in (*answer.hints, searcher.slow))
    rows = [row for chunk in searcher.rows(answer) for row in chunk]
    assert not complete or searcher.slow or len(set(rows)) == len(rows) == count
    if not count:
        searcher.relaxed(query)
    listed = thread_time()
    searcher.facets(query)
    return counted - began, thread_time() - listed


def test_some_of_the_worst_queries_are_answered(searcher: Searcher) -> None:
    rng = Random(SEED)
    for text in (*ATTACKS, *(nasty(rng) for _ in range(150))):
        ask(searcher, text)


@pytest.mark.fuzz
def test_no_query_is_refused_or_slow(tmp_path: Path) -> None:
    folder = Path(corpus.make(tmp_path, ITEMS).folder)
    rng = Random(SEED)
    times: list[tuple[float, str]] = []
    repository = Repository.open([folder], state=tmp_path / "state.json", cache=tmp_path / "cache", saved=SAVED)
    with closing(repository), closing(repository.searcher()) as searcher:
        repository.scan()
        for number in range(TEXTS):
            text = ATTACKS[number] if number < len(ATTACKS) else nasty(rng)
            times.append((max(ask(searcher, text, number % ALL_OF_IT == 0)), text))
            times = nlargest(10, times)
    for seconds, text in times:
        print(f"{seconds:5.2f} s  {text[:200]!r}")
    assert times[0][0] < LONGEST
