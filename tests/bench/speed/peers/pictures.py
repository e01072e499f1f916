"""Pictures to serve: JPEG of 0.3 megapixels, about as large and as busy as photographs."""

import io

import numpy as np
from PIL import Image

WIDTH, HEIGHT = 640, 480
COUNT = 16
QUALITY = 85
SEED = 0
LAYERS = ((8, 90.0), (64, 25.0), (640, 6.0))
"""Columns and strength of the noise that pictures are made of, from coarse to fine."""


def photographs(count: int = COUNT) -> list[bytes]:
    """Return so many different pictures, the same ones each time."""
    random = np.random.default_rng(SEED)
    return [_encoded(_painted(random)) for _ in range(count)]


def _painted(random: np.random.Generator) -> Image.Image:
    pixels = np.full((HEIGHT, WIDTH, 3), 128.0)
    for columns, strength in LAYERS:
        rows = columns * HEIGHT // WIDTH
        noise = np.clip(random.normal(128, strength, (rows, columns, 3)), 0, 255).astype(np.uint8)
        layer = Image.fromarray(noise).resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC)
        pixels += np.asarray(layer, dtype=np.float64) - 128
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))


def _encoded(picture: Image.Image) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=QUALITY)
    return buffer.getvalue()
