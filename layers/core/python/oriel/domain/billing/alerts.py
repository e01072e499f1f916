"""Levels of an allowance at which people are told."""

from oriel.domain.billing.accounts import Scope
from oriel.values import dataclass

LEVELS = (50, 80, 100)
"""In hundredths of an allowance."""


@dataclass(frozen=True, slots=True)
class Alert:
    """A level of a scope's allowance of `most` units that was reached in a period."""

    workspace_id: str
    period: str
    scope: Scope
    level: int
    most: int


def level_of(units: int, most: int) -> int | None:
    """Return the highest level that so many units reach; None below the lowest."""
    if most <= 0:
        return None  # Nothing was ever allowed: nothing is used up.
    reached = [level for level in LEVELS if units * 100 >= level * most]
    return reached[-1] if reached else None
