"""What the trainable blocks are fed: from a cache, or straight from the pictures.

A frozen trunk gives the same picture the same activations in every epoch, so where it takes long
they are computed once, for some augmented copies of each picture. Where it does not, and on a GPU,
each epoch sees each picture changed anew.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import numpy as np
import processes
import torch
from augmentation import Augmentation, Chances, draw
from classifier import Classifier
from decoding import shared_file
from device import precision
from numpy.typing import NDArray
from progress import counted
from torch import Tensor

ROWS_AT_ONCE = 64
NOTHING = Augmentation()

Pixels = NDArray[np.uint8]
Rows = NDArray[np.int64]


class Activations(Protocol):
    """The trunk's output for pictures that are named by their row."""

    def __len__(self) -> int:
        """How many pictures there are."""

    def take(self, rows: Rows, chances: Chances | None = None) -> Tensor:
        """Return float [len(rows), channels, h, w] on the classifier's device.

        With `chances` the pictures are changed, each by its own row of them.
        """


class LiveActivations:
    """Runs the trunk whenever it is asked."""

    def __init__(
        self,
        classifier: Classifier,
        pixels: Pixels,
        device: torch.device,
        augmentation: Augmentation = NOTHING,
    ) -> None:
        self._classifier, self._pixels, self._device = classifier, pixels, device
        self._augmentation = augmentation

    def __len__(self) -> int:
        return len(self._pixels)

    def take(self, rows: Rows, chances: Chances | None = None) -> Tensor:
        """Change the pictures where asked, and run the trunk."""
        chosen = torch.from_numpy(self._pixels[rows]).to(self._device)
        if chances is not None:
            chosen = self._augmentation.apply(chosen, chances)
        with precision(self._device):
            return self._classifier.trunk(chosen)


class CachedActivations:
    """Keeps the trunk's output as float16 [copies, n, h, w, channels] in a file.

    The first copy is of the pictures as they are, the others of changed ones.
    """

    def __init__(self, cache: NDArray[np.float16]) -> None:
        self._cache = cache

    def __len__(self) -> int:
        return int(self._cache.shape[1])

    def take(self, rows: Rows, chances: Chances | None = None) -> Tensor:
        """Read; the first chance of each picture says which of its copies."""
        copies = np.zeros(len(rows), np.int64)
        if chances is not None:
            copies = (chances[:, 0] * len(self._cache)).astype(np.int64)
        chosen = torch.from_numpy(self._cache[copies, rows])
        return chosen.float().permute(0, 3, 1, 2)


def cache_activations(
    live: LiveActivations, file: Path, *, copies: int = 1, seed: int = 0
) -> CachedActivations:
    """Run the trunk on every picture, and on all its copies but the first changed by chance.

    The processes of a machine share the file and the work.
    """
    _, channels, height, width = live.take(np.zeros(1, np.int64)).shape
    shape = (copies, len(live), height, width, channels)
    cache = shared_file(file, np.float16, shape)
    work = processes.part_of_machine(
        [(copy, rows) for copy in range(copies) for rows in batches(len(live))]
    )
    for copy, rows in counted("cache", work, len(work)):
        random = np.random.default_rng([seed, copy, int(rows[0])])
        activations = live.take(rows, draw(random, len(rows)) if copy else None)
        cache[copy, rows] = activations.permute(0, 2, 3, 1).half().numpy()
    processes.wait_for_all()
    return CachedActivations(cache)


def plain_batches(activations: Activations) -> Iterator[Tensor]:
    """Yield this process's part of the activations of all pictures, as they are."""
    for rows in processes.own_part(batches(len(activations))):
        yield activations.take(rows)


def batches(count: int) -> list[Rows]:
    """Cut rows 0 to count - 1 into pieces."""
    rows = np.arange(count)
    return [rows[start : start + ROWS_AT_ONCE] for start in range(0, count, ROWS_AT_ONCE)]
