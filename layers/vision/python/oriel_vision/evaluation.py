"""Figures of a classifier from what it predicted and what was true."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class LabelFigures:
    """Figures of one label in [0, 1]; 0 where nothing was predicted or nothing is there.

    `support` counts the pictures that truly have the label.
    """

    precision: float
    recall: float
    f1: float
    support: int


def confusion(
    predicted: NDArray[np.integer], actual: NDArray[np.integer], classes: int
) -> NDArray[np.int64]:
    """Count pictures: [classes, classes], rows predicted, columns actual."""
    counts = np.zeros((classes, classes), np.int64)
    np.add.at(counts, (predicted, actual), 1)
    return counts


def accuracy(confusion: NDArray[np.integer]) -> float:
    """Return the share of pictures on the diagonal; raises ValueError where there are none."""
    total = int(confusion.sum())
    if total == 0:
        raise ValueError("nothing was evaluated")
    return int(np.trace(confusion)) / total


def per_label(confusion: NDArray[np.integer]) -> list[LabelFigures]:
    """Return each label's figures, in the matrix's order."""
    right = np.diag(confusion).tolist()
    predicted = confusion.sum(axis=1).tolist()
    actual = confusion.sum(axis=0).tolist()
    return [
        LabelFigures(_share(r, p), _share(r, a), _share(2 * r, p + a), a)
        for r, p, a in zip(right, predicted, actual, strict=True)
    ]


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0
