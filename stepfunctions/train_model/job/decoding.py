"""Pictures as the network takes them, through the one path that serving uses too."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np
from errors import TrainingImpossible
from example import Example
from numpy.lib.format import open_memmap
from numpy.typing import NDArray
from oriel_vision.decode import UndecodablePicture, decode
from oriel_vision.preprocess import to_input
from PIL.Image import Image
from progress import counted

MAX_PIXELS = 40_000_000
"""What uploads may have."""


def load_pictures(
    examples: Sequence[Example], input_size: int, file: Path, threads: int
) -> NDArray[np.uint8]:
    """Decode into a file of RGB uint8 [n, input_size, input_size, 3], since memory may not do.

    Raises TrainingImpossible that names the picture which cannot be decoded.
    """
    shape = (len(examples), input_size, input_size, 3)
    if not examples:
        return np.empty(shape, np.uint8)
    pictures = open_memmap(file, mode="w+", dtype=np.uint8, shape=shape)
    for row, picture in enumerate(_decoded(examples, input_size, threads)):
        pictures[row] = picture
    return pictures


def open_picture(example: Example, input_size: int) -> Image:
    """Decode one picture, not smaller than `input_size` unless it is; raises TrainingImpossible."""
    try:
        return decode(example.path.read_bytes(), max_pixels=MAX_PIXELS, target=input_size)
    except UndecodablePicture as reason:
        raise TrainingImpossible(
            f"Picture {example.image_id} cannot be decoded ({reason}): delete it, then train again"
        ) from reason


def _decoded(
    examples: Sequence[Example], input_size: int, threads: int
) -> Iterator[NDArray[np.uint8]]:
    """Yield in order; a bounded number waits in memory."""
    at_once = 64 * threads
    with ThreadPoolExecutor(threads) as pool:
        parts = (examples[start : start + at_once] for start in range(0, len(examples), at_once))
        rows = (row for part in parts for row in pool.map(partial(_row, input_size), part))
        yield from counted("decode", rows, len(examples))


def _row(input_size: int, example: Example) -> NDArray[np.uint8]:
    row: NDArray[np.uint8] = to_input(open_picture(example, input_size), input_size)
    return row
