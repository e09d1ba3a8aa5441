import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.bench import corpus
from tests.bench.subject import Home, ripgrep
from tests.bench.table import GREP, Table


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Every size in ``READER_BENCH_ITEMS``, for the benchmarks that have a corpus."""
    if "warm" in metafunc.fixturenames:
        sizes = [int(size) for size in os.environ.get("READER_BENCH_ITEMS", "1000,100000").split(",")]
        metafunc.parametrize("warm", sizes, indirect=True, scope="session", ids=[f"{size:,}" for size in sizes])


@pytest.fixture(scope="session")
def runs() -> int:
    """How often everything is measured."""
    return int(os.environ.get("READER_BENCH_RUNS", "5"))


@pytest.fixture(scope="session")
def place() -> Iterator[Path]:
    """Where corpora and homes are; corpora stay there when ``READER_BENCH_DIR`` names it."""
    with ExitStack() as stack:
        kept = os.environ.get("READER_BENCH_DIR")
        yield Path(kept or stack.enter_context(tempfile.TemporaryDirectory(prefix="reader-bench-"))).resolve()


@pytest.fixture(scope="session")
def warm(request: pytest.FixtureRequest, place: Path) -> Iterator[Home]:
    """A home whose reader has seen the corpus already."""
    folder = place / f"{request.param}"
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="home-", dir=place) as home:
        warm = Home(Path(home), corpus.make(folder, request.param))
        warm.list(corpus.ONE_OFF, 1)
        yield warm


@pytest.fixture(scope="session")
def table(runs: int) -> Iterator[Table]:
    """The table, printed when all is measured, and written to ``READER_BENCH_OUT`` if that is set."""
    table = Table(GREP if ripgrep()[0] == "rg" else " ".join(ripgrep()), runs)
    yield table
    print(f"\n\n{table.markdown()}")
    if out := os.environ.get("READER_BENCH_OUT"):
        Path(out).write_text(table.markdown())
