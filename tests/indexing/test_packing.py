"""What is written of an item agrees with what the item says of itself."""

import re
from datetime import date
from unicodedata import normalize

from hypothesis import given
from hypothesis import strategies as st

from reader.catalogue import from_key, to_key
from reader.indexing.packing import Columns, Fingerprint, Row, indexed, pack
from reader.model import Document, Item, fold_title, item_id
from reader.query import fold, words
from tests.catalogue.corpora import DAYS

texts = st.text(st.characters(codec="utf-8"), max_size=20)


@given(title=texts, source=texts, day=st.sampled_from(DAYS))
def test_ids_are_those_of_the_model(title: str, source: str, day: date | None) -> None:
    item = Item(title, source=source, published=day)
    (row,) = pack(Document("/a", (item,)), Fingerprint(1, 2, 3), b"").rows
    assert from_key(row.key) == item.id
    assert from_key(row.story) == item_id(title, source, None)
    assert row.number & 0x3FFFFF == to_key(item.id) & 0x3FFFFF


@given(text=texts | st.text("aZ ß ﬁ\u00a0\u2003\t\n\u00a8\u0130", max_size=8))
def test_a_title_is_folded_as_the_rule_of_identity_says(text: str) -> None:
    assert fold_title(text) == " ".join(normalize("NFKC", text).casefold().split())


def test_columns_are_those_of_a_row() -> None:
    assert Columns._fields == Row._fields


@given(text=texts | st.text("aZ_0-é\u0301ßﬁ½’東𝔘İſᎠꭰ·٣ ", max_size=20))
def test_the_index_is_given_the_words_of_the_matcher(text: str) -> None:
    # As SQLite's `ascii` splits and lowers.
    tokens = re.findall("[0-9A-Za-z\x80-\U0010ffff]+", indexed(text))
    assert [re.sub("[A-Z]", lambda letter: letter[0].lower(), token) for token in tokens] == words(fold(text))
