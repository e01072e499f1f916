"""Figures of a regression from what it answered and what was true."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class ValueFigures:
    """Mean absolute and root mean squared error in the label's units, and the R2.

    R2 is the share of the variance that is explained: 1 at best, 0 for always answering the mean,
    below 0 for worse. It is None where the true values do not vary.
    """

    mae: float
    rmse: float
    r2: float | None


def measure_values(predicted: NDArray[np.floating], actual: NDArray[np.floating]) -> ValueFigures:
    """Measure predicted values [n] against the actual ones; raises ValueError for none."""
    if not len(actual):
        raise ValueError("nothing was evaluated")
    truth = actual.astype(np.float64)
    errors = predicted.astype(np.float64) - truth
    square = float((errors**2).mean())
    variance = float(truth.var())
    # A variance of rounding errors alone is none.
    varies = variance > (1e-12 * float(np.abs(truth).max())) ** 2
    return ValueFigures(
        mae=float(np.abs(errors).mean()),
        rmse=square**0.5,
        r2=1 - square / variance if varies else None,
    )
