import shutil
import subprocess
from pathlib import Path

import pytest

from reader.cli.arguments import COMMANDS, SHELLS

from .conftest import Reader

BASH = """
source {script}
COMP_WORDS=({words}); COMP_CWORD={at}; COMPREPLY=()
_reader 2>/dev/null
printf '%s\\n' "${{COMPREPLY[@]}}"
"""


@pytest.fixture(params=SHELLS)
def script(request: pytest.FixtureRequest, reader: Reader) -> str:
    outcome = reader("completion", request.param)
    assert (outcome.code, outcome.err) == (0, "")
    return outcome.out


def test_scripts_know_commands_options_and_choices(script: str) -> None:
    for command in COMMANDS:
        assert command in script
    for option in ("query", "json", "limit", "state", "theme", "dry-run", "version"):
        assert option in script
    assert "read unread starred unstarred" in script


@pytest.mark.parametrize("shell", SHELLS)
def test_shells_can_parse_their_scripts(reader: Reader, tmp_path: Path, shell: str) -> None:
    if not shutil.which(shell):
        pytest.skip(f"{shell} is not installed")
    file = tmp_path / "script"
    file.write_text(reader("completion", shell).out)
    done = subprocess.run([shell, "-n", str(file)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.skipif(not shutil.which("bash"), reason="bash is not installed")
@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("reader l", {"list", "library"}),
        ("reader ''", {*COMMANDS, "library", "news.txt"}),
        ("reader list --", {"--help", "--query", "--json", "--limit", "--state"}),
        ("reader news.txt --th", {"--theme"}),
        ("reader mark st", {"starred"}),
        ("reader mark read ''", {"library", "news.txt"}),
        ("reader completion z", {"zsh"}),
        ("reader list --state n", {"news.txt"}),
        ("reader list -q n", set()),
        ("reader list --limit ''", set()),
    ],
)
def test_bash_completes(reader: Reader, tmp_path: Path, words: str, expected: set[str]) -> None:
    file = tmp_path / "script"
    file.write_text(reader("completion", "bash").out)
    folder = tmp_path / "folder"
    (folder / "library").mkdir(parents=True)
    (folder / "news.txt").touch()
    text = BASH.format(script=file, words=words, at=len(words.split()) - 1)
    done = subprocess.run(["bash", "-c", text], cwd=folder, capture_output=True, text=True, check=True)
    assert set(done.stdout.split()) == expected
