"""Right answers that may be wrong: what all other pictures say of each one speaks against them.

The predictions are those of the instant head, for each picture by a solution that has not seen it,
so that a wrong answer cannot confirm itself. Its copies can: of a picture that is there twice with
the same wrong answer, one speaks for the other.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from oriel_vision.calibration import fit_odds, fit_temperature
from oriel_vision.features import Floats, signed_roots
from oriel_vision.ridge import BLOCK, RidgePath
from oriel_vision.sigmoid import sigmoid
from oriel_vision.softmax import softmax
from oriel_vision.training_features import (
    UnusableTrainingSet,
    checked_embeddings,
    decomposed,
    drawn,
)
from oriel_vision.units import units_of

LEAST_ERROR = 2.0
"""A value is doubted from so many times the typical error on."""


@dataclass(frozen=True, slots=True)
class Doubts:
    """The most doubtful answers first, one a row of each array.

    `rows` are pictures and `columns` the class or tag that was given, or the tag that was not.
    `given` is the probability of what was given, `suggested` the more probable column and
    `suggested_scores` its probability. Of values `given` is the error in typical errors, and
    `suggested_scores` are the values that the pictures seem to have.
    """

    rows: NDArray[np.int64]
    columns: NDArray[np.integer]
    given: Floats
    suggested: NDArray[np.integer]
    suggested_scores: Floats

    def first(self, most: int, order: Floats) -> "Doubts":
        """Keep those of the least `order`."""
        kept = np.argsort(order, kind="stable")[:most]
        return Doubts(
            self.rows[kept],
            self.columns[kept],
            self.given[kept],
            self.suggested[kept],
            self.suggested_scores[kept],
        )


@dataclass(frozen=True, slots=True)
class _Signs:
    """Targets of 1 and -1, made when they are asked for."""

    make: Callable[[slice], NDArray[np.bool_]]

    def __getitem__(self, rows: slice) -> Floats:
        return np.where(self.make(rows), 1.0, -1.0)


def doubted_classes(
    embeddings: NDArray[np.floating], targets: NDArray[np.integer], classes: int, most: int
) -> Doubts:
    """Return pictures [n, dim] that look like another class; raises UnusableTrainingSet."""
    checked_embeddings(embeddings, len(targets))
    counts = np.bincount(targets, minlength=classes)
    if classes < 2 or len(counts) > classes or not counts.all():  # noqa: PLR2004
        raise UnusableTrainingSet("every class needs a picture")
    wanted = _Signs(lambda rows: targets[rows, None] == np.arange(classes))
    path = decomposed(embeddings, signed_roots, wanted, 1 / np.sqrt(counts[targets]))
    penalty = path.penalties[int(path.errors().sum(axis=1).argmin())]
    some = drawn(len(targets))
    temperature = fit_temperature(path.leave_one_out(penalty, some), targets[some])
    given, best, best_scores = (
        np.empty(len(targets)),
        np.empty_like(targets),
        np.empty(len(targets)),
    )
    for rows in _blocks(len(targets)):
        scores = softmax(path.leave_one_out(penalty, rows) / temperature)
        given[rows] = scores[np.arange(len(rows)), targets[rows]]
        best[rows], best_scores[rows] = scores.argmax(axis=1), scores.max(axis=1)
    wrong = np.flatnonzero(best != targets)
    doubts = Doubts(wrong, targets[wrong], given[wrong], best[wrong], best_scores[wrong])
    return doubts.first(most, doubts.given)


def doubted_tags(embeddings: NDArray[np.floating], carried: NDArray[np.bool_], most: int) -> Doubts:
    """Return pictures [n, dim] that seem to have a tag that they lack, or to lack one they have.

    `carried` is [n, tags]; raises UnusableTrainingSet.
    """
    checked_embeddings(embeddings, len(carried))
    shares = carried.mean(axis=0)
    if not ((shares > 0) & (shares < 1)).all():
        raise UnusableTrainingSet("every tag needs pictures with it and without it")
    wanted = _Signs(lambda rows: carried[rows])
    path = decomposed(embeddings, signed_roots, wanted, np.ones(len(carried)))
    penalties = np.array(path.penalties)[path.errors().argmin(axis=0)]
    slopes, shifts = _odds(path, penalties, carried)
    found: list[Doubts] = []
    for rows in _blocks(len(carried)):
        scores = sigmoid(path.leave_one_out(penalties, rows) * slopes + shifts)
        here, tags = np.nonzero((scores >= 0.5) != carried[rows])  # noqa: PLR2004 - likelier
        suggested = scores[here, tags]
        given = np.where(carried[rows][here, tags], suggested, 1 - suggested)
        part = Doubts(rows[here], tags, given, tags, suggested)
        found.append(part.first(most, part.given))
    joined = Doubts(
        *(np.concatenate([getattr(one, name) for one in found]) for name in Doubts.__slots__)
    )
    return joined.first(most, joined.given)


def doubted_values(
    embeddings: NDArray[np.floating], values: NDArray[np.floating], most: int
) -> Doubts:
    """Return pictures [n, dim] that seem to have another value; raises UnusableTrainingSet."""
    checked_embeddings(embeddings, len(values))
    units = units_of(values)
    wanted = units.standardised(values)
    path = decomposed(embeddings, signed_roots, wanted[:, None], np.ones(len(values)))
    penalty = path.penalties[int(path.errors()[:, 0].argmin())]
    unseen = np.concatenate(
        [path.leave_one_out(penalty, rows)[:, 0] for rows in _blocks(len(values))]
    )
    errors = np.abs(unseen - wanted)
    errors = errors / max(float(np.median(errors)) * 1.4826, 1e-12)
    wrong = np.flatnonzero(errors >= LEAST_ERROR)
    nothing = np.zeros(len(wrong), np.int64)
    seem = unseen[wrong] * units.scale + units.offset
    doubts = Doubts(wrong, nothing, errors[wrong], nothing, seem)
    return doubts.first(most, -doubts.given)


def _odds(path: RidgePath, penalties: Floats, carried: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    some = drawn(len(carried))
    unseen = path.leave_one_out(penalties, some)
    odds = [fit_odds(unseen[:, tag], carried[some, tag]) for tag in range(carried.shape[1])]
    slopes, shifts = np.array(odds).T
    return slopes, shifts


def _blocks(count: int) -> list[NDArray[np.int64]]:
    return [np.arange(start, min(count, start + BLOCK)) for start in range(0, count, BLOCK)]
