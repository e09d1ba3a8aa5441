"""Frozen dataclasses that cost little to define.

The standard decorator writes each method of each class as text and compiles it: a millisecond a class on Python 3.11,
and a sixth of the whole start for as many classes as there are here. These share their methods instead. Checkers take
this decorator for the standard one; ``fields``, ``replace`` and ``asdict`` work as they do there. An instance takes a
little longer to make, so that what is made by the million keeps to the standard one.
"""

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, Field, FrozenInstanceError
from operator import attrgetter, ge, gt, le, lt
from typing import TYPE_CHECKING, Any, NoReturn

__all__ = ["dataclass"]

if TYPE_CHECKING:
    from dataclasses import dataclass
else:

    def dataclass(*, frozen, slots, order=False):
        """The standard decorator, for the arguments that are used here."""
        if not (frozen and slots):
            raise TypeError("only what is frozen and has slots can be made here")
        return _ordered if order else _made


def _made(cls: type) -> Any:
    made: Any = dataclasses.dataclass(init=False, repr=False, eq=False, slots=True)(cls)
    fields = dataclasses.fields(made)
    everything = attrgetter(*(field.name for field in fields), "__class__")
    compared = attrgetter(*(field.name for field in fields if field.compare), "__class__")
    methods = {
        "__init__": _initialiser(made, fields),
        "__eq__": lambda self, other: compared(self) == compared(other) if other.__class__ is made else NotImplemented,
        "__hash__": lambda self: hash(compared(self)),
        "__reduce__": lambda self: (made, everything(self)[:-1]),
        "__repr__": _written,
        "__setattr__": _refused,
        "__delattr__": _refused,
    }
    for name, method in methods.items():
        if name not in cls.__dict__:
            setattr(made, name, method)
    return made


def _ordered(cls: type) -> Any:
    made = _made(cls)
    compared = attrgetter(*(field.name for field in dataclasses.fields(made) if field.compare))
    for compare in (lt, le, gt, ge):
        setattr(made, f"__{compare.__name__}__", _comparing(made, compare, compared))
    return made


def _comparing(made: type, compare: Callable[[Any, Any], bool], key: Callable[[object], Any]) -> Callable[..., Any]:
    return lambda self, other: compare(key(self), key(other)) if other.__class__ is made else NotImplemented


def _initialiser(made: type, fields: Sequence[Field[Any]]) -> Callable[..., None]:
    # The slots themselves: setting by name is what instances refuse.
    puts = tuple(getattr(made, field.name).__set__ for field in fields)
    count = len(puts)
    settle: Callable[[object], None] | None = getattr(made, "__post_init__", None)

    def init(self: object, *args: object, **named: object) -> None:
        if named or len(args) != count:
            args = _complete(made, fields, args, named)
        for put, value in zip(puts, args, strict=True):
            put(self, value)
        if settle:
            settle(self)

    return init


def _complete(
    made: type, fields: Sequence[Field[Any]], args: tuple[object, ...], named: Mapping[str, object]
) -> tuple[object, ...]:
    """A value for each field: those given in order, those given by name, and defaults."""
    rest = fields[len(args) :]
    unknown = named.keys() - {field.name for field in rest}
    if unknown or len(args) > len(fields):
        raise TypeError(f"{made.__name__} takes no such arguments: {args!r}, {named!r}")
    return (*args, *(named[field.name] if field.name in named else _default(made, field) for field in rest))


def _default(made: type, field: Field[Any]) -> object:
    if field.default is not MISSING:
        return field.default
    if field.default_factory is not MISSING:
        return field.default_factory()
    raise TypeError(f"{made.__name__} needs {field.name!r}")


def _written(self: Any) -> str:
    values = (f"{field.name}={getattr(self, field.name)!r}" for field in dataclasses.fields(self))
    return f"{type(self).__qualname__}({', '.join(values)})"


def _refused(self: object, name: str, value: object = None) -> NoReturn:  # noqa: ARG001
    raise FrozenInstanceError(f"{name!r} of a {type(self).__name__} cannot be changed")
