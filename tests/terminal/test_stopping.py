"""ctrl+z and back; and leaving when the disk took nothing."""

import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.terminal.screen import ENTER, LEAVE, Terminal, terminal
from tests.terminal.test_terminal import DOCUMENT, starred


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "news").mkdir()
    (tmp_path / "news" / "harbour.txt").write_text(DOCUMENT)
    return tmp_path


def is_stopped(there: Terminal) -> bool:
    stat = Path(f"/proc/{there.process.pid}/stat")
    return stat.read_text().rpartition(")")[2].split()[0] == "T"


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="there is no /proc to see it in")
@pytest.mark.parametrize("by", ["key", "signal"])
def test_what_was_marked_is_saved_before_it_stops_and_painted_when_it_goes_on(home: Path, by: str) -> None:
    with terminal("news", home=home) as there:
        there.see("Ferry leaves on time")
        there.press("js")
        there.see("★")
        if by == "key":
            there.press("\x1a")
        else:
            there.kill(signal.SIGTSTP)
        there.until(lambda: is_stopped(there), "it to stop")
        assert starred(home) == ["Ferry leaves on time"]
        there.until(lambda: there.is_restored, "the terminal as it was")
        there.screen.reset()
        there.kill(signal.SIGCONT)
        there.until(lambda: there.raw.rfind(ENTER) > there.raw.rfind(LEAVE), "the second screen")
        there.see("★● 2020-05-02")
        there.press("s")
        there.until(lambda: "★" not in there.text, "the star to go")
        there.press("q")
        assert there.end() == (0, None)
    assert starred(home) == []


@pytest.fixture
def small(home: Path) -> Iterator[Path]:
    """A file system of 1 MB for the marks of ``home``."""
    place = home / "state"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(place)], check=False, capture_output=True
    )
    if mounted.returncode:
        pytest.skip("a file system cannot be mounted here")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def fill(place: Path) -> Path:
    """Leave no room."""
    filling = place / "filling"
    with filling.open("ab", 0) as file, pytest.raises(OSError, match="No space"):
        while True:
            file.write(b"x" * 4096)
    return filling


def test_when_the_disk_fills_up_nothing_is_lost_that_was_there_and_the_person_is_told(home: Path, small: Path) -> None:
    with terminal("news", home=home) as there:
        there.see("Ferry leaves on time")
        there.press("js")
        there.see("★")
        there.until(lambda: starred(home) == ["Ferry leaves on time"], "the first star")
        filling = fill(small)
        before = (small / "reader" / "state.json").read_bytes()
        there.press("js")
        there.until(lambda: "space left" in there.text, "the reason")
        there.press("q")
        assert there.end() == (1, None)
        said = there.raw.rpartition(LEAVE)[2].decode()
        assert "No space left on device. 1 mark could not be kept." in said
    assert (small / "reader" / "state.json").read_bytes() == before
    filling.unlink()
    with terminal("news", home=home) as there:
        there.see("★● 2020-05-02")
        fill(small)
        there.press("jjs")
        there.until(lambda: "space left" in there.text, "the reason")
        filling.unlink()
        there.until(lambda: len(starred(home)) == 2, "the second star, tried again")
        there.press("u")
        there.until(lambda: len(starred(home)) == 1, "it to be taken back")
        there.press("q")
        assert there.end() == (0, None)
