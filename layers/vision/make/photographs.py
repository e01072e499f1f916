"""Photographs for calibrating and checking the int8 backbone, all CC0 or in the public domain.

They come with scikit-image, whose documentation of `skimage.data` names the source and the licence
of each. Nothing of them is kept but the ranges of activations.
"""

from importlib import resources

import numpy as np
from PIL import Image

SIZE = 224
CALIBRATION = (
    "astronaut.png",  # NASA, public domain
    "chelsea.png",  # CC0
    "coffee.png",  # CC0
    "rocket.jpg",  # SpaceX, public domain
    "brick.png",  # CC0
    "grass.png",  # CC0
    "coins.png",  # public domain
)
HELD_OUT = (
    "camera.png",  # CC0
    "gravel.png",  # CC0
    "hubble_deep_field.jpg",  # NASA, public domain
)
_SMALLEST_CROP = 120


def crops(names: tuple[str, ...], count: int, seed: int) -> np.ndarray:
    """Cut `count` random squares out of the pictures in turn: RGB uint8 [count, 224, 224, 3]."""
    random = np.random.default_rng(seed)
    pictures = [_open(name) for name in names]
    return np.stack([_crop(pictures[index % len(pictures)], random) for index in range(count)])


def _open(name: str) -> Image.Image:
    with resources.as_file(resources.files("skimage") / "data" / name) as path:
        return Image.open(path).convert("RGB")


def _crop(picture: Image.Image, random: np.random.Generator) -> np.ndarray:
    side = int(random.integers(_SMALLEST_CROP, min(picture.size), endpoint=True))
    left = int(random.integers(picture.width - side, endpoint=True))
    top = int(random.integers(picture.height - side, endpoint=True))
    box = (left, top, left + side, top + side)
    return np.asarray(picture.resize((SIZE, SIZE), Image.Resampling.BICUBIC, box=box))
