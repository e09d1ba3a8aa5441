import copy
import dataclasses
import pickle
from dataclasses import field

import pytest

from reader.values import dataclass


@dataclass(frozen=True, slots=True)
class Ours:
    """A value."""

    name: str
    size: int = 3
    parts: list[int] = field(default_factory=list)
    note: str = field(default="", compare=False)


@dataclasses.dataclass(frozen=True, slots=True)
class Theirs:
    """The same, by the standard library."""

    name: str
    size: int = 3
    parts: list[int] = field(default_factory=list)
    note: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Other:
    """Something else that holds the same."""

    name: str
    size: int = 3


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A value with an order."""

    path: str
    line: int = 0


@pytest.mark.parametrize("kind", [Ours, Theirs])
class TestBoth:
    def test_arguments_in_order_by_name_and_by_default(self, kind: type[Ours]) -> None:
        value = kind("a", parts=[1])
        assert (value.name, value.size, value.parts, value.note) == ("a", 3, [1], "")
        assert kind("a", 4, [2], "n").parts == [2]
        assert kind("a").parts is not kind("a").parts

    @pytest.mark.parametrize("named", [{}, {"name": "a", "shape": 1}, {"size": 1}])
    def test_wrong_names(self, kind: type[Ours], named: dict[str, object]) -> None:
        with pytest.raises(TypeError):
            kind(**named)  # type: ignore[arg-type]

    def test_too_much(self, kind: type[Ours]) -> None:
        with pytest.raises(TypeError):
            kind("a", 1, [], "", "b")  # type: ignore[call-arg]
        with pytest.raises(TypeError):
            kind("a", name="b")  # type: ignore[misc]

    def test_equality_leaves_out_what_is_not_compared(self, kind: type[Ours]) -> None:
        assert kind("a", note="x") == kind("a", note="y")
        assert kind("a") != kind("b")
        assert kind("a").__eq__(("a", 3, [], "")) is NotImplemented

    def test_it_is_hashed_by_what_it_holds(self, kind: type[Ours]) -> None:
        with pytest.raises(TypeError):
            hash(kind("a"))
        assert hash(kind("a", parts=())) == hash(kind("a", parts=(), note="y"))  # type: ignore[arg-type]

    def test_it_never_changes(self, kind: type[Ours]) -> None:
        value = kind("a")
        with pytest.raises(dataclasses.FrozenInstanceError):
            value.name = "b"  # type: ignore[misc]
        with pytest.raises(dataclasses.FrozenInstanceError):
            del value.name
        assert not hasattr(value, "__dict__")

    def test_the_standard_functions_know_it(self, kind: type[Ours]) -> None:
        value = kind("a", 4)
        assert dataclasses.replace(value, name="b") == kind("b", 4)
        assert dataclasses.asdict(value) == {"name": "a", "size": 4, "parts": [], "note": ""}
        assert [each.name for each in dataclasses.fields(kind)] == ["name", "size", "parts", "note"]
        assert repr(value) == f"{kind.__name__}(name='a', size=4, parts=[], note='')"

    def test_copies(self, kind: type[Ours]) -> None:
        value = kind("a", 4, [5], "n")
        for twin in (copy.copy(value), copy.deepcopy(value), pickle.loads(pickle.dumps(value))):
            assert dataclasses.asdict(twin) == dataclasses.asdict(value)

    def test_it_can_be_matched_in_order(self, kind: type[Ours]) -> None:
        assert kind.__match_args__ == ("name", "size", "parts", "note")


def test_another_class_is_never_equal() -> None:
    assert Other("a").__eq__(Place("a", 3)) is NotImplemented
    assert Other("a") == Other("a", 3)
    assert len({Other("a"), Other("a", 3), Place("a", 3)}) == 2


def test_order() -> None:
    places = [Place("b", 1), Place("a", 2), Place("a", 1)]
    assert sorted(places) == [Place("a", 1), Place("a", 2), Place("b", 1)]
    assert Place("a", 1) <= Place("a", 1) < Place("a", 2)
    assert Place("b") > Place("a", 9) >= Place("a", 9)
    with pytest.raises(TypeError):
        Place("a") < Other("a")  # type: ignore[operator]  # noqa: B015


@dataclass(frozen=True, slots=True)
class Folded:
    """A value that settles itself, and says so in its own way."""

    text: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", self.text.casefold())

    def __repr__(self) -> str:
        return f"<{self.text}>"


def test_what_a_class_brings_itself_stays() -> None:
    assert repr(Folded("A")) == "<a>"
    assert Folded("A") == Folded("a")


def test_only_what_is_frozen_and_has_slots() -> None:
    with pytest.raises(TypeError):
        dataclass(frozen=False, slots=True)
