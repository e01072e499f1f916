"""The pictures that an export is proved with: made up, so that nobody's leave with a model."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

PICTURES = 4
_SEED = 20_170_612
_COARSE, _FINE = 6, 40
"""Patches along a side: some large shapes, and textures over them."""


def parity_pictures(size: int) -> NDArray[np.uint8]:
    """Return the same uint8 [n, size, size, 3] each time: soft patches of colour, with textures."""
    random = np.random.default_rng(_SEED)
    return np.stack([_picture(random, size) for _ in range(PICTURES)])


def _picture(random: np.random.Generator, size: int) -> NDArray[np.uint8]:
    shapes = _patches(random, _COARSE, size).astype(np.int16)
    textures = _patches(random, _FINE, size).astype(np.int16) - 128
    mixed: NDArray[np.uint8] = np.clip(shapes + textures // 3, 0, 255).astype(np.uint8)
    return mixed


def _patches(random: np.random.Generator, count: int, size: int) -> NDArray[np.uint8]:
    patches = random.integers(0, 256, (count, count, 3), np.uint8)
    return np.asarray(Image.fromarray(patches).resize((size, size), Image.Resampling.BILINEAR))
