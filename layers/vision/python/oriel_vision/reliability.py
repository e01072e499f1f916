"""Whether confidences mean what they say."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

BINS = 15


@dataclass(frozen=True, slots=True)
class ReliabilityBin:
    """Answers of a confidence from `low` on, below `high`: what they promise and what came true.

    `confidence` is their mean, `share` how many of them are right; both are 0 of no answers.
    """

    low: float
    high: float
    count: int
    confidence: float
    share: float


def reliability(
    confidences: NDArray[np.floating], right: NDArray[np.bool_], bins: int = BINS
) -> list[ReliabilityBin]:
    """Sort answers [n] into bins of equal width."""
    places = np.minimum((confidences * bins).astype(np.int64), bins - 1)
    counts = np.bincount(places, minlength=bins)
    promised = np.bincount(places, confidences, bins)
    kept = np.bincount(places, right.astype(np.float64), bins)
    some = np.maximum(counts, 1)
    return [
        ReliabilityBin(
            low=place / bins,
            high=(place + 1) / bins,
            count=int(counts[place]),
            confidence=float(promised[place] / some[place]),
            share=float(kept[place] / some[place]),
        )
        for place in range(bins)
    ]


def expected_calibration_error(bins: list[ReliabilityBin]) -> float:
    """Return the mean distance between promise and truth (Naeini, Cooper and Hauskrecht 2015).

    Raises ValueError where no bin has an answer.
    """
    total = sum(one.count for one in bins)
    if not total:
        raise ValueError("nothing was evaluated")
    return sum(one.count * abs(one.confidence - one.share) for one in bins) / total
