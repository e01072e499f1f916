"""Where in a picture the evidence for an answer lies: class activation maps, without gradients.

A head is linear in the signed roots of an embedding, and an embedding is the mean of a feature map.
So what a feature adds to an answer can be split up among the places where it was seen, in
proportion to how strongly, and nothing is left over. Zhou et al. 2016, "Learning Deep Features for
Discriminative Localization", did so for layers that are linear in the mean itself.

The downside is that it shows where the network looked, on a grid as coarse as its last feature map,
and not why.
"""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def head_evidence(weights: NDArray[np.floating], features: NDArray[np.floating]) -> Floats:
    """Split a head's answers up among places: [n, classes, rows, columns].

    `weights` are [dim + 1, classes], `features` [n, dim, rows, columns]. The evidence of all places
    and the bias, the last row of the weights, add up to `head.logits` of the features' mean.
    """
    wide = features.astype(np.float64)
    means = wide.mean(axis=(2, 3))
    roots = np.sqrt(np.abs(means))
    # The sign is in the features: sign(e) sqrt(|e|) = e / sqrt(|e|).
    shares = np.divide(1.0, roots, out=np.zeros_like(roots), where=roots > 0)
    rows, columns = wide.shape[2:]
    seen = (wide * shares[:, :, None, None]).reshape(*means.shape, rows * columns)
    split: Floats = weights[:-1].T.astype(np.float64) @ seen / (rows * columns)
    return split.reshape(len(wide), -1, rows, columns)


def against_others(evidence: NDArray[np.floating]) -> Floats:
    """Take off what speaks for all classes alike, which a softmax does not see."""
    wide = evidence.astype(np.float64)
    apart: Floats = wide - wide.mean(axis=1, keepdims=True)
    return apart
