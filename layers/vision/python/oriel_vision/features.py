"""What heads see of embeddings, in training and in serving."""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]


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
