"""A catalogue that is built of parts is the one that batches make."""

import fcntl
import os
import shutil
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from datetime import date
from itertools import count
from pathlib import Path
from random import Random

import pytest

from reader.catalogue import data_version, is_being_built, open_or_rebuild, to_key
from reader.catalogue.schema import ITEM_INDEXES
from reader.indexing import MOST_PARTS, Batch, Fingerprint, Packed, building, pack, take_over, workshop, write_part
from reader.indexing.staging import AGE
from reader.indexing.telling import KEY_PART
from reader.model import NO_FLAGS, Document, Flags, Item, Kind, Mark
from tests.catalogue.corpora import flags_of, generated, marks_of

ITEMS = (
    "SELECT row, key, story, title, name, kind, published, updated, body, seen, path, line, read, starred"
    " FROM items JOIN sources USING (source) LEFT JOIN texts USING (text)"
    " LEFT JOIN documents ON documents.doc = items.doc ORDER BY row"
)
ECHOES = (
    "SELECT path, line, row, title, name, kind, published, updated FROM echoes JOIN documents USING (doc)"
    " JOIN sources USING (source) ORDER BY path, line"
)
OTHERS = (
    "SELECT key, row FROM aliases ORDER BY key",
    "SELECT path, line, message FROM problems JOIN documents USING (doc) ORDER BY path, line, message",
    "SELECT path, size, mtime, inode, digest FROM documents ORDER BY path",
    "SELECT DISTINCT doc, term, col FROM instances ORDER BY doc, term, col",
    "SELECT word FROM lexicon WHERE word IN (SELECT term FROM instances) ORDER BY word",
)


def content(path: Path) -> list[list[tuple[object, ...]]]:
    """All that a catalogue tells."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE VIRTUAL TABLE temp.instances USING fts5vocab('main', 'words', 'instance')")
        return [connection.execute(query).fetchall() for query in (ITEMS, ECHOES, *OTHERS)]


def packed(documents: Sequence[Document]) -> list[Packed]:
    return [pack(each, Fingerprint(1, 2, 3), each.path.encode()) for each in documents]


def build(path: Path, documents: Sequence[Document], flags: Flags, random: Random) -> None:
    """Build a catalogue of parts, a few at a time."""
    connection = open_or_rebuild(path)
    building.begin(connection)
    rest, numbers = packed(documents), count()
    while rest:
        names = []
        for _ in range(random.randint(1, MOST_PARTS)):
            size = random.randint(0, 9)
            names.append(path.with_name(f"part{next(numbers)}"))
            write_part(names[-1], rest[:size])
            rest = rest[size:]
        take_over(connection, names, flags)
    finish(connection, flags)


def join(connection: sqlite3.Connection, flags: Flags = NO_FLAGS) -> None:
    version = data_version(connection)
    Batch(connection, flags).join(building.crowded(connection))
    building.end(connection, version)


def finish(connection: sqlite3.Connection, flags: Flags = NO_FLAGS) -> None:
    join(connection, flags)
    assert not is_being_built(connection)
    connection.close()


@pytest.mark.parametrize("seed", range(4))
def test_parts_make_what_batches_make(tmp_path: Path, seed: int) -> None:
    documents = generated(seed, 120)
    flags = flags_of(marks_of([item for each in documents for item in each.items], Random(seed)))
    connection = open_or_rebuild(tmp_path / "batches.sqlite")
    Batch(connection, flags).write(packed(documents))
    connection.close()
    build(tmp_path / "parts.sqlite", documents, flags, Random(seed))
    told, other = content(tmp_path / "batches.sqlite"), content(tmp_path / "parts.sqlite")
    assert any(row[12] for row in told[0])
    for mine, theirs in zip(told, other, strict=True):
        assert mine == theirs


def test_what_another_reader_has_written_meanwhile_is_not_taken_over_again(tmp_path: Path) -> None:
    documents = generated(7, 40)
    connection = open_or_rebuild(tmp_path / "c.sqlite")
    building.begin(connection)
    for name, some in (("one", documents[:25]), ("two", documents[10:])):
        write_part(tmp_path / name, packed(some))
        take_over(connection, [tmp_path / name], NO_FLAGS)
    finish(connection)
    build(tmp_path / "once.sqlite", documents, NO_FLAGS, Random(1))
    assert content(tmp_path / "c.sqlite") == content(tmp_path / "once.sqlite")


def test_what_comes_after_the_end_is_joined_too(tmp_path: Path) -> None:
    documents = generated(8, 40)
    connection = open_or_rebuild(tmp_path / "c.sqlite")
    building.begin(connection)
    for name, some in (("one", documents[:20]), ("two", documents[20:])):
        write_part(tmp_path / name, packed(some))
        take_over(connection, [tmp_path / name], NO_FLAGS)
        join(connection)
    finish(connection)
    build(tmp_path / "once.sqlite", documents, NO_FLAGS, Random(1))
    assert content(tmp_path / "c.sqlite") == content(tmp_path / "once.sqlite")


def test_what_another_reader_brings_while_the_indexes_are_made_is_joined_too(tmp_path: Path) -> None:
    documents = generated(8, 40)
    connection, other = (open_or_rebuild(tmp_path / "c.sqlite") for _ in range(2))
    building.begin(connection)
    for name, some in (("one", documents[:20]), ("two", documents[20:])):
        write_part(tmp_path / name, packed(some))
    take_over(connection, [tmp_path / "one"], NO_FLAGS)
    version = data_version(connection)
    Batch(connection, NO_FLAGS).join(building.crowded(connection))
    made: list[int] = []

    def bring() -> None:
        if not made:
            take_over(other, [tmp_path / "two"], NO_FLAGS)
        made.append(1)

    building.end(connection, version, bring)
    assert len(made) == len(ITEM_INDEXES)
    assert is_being_built(connection)
    other.close()
    finish(connection)
    build(tmp_path / "once.sqlite", documents, NO_FLAGS, Random(1))
    assert content(tmp_path / "c.sqlite") == content(tmp_path / "once.sqlite")


def test_an_article_that_its_own_document_lists_is_joined_in_its_part(tmp_path: Path) -> None:
    day = date(2012, 9, 7)
    listed = Item("Moon base", source="Orbit Notes", published=day, line=5)
    article = Item("Moon Base", Kind.ARTICLE, "Orbit Notes", text=("A base.",), line=4)
    documents = [Document(f"{name}.txt", (article, listed, Item("Else", line=6))) for name in "ab"]
    # Made on the article, before there was a headline that dates it.
    flags = flags_of({article.id: Mark(starred=True)})
    connection = open_or_rebuild(tmp_path / "c.sqlite")
    building.begin(connection)
    for document in documents:
        write_part(tmp_path / document.path, packed([document]))
    take_over(connection, [tmp_path / document.path for document in documents], flags)
    query = "SELECT title, published, seen, starred FROM items WHERE kind = 2"
    assert connection.execute(query).fetchall() == [("Moon Base", day.toordinal(), 2, 1)] * 2
    finish(connection, flags)
    with closing(sqlite3.connect(tmp_path / "c.sqlite")) as done:
        assert done.execute(query).fetchall() == [("Moon Base", day.toordinal(), 4, 1)]
        assert done.execute("SELECT count(*), sum(seen) FROM items").fetchone() == (2, 6)


def steps(connection: sqlite3.Connection, part: Path, flags: Flags) -> int:
    """How many thousands of SQLite's instructions it takes to take over a part."""
    taken = 0

    def step() -> int:
        nonlocal taken
        taken += 1
        return 0

    connection.set_progress_handler(step, 1_000)
    take_over(connection, [part], flags)
    connection.set_progress_handler(None, 0)
    return taken


def test_marks_are_copied_without_a_look_at_every_item_for_each(tmp_path: Path) -> None:
    def with_marks(count: int) -> int:
        items = tuple(Item(f"Item {number}", line=number) for number in range(1, count + 1))
        write_part(tmp_path / f"part{count}", packed([Document("a.txt", items)]))
        flags = flags_of({item.id: Mark(starred=True) for item in items})
        with closing(open_or_rebuild(tmp_path / f"{count}.sqlite")) as connection:
            building.begin(connection)
            taken = steps(connection, tmp_path / f"part{count}", flags)
            assert connection.execute("SELECT count(*) FROM items WHERE starred = 1").fetchone() == (count,)
        return taken

    assert with_marks(2_000) < 8 * with_marks(500)


def test_documents_that_are_known_are_left_out_without_a_look_at_all_for_each(tmp_path: Path) -> None:
    def again(count: int) -> int:
        documents = [Document(f"{number}.txt", (Item(f"Item {number}"),)) for number in range(count)]
        with closing(open_or_rebuild(tmp_path / f"{count}.sqlite")) as connection:
            building.begin(connection)
            for name in ("one", "two"):
                write_part(tmp_path / f"{name}{count}", packed(documents))
                taken = steps(connection, tmp_path / f"{name}{count}", NO_FLAGS)
            assert connection.execute("SELECT count(*), sum(seen) FROM items").fetchone() == (count, count)
        return taken

    assert again(2_000) < 8 * again(500)


def colliding() -> tuple[Item, Item]:
    """Two items that want the same row number, when they stand in the same line."""
    seen: dict[int, Item] = {}
    for item in (Item(f"Title {number}") for number in count()):
        part = to_key(item.id) & KEY_PART
        if part in seen:
            return seen[part], item
        seen[part] = item
    raise AssertionError


def test_a_taken_number_is_found_without_a_look_at_all_items(tmp_path: Path) -> None:
    one, other = colliding()
    late = Document("late.txt", (other,))

    def beside(count: int) -> int:
        items = tuple(Item(f"Item {number}", line=number) for number in range(2, count + 2))
        with closing(open_or_rebuild(tmp_path / f"{count}.sqlite")) as connection:
            building.begin(connection)
            for name, document in (("many", Document("many.txt", (one, *items))), ("late", late)):
                write_part(tmp_path / f"{name}{count}", packed([document]))
                taken = steps(connection, tmp_path / f"{name}{count}", NO_FLAGS)
            query = "SELECT title FROM items WHERE title IN (?, ?) ORDER BY row"
            titles = connection.execute(query, (one.title, other.title)).fetchall()
            assert titles == [(one.title,), (other.title,)]
        return taken

    assert beside(20_000) <= 2 * beside(500)


def test_the_log_is_copied_into_the_file_while_a_catalogue_is_filled(tmp_path: Path) -> None:
    with closing(open_or_rebuild(tmp_path / "c.sqlite")) as connection:
        building.begin(connection)
        with building.copying(connection) as copy:
            write_part(tmp_path / "part", packed([Document("a.txt", (Item("Moon base"),))]))
            take_over(connection, [tmp_path / "part"], NO_FLAGS)
            copy()
        # Without the log beside it.
        shutil.copy(tmp_path / "c.sqlite", tmp_path / "alone.sqlite")
        with closing(sqlite3.connect(tmp_path / "alone.sqlite")) as alone:
            assert alone.execute("SELECT title FROM items").fetchall() == [("Moon base",)]


def test_a_workshop_leaves_nothing_and_takes_away_what_killed_programs_left(tmp_path: Path) -> None:
    with closing(open_or_rebuild(tmp_path / "c.sqlite")) as connection:
        left, in_use = (tmp_path / f"c.sqlite.parts-{name}" for name in ("left", "in-use"))
        unfinished, begun = (tmp_path / f"c.sqlite.making-{name}" for name in ("unfinished", "begun"))
        for folder in (left, in_use, unfinished, begun):
            folder.mkdir()
            (folder / "0").write_bytes(b"a part")
        os.utime(unfinished, (1, 1))
        handle = os.open(in_use, os.O_RDONLY)
        fcntl.flock(handle, fcntl.LOCK_EX)
        with workshop(connection) as folder:
            assert folder.parent == tmp_path
            assert folder.name.startswith("c.sqlite.parts-")
            (folder / "0").write_bytes(b"a part")
        os.close(handle)
        assert not folder.exists()
        assert not left.exists()
        assert not unfinished.exists()
        assert (in_use / "0").exists()
        assert (begun / "0").exists(), f"it is younger than {AGE} seconds"
