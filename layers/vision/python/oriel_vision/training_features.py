"""What heads of every kind are fitted to: embeddings that were checked, and their features."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from oriel_vision.features import Floats
from oriel_vision.ridge import BLOCK, NothingToLearn, RidgePath, Rows

MOST_LEFT_OUT = 20_000
"""Pictures whose answers a calibration is fitted to; more would not change it."""

Transform: TypeAlias = Callable[[NDArray[np.floating]], Floats]
"""Makes features [n, dim] of embeddings [n, dim]."""


class UnusableTrainingSet(ValueError):
    """No head can be fitted to these pictures."""


@dataclass(frozen=True, slots=True)
class FittedHead:
    """A head, and what it would have answered to pictures had they been left out of its fit.

    Weights are float32 [dim + 1, outputs], the last row the bias; `temperature` is the softmax's,
    1 where there is none. `left_out` [m, outputs] are the logits or values of the pictures `rows`
    [m], in rising order: of all, or of many drawn evenly. The head itself has seen them; these
    answers have not, so what is measured on them holds for pictures that nobody has seen.
    """

    weights: NDArray[np.float32]
    temperature: float
    rows: NDArray[np.int64]
    left_out: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Features:
    """The features of embeddings [n, dim], made block by block."""

    embeddings: NDArray[np.floating]
    transform: Transform

    def __getitem__(self, rows: slice) -> Floats:
        """Return the features of some pictures."""
        return self.transform(self.embeddings[rows])


def checked_embeddings(embeddings: NDArray[np.floating], pictures: int) -> None:
    """Raise UnusableTrainingSet unless there is one finite embedding a picture."""
    if embeddings.ndim != 2 or len(embeddings) != pictures:  # noqa: PLR2004 - [n, dim]
        raise UnusableTrainingSet("each picture needs one embedding and one answer")
    for start in range(0, pictures, BLOCK):
        if not np.isfinite(embeddings[start : start + BLOCK]).all():
            raise UnusableTrainingSet("an embedding holds numbers that are not finite")


def decomposed(
    embeddings: NDArray[np.floating], transform: Transform, wanted: Rows, weights: Floats
) -> RidgePath:
    """Prepare the regression of `wanted` [n, k] to features; raises UnusableTrainingSet."""
    try:
        return RidgePath.decompose(Features(embeddings, transform), wanted, weights)
    except NothingToLearn:
        raise UnusableTrainingSet("all pictures look the same") from None


def drawn(pictures: int) -> NDArray[np.int64]:
    """Return the rows of at most `MOST_LEFT_OUT` pictures, spread evenly."""
    every = max(1.0, pictures / MOST_LEFT_OUT)
    return np.unique((np.arange(min(pictures, MOST_LEFT_OUT)) * every).astype(np.int64))
