"""Fits heads that choose between classes; docs/adr/0004-instant-head.md says why by a ridge."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from oriel_vision.calibration import fit_temperature
from oriel_vision.features import Floats, signed_roots
from oriel_vision.training_features import (
    FittedHead,
    Transform,
    UnusableTrainingSet,
    checked_embeddings,
    decomposed,
    drawn,
)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """Targets of a regression to classes: 1 in the column of a picture's class, -1 elsewhere."""

    targets: NDArray[np.integer]
    classes: int

    def __getitem__(self, rows: slice) -> Floats:
        """Return the targets of some pictures."""
        return np.where(self.targets[rows, None] == np.arange(self.classes), 1.0, -1.0)


def fit_head(
    embeddings: NDArray[np.floating],
    targets: NDArray[np.integer],
    classes: int,
    transform: Transform = signed_roots,
) -> FittedHead:
    """Fit a head to embeddings [n, dim] and the class of each, 0 <= target < classes.

    The penalty and the temperature are those that answer best for each picture when it is left
    out. A class weighs as the square root of its pictures, so that rare ones are not drowned.
    `logits` answers with it where `transform` is left as it is. Embeddings may be a memory map:
    they are read in blocks. Raises UnusableTrainingSet.
    """
    checked_embeddings(embeddings, len(targets))
    counts = _count(targets, classes)
    weights = 1 / np.sqrt(counts[targets])
    path = decomposed(embeddings, transform, _Wanted(targets, classes), weights)
    penalty = path.penalties[int(path.errors().sum(axis=1).argmin())]
    rows = drawn(len(targets))
    left_out = path.leave_one_out(penalty, rows)
    temperature = fit_temperature(left_out, targets[rows])
    head = path.solve(penalty).astype(np.float32)
    return FittedHead(head, temperature, rows, left_out.astype(np.float32))


def _count(targets: NDArray[np.integer], classes: int) -> NDArray[np.int64]:
    """Return the number of pictures a class; raises UnusableTrainingSet."""
    if classes < 2 or not np.isin(targets, np.arange(classes)).all():  # noqa: PLR2004
        raise UnusableTrainingSet(f"targets must be classes from 0 to {classes - 1}, at least two")
    counts = np.bincount(targets, minlength=classes)
    if not counts.all():
        missing = ", ".join(str(column) for column in np.flatnonzero(counts == 0))
        raise UnusableTrainingSet(f"no picture of class {missing}")
    return counts
