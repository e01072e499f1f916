"""Frozen dataclasses that are made in a quarter of the time: the start of a function makes ninety.

The standard library writes and compiles six methods for each class, which takes half a millisecond.
Here only `__init__` is compiled; the others say the same for every class. Whoever checks types sees
`dataclasses.dataclass`, and so does every class that is not of the usual kind.
"""

import dataclasses
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass  # noqa: PLC0414 - it is meant to be had from here
else:

    def dataclass(**options: bool) -> Callable[[type], type]:
        """Make a dataclass as the standard library does, of the usual kind in less time."""

        def made(cls: type) -> type:
            if options == _USUAL and _is_plain(cls):
                return _frozen(cls)
            return dataclasses.dataclass(**options)(cls)

        return made


_USUAL = {"frozen": True, "slots": True}
_OPTIONS = ("init", "repr", "compare", "kw_only", "hash")
_OWN = {"__init__", "__eq__", "__setattr__", "__delattr__"}
"""What a class of the usual kind leaves to its maker."""
_UNCHANGED = dataclasses.field()
_set = object.__setattr__


def _is_plain(cls: type) -> bool:
    """Tell whether all fields are treated alike, and none come from elsewhere."""
    if any(dataclasses.is_dataclass(base) for base in cls.__mro__[1:]):
        return False
    if not _OWN.isdisjoint(vars(cls)):
        return False
    own = [value for value in vars(cls).values() if isinstance(value, dataclasses.Field)]
    return all(getattr(one, name) == getattr(_UNCHANGED, name) for one in own for name in _OPTIONS)


def _frozen(cls: type) -> type:
    made: Any = dataclasses.dataclass(init=False, repr=False, eq=False, slots=True)(cls)
    made.__dataclass_params__.frozen = True
    fields = dataclasses.fields(made)
    if made.__match_args__ != tuple(one.name for one in fields):
        raise TypeError(f"{cls.__qualname__} has fields of a kind that is not known here")
    made.__init__ = _init(made, fields)
    for name, method in _METHODS.items():
        if name not in vars(cls):
            setattr(made, name, method)
    kept: type = made
    return kept


def _init(cls: type, fields: "tuple[dataclasses.Field[Any], ...]") -> Any:
    """Compile what takes the fields in their order, and their defaults."""
    known: dict[str, Any] = {"_set": _set, "_new": dataclasses.MISSING}
    taken, lines = ["self"], []
    for one in fields:
        value = one.name
        if one.default_factory is not dataclasses.MISSING:
            known[f"_make_{one.name}"] = one.default_factory
            value = f"_make_{one.name}() if {one.name} is _new else {one.name}"
            taken.append(f"{one.name}=_new")
        elif one.default is not dataclasses.MISSING:
            known[f"_is_{one.name}"] = one.default
            taken.append(f"{one.name}=_is_{one.name}")
        else:
            taken.append(one.name)
        lines.append(f" _set(self, '{one.name}', {value})")
    if hasattr(cls, "__post_init__"):
        lines.append(" self.__post_init__()")
    exec(f"def __init__({', '.join(taken)}):\n" + "\n".join(lines or [" pass"]), known)  # noqa: S102 - of names in our own code, as the standard library does
    init = known["__init__"]
    init.__qualname__ = f"{cls.__qualname__}.__init__"
    return init


def _values(self: Any) -> tuple[Any, ...]:
    return tuple([getattr(self, name) for name in self.__match_args__])


def _equals(self: Any, other: object) -> Any:
    if other.__class__ is not self.__class__:
        return NotImplemented
    return _values(self) == _values(other)


def _hash(self: Any) -> int:
    return hash(_values(self))


def _said(self: Any) -> str:
    said = (f"{name}={getattr(self, name)!r}" for name in self.__match_args__)
    return f"{type(self).__qualname__}({', '.join(said)})"


def _refuse_to_set(_: Any, name: str, __: object) -> NoReturn:
    raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")


def _refuse_to_delete(_: Any, name: str) -> NoReturn:
    raise dataclasses.FrozenInstanceError(f"cannot delete field {name!r}")


def _restore(self: Any, state: tuple[Any, ...]) -> None:
    for name, value in zip(self.__match_args__, state, strict=True):
        _set(self, name, value)


_METHODS = {
    "__eq__": _equals,
    "__hash__": _hash,
    "__repr__": _said,
    "__setattr__": _refuse_to_set,
    "__delattr__": _refuse_to_delete,
    "__getstate__": _values,
    "__setstate__": _restore,
}
