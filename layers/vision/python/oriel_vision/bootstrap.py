"""How sure a figure is, by drawing its pictures again (Efron 1979; Davison and Hinkley 1997, 3.8).

Copies of a picture are answered alike, so that groups of copies are drawn and not pictures: five
copies of one mistake are one piece of evidence.
"""

import numpy as np
from numpy.typing import NDArray

RESAMPLES = 2_000
_LEVEL = 95
_SEED = 20_261_121

Floats = NDArray[np.float64]


def resampled_totals(
    terms: NDArray[np.floating], groups: NDArray[np.integer], resamples: int = RESAMPLES
) -> Floats:
    """Return the sums of terms [n, k] over groups that were drawn with replacement: [resamples, k].

    `groups` [n] numbers each picture's group from 0 on. The same input gives the same draws.
    """
    count = int(groups.max()) + 1
    sums = np.zeros((count, terms.shape[1]))
    np.add.at(sums, groups, terms)
    random = np.random.default_rng(_SEED)
    totals = np.empty((resamples, terms.shape[1]))
    for total in totals:
        # How often each group was drawn: a product with that is faster than to gather the groups.
        draws = random.integers(0, count, count, dtype=np.int32)
        total[:] = np.bincount(draws, minlength=count) @ sums
    return totals


def percentile_interval(figures: Floats) -> tuple[float, float]:
    """Return where the middle 95 % of a figure's resampled values lie; those unknown are left out.

    Raises ValueError where none is known.
    """
    known = figures[np.isfinite(figures)]
    if not len(known):
        raise ValueError("no draw has the figure")
    outside = (100 - _LEVEL) / 2
    low, high = np.percentile(known, [outside, 100 - outside])
    return float(low), float(high)


def mean_interval(
    scores: NDArray[np.floating], groups: NDArray[np.integer], resamples: int = RESAMPLES
) -> tuple[float, float]:
    """Return the 95 % interval of the mean of scores [n]."""
    terms = np.stack([scores.astype(np.float64), np.ones(len(scores))], axis=1)
    totals = resampled_totals(terms, groups, resamples)
    return percentile_interval(totals[:, 0] / totals[:, 1])


def r2_interval(
    predicted: NDArray[np.floating],
    actual: NDArray[np.floating],
    groups: NDArray[np.integer],
    resamples: int = RESAMPLES,
) -> tuple[float, float]:
    """Return the 95 % interval of the explained share of the variance of values that vary."""
    truth = actual.astype(np.float64)
    # The middle is taken out first: differences of large squares would lose what matters.
    centred = truth - truth.mean()
    errors = predicted.astype(np.float64) - truth
    terms = np.stack([errors**2, centred, centred**2, np.ones(len(truth))], axis=1)
    squares, sums, variance, counts = resampled_totals(terms, groups, resamples).T
    spread = variance - sums**2 / counts
    floor = 1e-12 * float(variance.max())
    with np.errstate(divide="ignore", invalid="ignore"):
        figures: Floats = np.where(spread > floor, 1 - squares / spread, np.nan)
    return percentile_interval(figures)
