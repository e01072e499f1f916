"""What a threshold does: how much is given from it on, and how much of that is right."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

_STEPS = 1_000_000
"""Thresholds have six decimals, rounded down: whatever counted still reaches them."""


class Point(NamedTuple):
    """From a score of `threshold` on, `given` are given and `right` of these rightly."""

    threshold: float
    given: int
    right: int


def precision_recall(
    scores: NDArray[np.floating], carried: NDArray[np.bool_], drawn: int, best: int
) -> tuple[Point, ...]:
    """Return points for scores [n] in [0, 1], by falling threshold.

    Up to `drawn` of them are spread over the ranking, first to last. Up to `best` are the choices
    that no other one excels in precision and recall. Whatever precision, recall or costs of either
    mistake somebody asks for, the best answer is one of these, or to give nothing.
    """
    floored = np.floor(scores.astype(np.float64) * _STEPS).astype(np.int64)
    order = np.argsort(-floored, kind="stable")
    ranked = floored[order]
    found = np.cumsum(carried[order])
    last_of_equals = np.append(np.flatnonzero(ranked[1:] != ranked[:-1]), len(ranked) - 1)
    given, right = last_of_equals + 1, found[last_of_equals]
    chosen = np.union1d(_spread(np.arange(len(given)), drawn), _spread(_best(given, right), best))
    return tuple(
        Point(int(ranked[last_of_equals[place]]) / _STEPS, int(given[place]), int(right[place]))
        for place in chosen
    )


def _best(given: NDArray[np.int64], right: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the points after which none is as precise: recall only grows along the ranking."""
    precision = right / given
    best_after = np.maximum.accumulate(precision[::-1])[::-1]
    superior = precision > np.append(best_after[1:], -1.0)
    return np.flatnonzero(superior & (right > 0))


def _spread(places: NDArray[np.int64], most: int) -> NDArray[np.int64]:
    if len(places) <= most:
        return places
    return places[np.linspace(0, len(places) - 1, most).round().astype(np.int64)]
