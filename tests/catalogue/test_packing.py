"""What is written of an item agrees with what the item says of itself."""

from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from reader.catalogue import from_key, to_key
from reader.catalogue.packing import Fingerprint, indexed, pack
from reader.model import Document, Item, item_id
from reader.query import fold, words
from tests.catalogue.corpora import DAYS

texts = st.text(st.characters(codec="utf-8"), max_size=20)


@given(title=texts, source=texts, day=st.sampled_from(DAYS))
def test_ids_are_those_of_the_model(title: str, source: str, day: date | None) -> None:
    item = replace(Item(title, source=source), published=day)
    (row,) = pack(Document("/a", (item,)), Fingerprint(1, 2, 3), b"").rows
    assert from_key(row.key) == item.id
    assert from_key(row.story) == item_id(title, source, None)
    assert row.number & 0x3FFFFF == to_key(item.id) & 0x3FFFFF


@given(text=texts)
def test_the_index_is_given_the_words_of_the_matcher(text: str) -> None:
    given_to_index = indexed(text)
    if text.isascii():
        assert given_to_index == text
    else:
        assert given_to_index.split() == words(fold(text))
