"""Our frozen dataclasses are the standard library's, but for how long it takes to make one."""

import copy
import dataclasses
import inspect
import pickle
from collections.abc import Callable
from dataclasses import dataclass as usual
from dataclasses import field
from typing import Any, Generic, TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st
from oriel.values import dataclass

V = TypeVar("V")

ours: Any = dataclass
"""For classes that are made on the way."""


@dataclass(frozen=True, slots=True)
class Point:
    """A place."""

    x: int
    y: int = 2
    tags: list[str] = field(default_factory=list)

    @property
    def sum(self) -> int:
        return self.x + self.y


@dataclass(frozen=True, slots=True)
class Boxed(Generic[V]):
    """Anything."""

    value: V


@dataclass(frozen=True, slots=True)
class Nothing:
    """No fields."""


@dataclass(frozen=True, slots=True)
class Positive:
    """Checks itself."""

    number: int

    def __post_init__(self) -> None:
        if self.number <= 0:
            raise ValueError("not positive")


@dataclass(frozen=True, slots=True)
class Secret:
    """Is not of the usual kind."""

    name: str
    text: str = field(repr=False, default="hidden")


@dataclass(frozen=True, slots=True)
class Farther(Point):
    """Has a field more than its base."""

    z: int = 3


@dataclass(frozen=True, slots=True)
class Loud:
    """Says itself in its own way."""

    name: str

    def __repr__(self) -> str:
        return self.name.upper()


def test_fields_come_in_their_order_with_their_defaults() -> None:
    assert (Point(1).x, Point(1).y, Point(1).tags) == (1, 2, [])
    assert Point(1, 5, ["a"]) == Point(x=1, y=5, tags=["a"])
    assert Point(1).tags is not Point(1).tags
    assert Point(1).sum == 3
    assert list(inspect.signature(Point).parameters) == ["x", "y", "tags"]
    anything: Any = Point
    for arguments in ([], [1, 2, [], 4]):
        with pytest.raises(TypeError):
            anything(*arguments)


def test_objects_with_equal_fields_are_equal_and_of_another_class_are_not() -> None:
    assert Point(1) == Point(1)
    assert Point(1) != Point(2)
    other: object = Point(1)
    assert Boxed(1) != other
    assert hash(Boxed("a")) == hash(Boxed("a"))
    assert Nothing() == Nothing()
    assert {Boxed(1), Boxed(1), Boxed(2)} == {Boxed(1), Boxed(2)}


@pytest.mark.parametrize(
    "change",
    [
        lambda one: setattr(one, "x", 2),
        lambda one: setattr(one, "other", 2),
        lambda one: delattr(one, "x"),
    ],
)
def test_nothing_of_them_is_changed(change: Callable[[Any], None]) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        change(Point(1))


def test_they_are_dataclasses_to_all_who_ask() -> None:
    assert dataclasses.is_dataclass(Point)
    assert [one.name for one in dataclasses.fields(Point)] == ["x", "y", "tags"]
    assert dataclasses.replace(Point(1), y=9) == Point(1, 9)
    assert dataclasses.asdict(Boxed(Point(1))) == {"value": {"x": 1, "y": 2, "tags": []}}
    assert repr(Point(1)) == "Point(x=1, y=2, tags=[])"
    assert not hasattr(Point(1), "__dict__")
    match Point(1):
        case Point(x, y):
            assert (x, y) == (1, 2)
    assert copy.deepcopy(Point(1)) == Point(1) == pickle.loads(pickle.dumps(Point(1)))  # noqa: S301 - our own


def test_they_check_themselves_and_say_themselves_where_they_want_to() -> None:
    with pytest.raises(ValueError, match="not positive"):
        Positive(0)
    assert repr(Loud("a")) == "A"
    assert repr(Boxed[int](4)) == "Boxed(value=4)"


def test_what_is_not_of_the_usual_kind_is_made_by_the_standard_library() -> None:
    assert repr(Secret("a")) == "Secret(name='a')"
    assert Farther(1) == Farther(1, 2, [], 3)
    assert Farther(1) != Point(1)
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(Farther(1), "z", 2)  # noqa: B010 - the checker of types would not let us
    assert ours(slots=True)(type("Open", (), {"__annotations__": {"x": int}}))(1).x == 1


NAMES = st.lists(st.sampled_from("abcdef"), min_size=1, max_size=6, unique=True)


@given(NAMES, st.integers(0, 6), st.data())
def test_they_answer_as_the_standard_librarys_do(
    names: list[str], defaults: int, data: st.DataObject
) -> None:
    def made(kind: Any) -> Any:
        given_values = {name: number for number, name in enumerate(names)}
        late = dict(list(given_values.items())[max(0, len(names) - defaults) :])
        content = {"__annotations__": dict.fromkeys(names, int), "__module__": __name__, **late}
        return kind(frozen=True, slots=True)(type("Made", (), content))

    own, right = made(ours), made(usual)
    arguments = data.draw(st.lists(st.integers(0, 1), max_size=len(names) + 1))
    try:
        expected = right(*arguments)
    except TypeError:
        with pytest.raises(TypeError):
            own(*arguments)
        return
    found = own(*arguments)
    assert repr(found) == repr(expected).replace(right.__qualname__, own.__qualname__)
    assert dataclasses.astuple(found) == dataclasses.astuple(expected)
    others = data.draw(st.lists(st.integers(0, 1), min_size=len(names), max_size=len(names)))
    assert (found == own(*others)) == (expected == right(*others))
    assert hash(found) == hash(expected)
