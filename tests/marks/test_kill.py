import os
import subprocess
import sys
from pathlib import Path

import reader
from reader.marks import StateFile

from .samples import ident, numbered

WRITER = """
import sys
from pathlib import Path
from reader.marks import StateFile
from reader.model import Mark

state = StateFile(Path(sys.argv[1]))
number = int(sys.argv[2])
while True:
    state.apply({f"{number:016x}": Mark("written", read=True)})
    state.save()
    print(number, flush=True)
    number += 1
"""


def killed_after(saves: int, path: Path, first: int) -> int:
    """Let a real program save on and on, kill it in the midst; the last number that it saved for sure."""
    environment = {"PYTHONPATH": str(Path(reader.__file__).parent.parent), "PATH": os.defpath}
    command = [sys.executable, "-c", WRITER, str(path), str(first)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment, text=True) as writer:
        assert writer.stdout
        for _ in range(saves):
            writer.stdout.readline()
        writer.kill()
        rest = writer.stdout.read().split("\n")
    return first + saves - 1 + len(rest) - 1


def test_a_program_killed_while_it_saves_loses_nothing_and_leaves_a_good_file(path: Path) -> None:
    state = StateFile(path)
    state.apply(numbered(*range(2000)))
    state.save()
    first = 2000
    for saves in range(1, 11):
        last = killed_after(saves, path, first)
        state = StateFile(path)
        state.load()
        assert state.notices == ()
        assert state.marks.keys() >= {ident(number) for number in range(last + 1)}
        first = last + 1
    assert not list(path.parent.glob("*.corrupt-*"))
    state.apply(numbered(first + 1))
    state.save()
