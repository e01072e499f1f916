"""Kinds of pictures that a model does worse on than on the rest.

The worst of many kinds looks bad by chance alone. So each is held against all pictures by Fisher's
exact test, over groups of copies, and the p-values are corrected for the number of kinds that were
looked at (Holm 1979): what stands out then does so for all of them together at 5 percent.
"""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TypeAlias

from oriel.domain.exact_test import corrected, fisher
from oriel.domain.slices import MIN_GROUPS
from oriel.values import dataclass

SIGNIFICANT = 0.05

Trait: TypeAlias = tuple[str, str]
"""What kinds of pictures are told apart by, and which kind it is: ("brightness", "dark")."""


@dataclass(frozen=True, slots=True)
class Measured:
    """A picture with its score (larger is better), and whether it came out badly."""

    score: float
    is_bad: bool
    group: str
    traits: frozenset[Trait]


@dataclass(frozen=True, slots=True)
class Kind:
    """The pictures of one kind by their place, with its corrected p-value."""

    trait: Trait
    places: tuple[int, ...]
    score: float
    rest: float
    p_value: float

    @property
    def stands_out(self) -> bool:
        """Whether it is worse than the rest by more than chance."""
        return self.p_value < SIGNIFICANT and self.score < self.rest


def find_kinds(pictures: Sequence[Measured]) -> tuple[tuple[Kind, ...], int]:
    """Return all kinds that are large enough, the worst first, and how many are too small."""
    kinds = _sorted_out(pictures)
    bad = _bad_groups(pictures)
    large = {
        trait: places
        for trait, places in sorted(kinds.items())
        if len({pictures[place].group for place in places}) >= MIN_GROUPS
    }
    p_values = corrected([_p_value(pictures, places, bad) for places in large.values()])
    total = math.fsum(picture.score for picture in pictures)
    found = [
        _kind(pictures, trait, places, total, p_value)
        for (trait, places), p_value in zip(large.items(), p_values, strict=True)
    ]
    found.sort(key=lambda one: (not one.stands_out, one.score))
    return tuple(found), len(kinds) - len(large)


def _sorted_out(pictures: Sequence[Measured]) -> dict[Trait, list[int]]:
    """Return the places of each kind; a kind that all pictures are of has no rest."""
    kinds: dict[Trait, list[int]] = defaultdict(list)
    for place, picture in enumerate(pictures):
        for trait in picture.traits:
            kinds[trait].append(place)
    return {trait: places for trait, places in kinds.items() if len(places) < len(pictures)}


def _bad_groups(pictures: Sequence[Measured]) -> dict[str, bool]:
    """Return whether at least half of each group's pictures came out badly."""
    groups = defaultdict[str, list[bool]](list)
    for picture in pictures:
        groups[picture.group].append(picture.is_bad)
    return {name: 2 * sum(group) >= len(group) for name, group in groups.items()}


def _p_value(pictures: Sequence[Measured], places: list[int], bad: Mapping[str, bool]) -> float:
    own = {pictures[place].group for place in places}
    return fisher(sum(bad[group] for group in own), len(own), sum(bad.values()), len(bad))


def _kind(
    pictures: Sequence[Measured], trait: Trait, places: list[int], total: float, p_value: float
) -> Kind:
    own = math.fsum(pictures[place].score for place in places)
    rest = (total - own) / (len(pictures) - len(places))
    return Kind(trait, tuple(places), own / len(places), rest, p_value)
