import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from reader.config import SEARCH_URL, Config, default_paths, find_places, load
from reader.errors import ConfigError


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


# Places


def test_places_are_where_the_environment_says() -> None:
    places = find_places(
        {
            "HOME": "/home/ann",
            "XDG_CONFIG_HOME": "/a",
            "XDG_STATE_HOME": "/b",
            "XDG_CACHE_HOME": "/c",
            "XDG_DATA_HOME": "/d",
        }
    )
    assert places.config == Path("/a/reader/config.toml")
    assert places.searches == Path("/a/reader/searches.toml")
    assert places.state == Path("/b/reader/state.json")
    assert places.session == Path("/b/reader/session.json")
    assert places.cache == Path("/c/reader")
    assert places.library == Path("/d/reader/library")


@pytest.mark.parametrize("unusable", ["", "relative/folder", "~/config"])
def test_places_have_defaults_where_the_environment_has_nothing_usable(unusable: str) -> None:
    named = dict.fromkeys(("XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME"), unusable)
    for environ in ({"HOME": "/home/ann"}, {"HOME": "/home/ann", **named}):
        places = find_places(environ)
        assert places.config == Path("/home/ann/.config/reader/config.toml")
        assert places.state == Path("/home/ann/.local/state/reader/state.json")
        assert places.cache == Path("/home/ann/.cache/reader")
        assert places.library == Path("/home/ann/.local/share/reader/library")


def test_the_state_file_has_a_variable_of_its_own_and_the_session_stays() -> None:
    places = find_places({"HOME": "/home/ann", "READER_STATE": "/elsewhere/marks.json"})
    assert places.state == Path("/elsewhere/marks.json")
    assert places.session == Path("/home/ann/.local/state/reader/session.json")
    assert find_places({"HOME": "/h", "READER_STATE": ""}).state == Path("/h/.local/state/reader/state.json")


def test_without_home_the_user_database_knows_it(sealed: Path) -> None:
    assert find_places({}).cache == sealed / ".cache" / "reader"


# What to read


def test_default_paths_go_from_config_to_seeds_to_library_to_samples(tmp_path: Path) -> None:
    places = find_places({"HOME": str(tmp_path)})
    samples = default_paths(Config(), places, tmp_path)
    assert len(samples) == 1
    assert any(samples[0].glob("*.txt"))
    places.library.mkdir(parents=True)
    assert default_paths(Config(), places, tmp_path) == samples, "an empty library would show an empty screen"
    (places.library / "a.txt").write_text("a")
    assert default_paths(Config(), places, tmp_path) == (places.library,)
    (tmp_path / "seeds").mkdir()
    assert default_paths(Config(), places, tmp_path) == (tmp_path / "seeds",)
    config = Config(paths=(tmp_path / "a", tmp_path / "b"))
    assert default_paths(config, places, tmp_path) == (tmp_path / "a", tmp_path / "b")


def test_a_library_that_may_not_be_looked_into_is_not_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    places = find_places({"HOME": str(tmp_path)})

    def forbidden(_folder: Path) -> Iterator[Path]:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "iterdir", forbidden)
    assert default_paths(Config(), places, tmp_path) == (places.library,)


def test_installed_samples_come_before_those_of_a_checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reader.config.__file__", str(tmp_path / "reader" / "config.py"))
    places = find_places({"HOME": str(tmp_path)})
    assert default_paths(Config(), places, tmp_path) == (tmp_path / "seeds",)
    samples = tmp_path / "reader" / "samples"
    samples.mkdir(parents=True)
    assert default_paths(Config(), places, tmp_path) == (samples,)


# The file


def test_without_a_file_everything_has_its_default(file: Path) -> None:
    config = load(file)
    assert config == Config()
    assert (config.paths, config.theme, dict(config.keys), config.search_url) == ((), "", {}, SEARCH_URL)


def test_a_file_settles_everything(file: Path, sealed: Path) -> None:
    file.write_text(
        "\n".join(
            (
                'paths = ["~/news", "/srv/more", "beside"]',
                'theme = "nord"',
                'search_url = "https://example.org/find?q={query}"',
                "[keys]",
                '"mark.star" = "x"',
                'item.open = "enter,o"',
            )
        )
    )
    assert load(file) == Config(
        paths=(sealed / "news", Path("/srv/more"), file.parent / "beside"),
        theme="nord",
        keys={"mark.star": "x", "item.open": "enter,o"},
        search_url="https://example.org/find?q={query}",
    )


@pytest.mark.parametrize(
    ("source", "line", "what"),
    [
        ('\n\nthemes = "nord"', 3, "no setting 'themes'"),
        ("\ntheme = 3", 2, "theme is to be a text"),
        ('paths = "news"', 1, "paths is to be a list"),
        ("paths = [1]", 1, "paths is to be a list"),
        ('paths = [""]', 1, "paths is to be a list"),
        ('theme = "nord"\nkeys = "s"', 2, "keys is to be a table"),
        ('# keys\n[keys]\n"mark.star" = 1', 2, "mark.star"),
        ('[keys]\n"mark.star" = ""', 1, "mark.star"),
        ('search_url = "ftp://example.org/{query}"', 1, "web address"),
        ('search_url = "https://example.org/"', 1, "{query}"),
        ('search_url = "https://ann@example.org/{query}"', 1, "web address"),
        ('search_url = "https:///{query}"', 1, "web address"),
        ('theme = "nord"\ntheme = "x"', 2, "not TOML"),
        ('\n\ntheme = """nord\n', 3, "not TOML"),
        ("= 1", 1, "not TOML"),
    ],
)
def test_what_makes_no_sense_is_told_with_file_and_line(file: Path, source: str, line: int, what: str) -> None:
    file.write_text(source)
    with pytest.raises(ConfigError) as caught:
        load(file)
    sentence = str(caught.value)
    assert sentence.startswith(f"{file}, line {line}: ")
    assert what in sentence
    assert sentence.endswith(".")


def test_what_cannot_be_read_is_told(file: Path) -> None:
    file.write_bytes(b'theme = "\xff"')
    with pytest.raises(ConfigError, match=r"config\.toml: it is not UTF-8\."):
        load(file)
    file.unlink()
    file.mkdir()
    with pytest.raises(ConfigError, match=r"config\.toml: it cannot be read: It is not a regular file\."):
        load(file)


def unreadable(file: Path, kind: str) -> None:
    """Put something in the place of a file that must be neither waited for nor read to its end."""
    if kind == "fifo":
        os.mkfifo(file)
    elif kind == "folder":
        file.mkdir()
    elif kind == "device":
        file.symlink_to("/dev/zero")
    else:
        with file.open("wb") as huge:
            huge.truncate(1 << 33)


@pytest.mark.parametrize("kind", ["fifo", "folder", "device", "huge"])
def test_what_is_no_file_of_settings_is_told_and_never_waited_for(file: Path, kind: str) -> None:
    unreadable(file, kind)
    what = "is larger than 1 MB" if kind == "huge" else "cannot be read: It is not a regular file"
    with pytest.raises(ConfigError) as caught:
        load(file)
    assert str(caught.value) == f"{file}: it {what}."


def test_an_editor_may_begin_a_file_with_a_byte_order_mark(file: Path) -> None:
    file.write_bytes(b'\xef\xbb\xbftheme = "nord"\r\n')
    assert load(file).theme == "nord"


def test_what_a_terminal_would_obey_does_not_get_in(file: Path) -> None:
    file.write_text(r'theme = "no\u001b]0;pwned\u0007rd"')
    assert load(file).theme == "nord"
    file.write_text('"\\u001b[31mred" = 1')
    with pytest.raises(ConfigError) as caught:
        load(file)
    assert str(caught.value).isprintable()
