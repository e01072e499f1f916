"""Makes confidences mean what they say.

Classes by one number, the temperature (Guo et al. 2017, "On Calibration of Modern Neural
Networks"), tags by a line through each one's scores.
"""

import numpy as np
from numpy.typing import NDArray

from oriel_vision.sigmoid import sigmoid
from oriel_vision.softmax import softmax

COLDEST, HOTTEST = 0.01, 10.0
_GOLDEN = (5**0.5 - 1) / 2
_STEPS = 40
"""Each narrows the search by 0.62: the last bracket is 1e-8 wide. Newton's method needs ten."""
_RIDGE = 1e-9
_SETTLED = 1e-9


def fit_temperature(logits: NDArray[np.floating], targets: NDArray[np.integer]) -> float:
    """Return the temperature under which logits [n, k] of unseen samples are likeliest.

    Targets are smoothed (Platt 1999), so that a few samples, all answered rightly, do not end in
    certainty: one in n + 2 has any other class. One of each other class would be too many: of 31
    pictures in 10 classes the calibration error of a network was 0.19 with, and 0.04 without it.
    """
    samples, classes = logits.shape
    smoothed = np.full(logits.shape, 1 / ((samples + 2) * max(classes - 1, 1)))
    smoothed[np.arange(samples), targets] = (samples + 1) / (samples + 2)
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


def fit_odds(scores: NDArray[np.floating], carried: NDArray[np.bool_]) -> tuple[float, float]:
    """Return slope and shift that make scores [n] of unseen samples logarithms of odds.

    Platt 1999, "Probabilistic Outputs for Support Vector Machines", with the same smoothed targets,
    solved by Newton's method as in Lin, Lin and Weng 2007, "A note on Platt's probabilistic
    outputs". Scores that point the wrong way get a slope of 0: the answer is the tag's share.
    """
    yes, no = int(carried.sum()), int((~carried).sum())
    wanted = np.where(carried, (yes + 1) / (yes + 2), 1 / (no + 2))
    share = float(wanted.mean())
    line = np.array([0.0, np.log(share / (1 - share))])
    columns = np.stack([scores.astype(np.float64), np.ones(len(scores))])
    for _ in range(_STEPS):
        chance = sigmoid(line @ columns)
        gradient = columns @ (chance - wanted)
        curvature = (columns * (chance * (1 - chance))) @ columns.T + _RIDGE * np.eye(2)
        newton = np.linalg.solve(curvature, gradient).astype(np.float64)
        step = _shortened(line, newton, columns, wanted)
        line = line - step
        if np.abs(step).max() < _SETTLED:
            break
    if line[0] <= 0:
        return 0.0, float(np.log(share / (1 - share)))
    return float(line[0]), float(line[1])


def _shortened(
    line: NDArray[np.float64],
    step: NDArray[np.float64],
    columns: NDArray[np.float64],
    wanted: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Halve Newton's step until it leads down, or is too short to matter."""

    def surprise(logits: NDArray[np.float64]) -> float:
        return float((np.logaddexp(0, logits) - wanted * logits).sum())

    before = surprise(line @ columns)
    while np.abs(step).max() >= _SETTLED and surprise((line - step) @ columns) > before:
        step = step / 2
    return step
