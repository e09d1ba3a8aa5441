"""What is told of a command line before argparse reads it is what argparse then says."""

import shlex
from argparse import Namespace

import pytest

from reader.cli import arguments
from reader.cli.glance import COMMANDS, LOOKING, are_paths, paths_at_a_glance


def test_every_command_is_known() -> None:
    assert set(COMMANDS) == arguments.COMMANDS.keys() > LOOKING.keys()


@pytest.mark.parametrize("words", ["", "a", "a b", "a list", "./list ''", "listing"])
def test_paths_alone_are_for_the_screen(words: str) -> None:
    argv = shlex.split(words)
    assert are_paths(argv)
    assert arguments.parse(argv) == Namespace(command="", paths=argv, state=None, query=None, theme=None)


@pytest.mark.parametrize("words", ["list", "paths a", "-h", "a -q b", "a --", "--state s", "a --theme=x", "-"])
def test_what_is_more_than_paths_is_read_by_argparse(words: str) -> None:
    assert not are_paths(words.split())


@pytest.mark.parametrize(
    "words",
    [
        "list a b",
        "list -q '' a",
        "list -q -x a --limit 3 b --state s --json c",
        "list --query=x a --limit=3",
        "list --json",
        "check a --state s",
        "show 0123 a b --json",
        "show --state s 0123",
        "list a -- b",
    ],
)
def test_a_glance_sees_the_paths_that_are_given(words: str) -> None:
    argv = shlex.split(words)
    assert paths_at_a_glance(argv) == arguments.parse(argv).paths


@pytest.mark.parametrize(
    "words", ["", "a b", "paths", "mark read a", "doctor a", "completion bash", "-q list", "list", "list -q", "show 01"]
)
def test_a_glance_sees_nothing_where_no_folder_is_looked_at_first(words: str) -> None:
    assert paths_at_a_glance(words.split()) == []
