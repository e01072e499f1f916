"""Pictures as the network takes them, through the one path that serving uses too."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import processes
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

    The processes of a machine share the file and the work.

    Raises TrainingImpossible that names the picture which cannot be decoded.
    """
    shape = (len(examples), input_size, input_size, 3)
    if not examples:
        return np.empty(shape, np.uint8)
    pictures = shared_file(file, np.uint8, shape)
    rows = processes.part_of_machine(range(len(examples)))
    with processes.agreed():
        own = [examples[row] for row in rows]
        for row, picture in zip(rows, _decoded(own, input_size, threads), strict=True):
            pictures[row] = picture
    return pictures


def shared_file(file: Path, kind: type[np.generic], shape: tuple[int, ...]) -> NDArray[Any]:
    """Make a file of numbers that all processes of this machine can fill."""
    if processes.number_here() == 0:
        open_memmap(file, mode="w+", dtype=kind, shape=shape)
    processes.wait_for_all()
    return open_memmap(file, mode="r+")


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
