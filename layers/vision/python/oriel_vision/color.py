"""Brings every kind of picture to 8-bit RGB."""

import numpy as np
from PIL import Image

_WHITE = (255, 255, 255, 255)
_RANGELESS = {"I", "F"}


class UnknownRange(ValueError):
    """Nothing says which numbers of a 32-bit picture are black and white."""


def to_rgb(picture: Image.Image) -> Image.Image:
    """Return the picture as RGB, transparent parts over white, 16 bits scaled to 8.

    Raises UnknownRange for 32-bit samples.
    """
    if picture.mode == "RGB" and "transparency" not in picture.info:
        return picture
    if picture.mode in _RANGELESS:
        raise UnknownRange(picture.mode)
    if picture.mode.startswith("I;16"):
        picture = _eight_bits(picture)
    if picture.has_transparency_data:
        picture = picture.convert("RGBA")
        white = Image.new("RGBA", picture.size, _WHITE)
        picture = Image.alpha_composite(white, picture)
    return picture.convert("RGB")


def _eight_bits(picture: Image.Image) -> Image.Image:
    """Scale 0..65535 to 0..255; Pillow's own conversion cuts off above 255 instead."""
    samples = np.asarray(picture).astype(np.uint32)
    return Image.fromarray(((samples + 128) // 257).astype(np.uint8))
