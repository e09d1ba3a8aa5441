import gc
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.tui.stage import CRANE, GREENHOUSE, ODD, Library, headline


@pytest.fixture(scope="module", autouse=True)
def _tidy() -> Iterator[None]:
    """Collect garbage once a module: apps are made of cycles, and hundreds of them take minutes to look through."""
    gc.disable()
    yield
    gc.enable()
    gc.collect()
    # What Textual keeps for good need not be looked through with the next module's.
    gc.freeze()


@pytest.fixture(autouse=True)
def _brisk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let Textual's driver look five times as often whether a key has been dealt with."""
    monkeypatch.setattr("textual._wait.SLEEP_GRANULARITY", 0.004)
    # What the app does for its own start is not for a process of many apps.
    for name in ("freeze", "enable"):
        monkeypatch.setattr(f"gc.{name}", lambda: None)


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Library:
    """A folder with nothing in it."""
    monkeypatch.chdir(tmp_path)
    return Library(tmp_path)


@pytest.fixture
def library(empty: Library) -> Library:
    """Ten items in three documents, one of which has a problem."""
    empty.write("greenhouse.txt", GREENHOUSE)
    empty.write("crane.txt", CRANE)
    empty.write("odd.txt", ODD)
    return empty


@pytest.fixture
def many(empty: Library) -> Library:
    """Five hundred headlines, a day apart: more than the first answer to a query brings."""
    months = ("January", "March", "May", "July", "August")
    days = [(year, month, day) for year in range(2000, 2004) for month in months for day in range(1, 26)]
    lines = (
        headline(f"Parcel number {number} arrives", f"{month} {day}, {year}")
        for number, (year, month, day) in enumerate(days, 1)
    )
    empty.write("parcels.txt", "".join(lines))
    return empty
