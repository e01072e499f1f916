# /// script
# requires-python = ">=3.11"
# dependencies = ["numpy==2.4.6", "scikit-learn==1.9.1"]
# ///
"""Writes figures.json: figures of drawn answers by scikit-learn, which ours are held against.

Run it with `uv run tests/unit/vision/data/make_reference.py`.
"""

import json
from pathlib import Path
from typing import Any

import numpy as np
import sklearn
from sklearn import metrics
from sklearn.calibration import calibration_curve

PICTURES, LABELS = 300, 5


def main() -> None:
    """Draw answers and measure them."""
    random = np.random.default_rng(9)
    found = {
        "made_by": f"scikit-learn {sklearn.__version__}",
        "classes": _classes(random),
        "tags": _tags(random),
        "values": _values(random),
    }
    place = Path(__file__).with_name("figures.json")
    place.write_text(json.dumps(found, indent=1) + "\n")


def _classes(random: np.random.Generator) -> dict[str, Any]:
    actual = random.choice(LABELS, PICTURES, p=[0.4, 0.3, 0.2, 0.09, 0.01])
    wrong = random.integers(LABELS - 1, size=PICTURES)  # the last label is never answered
    predicted = np.where(random.random(PICTURES) < 0.7, np.minimum(actual, LABELS - 2), wrong)
    columns = np.arange(LABELS)
    figures = metrics.precision_recall_fscore_support(
        actual, predicted, labels=columns, zero_division=0
    )
    return {
        "actual": actual.tolist(),
        "predicted": predicted.tolist(),
        "accuracy": metrics.accuracy_score(actual, predicted),
        # scikit-learn has the truth in rows.
        "confusion": metrics.confusion_matrix(actual, predicted, labels=columns).T.tolist(),
        "per_label": [list(map(float, row)) for row in zip(*figures, strict=True)],
    }


def _tags(random: np.random.Generator) -> dict[str, Any]:
    carried = random.random(PICTURES) < 0.3
    # Two decimals, so that many scores are equal.
    scores = np.clip(random.normal(0.35 + 0.3 * carried, 0.2), 0, 1).round(2)
    precision, recall, thresholds = metrics.precision_recall_curve(carried, scores)
    # None of these lies on the edge of a bin, which either side may have.
    chances = scores * 0.99 + 0.003
    true, predicted = calibration_curve(carried, chances, n_bins=15)
    return {
        "carried": carried.tolist(),
        "scores": scores.tolist(),
        "chances": chances.tolist(),
        "average_precision": metrics.average_precision_score(carried, scores),
        "curve": [precision[:-1].tolist(), recall[:-1].tolist(), thresholds.tolist()],
        "reliability": [true.tolist(), predicted.tolist()],
    }


def _values(random: np.random.Generator) -> dict[str, Any]:
    actual = random.normal(40, 12, PICTURES)
    predicted = actual + random.normal(1, 5, PICTURES)
    return {
        "actual": actual.tolist(),
        "predicted": predicted.tolist(),
        "mae": metrics.mean_absolute_error(actual, predicted),
        "rmse": metrics.root_mean_squared_error(actual, predicted),
        "r2": metrics.r2_score(actual, predicted),
    }


if __name__ == "__main__":
    main()
