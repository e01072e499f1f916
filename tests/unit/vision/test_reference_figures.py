"""Our figures beside those of scikit-learn, which data/make_reference.py has written down."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from oriel_vision.evaluation import accuracy, confusion, per_label
from oriel_vision.precision_recall import precision_recall
from oriel_vision.reliability import reliability
from oriel_vision.tag_evaluation import average_precision
from oriel_vision.value_evaluation import measure_values

REFERENCE: dict[str, Any] = json.loads(
    (Path(__file__).parent / "data" / "figures.json").read_text()
)


def arrays(part: str, *names: str) -> list[np.ndarray]:
    return [np.array(REFERENCE[part][name]) for name in names]


def test_accuracy_and_confusion_are_the_same() -> None:
    predicted, actual = arrays("classes", "predicted", "actual")
    matrix = confusion(predicted, actual, 5)
    assert matrix.tolist() == REFERENCE["classes"]["confusion"]
    assert accuracy(matrix) == pytest.approx(REFERENCE["classes"]["accuracy"])


def test_precision_recall_and_f1_of_labels_are_the_same() -> None:
    predicted, actual = arrays("classes", "predicted", "actual")
    ours = [
        [own.precision, own.recall, own.f1, own.support]
        for own in per_label(confusion(predicted, actual, 5))
    ]
    assert np.array(ours) == pytest.approx(np.array(REFERENCE["classes"]["per_label"]))


def test_average_precision_is_the_same_where_scores_are_equal() -> None:
    scores, carried = arrays("tags", "scores", "carried")
    expected = REFERENCE["tags"]["average_precision"]
    assert average_precision(scores, carried) == pytest.approx(expected)


def test_the_curve_is_the_same() -> None:
    scores, carried = arrays("tags", "scores", "carried")
    points = precision_recall(scores, carried, 10_000, 10_000)[::-1]
    precision, recall, thresholds = REFERENCE["tags"]["curve"]
    # Ours are rounded down to six decimals.
    assert [point.threshold for point in points] == pytest.approx(thresholds, abs=1.1e-6)
    assert [point.right / point.given for point in points] == pytest.approx(precision)
    assert [point.right / carried.sum() for point in points] == pytest.approx(recall)


def test_bins_of_confidence_are_the_same() -> None:
    chances, carried = arrays("tags", "chances", "carried")
    bins = [one for one in reliability(chances, carried) if one.count]
    true, promised = REFERENCE["tags"]["reliability"]
    assert [one.share for one in bins] == pytest.approx(true)
    assert [one.confidence for one in bins] == pytest.approx(promised)


def test_errors_of_values_are_the_same() -> None:
    predicted, actual = arrays("values", "predicted", "actual")
    found = measure_values(predicted, actual)
    assert (found.mae, found.rmse, found.r2) == pytest.approx(
        tuple(REFERENCE["values"][name] for name in ("mae", "rmse", "r2"))
    )
