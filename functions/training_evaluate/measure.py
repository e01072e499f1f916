"""Computes figures with the vision layer's arithmetic."""

from collections.abc import Sequence
from dataclasses import astuple

import numpy as np
from numpy.typing import NDArray
from oriel.domain.calibration import Calibration, ReliabilityBin
from oriel.domain.curves import Chances, Curve, CurvePoint, Curves
from oriel.domain.figures import ClassFigures, LabelFigures, TagFigures, ValueFigures
from oriel.services.measures import Rows
from oriel_vision import bootstrap, evaluation
from oriel_vision.precision_recall import precision_recall
from oriel_vision.reliability import expected_calibration_error, reliability
from oriel_vision.sigmoid import sigmoid
from oriel_vision.softmax import softmax
from oriel_vision.tag_evaluation import measure_tags
from oriel_vision.tag_matrix import tag_matrix
from oriel_vision.value_evaluation import measure_values

POINTS_OF_ALL = 10_000
POINTS_OF_CURVE = range(10, 101)
"""Drawn, and as many that are best by what may be asked."""
MAX_CHANCES = 20
LEAST_CHANCE = 0.0005

Floats = NDArray[np.float64]


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

    def tags(self, logits: Rows, carried: Sequence[Sequence[int]]) -> TagFigures:
        """Measure a row of logits a picture against the columns that it carries."""
        scores = np.asarray(logits)
        found = measure_tags(scores, tag_matrix(carried, scores.shape[1]))
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

    def mean_interval(self, scores: Sequence[float], groups: Sequence[int]) -> tuple[float, float]:
        """Draw groups of pictures again."""
        return bootstrap.mean_interval(np.asarray(scores), np.asarray(groups))

    def r2_interval(
        self, predicted: Sequence[float], actual: Sequence[float], groups: Sequence[int]
    ) -> tuple[float, float]:
        """Draw groups of pictures again."""
        answered, truth = np.asarray(predicted), np.asarray(actual)
        return bootstrap.r2_interval(answered, truth, np.asarray(groups))

    def class_calibration(
        self, logits: Rows, actual: Sequence[int], temperature: float
    ) -> Calibration:
        """Sort the best labels' confidences into bins."""
        scores = np.asarray(logits)
        right = scores.argmax(axis=1) == np.asarray(actual)
        before, after = softmax(scores).max(axis=1), softmax(scores, temperature).max(axis=1)
        return _calibration(before, after, right, temperature)

    def tag_calibration(
        self, logits: Rows, carried: Sequence[Sequence[int]], temperature: float
    ) -> Calibration:
        """Sort the probabilities of all tags into bins."""
        scores = np.asarray(logits)
        truth = tag_matrix(carried, scores.shape[1]).ravel()
        before, after = sigmoid(scores).ravel(), sigmoid(scores, temperature).ravel()
        return _calibration(before, after, truth, temperature)

    def class_curves(self, logits: Rows, actual: Sequence[int], temperature: float) -> Curves:
        """Ask for the best label, and for each label by itself."""
        chances, columns = softmax(np.asarray(logits), temperature), np.asarray(actual)
        truth = columns[:, None] == np.arange(chances.shape[1])
        right = chances.argmax(axis=1) == columns
        overall = _curve(chances.max(axis=1), right, POINTS_OF_CURVE[-1], total=len(right))
        return Curves(overall, _per_label(chances, truth))

    def tag_curves(
        self, logits: Rows, carried: Sequence[Sequence[int]], temperature: float
    ) -> Curves:
        """Ask for all tags together, and for each by itself."""
        chances = sigmoid(np.asarray(logits), temperature)
        truth = tag_matrix(carried, chances.shape[1])
        overall = _curve(chances.ravel(), truth.ravel(), POINTS_OF_CURVE[-1])
        return Curves(overall, _per_label(chances, truth))

    def chances(self, logits: Rows, temperature: float) -> Chances:
        """Keep the likeliest classes, to four decimals."""
        return tuple(_likeliest(row) for row in softmax(np.asarray(logits), temperature))


def _own(figures: evaluation.LabelFigures) -> LabelFigures:
    return LabelFigures(
        float(figures.precision), float(figures.recall), float(figures.f1), int(figures.support)
    )


def _calibration(
    before: Floats, after: Floats, right: NDArray[np.bool_], temperature: float
) -> Calibration:
    bins = reliability(after, right)
    return Calibration(
        ece_before=expected_calibration_error(reliability(before, right)),
        ece_after=expected_calibration_error(bins),
        temperature=temperature,
        bins=tuple(ReliabilityBin(*astuple(one)) for one in bins),
    )


def _per_label(chances: Floats, truth: NDArray[np.bool_]) -> tuple[Curve, ...]:
    labels = chances.shape[1]
    most = min(max(POINTS_OF_ALL // labels, POINTS_OF_CURVE[0]), POINTS_OF_CURVE[-1])
    return tuple(_curve(chances[:, column], truth[:, column], most) for column in range(labels))


def _curve(chances: Floats, right: NDArray[np.bool_], most: int, total: int | None = None) -> Curve:
    points = precision_recall(chances, right, most, most)
    return Curve(
        total=int(right.sum()) if total is None else total,
        count=len(right),
        points=tuple(CurvePoint(*point) for point in points),
    )


def _likeliest(chances: Floats) -> tuple[tuple[int, float], ...]:
    columns = np.argsort(-chances, kind="stable")[:MAX_CHANCES]
    return tuple(
        (int(column), round(float(chances[column]), 4))
        for column in columns
        if chances[column] >= LEAST_CHANCE
    )
