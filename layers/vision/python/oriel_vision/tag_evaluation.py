"""Figures of a tagger from its scores and what was true."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from oriel_vision.evaluation import LabelFigures


@dataclass(frozen=True, slots=True)
class TagFigures:
    """Figures in [0, 1], those of tags in the order of the columns.

    `right` is the share of yes-or-no decisions that are right, `exact` that of pictures of which
    all are. `micro_f1` counts the decisions of all tags together. `precisions` are average
    precisions, None for a tag that no picture carries.
    """

    right: float
    exact: float
    micro_f1: float
    per_tag: tuple[LabelFigures, ...]
    precisions: tuple[float | None, ...]


def measure_tags(scores: NDArray[np.floating], carried: NDArray[np.bool_]) -> TagFigures:
    """Measure logits [n, tags] against what pictures carry; a tag is given from 0 on.

    That is a probability of a half. Raises ValueError where there is nothing to measure.
    """
    if not carried.size:
        raise ValueError("nothing was evaluated")
    given = scores >= 0
    hits = (given & carried).sum(axis=0).tolist()
    yes, actual = given.sum(axis=0).tolist(), carried.sum(axis=0).tolist()
    return TagFigures(
        right=float((given == carried).mean()),
        exact=float((given == carried).all(axis=1).mean()),
        micro_f1=_share(2 * sum(hits), sum(yes) + sum(actual)),
        per_tag=tuple(
            LabelFigures(_share(h, y), _share(h, a), _share(2 * h, y + a), a)
            for h, y, a in zip(hits, yes, actual, strict=True)
        ),
        precisions=tuple(
            average_precision(scores[:, tag], carried[:, tag]) for tag in range(carried.shape[1])
        ),
    )


def average_precision(scores: NDArray[np.floating], carried: NDArray[np.bool_]) -> float | None:
    """Return the mean, over pictures with the tag, of the precision down to their score.

    Pictures of equal scores come in together, so their order in the file changes nothing.
    """
    total = int(carried.sum())
    if total == 0:
        return None
    order = np.argsort(-scores, kind="stable")
    hits = np.cumsum(carried[order])
    ranked = scores[order]
    last_of_equals = np.append(np.flatnonzero(ranked[1:] != ranked[:-1]), len(ranked) - 1)
    found = hits[last_of_equals]
    precision = found / (last_of_equals + 1)
    return float((np.diff(found, prepend=0) * precision).sum() / total)


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0
