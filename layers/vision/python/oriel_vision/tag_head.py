"""Heads of tagging tasks: each tag is a yes-or-no question of its own.

docs/adr/0011-task-types.md says why it is a ridge for each tag, and how it is calibrated.
"""

import numpy as np
from numpy.typing import NDArray

from oriel_vision.calibration import fit_odds
from oriel_vision.ridge import Floats, RidgePath
from oriel_vision.training_features import (
    Transform,
    UnusableTrainingSet,
    checked_embeddings,
    decomposed,
    signed_roots,
)


def fit_tag_head(
    embeddings: NDArray[np.floating],
    carried: NDArray[np.bool_],
    transform: Transform = signed_roots,
) -> NDArray[np.float32]:
    """Fit weights [dim + 1, tags] to embeddings [n, dim] and which tags each carries [n, tags].

    The sigmoid of a logit is the tag's probability: the calibration is part of the weights. No tag
    changes another's answers. Raises UnusableTrainingSet.
    """
    checked_embeddings(embeddings, len(carried))
    _check_both_answers(carried)
    wanted = np.where(carried, 1.0, -1.0)
    path = decomposed(transform(embeddings), wanted, np.ones(len(carried)))
    penalties, unseen = _best_penalties(path, wanted)
    odds = [fit_odds(unseen[:, tag], carried[:, tag]) for tag in range(carried.shape[1])]
    slopes, shifts = np.array(odds).T
    weights: Floats = path.solve(penalties) * slopes
    weights[-1] += shifts
    return weights.astype(np.float32)


def _check_both_answers(carried: NDArray[np.bool_]) -> None:
    if carried.ndim != 2 or carried.shape[1] == 0:  # noqa: PLR2004 - [n, tags]
        raise UnusableTrainingSet("there is no tag")
    for tag, count in enumerate(carried.sum(axis=0).tolist()):
        if not count:
            raise UnusableTrainingSet(f"no picture carries tag {tag}")
        if count == len(carried):
            raise UnusableTrainingSet(f"every picture carries tag {tag}")


def _best_penalties(path: RidgePath, wanted: Floats) -> tuple[Floats, Floats]:
    """Return each tag's best penalty [tags], and what it says of pictures left out [n, tags]."""
    tags = wanted.shape[1]
    penalties, errors = np.empty(tags), np.full(tags, np.inf)
    unseen = np.empty_like(wanted)
    for penalty in path.penalties:
        found = path.leave_one_out(penalty)
        error = ((found - wanted) ** 2).sum(axis=0)
        better = error < errors
        penalties[better], errors[better] = penalty, error[better]
        unseen[:, better] = found[:, better]
    return penalties, unseen
