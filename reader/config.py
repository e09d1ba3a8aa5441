"""Where things are kept, and what the person has settled in ``config.toml``.

The places follow the XDG Base Directory Specification. Nothing here looks at the environment on its own: whoever
starts the program hands it in.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import field, fields
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from reader import disk
from reader.clean import clean_line
from reader.errors import ConfigError
from reader.values import dataclass

T = TypeVar("T")

SEARCH_URL = "https://duckduckgo.com/?q={query}"
"""Where the web is searched for an item that has no address, unless the person says otherwise."""

MOST_BYTES = 1 << 20
"""A larger file is none that a person has written."""


@dataclass(frozen=True, slots=True)
class Places:
    """What this program keeps on disk, and where. None of it need be there."""

    config: Path
    """``config.toml``."""
    searches: Path
    """``searches.toml``, the saved searches."""
    state: Path
    """``state.json``, the marks."""
    session: Path
    """``session.json``, where the person was."""
    cache: Path
    """The folder of the catalogues."""
    library: Path
    """The folder whose documents are read when no other is named."""


@dataclass(frozen=True, slots=True)
class Config:
    """What the person has settled; everything has a default."""

    paths: tuple[Path, ...] = ()
    """What to read when the command line names nothing."""
    theme: str = ""
    """The name of a theme; empty for the one used last."""
    keys: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Keys by the id of the command that they are for."""
    search_url: str = SEARCH_URL
    """An address with ``{query}`` where the words go."""


def find_places(environ: Mapping[str, str]) -> Places:
    """The places that the environment asks for; a relative or empty ``XDG_…`` counts as not set."""
    config = _base(environ, "XDG_CONFIG_HOME", ".config")
    state = _base(environ, "XDG_STATE_HOME", ".local/state")
    return Places(
        config=config / "config.toml",
        searches=config / "searches.toml",
        state=Path(environ.get("READER_STATE") or state / "state.json"),
        session=state / "session.json",
        cache=_base(environ, "XDG_CACHE_HOME", ".cache"),
        library=_base(environ, "XDG_DATA_HOME", ".local/share") / "library",
    )


def _base(environ: Mapping[str, str], variable: str, default: str) -> Path:
    given = Path(environ.get(variable, ""))
    if given.is_absolute():
        return given / "reader"
    try:
        home = Path(environ.get("HOME") or "~").expanduser()
    except RuntimeError as error:
        raise ConfigError("It is not known where your home folder is: HOME is not set.") from error
    return home / default / "reader"


def default_paths(config: Config, places: Places, cwd: Path) -> tuple[Path, ...]:
    """What to read when the command line names nothing.

    The paths in the config, else ``seeds`` in ``cwd``, else the library once something is in it, else the samples,
    so that a first start never shows an empty screen.
    """
    if config.paths:
        return config.paths
    seeds = cwd / "seeds"
    if seeds.is_dir():
        return (seeds,)
    return (places.library if _is_used(places.library) else _samples(),)


def _is_used(folder: Path) -> bool:
    """Whether something is in a folder; one that may not be looked into counts, for whoever reads it says so."""
    try:
        return any(folder.iterdir())
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return True


def _samples() -> Path:
    """The documents that ship with the program: in the package, or beside it in a checkout of the source."""
    package = Path(__file__).parent
    installed = package / "samples"
    return installed if installed.is_dir() else package.parent / "seeds"


def load(file: Path) -> Config:
    """What ``file`` settles. A missing file settles nothing; one that cannot be used is a :class:`ConfigError`."""
    settings = _Settings(file)
    return Config(
        paths=settings.take("paths", lambda value: _paths(value, file.parent), ()),
        theme=settings.take("theme", _text, ""),
        keys=settings.take("keys", _keys, MappingProxyType({})),
        search_url=settings.take("search_url", _search_url, SEARCH_URL),
    )


class _Settings:
    """The settings of a file, each of which is checked when it is taken."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._source = read_text(file)
        self._table = parse_toml(file, self._source)
        known = [setting.name for setting in fields(Config)]
        for name in self._table:
            if name not in known:
                raise self._refusal(name, f"there is no setting {name!r}, only {', '.join(known)}")

    def take(self, name: str, check: Callable[[object], T], default: T) -> T:
        if name not in self._table:
            return default
        try:
            return check(self._table[name])
        except ValueError as error:
            raise self._refusal(name, f"{name} {error}") from None

    def _refusal(self, name: str, what: str) -> ConfigError:
        found = re.search(rf"^[ \t]*\[?[ \t]*[\"']?{re.escape(name)}\b", self._source, re.MULTILINE)
        line = self._source.count("\n", 0, found.start()) + 1 if found else 0
        return refusal(self._file, what, line)


def read_text(file: Path) -> str:
    """The text of a configuration file, empty when there is none; :class:`ConfigError` when it cannot be read."""
    try:
        return read_bytes(file).decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise refusal(file, "it is not UTF-8") from error


def read_bytes(file: Path) -> bytes:
    """What a configuration file holds, before anybody knows whether it is text; :class:`ConfigError` as above."""
    try:
        with disk.opened(file) as (opened, _):
            data = opened.read(MOST_BYTES + 1)
    except FileNotFoundError:
        return b""
    except OSError as error:
        raise refusal(file, f"it cannot be read: {error.strerror or error}") from error
    if len(data) > MOST_BYTES:
        raise refusal(file, f"it is larger than {MOST_BYTES >> 20} MB")
    return data


def parse_toml(file: Path, source: str) -> dict[str, object]:
    """The table that ``source``, the text of ``file``, stands for; :class:`ConfigError` when it is not TOML."""
    if not source:
        return {}
    # Here and not above: most people have no such file, and the parser takes as long to import as argparse.
    from tomllib import TOMLDecodeError, loads

    try:
        return loads(source)
    except TOMLDecodeError as error:
        what, _, where = str(error).partition(" (at ")
        line = re.match(r"line (\d+)", where)
        at_end = source.rstrip().count("\n") + 1
        raise refusal(file, f"it is not TOML: {what}", int(line[1]) if line else at_end) from error


def refusal(file: Path, what: str, line: int = 0) -> ConfigError:
    """The error that says what is wrong in which line of ``file``; 0 means all of it."""
    return ConfigError(clean_line(f"{file}, line {line}: {what}." if line else f"{file}: {what}."))


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("is to be a text between quotation marks")
    return clean_line(value)


def _paths(value: object, folder: Path) -> tuple[Path, ...]:
    if not isinstance(value, list) or not all(isinstance(path, str) and path for path in value):
        raise ValueError('is to be a list of paths, such as ["~/news"]')
    try:
        return tuple(folder / Path(path).expanduser() for path in value)
    except RuntimeError:
        raise ValueError("names the home folder of somebody who is not known here") from None


def _keys(value: object) -> Mapping[str, str]:
    if not isinstance(value, dict):
        raise ValueError('is to be a table, such as [keys] and below it "mark.star" = "s"')
    return MappingProxyType(dict(_flat(value)))


def _flat(table: Mapping[str, object], before: str = "") -> "list[tuple[str, str]]":
    """The entries of a table; ids hold dots, which nest tables where somebody wrote no quotation marks."""
    found: list[tuple[str, str]] = []
    for name, value in table.items():
        if isinstance(value, dict):
            found += _flat(value, f"{before}{name}.")
        elif isinstance(value, str) and clean_line(value):
            found.append((clean_line(before + name), clean_line(value)))
        else:
            raise ValueError(f'needs the names of keys for {before}{name}, such as "s" or "ctrl+s,f5"')
    return found


def _search_url(value: object) -> str:
    from reader import web

    url = _text(value)
    if "{query}" not in url or not web.is_safe(url.replace("{query}", "words")):
        raise ValueError(f'is to be a web address that contains {{query}}, such as "{SEARCH_URL}"')
    return url
