"""The news of folders, joined with what the person did to them."""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from reader import catalogue
from reader.errors import CatalogueError, ItemNotFound, ReaderError
from reader.indexing import list_missing
from reader.model import Kind, Mark, Sighting
from reader.parsing import MANY_FILES
from reader.query import parse
from reader.repository import Damaged, Flag, Repository
from reader.scanning import FIRST_FILES

STAMPS = "[Last Updated On: September {0}th, 2012] [Originally Added On: September {0}th, 2012]"
FIRST = f"""- A robot lands {STAMPS.format(5)}
- Shared headline {STAMPS.format(6)}
- Of the bridge - Insider {STAMPS.format(7)}
-
"""
SECOND = f"""The bridge is long.
It is old.
See the rest here:
Of the bridge - Insider
- Shared headline {STAMPS.format(6)}
- A tooth is found {STAMPS.format(8)}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "news" / "sub").mkdir(parents=True)
    (tmp_path / "news" / "a.txt").write_text(FIRST)
    (tmp_path / "news" / "sub" / "b.txt").write_text(SECOND)
    return tmp_path / "news"


@pytest.fixture
def repository(folder: Path, tmp_path: Path) -> Iterator[Repository]:
    opened = Repository.open([folder], state=tmp_path / "state.json", cache=tmp_path / "cache")
    opened.scan()
    yield opened
    assert opened.close() == ""


def test_of_many_new_documents_a_few_are_there_before_all_are_found(tmp_path: Path) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(MANY_FILES):
        (folder / f"{number}.txt").write_text(f"- Headline {number} {STAMPS.format(number % 9 + 1)}\n")
    opened = Repository.open([folder], state=tmp_path / "state.json", cache=tmp_path / "cache")
    listed: list[int] = []
    report = opened.scan(lambda _: listed.append(len(rows(opened))))
    assert listed[0] == FIRST_FILES
    assert (report.added, report.complete, opened.document_count) == (MANY_FILES, True, MANY_FILES)
    assert {entry.item.title for entry in opened.entries(rows(opened))} <= {f"Headline {n}" for n in range(MANY_FILES)}
    assert not opened.scan().differs
    assert opened.close() == ""


def rows(repository: Repository, text: str = "") -> list[int]:
    searcher = repository.searcher()
    found = list(searcher.first(parse(text)).rows)
    searcher.close()
    return found


def titles(repository: Repository, text: str = "") -> list[str]:
    return [entry.item.title for entry in repository.entries(rows(repository, text))]


def test_the_newest_is_listed_first(repository: Repository) -> None:
    assert titles(repository) == ["A tooth is found", "Of the bridge", "Shared headline", "A robot lands"]
    assert repository.document_count == 2


def test_an_article_has_its_text_and_the_day_of_its_headline(repository: Repository, folder: Path) -> None:
    (bridge,) = repository.entries(rows(repository, "bridge"))
    detail = repository.detail(bridge)
    assert (bridge.item.kind, bridge.item.published, bridge.seen) == (Kind.ARTICLE, bridge.item.updated, 2)
    assert detail.text == ("The bridge is long.", "It is old.")
    assert detail.sightings == (Sighting(f"{folder}/a.txt", 3), Sighting(f"{folder}/sub/b.txt", 4))
    assert [entry.item.title for entry in repository.index(detail)] == ["Shared headline", "A tooth is found"]
    assert detail.neighbours == ()


def test_a_headline_has_neighbours(repository: Repository) -> None:
    (shared,) = repository.entries(rows(repository, "shared"))
    around = repository.detail(shared).neighbours
    assert [entry.item.title for entry in around] == ["A tooth is found", "Of the bridge", "A robot lands"]


def test_an_item_is_found_by_the_beginning_of_its_id(repository: Repository) -> None:
    for entry in repository.entries(rows(repository)):
        assert repository.find(entry.id) == repository.find(entry.id[:12].upper()) == entry
    for wrong in ("", "xyz", "0" * 17, "-1", "0" * 16):
        with pytest.raises(ItemNotFound, match="No item has the id"):
            repository.find(wrong)


def test_an_item_is_found_by_the_id_that_only_its_headline_had(repository: Repository, folder: Path) -> None:
    (bridge,) = repository.entries(rows(repository, "bridge"))
    (folder / "a.txt").unlink()
    repository.scan()
    (undated,) = repository.entries(rows(repository, "bridge"))
    assert undated.item.published is None
    assert undated.id != bridge.id
    (folder / "a.txt").write_text(FIRST)
    repository.scan()
    assert repository.find(undated.id) == repository.find(bridge.id) == bridge


def test_marks_can_be_undone_and_done_again(repository: Repository) -> None:
    everything = rows(repository)
    assert len(repository.mark(everything, Flag.READ, True).ids) == 4
    assert repository.mark(everything, Flag.READ, True).ids == ()
    repository.mark(everything[:1], Flag.STARRED, True)
    repository.settle()
    assert titles(repository, "is:starred is:read") == ["A tooth is found"]
    repository.undo()
    repository.undo()
    repository.settle()
    assert rows(repository, "is:unread -is:starred") == everything
    repository.redo()
    repository.settle()
    assert rows(repository, "is:read") == everything


def test_marks_outlive_the_catalogue_and_the_document(folder: Path, tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    first = Repository.open([folder], state=state, cache=tmp_path / "one")
    first.scan()
    first.mark(rows(first, "tooth"), Flag.STARRED, True)
    assert first.close() == ""
    (folder / "sub" / "b.txt").unlink()
    for cache in ("one", "two"):
        again = Repository.open([folder], state=state, cache=tmp_path / cache)
        again.scan()
        (tooth,) = again.entries(rows(again, "is:missing"))
        assert (tooth.item.title, tooth.missing, tooth.starred) == ("A tooth is found", True, True)
        assert again.detail(tooth).sightings == ()
        again.close()


def test_problems_are_told_with_the_path_that_was_given(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    repository = Repository.open([Path("news"), Path("gone")], state=tmp_path / "s", cache=tmp_path / "c")
    repository.scan()
    assert [str(problem) for problem in repository.problems()] == [
        "gone:0: It cannot be opened: No such file or directory.",
        "news/a.txt:4: The list marker has no headline behind it.",
    ]
    repository.close()


def test_the_lines_of_a_document_are_shown_as_they_stand(repository: Repository, folder: Path) -> None:
    raw = repository.raw(Sighting(f"{folder}/sub/b.txt", 3))
    assert raw.lines[:2] == ("The bridge is long.", "It is old.")
    with pytest.raises(ReaderError, match="cannot be read: No such file"):
        repository.raw(Sighting(f"{folder}/gone.txt", 1))


def test_the_repository_knows_nothing_of_the_screen() -> None:
    # Nor, before it is asked to, of what fills the catalogue.
    unknown = {"textual", "rich", "dateutil", "regex", "reader.indexing", "reader.parsing", "reader.formats"}
    code = f"import reader.repository, sys; sys.exit(bool({unknown} & set(sys.modules)))"
    root = Path(__file__).parents[1]
    assert subprocess.run([sys.executable, "-c", code], check=False, cwd=root).returncode == 0


def test_where_no_catalogue_can_be_kept_there_is_one_for_this_run(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file where the folder should be")
    for run in range(2):
        opened = Repository.open([folder], state=tmp_path / "state.json", cache=tmp_path / "cache")
        opened.scan()
        place = opened._path.parent
        found = rows(opened)
        assert (len(found), place.is_dir()) == (4, True)
        (notice,) = opened.notices
        assert notice.startswith(f"The catalogue {tmp_path}/cache/")
        assert notice.endswith(" All documents are read anew at each start.")
        assert [entry.starred for entry in opened.entries(found[:1])] == [run == 1]
        opened.mark(found[:1], Flag.STARRED, True)
        assert opened.close() == ""
        assert not place.exists()


def test_where_no_catalogue_can_be_made_at_all_it_is_told(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_args: object, **_options: object) -> str:
        raise OSError(28, "No space left on device")

    (tmp_path / "cache").write_text("a file where the folder should be")
    monkeypatch.setattr(tempfile, "mkdtemp", full)
    with pytest.raises(CatalogueError, match=r"The catalogue .* cannot be used: File exists\."):
        Repository.open([folder], state=tmp_path / "state.json", cache=tmp_path / "cache")


def test_marks_are_kept_when_the_catalogue_breaks_under_them(folder: Path, tmp_path: Path) -> None:
    opened = Repository.open([folder], state=tmp_path / "state.json", cache=tmp_path / "cache")
    opened.scan()
    title = opened.entries(rows(opened)[:1])[0].item.title
    opened.mark(rows(opened)[:1], Flag.STARRED, True)
    break_catalogue(tmp_path / "cache")
    assert opened.close() == ""
    assert title in (tmp_path / "state.json").read_text()
    again = Repository.open([folder], state=tmp_path / "state.json", cache=tmp_path / "cache")
    try:
        again.scan()
    except Damaged:
        # Found out only now, and gone with it.
        again.close()
        again = Repository.open([folder], state=tmp_path / "state.json", cache=tmp_path / "cache")
        again.scan()
    assert [entry.item.title for entry in again.entries(rows(again, "is:starred"))] == [title]
    assert again.close() == ""


def test_a_catalogue_that_somebody_removes_is_missed(repository: Repository, tmp_path: Path) -> None:
    assert not repository.is_adrift
    for file in (tmp_path / "cache").iterdir():
        file.unlink()
    assert repository.is_adrift
    repository.scan()
    assert repository.is_adrift, "there is another one now"


def test_a_catalogue_that_breaks_while_starred_items_are_looked_for_is_damaged(folder: Path, tmp_path: Path) -> None:
    with closing(Repository.open([folder], state=tmp_path / "state.json", cache=tmp_path / "cache")) as repository:
        repository.scan()
    (path,) = (tmp_path / "cache").glob("*.sqlite")
    with closing(catalogue.open_or_rebuild(path)) as connection:
        break_catalogue(tmp_path / "cache")
        with pytest.raises(Damaged):
            list_missing(connection, {"0" * 16: Mark("A robot lands", starred=True)})
    assert not path.exists()


def break_catalogue(cache: Path) -> None:
    """Let nothing but the beginning of the catalogue in a folder be readable."""
    (path,) = cache.glob("*.sqlite")
    for file, start in ((path, 8192), (path.with_name(f"{path.name}-wal"), 0)):
        size = file.stat().st_size - start if file.exists() else 0
        if size > 0:
            with file.open("r+b") as opened:
                opened.seek(start)
                opened.write(b"\xff" * size)
