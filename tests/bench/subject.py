"""What is measured: the reader in a home of its own, the programs it is held against, and how they are run."""

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from tests.bench.corpus import Corpus
from tests.bench.terminal import Terminal

HERE = Path(__file__).parent


def ripgrep() -> tuple[str, ...]:
    """The command that looks for a fixed text in files; plain grep where there is no ripgrep."""
    return ("rg", "--no-config", "-F") if shutil.which("rg") else ("grep", "-rF")


class Home:
    """A home folder, and programs that run in it."""

    def __init__(self, folder: Path, corpus: Corpus) -> None:
        self.folder = folder
        self.corpus = corpus
        self.cache = folder / "cache"
        self.state = folder / "state" / "reader" / "state.json"
        self._env = {"HOME": str(folder), "PATH": os.environ["PATH"], "LANG": "C.UTF-8"}
        self._env |= {"TERM": "xterm-256color", "COLORTERM": "truecolor"}
        self._env |= {f"XDG_{name.upper()}_HOME": str(folder / name) for name in ("cache", "state", "config", "data")}
        folder.mkdir(parents=True, exist_ok=True)

    def run(self, *argv: str, cwd: Path | None = None) -> tuple[float, str]:
        """A whole process, which must end well: milliseconds, and what it wrote."""
        begin = time.perf_counter()
        done = subprocess.run(argv, env=self._env, cwd=cwd or self.folder, capture_output=True, check=False)
        took = (time.perf_counter() - begin) * 1e3
        assert done.returncode == 0, f"{argv[:6]!r} ended with {done.returncode}: {done.stderr.decode()}"
        return took, done.stdout.decode("utf-8", "replace")

    def cat(self) -> float:
        """All documents read once, in milliseconds."""
        names = sorted(file.name for file in Path(self.corpus.folder).iterdir())
        return self.run("sh", "-c", 'exec cat "$@" > /dev/null', "cat", *names, cwd=Path(self.corpus.folder))[0]

    def grep(self, text: str, hits: int) -> float:
        """The lines with ``text`` found by the fastest that there is, in milliseconds."""
        took, output = self.run(*ripgrep(), text, self.corpus.folder)
        assert output.count("\n") == hits
        return took

    def python(self, *arguments: str) -> tuple[float, str]:
        """The interpreter that runs this."""
        return self.run(sys.executable, *arguments)

    def list(self, query: str, hits: int) -> float:
        """``reader list`` as a whole process that must find so many items, in milliseconds."""
        took, output = self.python("-m", "reader", "list", "-q", query, self.corpus.folder)
        assert output.count("\n") == hits, f"{output.count(chr(10))} lines for {query!r}, not {hits}"
        return took

    def reader(self) -> Terminal:
        """The reader on the corpus, in a terminal; at the newest item, not where the last session was."""
        self.state.with_name("session.json").unlink(missing_ok=True)
        return self._terminal("-m", "reader", self.corpus.folder)

    def floor(self, lines: int = 0) -> Terminal:
        """The least there is, see :mod:`tests.bench.floor`."""
        return self._terminal(str(HERE / "floor.py"), *([str(lines)] if lines else []))

    def longest_stay(self) -> float:
        """See :mod:`tests.bench.watchdog`."""
        longest: float = json.loads(self.python(str(HERE / "watchdog.py"), self.corpus.folder, str(self.folder))[1])
        return longest

    def catalogue_size(self) -> int:
        """Bytes of all that is kept to make the reader fast."""
        return sum(file.stat().st_size for file in self.cache.rglob("*") if file.is_file())

    def forget(self) -> None:
        """Take the catalogue and the session away: the next start is the first."""
        for folder in (self.cache, self.state.parent):
            shutil.rmtree(folder, ignore_errors=True)

    def _terminal(self, *arguments: str) -> Terminal:
        return Terminal((sys.executable, *arguments), self._env, self.folder)


def kept(home: Home, folder: Path) -> Home:
    """Another home with the same catalogue."""
    shutil.copytree(home.cache, folder / "cache", dirs_exist_ok=True)
    return Home(folder, home.corpus)
