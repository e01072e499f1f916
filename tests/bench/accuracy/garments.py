"""Fashion-MNIST (MIT): 60,000 and 10,000 grey pictures of 28 pixels, ten kinds of garments."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from infra.local.demo.make_sample import LABELS, read_idx
from tests.bench.accuracy.pictures import Pictures, png
from tests.bench.debian import data_of

PACKAGE, INSIDE = "dataset-fashion-mnist", "usr/share/datasets/fashion-mnist"
SIDE = 28
SEED = 0
PEERS = (
    ("one label for all", 0.100),
    ("people (published)", 0.835),
    ("HOG and a support vector machine (published)", 0.926),
    ("Google AutoML on all 60,000, 24 compute hours (published)", 0.939),
    ("MobileNet on all 60,000 (published)", 0.950),
    ("WRN-40-4 on all 60,000 (published)", 0.967),
)
"""Accuracy on the 10,000 test pictures; the data set's own list of results."""


@dataclass(frozen=True, slots=True)
class Garments:
    """Grey pictures [n, 28, 28] and the class of each."""

    grey: NDArray[np.uint8]
    targets: NDArray[np.int64]

    def pictures(self) -> Pictures:
        """Encode them as uploads."""
        return Pictures([png(one) for one in self.grey], self.targets, LABELS)


def training(count: int) -> Garments:
    """Return so many training pictures, drawn once and for all."""
    garments = _read("train")
    rows = np.random.default_rng(SEED).permutation(len(garments.targets))[:count]
    return Garments(garments.grey[rows], garments.targets[rows])


def test(count: int) -> Garments:
    """Return the first test pictures; there are 10,000."""
    garments = _read("t10k")
    return Garments(garments.grey[:count], garments.targets[:count])


def _read(part: str) -> Garments:
    folder = data_of(PACKAGE, INSIDE)
    grey = read_idx(folder / f"{part}-images-idx3-ubyte.gz", 16).reshape(-1, SIDE, SIDE)
    targets = read_idx(folder / f"{part}-labels-idx1-ubyte.gz", 8).astype(np.int64)
    return Garments(grey, targets)
