"""Weighted ridge regression with all its leave-one-out predictions, in closed form.

The downside of the closed form is that it holds all samples at once, in float64: 100,000 of 1,280
features are 1 GB, a few times over. Beyond that comes a fine-tuned network.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_RELATIVE_RANK = 1e-12
_LARGEST_LEVERAGE = 1 - 1e-9
_PENALTIES: tuple[float, ...] = tuple(10 ** (quarter / 4) for quarter in range(-12, 9))
"""In units of a feature's mean sum of squares."""


class NothingToLearn(ValueError):
    """All samples have the same features."""


@dataclass(frozen=True, slots=True)
class RidgePath:
    """Every solution of min sum_i w_i |t_i - b - x_i W|^2 + penalty |W|^2.

    `features` [n, d] and `targets` [n, k] are without their weighted means and times sqrt(w_i).
    `left` [n, r] and `spectrum` [r] are the left singular vectors and the squared singular values
    above zero of `features`, and `projected` [r, k] the targets in their terms; `roots` [n] is
    sqrt(w_i), where the weights add up to n.
    """

    features: Floats
    feature_means: Floats
    targets: Floats
    target_means: Floats
    roots: Floats
    left: Floats
    spectrum: Floats
    projected: Floats

    @classmethod
    def decompose(cls, features: Floats, targets: Floats, weights: Floats) -> "RidgePath":
        """Prepare features [n, d], targets [n, k] and weights [n]; raises NothingToLearn."""
        shares = weights / weights.sum()
        roots = np.sqrt(shares * len(weights))
        feature_means, target_means = shares @ features, shares @ targets
        scaled = (features - feature_means) * roots[:, None]
        scaled_targets = (targets - target_means) * roots[:, None]
        left, spectrum = _left_singular(scaled)
        return cls(
            features=scaled,
            feature_means=feature_means,
            targets=scaled_targets,
            target_means=target_means,
            roots=roots,
            left=left,
            spectrum=spectrum,
            projected=left.T @ scaled_targets,
        )

    @property
    def penalties(self) -> list[float]:
        """Return the penalties worth trying, from hardly any to one that leaves little."""
        mean_sum_of_squares = float(self.spectrum.sum()) / self.features.shape[1]
        return [mean_sum_of_squares * factor for factor in _PENALTIES]

    def leave_one_out(self, penalty: float) -> Floats:
        """Predict each sample by the solution of all others: [n, k].

        By the identity t - loo = (t - fit) / (1 - leverage) (Hastie, Tibshirani and Friedman,
        "The Elements of Statistical Learning", 7.10); the intercept's leverage is w_i / n.
        """
        shrinkage = self.spectrum / (self.spectrum + penalty)
        fit = self.left @ (shrinkage[:, None] * self.projected)
        leverage = np.einsum("ij,ij,j->i", self.left, self.left, shrinkage)
        leverage += self.roots**2 / len(self.roots)
        free = 1 - np.minimum(leverage, _LARGEST_LEVERAGE)
        left_out = self.targets - (self.targets - fit) / free[:, None]
        predicted: Floats = left_out / self.roots[:, None] + self.target_means
        return predicted

    def solve(self, penalty: float | Floats) -> Floats:
        """Return weights and, as the last row, the intercept: [d + 1, k].

        `penalty` is one for all targets, or [k] with one for each.
        """
        dual = self.left @ (self.projected / (self.spectrum[:, None] + penalty))
        weights = self.features.T @ dual
        return np.vstack([weights, self.target_means - self.feature_means @ weights])


def _left_singular(matrix: Floats) -> tuple[Floats, Floats]:
    """Decompose by the smaller of both Gram matrices: faster than a full decomposition."""
    samples, dims = matrix.shape
    if samples <= dims:
        spectrum, vectors = np.linalg.eigh(matrix @ matrix.T)
        kept = _above_zero(spectrum)
        return vectors[:, kept], spectrum[kept]
    spectrum, vectors = np.linalg.eigh(matrix.T @ matrix)
    kept = _above_zero(spectrum)
    return matrix @ (vectors[:, kept] / np.sqrt(spectrum[kept])), spectrum[kept]


def _above_zero(spectrum: Floats) -> NDArray[np.bool_]:
    largest = float(spectrum[-1])
    if largest <= _RELATIVE_RANK:
        raise NothingToLearn("all samples have the same features")
    return np.asarray(spectrum > _RELATIVE_RANK * largest)
