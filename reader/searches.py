"""Saved searches: queries that have a name, in a file that people can read and edit.

``searches.toml`` holds one ``name = "query"`` a line. What is changed here leaves every other line as it is, comments
too.
"""

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from reader import disk
from reader.clean import clean_line
from reader.config import parse_toml, read_bytes, read_text, refusal
from reader.errors import ConfigError
from reader.query import parse
from reader.values import dataclass

_NAME = re.compile(r"[\w-]+")
_LINE = re.compile(r"""[ \t]*["']?([\w-]+)["']?[ \t]*=""")


@dataclass(frozen=True, slots=True)
class _Reading:
    """What the file was seen to hold."""

    stamp: disk.Stamp | None
    source: str
    searches: Mapping[str, str]
    problem: str = ""


class SavedSearches(Mapping[str, str]):
    """Queries by name, as the file has them now: it is read again whenever it has changed.

    A damaged file leaves in force what was read before the damage, or else what can be made out of it line by line;
    :attr:`problem` says what is wrong with it, and it is only ever written to by :meth:`mend`. Any thread may read.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._last = _Reading(None, "", {})

    @property
    def problem(self) -> str:
        """The sentence that says what is wrong with the file; empty when nothing is."""
        return self._current().problem

    def __getitem__(self, name: str) -> str:
        return self._current().searches[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._current().searches)

    def __len__(self) -> int:
        return len(self._current().searches)

    def refusal(self, name: str, old: str = "") -> str:
        """Why no search can be called ``name``, nor ``old`` be renamed to it: a sentence, empty when it can be."""
        if not _NAME.fullmatch(name):
            return f"{clean_line(name)!r} cannot name a search, which takes letters, digits, - and _ alone."
        return f"There is a saved search {name!r} already." if old and name != old and name in self else ""

    # Changes. Each waits for the disk, and raises ConfigError when it cannot be made.

    def save(self, name: str, query: str) -> None:
        """Call ``query`` by ``name`` from now on, whatever bore that name before."""
        with self._alone() as file:
            self._write(file, name, {self._valid(name): clean_line(query)})

    def rename(self, old: str, new: str) -> None:
        """Let the search ``old`` be called ``new``, as no other may be, in the searches that contain it too."""
        with self._alone() as file:
            query = self._known(old)
            self._write(file, old, {self._valid(new, old): query})
            for name, text in self._last.searches.items():
                asked = parse(text)
                if (renamed := asked.renaming(old, new)) != asked:
                    self._write(file, name, {name: str(renamed)})

    def delete(self, name: str) -> None:
        """Forget the search ``name``."""
        with self._alone() as file:
            self._known(name)
            self._write(file, name, {})

    def mend(self, now: datetime) -> Path | None:
        """Keep a damaged file under another name, which is returned, and what is in force in its place."""
        file = self._path.resolve()
        with self._locked(file):
            last = self._current()
            if not last.problem:
                return None
            aside = disk.set_aside(file, now)
            self._replace(file, _edited("", "", last.searches), last.searches)
            return aside

    def _valid(self, name: str, old: str = "") -> str:
        if refusal := self.refusal(name, old):
            raise ConfigError(refusal)
        return name

    def _known(self, name: str) -> str:
        if name not in self._last.searches:
            raise ConfigError(f"There is no saved search {name!r}.")
        return self._last.searches[name]

    @contextmanager
    def _alone(self) -> Iterator[Path]:
        """Keep other readers from the file, which this gives; a link to it stays a link."""
        file = self._path.resolve()
        with self._locked(file):
            if problem := self._current().problem:
                raise ConfigError(problem)
            yield file

    @contextmanager
    def _locked(self, file: Path) -> Iterator[None]:
        try:
            disk.make_folder(file.parent)
            with disk.locked(file):
                yield
        except OSError as error:
            raise refusal(self._path, f"it cannot be written: {error.strerror or error}") from error

    def _write(self, file: Path, old: str, new: Mapping[str, str]) -> None:
        """Put the entry ``new`` (or none) in the place of ``old``."""
        last = self._last
        searches = {name: query for name, query in last.searches.items() if name != old} | dict(new)
        source = _edited(last.source, old, new)
        if not _means(file, source, searches):
            # Lines that mean more than they seem to, such as a text of several lines: all are written anew.
            source = _edited("", "", searches)
        self._replace(file, source, searches)

    def _replace(self, file: Path, source: str, searches: Mapping[str, str]) -> None:
        temporary, stamp = disk.write_beside(file, [source.encode()], self._last.stamp)
        disk.replace(file, temporary)
        self._last = _Reading(stamp, source, searches)

    def _current(self) -> _Reading:
        try:
            stamp = disk.stamp_of(self._path)
            if stamp != self._last.stamp:
                source = read_text(self._path)
                self._last = _Reading(stamp, source, _searches(self._path, source))
        except OSError as error:
            what = f"it cannot be looked at: {error.strerror or error}"
            self._last = replace(self._last, stamp=None, problem=str(refusal(self._path, what)))
        except ConfigError as error:
            searches = self._last.searches or _salvaged(self._path)
            self._last = replace(self._last, stamp=stamp, searches=searches, problem=str(error))
        return self._last


def _searches(file: Path, source: str) -> dict[str, str]:
    """What the text of a file means; :class:`ConfigError` when it is not a list of searches."""
    searches: dict[str, str] = {}
    for name, query in parse_toml(file, source).items():
        if not _NAME.fullmatch(name):
            raise refusal(file, f"{name!r} cannot name a search, which takes letters, digits, - and _ alone")
        if not isinstance(query, str):
            raise refusal(file, f'the search {name!r} is to be a text, such as {name} = "is:unread"')
        searches[name] = clean_line(query)
    return searches


def _salvaged(file: Path) -> dict[str, str]:
    """The searches that can be made out of a damaged file, line by line."""
    searches: dict[str, str] = {}
    with suppress(ConfigError):
        for line in read_bytes(file).splitlines():
            with suppress(ConfigError, UnicodeDecodeError):
                text = line.decode("utf-8-sig")
                searches |= _searches(file, text) if _LINE.match(text) else {}
    return searches


def _means(file: Path, source: str, searches: Mapping[str, str]) -> bool:
    try:
        return _searches(file, source) == searches
    except ConfigError:
        return False


def _edited(source: str, old: str, new: Mapping[str, str]) -> str:
    """``source`` with the entries ``new`` in the place of ``old``, or at the end when that is not there."""
    lines = source.rstrip("\n").split("\n") if source else []
    entries = [f"{_key(name)} = {json.dumps(query, ensure_ascii=False)}" for name, query in new.items()]
    defining = (at for at, line in enumerate(lines) if (found := _LINE.match(line)) and found[1] == old)
    at = next(defining, len(lines))
    lines[at : at + 1] = entries
    return "".join(f"{line}\n" for line in lines)


def _key(name: str) -> str:
    return name if name.isascii() else f'"{name}"'
