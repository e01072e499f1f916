"""Heads of tagging tasks: each tag is a yes-or-no question of its own.

docs/adr/0011-task-types.md says why it is a ridge for each tag, and how it is calibrated.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from oriel_vision.calibration import fit_odds
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
    """Targets of a regression to tags: 1 where a picture carries one, -1 elsewhere."""

    carried: NDArray[np.bool_]

    def __getitem__(self, rows: slice) -> Floats:
        """Return the targets of some pictures."""
        return np.where(self.carried[rows], 1.0, -1.0)


def fit_tag_head(
    embeddings: NDArray[np.floating],
    carried: NDArray[np.bool_],
    transform: Transform = signed_roots,
) -> FittedHead:
    """Fit a head to embeddings [n, dim] and which tags each carries [n, tags].

    The sigmoid of a logit is the tag's probability: the calibration is part of the weights. No tag
    changes another's answers. Embeddings may be a memory map: they are read in blocks. Raises
    UnusableTrainingSet.
    """
    checked_embeddings(embeddings, len(carried))
    _check_both_answers(carried)
    path = decomposed(embeddings, transform, _Wanted(carried), np.ones(len(carried)))
    penalties = np.array(path.penalties)[path.errors().argmin(axis=0)]
    rows = drawn(len(carried))
    left_out = path.leave_one_out(penalties, rows)
    odds = [fit_odds(left_out[:, tag], carried[rows, tag]) for tag in range(carried.shape[1])]
    slopes, shifts = np.array(odds).T
    weights = path.solve(penalties) * slopes
    weights[-1] += shifts
    unseen = (left_out * slopes + shifts).astype(np.float32)
    return FittedHead(weights.astype(np.float32), 1.0, rows, unseen)


def _check_both_answers(carried: NDArray[np.bool_]) -> None:
    if carried.ndim != 2 or carried.shape[1] == 0:  # noqa: PLR2004 - [n, tags]
        raise UnusableTrainingSet("there is no tag")
    for tag, count in enumerate(carried.sum(axis=0).tolist()):
        if not count:
            raise UnusableTrainingSet(f"no picture carries tag {tag}")
        if count == len(carried):
            raise UnusableTrainingSet(f"every picture carries tag {tag}")
