from typing import Any

import pytest
from textual.command import CommandPalette

from reader.config import Config
from reader.errors import ConfigError
from reader.tui.commands import COMMANDS, Pane, allowed_in, keymap, shown_keys
from reader.tui.dialogs import help_text
from reader.tui.main_screen import MainScreen
from tests.tui.stage import Library


def test_every_command_has_an_action_of_the_screen_and_an_id_of_its_own() -> None:
    assert len({command.id for command in COMMANDS}) == len(COMMANDS)
    for command in COMMANDS:
        name = command.action.partition("(")[0]
        assert name.startswith("app.") or hasattr(MainScreen, f"action_{name}"), command.id


def test_every_action_of_the_screen_is_a_command() -> None:
    classes = [kind for kind in MainScreen.__mro__ if kind.__module__.startswith("reader.")]
    own = {name.removeprefix("action_") for kind in classes for name in vars(kind) if name.startswith("action_")}
    assert own == {command.action.partition("(")[0] for command in COMMANDS} - {"app.command_palette"}


def test_no_key_means_two_things_in_one_pane() -> None:
    keymap({})
    for pane in Pane:
        keys = [key for command in allowed_in(pane) for key in command.keys.split(",")]
        assert len(set(keys)) == len(keys)


@pytest.mark.parametrize("pane", list(Pane))
def test_the_help_names_every_command_of_the_pane_and_no_other(pane: Pane) -> None:
    lines = help_text(pane, {}).plain.partition("\nThe query\n")[0].splitlines()
    commands = [f"{shown_keys(command, {}):<22} {command.help}" for command in allowed_in(pane)]
    groups = {command.group for command in allowed_in(pane)}
    assert [line for line in lines if line and line not in groups] == commands


@pytest.mark.parametrize(("key", "pane"), [("2", "list"), ("1", "filters")])
async def test_help_opens_for_where_you_are_and_scrolls(library: Library, key: str, pane: str) -> None:
    async with library.open(size=(100, 24)) as reader:
        await reader.press(key, "?")
        assert f"Keys in the {pane}" in reader.text
        assert "One line down" in reader.text
        assert "oldest first" not in reader.text
        await reader.pilot.press(*["pagedown"] * 5)
        await reader.settle()
        assert "oldest first" in reader.text
        await reader.press("f1")
        assert "Keys in the" not in reader.text
        assert reader.focused == pane


async def test_the_palette_offers_the_commands_of_the_pane_and_the_themes(library: Library) -> None:
    async with library.open() as reader:
        for key, pane in (("1", Pane.FILTERS), ("2", Pane.LIST), ("3", Pane.DETAIL), ("t", Pane.TIMELINE)):
            await reader.press(key)
            offered = [command.title for command in reader.app.get_system_commands(reader.app.screen)]
            assert offered == [*(command.help for command in allowed_in(pane)), "Change theme"]


async def test_a_second_enter_in_the_palette_is_no_second_choice(library: Library) -> None:
    async with library.open() as reader:
        await reader.press("ctrl+p")
        await reader.type("star the")
        await reader.press_at_once("enter", "enter")
        await reader.press("escape")
        assert reader.app.screen is reader.main
    assert len(library.starred) == 1


async def test_the_palette_runs_what_is_chosen(library: Library) -> None:
    async with library.open() as reader:
        await reader.press("ctrl+p")
        assert isinstance(reader.app.screen, CommandPalette)
        await reader.type("star the item")
        await reader.press("enter")
        assert "★" in reader.list
    assert library.starred == {"Old crane learns to dance"}


@pytest.mark.parametrize("command", ["mark.star", "item.raw"])
async def test_a_key_can_be_another_one(library: Library, command: str) -> None:
    async with library.open(config=Config(keys={command: "ctrl+s,f5"}), size=(120, 60)) as reader:
        seen: list[Any] = []
        for key in ("ctrl+s", "f5", *next(c.keys for c in COMMANDS if c.id == command).split(",")):
            before = reader.lines
            await reader.press(key)
            seen.append(reader.lines != before)
            await reader.press("escape")
        assert seen == [True, True, False]
        await reader.press("2", "?")
        assert "ctrl+s f5" in reader.text


async def test_the_foot_names_the_persons_own_key(library: Library) -> None:
    async with library.open(config=Config(keys={"mark.star": "asterisk"})) as reader:
        assert "* Star" in reader.keys
        await reader.press("*")
        assert "★" in reader.list


@pytest.mark.parametrize(
    ("keys", "named"),
    [
        ({"mark.start": "x"}, ["mark.start"]),
        ({"mark.star": "r"}, ["'r'", "mark.star", "mark.read"]),
        ({"mark.star": "x", "mark.read": "x"}, ["'x'", "mark.star", "mark.read"]),
        ({"filter.toggle": "s", "mark.star": "x", "pane.zoom": "minus"}, ["'minus'", "pane.zoom", "filter.exclude"]),
    ],
)
async def test_keys_that_cannot_be_are_told_and_all_stay(
    library: Library, keys: dict[str, str], named: list[str]
) -> None:
    with pytest.raises(ConfigError):
        keymap(keys)
    async with library.open(config=Config(keys=keys)) as reader:
        assert all(name in reader.said for name in named)
        await reader.press("s", "r")
        assert reader.line_with("Old crane").startswith("│★ ")
    assert library.starred == library.read == {"Old crane learns to dance"}


def test_a_key_may_mean_different_things_in_different_panes() -> None:
    assert keymap({"filter.exclude": "s"}) == {"filter.exclude": "s"}


def test_keys_can_change_places() -> None:
    wanted = {"mark.star": "r", "mark.read": "s"}
    assert keymap(wanted) == wanted
