"""A reader that is killed, or that is not alone, leaves nothing behind and nothing wrong."""

import subprocess
import sys
from pathlib import Path

from reader import scanning
from tests.test_scanning import fill

KILLED_WITH_WORKERS = """
import multiprocessing, os, signal, sys
from pathlib import Path
from reader import folders, scanning
from reader.catalogue import open_or_rebuild
from reader.catalogue.writer import NO_FLAGS
scanning.MANY_FILES = scanning.FILES_A_TASK = scanning.FIRST_BATCH = 1
def progress(_):
    assert multiprocessing.active_children()
    os.kill(os.getpid(), signal.SIGKILL)
scanning.Scan(open_or_rebuild(Path(sys.argv[1])), NO_FLAGS, progress).run(
    folders.walk(folders.roots([Path(sys.argv[2])])).files)
"""


def test_worker_processes_end_with_the_reader_that_started_them(tmp_path: Path) -> None:
    fill(tmp_path / "news", 50)
    command = [sys.executable, "-c", KILLED_WITH_WORKERS, str(tmp_path / "c.sqlite"), str(tmp_path / "news")]
    # Whoever is left holds the pipes open: then this waits in vain.
    done = subprocess.run(command, check=False, capture_output=True, timeout=30, cwd=Path(scanning.__file__).parents[1])
    assert done.returncode == -9, done.stderr.decode()
