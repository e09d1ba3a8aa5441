"""What holds for this run: the places, the config and the documents, as environment and command line have them."""

import os
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from reader.config import Config, Places, default_paths, find_places, load
from reader.errors import UsageError
from reader.values import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that is settled before anything is read."""

    places: Places
    config: Config
    paths: tuple[Path, ...]


def settle(paths: Iterable[str], state: str | None) -> Settings:
    """What the command line names and the environment come to; :class:`ReaderError` where they make no sense."""
    places = places_with(state)
    config = load(places.config)
    return Settings(places, config, existing(paths) or default_paths(config, places, Path()))


def places_with(state: str | None) -> Places:
    """The places, with the state file that the command line names."""
    places = find_places(os.environ)
    return replace(places, state=Path(state)) if state else places


def existing(paths: Iterable[str]) -> tuple[Path, ...]:
    """The paths, all of which must lead to something."""
    return tuple(_existing(path) for path in paths)


def _existing(path: str) -> Path:
    try:
        os.stat(path)  # noqa: PTH116  # Path would take an empty text for the current folder
    except (FileNotFoundError, NotADirectoryError, ValueError) as error:
        raise UsageError(f"There is no file or folder {path!r}; `reader --help` lists the commands.") from error
    except OSError as error:
        raise UsageError(f"{path} cannot be opened: {error.strerror}.") from error
    return Path(path)
