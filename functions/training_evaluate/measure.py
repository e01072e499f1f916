"""Computes figures with the vision layer's arithmetic."""

from collections.abc import Sequence

import numpy as np
from oriel.domain.evaluation import LabelFigures, Measured
from oriel_vision.evaluation import accuracy, confusion, per_label


def measure(predicted: Sequence[int], actual: Sequence[int], classes: int) -> Measured:
    """Measure predicted columns against the actual ones."""
    matrix = confusion(np.asarray(predicted), np.asarray(actual), classes)
    return Measured(
        accuracy=float(accuracy(matrix)),
        confusion=tuple(tuple(int(count) for count in row) for row in matrix),
        per_label=tuple(
            LabelFigures(
                float(figures.precision),
                float(figures.recall),
                float(figures.f1),
                int(figures.support),
            )
            for figures in per_label(matrix)
        ),
    )
