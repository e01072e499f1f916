"""Computes figures with the vision layer's arithmetic."""

from collections.abc import Sequence

import numpy as np
from oriel.domain.figures import ClassFigures, LabelFigures, TagFigures, ValueFigures
from oriel_vision import evaluation
from oriel_vision.tag_evaluation import measure_tags
from oriel_vision.value_evaluation import measure_values


class NumpyMeasures:
    """The figures of each type of task."""

    def classes(
        self, predicted: Sequence[int], actual: Sequence[int], classes: int
    ) -> ClassFigures:
        """Measure predicted columns against the actual ones."""
        matrix = evaluation.confusion(np.asarray(predicted), np.asarray(actual), classes)
        return ClassFigures(
            accuracy=float(evaluation.accuracy(matrix)),
            confusion=tuple(tuple(int(count) for count in row) for row in matrix),
            per_label=tuple(_own(figures) for figures in evaluation.per_label(matrix)),
        )

    def tags(
        self, logits: Sequence[Sequence[float]], carried: Sequence[Sequence[int]]
    ) -> TagFigures:
        """Measure a row of logits a picture against the columns that it carries."""
        scores = np.asarray(logits)
        truth = np.zeros(scores.shape, np.bool_)
        for row, columns in enumerate(carried):
            truth[row, list(columns)] = True
        found = measure_tags(scores, truth)
        return TagFigures(
            accuracy=found.right,
            exact_match=found.exact,
            micro_f1=found.micro_f1,
            per_label=tuple(_own(figures) for figures in found.per_tag),
            average_precisions=found.precisions,
        )

    def values(self, predicted: Sequence[float], actual: Sequence[float]) -> ValueFigures:
        """Measure predicted values against the actual ones."""
        found = measure_values(np.asarray(predicted), np.asarray(actual))
        return ValueFigures(found.mae, found.rmse, found.r2)


def _own(figures: evaluation.LabelFigures) -> LabelFigures:
    return LabelFigures(
        float(figures.precision), float(figures.recall), float(figures.f1), int(figures.support)
    )
