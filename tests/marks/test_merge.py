from datetime import UTC, date, datetime, timedelta, timezone
from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from reader.marks import Flag, merge, merge_all, set_flag
from reader.model import Mark

from .samples import at, starred

times = st.none() | st.integers(0, 4).map(at)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 2) | st.text("ab", max_size=2),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from("xy"), inner, max_size=2),
    max_leaves=3,
)
marks = st.builds(
    Mark,
    title=st.sampled_from(["", "A", "a", "ab"]),
    source=st.sampled_from(["", "S", "s"]),
    published=st.none() | st.sampled_from([date(2012, 9, 7), date(2012, 10, 7)]),
    read=st.booleans(),
    read_at=times,
    starred=st.booleans(),
    starred_at=times,
    document=st.sampled_from(["", "a.txt", "b.txt"]),
    extra=st.dictionaries(st.sampled_from(["note", "tags"]), json_values, max_size=2),
)
copies = st.dictionaries(st.sampled_from(["1", "2", "3"]), marks, max_size=3)


def text(mark: Mark) -> str:
    """Unlike ==, this tells True from 1."""
    extra = sorted((key, repr(value)) for key, value in mark.extra.items())
    return f"{[getattr(mark, name) for name in Mark.__slots__ if name != 'extra']} {extra}"


@given(marks, marks)
def test_merging_is_commutative(a: Mark, b: Mark) -> None:
    assert merge(a, b) == merge(b, a)


@given(marks, marks, marks)
def test_merging_is_associative(a: Mark, b: Mark, c: Mark) -> None:
    assert merge(a, merge(b, c)) == merge(merge(a, b), c)


@given(marks, marks)
def test_merging_is_idempotent(a: Mark, b: Mark) -> None:
    assert merge(a, a) == a
    once = merge(a, b)
    assert merge(once, a) == merge(once, b) == merge(once, once) == once


@given(copies, copies, copies)
def test_whole_files_merge_in_any_order(a: dict[str, Mark], b: dict[str, Mark], c: dict[str, Mark]) -> None:
    assert merge_all(a, b) == merge_all(b, a)
    assert merge_all(a, merge_all(b, c)) == merge_all(merge_all(a, b), c)
    assert merge_all(a, a) == a
    assert merge_all(a, b).keys() == a.keys() | b.keys()


@given(marks, st.sampled_from(Flag), st.booleans(), st.integers(-10, 10).map(at))
def test_what_was_set_last_wins_over_what_it_was_set_on(mark: Mark, flag: Flag, value: bool, now: datetime) -> None:
    after = set_flag(mark, flag, value, now)
    assert getattr(merge(mark, after), flag) is value
    assert merge(mark, after) == after


@given(st.lists(st.tuples(st.sampled_from([0, 1]), st.sampled_from(Flag), st.booleans(), st.integers(-9, 9).map(at))))
def test_what_was_done_last_having_seen_the_rest_wins_whatever_the_clocks_say(
    deeds: list[tuple[int, Flag, bool, datetime]],
) -> None:
    machines, last = [Mark("A"), Mark("A")], dict[Flag, bool]()
    for machine, flag, value, now in deeds:
        machines[machine] = set_flag(merge(*machines), flag, value, now)
        last[flag] = value
    merged = merge(*machines)
    assert {flag: getattr(merged, flag) for flag in last} == last


@given(st.lists(st.tuples(st.integers(0, 2), st.sampled_from(Flag), st.booleans(), st.integers(-9, 9).map(at))))
def test_machines_that_know_nothing_of_each_other_come_to_the_same(
    deeds: list[tuple[int, Flag, bool, datetime]],
) -> None:
    machines = [Mark("A"), Mark("A"), Mark("A")]
    for machine, flag, value, now in deeds:
        machines[machine] = set_flag(machines[machine], flag, value, now)
    results = {text(merge(merge(a, b), c)) for a, b, c in permutations(machines)}
    assert len(results) == 1
    for flag in Flag:
        touched = [mark for mark in machines if getattr(mark, f"{flag}_at")]
        if touched:
            latest = max(getattr(mark, f"{flag}_at") for mark in touched)
            values = {getattr(mark, flag) for mark in touched if getattr(mark, f"{flag}_at") == latest}
            assert getattr(merge(merge(*machines[:2]), machines[2]), flag) is max(values)


def test_each_flag_comes_from_the_copy_that_touched_it_later() -> None:
    first = set_flag(set_flag(Mark("A"), Flag.READ, True, at(1)), Flag.STARRED, True, at(4))
    second = set_flag(set_flag(Mark("A"), Flag.READ, False, at(2)), Flag.STARRED, False, at(3))
    merged = merge(first, second)
    assert (merged.read, merged.read_at) == (False, at(2))
    assert (merged.starred, merged.starred_at) == (True, at(4))


def test_true_wins_at_the_same_time() -> None:
    on, off = (set_flag(Mark("A"), Flag.STARRED, value, at(1)) for value in (True, False))
    assert merge(on, off).starred
    assert merge(off, on).starred


def test_an_untouched_flag_loses_to_an_undone_one() -> None:
    undone = set_flag(Mark("A"), Flag.READ, False, at(1))
    assert merge(Mark("A", read=True), undone) == undone


def test_a_clock_that_runs_backwards_loses_nothing() -> None:
    mark = starred(seconds=100)
    later = set_flag(mark, Flag.STARRED, False, at(0))
    assert later.starred_at == at(100) + timedelta(microseconds=1)
    assert not merge(mark, later).starred


def test_setting_one_flag_leaves_the_other_alone() -> None:
    mark = set_flag(starred(seconds=5), Flag.READ, True, at(1))
    assert (mark.read_at, mark.starred_at) == (at(1), at(5))


def test_times_are_kept_in_utc() -> None:
    abroad = at(0).astimezone(timezone(timedelta(hours=9)))
    moment = set_flag(Mark("A"), Flag.READ, True, abroad).read_at
    assert moment is not None
    assert moment.tzinfo is UTC


def test_the_document_is_that_of_the_copy_touched_last() -> None:
    old = Mark("A", read=True, read_at=at(1), document="z/old.txt")
    new = Mark("A", starred=True, starred_at=at(2), document="a/new.txt")
    assert merge(old, new).document == merge(new, old).document == "a/new.txt"


def test_unknown_keys_of_both_sides_stay() -> None:
    merged = merge(Mark("A", extra={"note": "x"}), Mark("A", extra={"tags": ["y"]}))
    assert merged.extra == {"note": "x", "tags": ["y"]}


def test_a_choice_between_unknown_values_does_not_depend_on_the_order() -> None:
    one, yes = Mark("A", extra={"k": 1, "z": 0}), Mark("A", extra={"k": True})
    assert text(merge(one, yes)) == text(merge(yes, one))
