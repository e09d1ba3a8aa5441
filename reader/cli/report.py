"""What ``reader doctor`` prints: a line for each finding, and what becomes of it."""

import os
from argparse import Namespace
from datetime import UTC, datetime
from pathlib import Path

from reader.clean import printable
from reader.cli import output
from reader.cli.settings import existing, places_with
from reader.cli.table import Paint
from reader.config import Config, Places, default_paths, load
from reader.doctor import Finding, examine
from reader.errors import ConfigError, ReaderError

FINE, WRONG = output.DIM, output.YELLOW


def report(options: Namespace) -> int:
    """Look at all places, mend where that was asked for, and say so; the exit code."""
    places = places_with(options.state)
    paths = existing(options.paths) or default_paths(_config(places), places, Path())
    paint = output.painter(os.environ)
    wrong = mended = curable = 0
    for finding in examine(places, paths, datetime.now(UTC)):
        what, is_mended = _outcome(finding, options.fix)
        wrong += finding.is_wrong
        mended += is_mended
        curable += finding.remedy is not None
        output.put(_line(finding, f"{finding.state} {what}".rstrip(), paint))
    output.complain(_summary(wrong, mended, curable, options.fix))
    return 1 if wrong > mended else 0


def _config(places: Places) -> Config:
    try:
        return load(places.config)
    except ConfigError:
        # One of the findings.
        return Config()


def _outcome(finding: Finding, fix: bool) -> tuple[str, bool]:
    """What becomes of a finding, and whether it is mended."""
    if finding.remedy is None:
        return "", False
    if not fix:
        return f"--fix would {finding.remedy.what}.", False
    try:
        return finding.mend(), True
    except ReaderError as error:
        return str(error), False


def _line(finding: Finding, told: str, paint: Paint) -> str:
    place = paint(f"{finding.place:10}", WRONG if finding.is_wrong else FINE)
    return f"{place}{printable(finding.path)}: {printable(told)}"


def _summary(wrong: int, mended: int, curable: int, fix: bool) -> str:
    if not wrong:
        return "Everything is in order."
    if fix:
        return f"Wrong: {wrong}; mended: {mended}."
    return f"Wrong: {wrong}; `reader doctor --fix` can mend {curable}."
