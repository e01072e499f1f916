"""Computes figures with the vision layer's arithmetic."""

from collections.abc import Sequence

import numpy as np
from oriel.domain.evaluation import LabelFigures, Measured
from oriel_vision import evaluation


def measure(predicted: Sequence[int], actual: Sequence[int], classes: int) -> Measured:
    """Measure predicted columns against the actual ones."""
    confusion = evaluation.confusion(np.asarray(predicted), np.asarray(actual), classes)
    return Measured(
        accuracy=float(evaluation.accuracy(confusion)),
        confusion=tuple(tuple(int(count) for count in row) for row in confusion),
        per_label=tuple(
            LabelFigures(
                float(figures.precision),
                float(figures.recall),
                float(figures.f1),
                int(figures.support),
            )
            for figures in evaluation.per_label(confusion)
        ),
    )
