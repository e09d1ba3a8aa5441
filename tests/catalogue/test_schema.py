"""The catalogue's file: made when it is needed, made again when it is of no use, and shared."""

import os
import sqlite3
from pathlib import Path

import pytest

from reader.catalogue import Damaged, View, open_or_rebuild
from reader.catalogue.connection import connect, remove
from reader.catalogue.schema import VERSION
from reader.errors import CatalogueError
from reader.indexing import known_documents
from reader.query import parse
from reader.searching import Searcher
from tests.catalogue.corpora import fill, generated


@pytest.fixture
def path(tmp_path: Path) -> Path:
    fill(tmp_path / "cache" / "c.sqlite", generated(1, 40))
    return tmp_path / "cache" / "c.sqlite"


def documents(path: Path) -> int:
    connection = open_or_rebuild(path)
    try:
        return len(known_documents(connection))
    finally:
        connection.close()


def test_a_catalogue_in_order_is_kept(path: Path) -> None:
    assert documents(path) == 40


@pytest.mark.parametrize(
    "damage", ["text", "empty", "cut off", "half a header", "header", "list of tables", "another database"]
)
def test_a_damaged_catalogue_is_made_again(path: Path, damage: str) -> None:
    data = path.read_bytes()
    other = path.with_name("other")
    connection = sqlite3.connect(other)
    connection.execute("CREATE TABLE meta (x)")
    connection.close()
    path.write_bytes(
        {
            "text": b"This is no database at all.",
            "empty": b"",
            "cut off": data[: len(data) // 2],
            "half a header": data[:50],
            "header": b"\0" * 100 + data[100:],
            "list of tables": data[:100] + b"\xff" * 1000 + data[1100:],
            "another database": other.read_bytes(),
        }[damage]
    )
    assert documents(path) == 0
    fill(path, generated(1, 10))
    assert documents(path) == 10


@pytest.mark.parametrize("version", [VERSION - 1, VERSION + 1])
def test_a_catalogue_of_another_version_is_made_again(path: Path, version: int) -> None:
    connection = sqlite3.connect(path)
    connection.execute(f"PRAGMA user_version = {version}")
    connection.close()
    assert documents(path) == 0


def test_damage_that_shows_only_when_it_is_read_is_told_and_gone_with_the_next_start(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[16384:] = os.urandom(len(data) - 16384)
    path.write_bytes(data)
    searcher = Searcher(path, {})
    with pytest.raises(Damaged, match="made again at the next start"):
        for text in ("", "moon", "-moon", "sort:title", "ooo", "doc:news seen:>1"):
            query = parse(text)
            searcher.facets(query)
    searcher.close()
    assert documents(path) == 0


def test_one_that_is_made_while_another_goes_takes_nothing_of_it(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    writer, reader = open_or_rebuild(path), connect(path)
    writer.execute("INSERT INTO sources (name) VALUES ('in the log')")
    count = "SELECT count(*) FROM sources"
    (known,) = reader.execute(count).fetchone()
    made: list[sqlite3.Connection] = []
    unlink = Path.unlink

    def listen(self: Path, *, missing_ok: bool = False) -> None:
        unlink(self, missing_ok=missing_ok)
        if self == path and not made:
            # As another thread may, whenever there is none.
            made.append(open_or_rebuild(path))

    monkeypatch.setattr(Path, "unlink", listen)
    remove(path)
    assert made[0].execute(count).fetchone() == (1,)
    assert reader.execute(count).fetchone() == (known,), "what is in memory of the old one is its own"
    for connection in (writer, reader, *made):
        connection.close()


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(CatalogueError, match=r"The catalogue .*c\.sqlite cannot be used: File exists"):
        open_or_rebuild(tmp_path / "file" / "c.sqlite")


def test_a_catalogue_that_is_a_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "c.sqlite").mkdir()
    with pytest.raises(CatalogueError, match="cannot be used"):
        open_or_rebuild(tmp_path / "c.sqlite")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
@pytest.mark.parametrize("there", [True, False])
def test_a_folder_that_may_not_be_written_to_is_told(path: Path, there: bool) -> None:
    if not there:
        path.unlink()
    path.parent.chmod(0o500)
    try:
        with pytest.raises(CatalogueError, match="cannot be used"):
            open_or_rebuild(path)
    finally:
        path.parent.chmod(0o700)


def test_a_file_that_may_not_be_written_to_is_kept(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    connect = sqlite3.connect

    def read_only(name: str, **options: object) -> sqlite3.Connection:
        return connect(name.replace("mode=rwc", "mode=ro"), **options)  # type: ignore[call-overload,no-any-return]

    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
    connection.close()
    monkeypatch.setattr(sqlite3, "connect", read_only)
    with pytest.raises(CatalogueError, match="readonly"):
        open_or_rebuild(path)
    monkeypatch.undo()
    assert documents(path) == 40


def test_a_file_that_is_write_protected_is_told_before_anything_is_to_be_written(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda *_args: False)
    with pytest.raises(
        CatalogueError, match=r"The catalogue .*c\.sqlite cannot be used: The file is write-protected\."
    ):
        open_or_rebuild(path)
    monkeypatch.undo()
    assert documents(path) == 40


def test_a_view_needs_a_catalogue(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match="cannot be opened"):
        View(tmp_path / "none.sqlite")


def test_a_view_reads_while_another_connection_writes(path: Path) -> None:
    view, writer = View(path), open_or_rebuild(path)
    writer.execute("BEGIN IMMEDIATE")
    writer.execute("DELETE FROM documents")
    assert view.document_count() == 40
    writer.execute("COMMIT")
    assert view.document_count() == 0
    view.close()
    writer.close()
