"""Each document in ``golden/`` against the JSON beside it, which says what the document tells.

After a wanted change, ``READER_UPDATE_GOLDEN=1 pytest tests/formats/test_golden.py`` writes the JSON anew.
The tests then fail, so that an update never passes for a check; the difference is for a person to read.
"""

import json
import os
from pathlib import Path

import pytest

from reader.formats import read
from reader.model import Document

GOLDEN = Path(__file__).parent / "golden"
DOCUMENTS = sorted(GOLDEN.glob("*.txt"))


def as_json(document: Document) -> str:
    told = {
        "lead_in": document.lead_in,
        "items": [
            {
                "line": item.line,
                "kind": item.kind,
                "title": item.title,
                "source": item.source,
                "published": item.published and item.published.isoformat(),
                "updated": item.updated and item.updated.isoformat(),
                "text": item.text,
            }
            for item in document.items
        ],
        "problems": [{"line": problem.line, "message": problem.message} for problem in document.problems],
    }
    return json.dumps(told, ensure_ascii=False, indent=1) + "\n"


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_document_tells_what_the_json_says(path: Path) -> None:
    document = read(path.name, path.read_bytes())
    expected = path.with_suffix(".json")
    if os.environ.get("READER_UPDATE_GOLDEN") == "1":
        expected.write_text(as_json(document), encoding="utf-8")
        pytest.fail(f"{expected.name} was written anew")
    assert as_json(document) == expected.read_text(encoding="utf-8")
    assert document.path == path.name
    assert {problem.path for problem in document.problems} <= {path.name}


def test_every_json_has_its_document() -> None:
    assert {path.stem for path in GOLDEN.glob("*.json")} == {path.stem for path in DOCUMENTS}
