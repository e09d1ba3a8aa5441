"""What the catalogue finds is what the slow, plain reference finds: rows, order, counts and facets."""

import os
import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reader.catalogue import FacetView, View
from reader.model import Document
from reader.query import Query, parse
from reader.searching import Searcher
from tests.catalogue.corpora import SAVED, corpora, fill, generated, marks_of, queries
from tests.catalogue.nasty import ATTACKS, WORDS
from tests.catalogue.reference import Reference

QUERIES, ITEMS = (int(os.environ.get(f"READER_QUERY_{name}", most)) for name, most in (("RUNS", 300), ("ITEMS", 600)))
"""How many queries are tried on how many items: `READER_QUERY_RUNS=2000 READER_QUERY_ITEMS=20000` takes its time."""

ITEMS_A_DOCUMENT = 9
"""About so many, of those that are generated."""


def check(searcher: Searcher, view: View, reference: Reference, query: Query) -> None:
    expected = reference.hits(query)
    answer = searcher.first(query, 3)
    rows = [row for chunk in searcher.rows(answer) for row in chunk]
    entries = view.entries(rows)
    assert [entry.id for entry in entries] == [item.id for item in expected], str(query)
    assert len(rows) == searcher.count(answer) == searcher.total(query) == len(expected), str(query)
    assert list(answer.rows) == rows[:3]
    assert answer.complete or len(answer.rows) == 3
    assert searcher.facets(query) == reference.facets(query), str(query)


def check_as_written(searcher: Searcher, view: View, reference: Reference, query: Query) -> None:
    """The query finds what is expected of the value it was made as, and as it reads when it is written and read."""
    check(searcher, view, reference, query)
    read = parse(str(query))
    # Two negations are none when they are read, and only then does the text under them speak for relevance.
    whole, whole_read = (reference.hits(replace(each, sort=None, limit=None)) for each in (query, read))
    assert whole_read == whole, str(query)
    if read != query:
        check(searcher, view, reference, read)


def check_entries(view: View, reference: Reference) -> None:
    with_rows = [(item, view.row_of(item.id)) for item in reference.items]
    rows = [row for _, row in with_rows if row is not None]
    assert len(rows) == len(reference.items)
    sightings = view.sightings(rows)
    for (item, row), entry in zip(with_rows, view.entries(rows), strict=True):
        assert row is not None
        shown = entry.item
        assert (entry.id, shown.title, shown.source, shown.kind) == (item.id, item.title, item.source, item.kind)
        assert (shown.published, shown.updated) == (item.published, item.updated)
        assert (entry.read, entry.starred, entry.seen) == (item.read, item.starred, item.seen)
        assert frozenset(sightings[row]) == item.sightings
        assert "\n".join(view.text(row)) == item.text
        assert all(view.row_of(each) == row for each in item.ids)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(corpora(), st.lists(queries, min_size=1, max_size=8), st.randoms(use_true_random=False), st.integers(1, 5))
def test_small_catalogues_answer_as_the_reference(
    documents: tuple[Document, ...], asked: list[Query], rng: random.Random, batch: int
) -> None:
    marks = marks_of([item for each in documents for item in each.items], rng)
    reference = Reference(documents, marks, SAVED, date.today())
    with TemporaryDirectory() as folder:
        path = Path(folder, "c.sqlite")
        fill(path, documents, marks, batch)
        searcher, view = Searcher(path, SAVED), FacetView(path)
        try:
            check_entries(view, reference)
            for query in asked:
                check(searcher, view, reference, query)
        finally:
            searcher.close()
            view.close()


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Searcher, View, Reference]]:
    documents = generated(1, ITEMS // ITEMS_A_DOCUMENT)
    marks = marks_of([item for each in documents for item in each.items], random.Random(1))
    path = tmp_path_factory.mktemp("large") / "c.sqlite"
    fill(path, documents, marks, batch=7)
    searcher, view = Searcher(path, SAVED), View(path)
    yield searcher, view, Reference(documents, marks, SAVED, date.today())
    searcher.close()
    view.close()


def test_a_larger_catalogue_holds_what_the_reference_does(large: tuple[Searcher, View, Reference]) -> None:
    check_entries(large[1], large[2])


@settings(max_examples=QUERIES, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(query=queries)
def test_a_larger_catalogue_answers_as_the_reference(large: tuple[Searcher, View, Reference], query: Query) -> None:
    check_as_written(*large, query)


@pytest.mark.parametrize("text", [text for text in (*ATTACKS, *WORDS) if "/" not in text and len(text) < 999])
def test_what_other_languages_take_for_syntax_is_text(large: tuple[Searcher, View, Reference], text: str) -> None:
    for asked in (text, f'"{text}"', f"-{text}", f"title:{text}", f"doc:{text}", f"source:={text} OR {text}"):
        check(*large, parse(asked))
