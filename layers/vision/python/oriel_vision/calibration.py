"""Makes confidences mean what they say, by one number: the temperature.

Guo et al. 2017, "On Calibration of Modern Neural Networks".
"""

import numpy as np
from numpy.typing import NDArray

from oriel_vision.softmax import softmax

COLDEST, HOTTEST = 0.01, 10.0
_GOLDEN = (5**0.5 - 1) / 2
_STEPS = 40
"""Each narrows the search by 0.62: the last bracket is 1e-8 wide."""


def fit_temperature(logits: NDArray[np.floating], targets: NDArray[np.integer]) -> float:
    """Return the temperature under which logits [n, k] of unseen samples are likeliest.

    Targets are smoothed by one sample a class (Platt 1999), so that a few samples, all answered
    rightly, do not end in certainty.
    """
    smoothed = np.full(logits.shape, 1.0)
    smoothed[np.arange(len(targets)), targets] += len(targets)
    smoothed /= len(targets) + logits.shape[1]
    low, high = np.log(COLDEST), np.log(HOTTEST)
    for _ in range(_STEPS):
        left, right = high - _GOLDEN * (high - low), low + _GOLDEN * (high - low)
        if _surprise(logits, smoothed, left) < _surprise(logits, smoothed, right):
            high = right
        else:
            low = left
    return float(np.exp((low + high) / 2))


def _surprise(
    logits: NDArray[np.floating], smoothed: NDArray[np.float64], log_temperature: float
) -> float:
    """Return the cross entropy in nats; it has one minimum in the temperature."""
    probabilities = softmax(logits, float(np.exp(log_temperature)))
    return float(-(smoothed * np.log(np.maximum(probabilities, 1e-300))).sum(axis=1).mean())
