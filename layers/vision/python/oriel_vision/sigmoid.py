"""Turns the logit of a yes-or-no question into its probability."""

import numpy as np
from numpy.typing import NDArray


def sigmoid(logits: NDArray[np.floating], temperature: float = 1.0) -> NDArray[np.float64]:
    """Return the probability of yes for logits divided by a positive `temperature`."""
    scaled = logits.astype(np.float64) / temperature
    # The power of a negative number alone: no large logit overflows.
    powers = np.exp(-np.abs(scaled))
    probabilities: NDArray[np.float64] = np.where(scaled >= 0, 1.0, powers) / (1 + powers)
    return probabilities
