import pytest

from reader.config import Config
from reader.tui import results
from tests.tui.stage import TITLES, Library


async def test_results_follow_the_typing(library: Library) -> None:
    async with library.open() as reader:
        await reader.press("/")
        await reader.type("tooth")
        assert "2 items" in reader.bar
        assert "A toothbrush for whales" in reader.list
        assert "Lettuces" in reader.list, "its text says toothbrush"
        assert "Old crane" not in reader.list
        await reader.type(" whales")
        await reader.type(" ")
        assert "1 item " in reader.bar
        await reader.pilot.press(*["backspace"] * 8)
        await reader.settle()
        assert "2 items" in reader.bar
        assert reader.main.bar.is_open


async def test_enter_and_down_go_to_the_list(library: Library) -> None:
    for key in ("enter", "down"):
        async with library.open() as reader:
            await reader.press("/")
            await reader.type("shared")
            await reader.press(key)
            assert reader.focused == "list"
            assert "/ shared" in reader.bar
            assert reader.selected == "Shared lighthouse is lit again"
            await reader.press("s")
        assert "Shared lighthouse is lit again" in library.marks


async def test_keys_that_wait_behind_enter_are_for_the_list(library: Library) -> None:
    async with library.open() as reader:
        await reader.press("/")
        await reader.type("shared")
        await reader.press_at_once("enter", "s")
        assert reader.focused == "list"
        assert "/ shared " in reader.bar
        assert "1 item " in reader.bar
    assert "Shared lighthouse is lit again" in library.marks


async def test_a_query_right_behind_another_is_typed_into_the_field(library: Library) -> None:
    async with library.open() as reader:
        await reader.press("/")
        await reader.type("shared")
        await reader.press_at_once("enter", "slash", "space", "l", "e", "enter")
        assert "/ shared le " in reader.bar
        assert reader.focused == "list"


async def test_the_bar_and_the_status_tell_of_the_same_number(library: Library) -> None:
    async with library.open("kind:headline") as reader:
        assert "7 items" in reader.bar
        result = reader.main.result
        reader.main.post_message(results.Completed(result.query, result.rows[:3]))
        await reader.settle()
        assert "3 items" in reader.bar
        assert " 1/3 " in reader.status


async def test_what_was_typed_before_is_not_typed_again(library: Library) -> None:
    async with library.open() as reader:
        await reader.press("/")
        await reader.press_at_once("l", "e", "escape", "escape", "slash")
        assert reader.main.bar.is_open
        assert "10 items" in reader.bar
        await reader.type("shared")
        assert reader.bar.startswith("/ shared ")


async def test_escape_keeps_what_was_typed_and_in_the_list_drops_it(library: Library) -> None:
    async with library.open() as reader:
        await reader.press("/")
        await reader.type("shared")
        await reader.press("escape")
        assert reader.focused == "list"
        assert "/ shared" in reader.bar
        assert "1 item " in reader.bar
        await reader.press("escape")
        assert "everything" in reader.bar
        assert "10 items" in reader.bar


async def test_what_is_typed_may_be_keys_elsewhere(library: Library) -> None:
    async with library.open() as reader:
        await reader.press("/")
        await reader.type("quns R1?!-")
        assert "quns R1?!-" in reader.bar
        assert reader.app.is_running
        assert len(reader.app.screen_stack) == 1
    assert library.marks == {}


async def test_a_query_is_edited_where_it_ends(library: Library) -> None:
    async with library.open("toothbrush") as reader:
        await reader.press("/")
        await reader.type(" -kind:article")
        assert "/ toothbrush -kind:article" in reader.bar
        await reader.press("enter")
        assert "A toothbrush for whales" in reader.list
        assert "Lettuces" not in reader.list


async def test_a_query_is_never_refused(library: Library) -> None:
    async with library.open() as reader:
        await reader.press("/")
        await reader.type('(shared "light')
        assert "Shared lighthouse" in reader.list or "Nothing matches" in reader.empty
        assert reader.hints == ' A "(" is not closed. '
        await reader.press("escape", "escape")
        assert not reader.hints


async def test_every_hint_is_shown_and_moves_nothing(library: Library) -> None:
    async with library.open(size=(120, 30)) as reader:
        places = [reader.main.query_one(pane).region for pane in ("#filters", "#list", "#detail")]
        await reader.press("/")
        await reader.type("colour:blue size:large")
        assert 'No field "colour": searched for as text. No field "size":' in reader.hints
        assert [reader.main.query_one(pane).region for pane in ("#filters", "#list", "#detail")] == places


async def test_a_query_that_was_kept_has_its_hint_from_the_start(library: Library) -> None:
    async with library.open("colour:blue") as reader:
        assert reader.hints == ' No field "colour": searched for as text. '


async def test_more_hints_than_fit_end_in_an_ellipsis(library: Library) -> None:
    async with library.open(size=(60, 24)) as reader:
        await reader.press("/")
        await reader.type("colour:blue size:large")
        assert reader.hints.startswith(' No field "colour"')
        assert reader.hints.rstrip().endswith("…")
        assert len(reader.hints) == 60


async def test_a_word_found_only_inside_words_says_so(library: Library) -> None:
    async with library.open() as reader:
        await reader.press("/")
        await reader.type("ighthous")
        assert "Shared lighthouse" in reader.list
        assert "begins no word" in reader.hints
        assert "underline" in reader.style_of("ighthouse", "#list")


async def test_accents_and_case_do_not_matter(library: Library) -> None:
    async with library.open() as reader:
        await reader.press("/")
        await reader.type("cafe creme")
        assert "Café crème on the ferry" in reader.list
        assert "underline" in reader.style_of("Café", "#list")
        assert "underline" in reader.style_of("crème", "#list")
        assert "underline" not in reader.style_of("on the ferry", "#list")


async def test_hits_are_marked_in_list_and_detail(library: Library) -> None:
    async with library.open("toothbrush") as reader:
        assert reader.selected == "Lettuces under the lunar night"
        assert "underline" in reader.style_of("toothbrush", "#list")
        await reader.press("3")
        assert "underline" in reader.style_of("toothbrush", "#detail")
        assert "underline" not in reader.style_of("holder", "#detail")
        await reader.press("2", "j")
        assert "underline" in reader.style_of("toothbrush", "#detail")


async def test_nothing_matches(library: Library) -> None:
    async with library.open() as reader:
        await reader.press("/")
        await reader.type("zeppelin")
        assert "Nothing matches" in reader.empty
        assert "0 items" in reader.bar
        assert reader.main.bar.is_open
        assert reader.selected == ""
        await reader.press("enter", "s", "r", "v", "n", "space", "escape")
        assert reader.selected == TITLES[0]
    assert library.marks == {}


async def test_enter_leaves_out_the_term_that_keeps_most_away(library: Library) -> None:
    async with library.open("crane kind:video toothbrush") as reader:
        assert "Nothing matches crane kind:video toothbrush" in reader.empty
        assert "Enter" not in reader.empty, "no term by itself is to blame"
        assert "Nowhere" not in reader.empty
        await reader.press("/", "ctrl+u")
        await reader.type("toothbrush kind:headline zeppelin")
        await reader.press("enter")
        assert "without zeppelin: 1" in reader.empty
        await reader.press("enter")
        assert "/ toothbrush kind:headline " in reader.bar
        assert "A toothbrush for whales" in reader.list
        assert reader.focused == "list"


async def test_words_that_stand_nowhere_are_named(library: Library) -> None:
    async with library.open("zeppelin crane dirigible") as reader:
        assert "Nowhere: zeppelin, dirigible" in reader.empty
        await reader.press("enter")
        assert "/ zeppelin crane dirigible " in reader.bar


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (60, 24)])
async def test_what_is_said_in_the_place_of_the_list_leaves_the_timeline_alone(
    library: Library, size: tuple[int, int]
) -> None:
    async with library.open("toothbrush kind:headline zeppelin", size=size) as reader:
        await reader.press("t")
        assert "╭─ Timeline ─" in reader.text
        assert "0" in reader.seen("#timeline")
        assert "Enter leaves out the first" in " ".join(reader.empty.split())
        timeline = reader.app.screen.query_one("#timeline").region
        assert not timeline.overlaps(reader.app.screen.query_one("#empty").region)


async def test_of_a_query_wider_than_its_field_nothing_else_is_seen(library: Library) -> None:
    async with library.open(size=(80, 24)) as reader:
        await reader.press("/")
        await reader.type("nasa moon kind:video source:=Orbit date:1998..2012 -kind:article zeppelin")
        assert reader.bar.rstrip().endswith("0 items")
        assert reader.bar.count("kind:art") == 1
        await reader.press("enter")
        assert reader.bar.startswith("/ nasa moon kind:video")


async def test_while_a_query_is_typed_the_foot_tells_of_its_keys(library: Library) -> None:
    async with library.open() as reader:
        await reader.press("/")
        assert "To the list" in reader.keys
        assert "Star" not in reader.keys
        await reader.press("f1")
        assert "─ The query ─" in reader.text
        assert reader.text.index("moon landing") < reader.text.index("One line down")
        await reader.press("escape")
        await reader.type("crane")
        await reader.press("escape")
        assert "Star" in reader.keys


async def test_only_the_newest_query_counts(many: Library) -> None:
    async with many.open() as reader:
        await reader.pilot.press("/")
        await reader.pilot.press(*"parcel 49")
        await reader.pilot.press("9")
        await reader.settle()
        assert "1 item " in reader.bar
        assert "Parcel number 499 arrives" in reader.list
        assert "Parcel number 498" not in reader.list


async def test_saved_searches_are_counted_and_can_be_asked(library: Library) -> None:
    async with library.open("@sea", saved={"sea": "lighthouse OR ferry", "all-of-it": ""}) as reader:
        assert "2 items" in reader.bar
        assert reader.line_with("@sea", "#filters").split()[-2] == "2"
        assert "✓ @sea" in reader.filters
        assert "underline" in reader.style_of("lighthouse", "#list")
        await reader.click("@sea", "#filters")
        assert "10 items" in reader.bar


async def test_keys_that_come_before_the_field_are_typed_and_are_no_commands(library: Library) -> None:
    async with library.open() as reader:
        await reader.press_at_once("slash", "l", "s", "r", "space", "R")
        assert "/ lsr R" in reader.bar
        assert reader.main.bar.is_open
    assert library.marks == {}


async def test_what_means_nothing_is_dropped_like_any_query(library: Library) -> None:
    async with library.open() as reader:
        await reader.press("/")
        await reader.type("((")
        await reader.press("escape")
        assert "/ ((" in reader.bar
        await reader.press("escape")
        assert "everything" in reader.bar
        assert len(reader.bar.splitlines()) == 1


async def test_the_foot_tells_of_the_key_for_help_that_was_chosen(library: Library) -> None:
    async with library.open(config=Config(keys={"app.help": "question_mark,ctrl+g"})) as reader:
        await reader.press("/")
        assert "F1" not in reader.keys
        assert "ctrl+g Help" in reader.keys or "^g Help" in reader.keys
