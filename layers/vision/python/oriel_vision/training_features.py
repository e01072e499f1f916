"""What heads of every kind are fitted to: embeddings that were checked, and their features."""

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from oriel_vision.ridge import Floats, NothingToLearn, RidgePath

Transform: TypeAlias = Callable[[NDArray[np.floating]], Floats]
"""Makes features [n, dim] of embeddings [n, dim]."""


class UnusableTrainingSet(ValueError):
    """No head can be fitted to these pictures."""


def signed_roots(embeddings: NDArray[np.floating]) -> Floats:
    """Take signed square roots: a few strong activations then say less than many weak ones.

    Perronnin, Sanchez and Mensink 2010, "Improving the Fisher Kernel"; worth one point of
    accuracy here.
    """
    wide = unchanged(embeddings)
    return np.sign(wide) * np.sqrt(np.abs(wide))


def unchanged(embeddings: NDArray[np.floating]) -> Floats:
    """Take embeddings as they are, for a layer that stands on them directly."""
    return embeddings.astype(np.float64)


def checked_embeddings(embeddings: NDArray[np.floating], pictures: int) -> None:
    """Raise UnusableTrainingSet unless there is one finite embedding a picture."""
    if embeddings.ndim != 2 or len(embeddings) != pictures:  # noqa: PLR2004 - [n, dim]
        raise UnusableTrainingSet("each picture needs one embedding and one answer")
    if not np.isfinite(embeddings).all():
        raise UnusableTrainingSet("an embedding holds numbers that are not finite")


def decomposed(features: Floats, wanted: Floats, weights: Floats) -> RidgePath:
    """Prepare the regression of `wanted` [n, k]; raises UnusableTrainingSet."""
    try:
        return RidgePath.decompose(features, wanted, weights)
    except NothingToLearn:
        raise UnusableTrainingSet("all pictures look the same") from None
