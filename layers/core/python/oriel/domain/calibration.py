"""Whether a model's confidences mean what they say."""

from typing import Any

from oriel.values import dataclass


@dataclass(frozen=True, slots=True)
class ReliabilityBin:
    """Answers of a confidence from `low` on, below `high`: their mean promise and what came true.

    Both are 0 of no answers.
    """

    low: float
    high: float
    count: int
    confidence: float
    share: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """The expected calibration error without and with the temperature that serving applies.

    The temperature was fitted to pictures that are neither trained on nor measured here.
    `ece_before` is None where the calibration is part of the weights. `bins` are those after it: of
    the best label's confidence, of tags all probabilities.
    """

    ece_before: float | None
    ece_after: float
    temperature: float
    bins: tuple[ReliabilityBin, ...]

    def summary(self) -> dict[str, Any]:
        """Return the errors alone."""
        return {"ece_before": self.ece_before, "ece_after": self.ece_after}
