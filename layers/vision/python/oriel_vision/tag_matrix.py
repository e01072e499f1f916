"""Which pictures carry which tags, as a matrix."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def tag_matrix(carried: Sequence[Sequence[int]], tags: int) -> NDArray[np.bool_]:
    """Return bool [pictures, tags] from the columns that each picture carries."""
    matrix = np.zeros((len(carried), tags), np.bool_)
    for row, columns in enumerate(carried):
        matrix[row, list(columns)] = True
    return matrix
