"""Takes numbers out of their units, so that a fit does not depend on them, and back."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from oriel_vision.training_features import UnusableTrainingSet

LARGEST = 1e30
FINEST = 1e-5
"""Models compute in single precision: values that differ by less of their size are one to them."""
SMALLEST_SCALE = 1e-30


@dataclass(frozen=True, slots=True)
class Units:
    """Standardised values times `scale` plus `offset` are in the units that they came in."""

    offset: float
    scale: float

    def standardised(self, values: NDArray[np.floating]) -> NDArray[np.float64]:
        """Bring values to a mean of 0 and a standard deviation of 1."""
        standard: NDArray[np.float64] = (values.astype(np.float64) - self.offset) / self.scale
        return standard


def units_of(values: NDArray[np.floating]) -> Units:
    """Return mean and standard deviation of values [n]; raises UnusableTrainingSet."""
    if values.ndim != 1 or not len(values):
        raise UnusableTrainingSet("each picture needs one value")
    size = float(np.abs(values).max())
    if not size <= LARGEST:
        raise UnusableTrainingSet(f"a value is not between -{LARGEST:g} and {LARGEST:g}")
    if float(values.min()) == float(values.max()):
        raise UnusableTrainingSet(f"all pictures have the value {float(values[0]):g}")
    units = Units(float(values.mean(dtype=np.float64)), float(values.std(dtype=np.float64)))
    if units.scale < max(SMALLEST_SCALE, FINEST * size):
        raise UnusableTrainingSet(
            "the values differ too little for their size; take off what they have in common"
        )
    return units
