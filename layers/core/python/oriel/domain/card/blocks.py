"""What a model card is made of, however it is written down."""

from collections.abc import Sequence
from typing import TypeAlias

from oriel.values import dataclass


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Some sentences."""

    text: str


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list of remarks."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows below their heads; all columns but the first hold numbers where `numbers` says so."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: bool = True


@dataclass(frozen=True, slots=True)
class Matrix:
    """What was taken for what: `counts[predicted][actual]`."""

    names: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class Series:
    """Points (x, y) of one thing."""

    name: str
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """Series over two axes, as lines or as single points.

    `diagonal` draws where x equals y. `across` is the range of both axes; None takes that of the
    points, one range for both where there is a diagonal.
    """

    title: str
    x: str
    y: str
    series: tuple[Series, ...]
    lines: bool = True
    diagonal: bool = False
    across: tuple[float, float] | None = (0.0, 1.0)


Block: TypeAlias = Paragraph | Bullets | Table | Matrix | Chart


@dataclass(frozen=True, slots=True)
class Section:
    """Blocks below a title."""

    title: str
    blocks: Sequence[Block]


@dataclass(frozen=True, slots=True)
class Card:
    """What people should know of a model before they rely on it."""

    title: str
    sections: tuple[Section, ...]
