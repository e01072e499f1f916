"""Heads of regression tasks: one number a picture, in the units of the task's label."""

import numpy as np
from numpy.typing import NDArray

from oriel_vision.features import signed_roots
from oriel_vision.training_features import (
    FittedHead,
    Transform,
    checked_embeddings,
    decomposed,
    drawn,
)
from oriel_vision.units import units_of


def fit_value_head(
    embeddings: NDArray[np.floating],
    values: NDArray[np.floating],
    transform: Transform = signed_roots,
) -> FittedHead:
    """Fit a head of one output to embeddings [n, dim] and the value of each [n].

    What the head answers is the value itself. The penalty is the one under which pictures that are
    left out are answered with the least squared error. Embeddings may be a memory map: they are
    read in blocks. Raises UnusableTrainingSet.
    """
    checked_embeddings(embeddings, len(values))
    units = units_of(values)
    wanted = units.standardised(values)[:, None]
    path = decomposed(embeddings, transform, wanted, np.ones(len(values)))
    penalty = path.penalties[int(path.errors()[:, 0].argmin())]
    weights = path.solve(penalty) * units.scale
    weights[-1] += units.offset
    rows = drawn(len(values))
    left_out = path.leave_one_out(penalty, rows) * units.scale + units.offset
    return FittedHead(weights.astype(np.float32), 1.0, rows, left_out.astype(np.float32))
