from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def path(tmp_path: Path) -> Iterator[Path]:
    """Where a state file is to be, in a folder that is not there yet. Nothing temporary may be left in it."""
    place = tmp_path / "state" / "reader" / "state.json"
    yield place
    assert not [left for left in place.parent.glob(".*") if left.name != ".state.json.lock"]
