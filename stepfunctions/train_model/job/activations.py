"""What the trainable blocks are fed: from a cache, or straight from the pictures.

A frozen trunk gives the same picture the same activations in every epoch, so on a CPU they are
computed once, mirrored copies included. A GPU computes them faster than a disk can read them.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import numpy as np
import processes
import torch
from classifier import Classifier
from decoding import shared_file
from device import precision
from numpy.typing import NDArray
from progress import counted
from torch import Tensor

ROWS_AT_ONCE = 64

Pixels = NDArray[np.uint8]
Rows = NDArray[np.int64]
Flags = NDArray[np.bool_]


class Activations(Protocol):
    """The trunk's output for pictures that are named by their row."""

    def __len__(self) -> int:
        """How many pictures there are."""

    def take(self, rows: Rows, mirrored: Flags) -> Tensor:
        """Return float [len(rows), channels, h, w] on the classifier's device."""


class LiveActivations:
    """Runs the trunk whenever it is asked."""

    def __init__(self, classifier: Classifier, pixels: Pixels, device: torch.device) -> None:
        self._classifier, self._pixels, self._device = classifier, pixels, device

    def __len__(self) -> int:
        return len(self._pixels)

    def take(self, rows: Rows, mirrored: Flags) -> Tensor:
        """Mirror where asked and run the trunk."""
        chosen = self._pixels[rows]
        chosen[mirrored] = chosen[mirrored, :, ::-1]
        with precision(self._device):
            return self._classifier.trunk(torch.from_numpy(chosen).to(self._device))


class CachedActivations:
    """Keeps the trunk's output as float16 [copies, n, h, w, channels] in a file."""

    def __init__(self, cache: NDArray[np.float16]) -> None:
        self._cache = cache

    def __len__(self) -> int:
        return int(self._cache.shape[1])

    def take(self, rows: Rows, mirrored: Flags) -> Tensor:
        """Read; mirrored copies only where the cache was made with them."""
        chosen = torch.from_numpy(self._cache[mirrored.astype(np.int64), rows])
        return chosen.float().permute(0, 3, 1, 2)


def cache_activations(live: LiveActivations, file: Path, *, mirrored: bool) -> CachedActivations:
    """Run the trunk once on every picture, and once more mirrored if asked.

    The processes of a machine share the file and the work.
    """
    copies = (False, True) if mirrored else (False,)
    probe = live.take(np.zeros(1, np.int64), np.zeros(1, np.bool_))
    _, channels, height, width = probe.shape
    shape = (len(copies), len(live), height, width, channels)
    cache = shared_file(file, np.float16, shape)
    work = processes.part_of_machine(
        [(copy, rows) for copy in copies for rows in batches(len(live))]
    )
    for copy, rows in counted("cache", work, len(work)):
        activations = live.take(rows, np.full(len(rows), copy))
        cache[int(copy), rows] = activations.permute(0, 2, 3, 1).half().numpy()
    processes.wait_for_all()
    return CachedActivations(cache)


def plain_batches(activations: Activations) -> Iterator[Tensor]:
    """Yield this process's part of the activations of all pictures, none mirrored."""
    for rows in processes.own_part(batches(len(activations))):
        yield activations.take(rows, np.zeros(len(rows), np.bool_))


def batches(count: int) -> list[Rows]:
    """Cut rows 0 to count - 1 into pieces."""
    rows = np.arange(count)
    return [rows[start : start + ROWS_AT_ONCE] for start in range(0, count, ROWS_AT_ONCE)]
