"""The learning rate over a training: one cycle (Smith and Topin 2018, arXiv:1708.07120)."""

import math

WARM_UP = 0.15
FIRST, LAST = 1 / 25, 1e-4
"""In units of the peak, the defaults of torch's OneCycleLR."""


def learning_rate(progress: float, peak: float) -> float:
    """Rise to the peak along a cosine over the warm-up, then fall; `progress` in [0, 1]."""
    if progress < WARM_UP:
        return peak * _between(FIRST, 1.0, progress / WARM_UP)
    return peak * _between(1.0, LAST, min(1.0, (progress - WARM_UP) / (1 - WARM_UP)))


def _between(begin: float, end: float, share: float) -> float:
    return end + (begin - end) * (1 + math.cos(math.pi * share)) / 2
