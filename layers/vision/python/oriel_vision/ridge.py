"""Weighted ridge regression with all its leave-one-out predictions, in closed form.

Samples are read in blocks, a few times over, and never held all at once: what stays is of the size
of the features squared. The downside of the closed form is the work, which grows with the samples
times the features squared: ten times the samples take ten times as long.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from oriel_vision.features import Floats

BLOCK = 2048
"""Samples at once: 20 MB of 1,280 features."""
_RELATIVE_RANK = 1e-12
_LARGEST_LEVERAGE = 1 - 1e-9
_PENALTIES: tuple[float, ...] = tuple(10 ** (quarter / 4) for quarter in range(-12, 9))
"""In units of a feature's mean sum of squares."""


class NothingToLearn(ValueError):
    """All samples have the same features."""


class Rows(Protocol):
    """Numbers by sample, as an array of [n, columns] has them; they may be made when asked for."""

    def __getitem__(self, rows: slice, /) -> Floats:
        """Return the rows [b, columns] of the samples in the slice."""


@dataclass(frozen=True, slots=True)
class RidgePath:
    """Every solution of min sum_i w_i |t_i - b - x_i W|^2 + penalty |W|^2.

    `features` [n, d] and `targets` [n, k] are as they came, `roots` [n] is sqrt(w_i) where the
    weights add up to n. Of the features without their weighted means and times the roots,
    `axes` [d, r] are the right singular vectors and `spectrum` [r] the squared singular values
    above zero; `projected` [r, k] are the targets in terms of the left singular vectors.
    """

    features: Rows
    feature_means: Floats
    targets: Rows
    target_means: Floats
    roots: Floats
    axes: Floats
    spectrum: Floats
    projected: Floats

    @classmethod
    def decompose(cls, features: Rows, targets: Rows, weights: Floats) -> "RidgePath":
        """Prepare features [n, d], targets [n, k] and weights [n]; raises NothingToLearn."""
        shares = weights / weights.sum()
        roots = np.sqrt(shares * len(weights))
        feature_means = _weighted_mean(features, shares)
        target_means = _weighted_mean(targets, shares)
        centred = _Scaled(features, feature_means, roots)
        axes, spectrum = _right_singular(centred, len(weights))
        cross = np.zeros((len(feature_means), len(target_means)))
        wanted = _Scaled(targets, target_means, roots)
        for rows in _blocks(len(weights)):
            cross += centred[rows].T @ wanted[rows]
        projected = axes.T @ cross / np.sqrt(spectrum)[:, None]
        return cls(features, feature_means, targets, target_means, roots, axes, spectrum, projected)

    @property
    def penalties(self) -> list[float]:
        """Return the penalties worth trying, from hardly any to one that leaves little."""
        mean_sum_of_squares = float(self.spectrum.sum()) / len(self.feature_means)
        return [mean_sum_of_squares * factor for factor in _PENALTIES]

    def errors(self) -> Floats:
        """Return the weighted squared error of what is predicted of samples left out.

        A row for each of `penalties`, a column for each target.
        """
        shrinkages = self._shrinkages(np.array(self.penalties))
        errors = np.zeros((len(shrinkages), self.projected.shape[1]))
        for rows in _blocks(len(self.roots)):
            left, wanted = self._left(rows), self._wanted(rows)
            leverages = self._leverages(left, shrinkages, rows)
            for row, shrinkage in enumerate(shrinkages):
                missed = wanted - left @ (shrinkage[:, None] * self.projected)
                errors[row] += ((missed / (1 - leverages[:, row, None])) ** 2).sum(axis=0)
        return errors

    def leave_one_out(
        self, penalty: float | Floats, rows: NDArray[np.int64] | None = None
    ) -> Floats:
        """Predict each sample by the solution of all others: [n, k], or the named rows in order.

        By the identity t - loo = (t - fit) / (1 - leverage) (Hastie, Tibshirani and Friedman,
        "The Elements of Statistical Learning", 7.10); the intercept's leverage is w_i / n.
        `penalty` is one for all targets, or [k] with one for each.
        """
        chosen = np.arange(len(self.roots)) if rows is None else rows
        predicted = np.empty((len(chosen), self.projected.shape[1]))
        penalties, columns = np.unique(
            np.broadcast_to(np.asarray(penalty, np.float64), predicted.shape[1:]),
            return_inverse=True,
        )
        shrinkages = self._shrinkages(penalties)
        shrunk = shrinkages[columns].T * self.projected
        for block in _blocks(len(self.roots)):
            here = (chosen >= block.start) & (chosen < block.stop)
            if not here.any():
                continue
            left, wanted = self._left(block), self._wanted(block)
            leverages = self._leverages(left, shrinkages, block)[:, columns]
            unseen = wanted - (wanted - left @ shrunk) / (1 - leverages)
            within = unseen / self.roots[block, None] + self.target_means
            predicted[here] = within[chosen[here] - block.start]
        return predicted

    def solve(self, penalty: float | Floats) -> Floats:
        """Return weights and, as the last row, the intercept: [d + 1, k].

        `penalty` is one for all targets, or [k] with one for each.
        """
        roots = np.sqrt(self.spectrum)[:, None]
        weights = self.axes @ (roots * self.projected / (self.spectrum[:, None] + penalty))
        return np.vstack([weights, self.target_means - self.feature_means @ weights])

    def _shrinkages(self, penalties: Floats) -> Floats:
        """Return what is left of each direction under each penalty: [penalties, r]."""
        return self.spectrum / (self.spectrum + penalties[:, None])

    def _left(self, rows: slice) -> Floats:
        """Return the left singular vectors' rows: [b, r]."""
        centred = _Scaled(self.features, self.feature_means, self.roots)[rows]
        left: Floats = centred @ (self.axes / np.sqrt(self.spectrum))
        return left

    def _wanted(self, rows: slice) -> Floats:
        return _Scaled(self.targets, self.target_means, self.roots)[rows]

    def _leverages(self, left: Floats, shrinkages: Floats, rows: slice) -> Floats:
        """Return how much each sample decides of its own prediction: [b, penalties]."""
        leverages = left**2 @ shrinkages.T + (self.roots[rows] ** 2 / len(self.roots))[:, None]
        return np.minimum(leverages, _LARGEST_LEVERAGE)


@dataclass(frozen=True, slots=True)
class _Scaled:
    """Rows without their means, times the roots of their samples' weights."""

    source: Rows
    means: Floats
    roots: Floats

    def __getitem__(self, rows: slice) -> Floats:
        scaled: Floats = (self.source[rows] - self.means) * self.roots[rows, None]
        return scaled


def _blocks(samples: int) -> Iterator[slice]:
    for start in range(0, samples, BLOCK):
        yield slice(start, min(start + BLOCK, samples))


def _weighted_mean(source: Rows, shares: Floats) -> Floats:
    parts = [shares[rows] @ source[rows] for rows in _blocks(len(shares))]
    total: Floats = np.sum(parts, axis=0)
    return total


def _right_singular(centred: Rows, samples: int) -> tuple[Floats, Floats]:
    """Decompose by the smaller of both Gram matrices: faster than a full decomposition."""
    first = centred[slice(0, min(samples, BLOCK))]
    dims = first.shape[1]
    if samples <= min(dims, BLOCK):
        spectrum, vectors = np.linalg.eigh(first @ first.T)
        kept = _above_zero(spectrum)
        return first.T @ (vectors[:, kept] / np.sqrt(spectrum[kept])), spectrum[kept]
    gram = np.zeros((dims, dims))
    for rows in _blocks(samples):
        block = centred[rows]
        gram += block.T @ block
    spectrum, vectors = np.linalg.eigh(gram)
    kept = _above_zero(spectrum)
    return vectors[:, kept], spectrum[kept]


def _above_zero(spectrum: Floats) -> NDArray[np.bool_]:
    largest = float(spectrum[-1])
    if largest <= _RELATIVE_RANK:
        raise NothingToLearn("all samples have the same features")
    return np.asarray(spectrum > _RELATIVE_RANK * largest)
