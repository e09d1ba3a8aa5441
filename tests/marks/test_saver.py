from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from queue import Queue
from threading import Event

import pytest

from reader.errors import StateError
from reader.marks import Saver, SaveReport, StateFile, saver

from .samples import numbered
from .test_state_file import loaded

LONG = 30.0
"""Seconds until a test gives up; none takes them."""


class Disk(StateFile):
    """A state file whose saves wait, fail and are counted as a test says."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.saves = 0
        self.error = ""
        self.started, self.go = Event(), Event()
        self.go.set()

    def save(self) -> None:
        self.saves += 1
        self.started.set()
        assert self.go.wait(LONG)
        if self.error:
            raise StateError(self.error)
        super().save()


@dataclass
class Rig:
    disk: Disk
    saver: Saver
    reports: "Queue[SaveReport]" = field(default_factory=Queue)

    def report(self) -> SaveReport:
        return self.reports.get(timeout=LONG)


@pytest.fixture
def rig(path: Path) -> Iterator[Rig]:
    disk, reports = Disk(path), Queue[SaveReport]()
    made = Rig(disk, Saver(disk, reports.put), reports)
    yield made
    disk.error = ""
    disk.go.set()
    made.saver.close(LONG)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saver, "RETRY_FIRST", 0.001)
    monkeypatch.setattr(saver, "RETRY_MOST", 0.002)


def test_what_was_requested_is_saved_and_reported(rig: Rig, path: Path) -> None:
    rig.disk.apply(numbered(1))
    rig.saver.request()
    assert rig.report() == SaveReport()
    assert loaded(path).marks == numbered(1)


def test_a_request_does_not_wait_for_the_disk(rig: Rig, path: Path) -> None:
    rig.disk.go.clear()
    rig.saver.request()
    assert rig.disk.started.wait(LONG)
    rig.disk.apply(numbered(1))
    rig.saver.request()
    assert not path.exists()
    assert not rig.saver.flush(0.0)


def test_requests_made_during_a_save_are_one(rig: Rig, path: Path) -> None:
    rig.disk.go.clear()
    rig.saver.request()
    assert rig.disk.started.wait(LONG)
    for number in range(50):
        rig.disk.apply(numbered(number))
        rig.saver.request()
    rig.disk.go.set()
    assert rig.saver.flush(LONG)
    assert rig.disk.saves == 2
    assert loaded(path).marks == numbered(*range(50))


def test_flush_tells_whether_all_is_saved(rig: Rig, path: Path) -> None:
    rig.disk.apply(numbered(1))
    assert rig.saver.flush(LONG)
    assert loaded(path).marks == numbered(1)
    rig.disk.error = "No."
    assert not rig.saver.flush(LONG)


@pytest.mark.usefixtures("impatient")
def test_a_failure_is_told_once_and_tried_again_until_it_works(rig: Rig, path: Path) -> None:
    rig.disk.apply(numbered(1))
    rig.disk.error = "The disk is full."
    rig.saver.request()
    assert rig.report() == SaveReport("The disk is full.")
    assert not rig.saver.flush(LONG)
    assert not rig.saver.flush(LONG)
    rig.disk.error = "The folder is gone."
    assert rig.report() == SaveReport("The folder is gone.")
    rig.disk.error = ""
    assert rig.report() == SaveReport()
    assert loaded(path).marks == numbered(1)
    rig.disk.error = "The disk is full."
    rig.saver.request()
    assert rig.report() == SaveReport("The disk is full.")


def test_attempts_grow_rarer(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: Queue[float | None] = Queue()
    waiting = rig.saver._turn.wait_for

    def noted(ready: Callable[[], bool], timeout: float | None = None) -> bool:
        if timeout != saver.PAUSE:
            pauses.put(timeout)
        return waiting(ready, 0.001 if timeout else timeout)

    monkeypatch.setattr(rig.saver._turn, "wait_for", noted)
    rig.disk.error = "No."
    rig.saver.request()
    seen = [pauses.get(timeout=LONG) for _ in range(10)]
    rig.disk.error = ""
    assert seen == [None, 0.25, 0.5, 1, 2, 4, 8, 16, 30, 30]


def test_a_request_does_not_wait_for_the_next_attempt(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saver, "RETRY_FIRST", 10 * LONG)
    rig.disk.error = "No."
    rig.saver.request()
    assert rig.report() == SaveReport("No.")
    rig.disk.error = ""
    rig.saver.request()
    assert rig.report() == SaveReport()


def test_close_saves_what_is_left(rig: Rig, path: Path) -> None:
    rig.disk.apply(numbered(1))
    assert rig.saver.close() == ""
    assert loaded(path).marks == numbered(1)
    assert rig.saver.close() == ""
    with pytest.raises(RuntimeError):
        rig.saver.request()


def test_close_waits_for_the_save_under_way_and_saves_what_came_after(rig: Rig, path: Path) -> None:
    rig.disk.go.clear()
    rig.disk.apply(numbered(1))
    rig.saver.request()
    assert rig.disk.started.wait(LONG)
    rig.disk.apply(numbered(2))
    rig.disk.go.set()
    assert rig.saver.close(LONG) == ""
    assert loaded(path).marks == numbered(1, 2)


def test_close_tells_what_could_not_be_kept(rig: Rig) -> None:
    rig.disk.apply(numbered(1))
    rig.disk.error = "The disk is full."
    rig.saver.request()
    assert rig.saver.close(LONG) == "The disk is full."


def test_close_does_not_wait_for_ever(rig: Rig, path: Path) -> None:
    rig.disk.go.clear()
    rig.saver.request()
    assert rig.disk.started.wait(LONG)
    sentence = f"Marks are still being written to {path}; the disk does not answer."
    assert rig.saver.close(timeout=0.0) == sentence


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_defect_in_the_listener_does_not_end_saving(path: Path) -> None:
    told = Event()

    def defective(_report: SaveReport) -> None:
        told.set()
        raise ZeroDivisionError

    state = StateFile(path)
    keeper = Saver(state, defective)
    state.apply(numbered(1))
    assert keeper.flush(LONG)
    assert told.wait(LONG)
    thread = keeper._thread
    assert thread
    thread.join(LONG)
    state.apply(numbered(2))
    assert keeper.flush(LONG)
    assert loaded(path).marks == numbered(1, 2)
    assert keeper.close(LONG) == ""
