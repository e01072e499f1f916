"""What an evaluation finds out beside the figures: how sure they are, and what to beware of."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from oriel.domain.calibration import Calibration
from oriel.domain.curves import Chances, Curves
from oriel.domain.model import ModelLabel
from oriel.domain.slices import Slices
from oriel.values import dataclass

MAX_WARNINGS = 10


@dataclass(frozen=True, slots=True)
class Interval:
    """Where a figure lies with 95 % certainty, judged by `groups` of copies of one picture each."""

    figure: str
    low: float
    high: float
    method: str
    groups: int

    def to_json(self) -> dict[str, Any]:
        """Write it with its level."""
        return {**asdict(self), "level": 0.95}


@dataclass(frozen=True, slots=True)
class Caution:
    """Why a figure is not to be taken at face value; `code` is for programs."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Findings:
    """What was found out; None and empty where the type of the task knows no such thing.

    `chances` has a row for each outcome, in that order.
    """

    intervals: tuple[Interval, ...] = ()
    calibration: Calibration | None = None
    curves: Curves | None = None
    chances: Chances = ()
    slices: Slices | None = None
    warnings: tuple[Caution, ...] = ()

    def summary(self) -> dict[str, Any]:
        """Return the little that the model itself carries."""
        calibration, slices = self.calibration, self.slices
        return {
            **{f"{one.figure}_interval": [one.low, one.high] for one in self.intervals},
            **({} if calibration is None else calibration.summary()),
            "worst_slice": None if slices is None else slices.worst(),
            "warnings": [asdict(one) for one in self.warnings[:MAX_WARNINGS]],
        }

    def document(self, labels: Sequence[ModelLabel]) -> dict[str, Any]:
        """Return everything, as it is kept beside the model."""
        calibration, curves, slices = self.calibration, self.curves, self.slices
        return {
            "interval": self.intervals[0].to_json() if self.intervals else None,
            "calibration": None if calibration is None else asdict(calibration),
            "curves": None if curves is None else curves.to_json(labels),
            "chances": [[list(chance) for chance in row] for row in self.chances],
            "slices": None if slices is None else slices.to_json(),
            "warnings": [asdict(one) for one in self.warnings],
        }


NOTHING_FOUND = Findings()
