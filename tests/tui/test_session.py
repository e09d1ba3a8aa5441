from contextlib import closing

import pytest

from reader.config import Config
from reader.searches import SavedSearches
from reader.session import Session, load_session
from reader.tui.app import ReaderApp
from reader.tui.running import _save_session
from tests.tui.stage import Library


async def test_everything_is_where_it_was(library: Library) -> None:
    async with library.open("night") as reader:
        await reader.press("j", "f", "3", "z")
        reader.app.theme = "nord"
        item = reader.main.entry
    session = reader.main.last_session
    assert item
    assert session == Session("night", item.id, "nord", "detail", filters=False, zoomed=True)
    async with library.open(session=session) as reader:
        assert "/ night" in reader.bar
        assert reader.main.entry
        assert reader.main.entry.id == item.id
        assert reader.focused == "detail"
        assert reader.list == ""
        assert reader.app.theme == "nord"
        await reader.press("z")
        assert reader.filters == ""
        assert "2/" in reader.status


async def test_an_item_far_beyond_the_first_answer(many: Library) -> None:
    async with many.open() as reader:
        await reader.press("G", "k", "k")
    session = reader.main.last_session
    async with many.open(session=session) as reader:
        assert reader.selected == "Parcel number 3 arrives"
        assert "498/500" in reader.status
        assert "Parcel number 3 arrives" in reader.list
        assert "Parcel number 3 arrives" in reader.detail
    assert reader.main.last_session == session


async def test_an_item_that_is_gone_leaves_the_first(library: Library) -> None:
    async with library.open(session=Session(item="0123456789abcdef")) as reader:
        assert reader.selected == "Old crane learns to dance"


async def test_an_item_that_the_query_does_not_list_leaves_the_first(library: Library) -> None:
    async with library.open() as reader:
        pass
    session = reader.main.last_session
    async with library.open(session=Session("tide", session.item)) as reader:
        assert reader.selected == "Tide gauge sings at night"


async def test_an_item_that_was_not_the_catalogues_yet(library: Library) -> None:
    """A deleted cache: the first answer is empty, the documents bring the item."""
    async with library.open() as reader:
        await reader.press("j", "j", "j")
    session = reader.main.last_session
    for file in (library.home / "cache").iterdir():
        file.unlink()
    async with library.open(session=session) as reader:
        assert reader.selected == "嫦娥五号带回月球样品"


@pytest.mark.parametrize("pane", ["list", "detail", "filters"])
async def test_leaving_at_once_loses_nothing(many: Library, pane: str) -> None:
    async with many.open() as reader:
        await reader.press("G")
    session = Session("parcel", reader.main.last_session.item, "nord", pane)
    async with many.start(session) as app:
        pass
    assert app.main
    assert app.main.last_session == session


@pytest.mark.parametrize("chosen", ["", "nord"])
def test_of_themes_only_one_that_was_chosen_is_kept(library: Library, chosen: str) -> None:
    searches = SavedSearches(library.home / "searches.toml")
    repository = library.repository()
    with closing(repository):
        app = ReaderApp(repository, Session(theme="dracula"), searches, Config())
        session = Session(theme=chosen or "dracula")
        _save_session(library.home / "session.json", "key", "monokai", app, session)
    assert load_session(library.home / "session.json", "key").theme == (chosen or "monokai")
