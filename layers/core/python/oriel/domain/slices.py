"""How kinds of pictures came out, as people are shown it."""

from dataclasses import asdict
from typing import Any

from oriel.values import dataclass

MIN_GROUPS = 20
"""Fewer different pictures say nothing of their kind."""
MAX_LISTED = 100
ACCURACY, ERROR = "accuracy", "mae"


@dataclass(frozen=True, slots=True)
class Slice:
    """How the pictures of one kind came out; `rest` is the mean score of all others.

    `p_value` is corrected for how many kinds were looked at, `low` and `high` are the score's 95 %
    interval, which is not.
    """

    by: str
    value: str
    count: int
    score: float
    rest: float
    p_value: float
    low: float
    high: float
    stands_out: bool


@dataclass(frozen=True, slots=True)
class Slices:
    """The worst kinds first, those that stand out before all others.

    `figure` says what scores are: ACCURACY, or ERROR, which is below zero until it is written.
    `tested` kinds were looked at, `too_small` ones were not. `unknown_brightness` counts pictures
    that were taken in before their brightness was noted, `many_valued` names meta data whose values
    tell no kinds.
    """

    figure: str
    tested: int
    too_small: int
    unknown_brightness: int
    many_valued: tuple[str, ...]
    worst_first: tuple[Slice, ...]

    def worst(self) -> dict[str, Any] | None:
        """Return the first one as it is shown."""
        return self._shown(self.worst_first[0]) if self.worst_first else None

    def to_json(self) -> dict[str, Any]:
        """Write all."""
        return {
            "figure": self.figure,
            "minimum": MIN_GROUPS,
            "tested": self.tested,
            "too_small": self.too_small,
            "unknown_brightness": self.unknown_brightness,
            "many_valued": list(self.many_valued),
            "worst_first": [self._shown(one) for one in self.worst_first],
        }

    def _shown(self, one: Slice) -> dict[str, Any]:
        """Write errors as errors, which are larger where they are worse."""
        written = asdict(one)
        if self.figure == ACCURACY:
            return written
        errors = {"score": -one.score, "rest": -one.rest, "low": -one.high, "high": -one.low}
        return {**written, **errors}
