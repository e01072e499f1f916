"""Heads of regression tasks: one number a picture, in the units of the task's label."""

import numpy as np
from numpy.typing import NDArray

from oriel_vision.training_features import (
    Transform,
    checked_embeddings,
    decomposed,
    signed_roots,
)
from oriel_vision.units import units_of


def fit_value_head(
    embeddings: NDArray[np.floating],
    values: NDArray[np.floating],
    transform: Transform = signed_roots,
) -> NDArray[np.float32]:
    """Fit weights [dim + 1, 1] to embeddings [n, dim] and the value of each [n].

    What the head answers is the value itself. The penalty is the one under which pictures that are
    left out are answered with the least squared error. Raises UnusableTrainingSet.
    """
    checked_embeddings(embeddings, len(values))
    units = units_of(values)
    wanted = units.standardised(values)[:, None]
    path = decomposed(transform(embeddings), wanted, np.ones(len(values)))

    def error(penalty: float) -> float:
        return float(((path.leave_one_out(penalty) - wanted) ** 2).sum())

    weights: NDArray[np.float64] = path.solve(min(path.penalties, key=error)) * units.scale
    weights[-1] += units.offset
    return weights.astype(np.float32)
