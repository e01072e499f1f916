"""JPEGs as cameras write them, drawn rather than taken: nobody's pictures, on every machine alike.

Photographs have a spectrum that falls with the frequency, are a little soft at the scale of their
pixels, and carry the sensor's noise. What is drawn here has all three, and files of the usual size;
what a decoder works on is the bytes, not what they show.
"""

import io
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

SIZES = {"0.3": (640, 480), "2": (1632, 1224), "12": (4000, 3000)}
"""Width and height by megapixels."""

QUALITY = 85
_NOISE = 2.0
"""Standard deviation of the sensor's noise in grey values."""
_SOFT = 2
"""A photograph resolves details of so many pixels."""
_CONTRAST = 48.0
_SEED = 20261121


@dataclass(frozen=True, slots=True)
class Photos:
    """So many different JPEGs of one size, which is named in megapixels."""

    megapixels: str
    files: tuple[bytes, ...]


def photos(megapixels: str, count: int) -> Photos:
    """Draw the same JPEGs every time."""
    width, height = SIZES[megapixels]
    random = np.random.default_rng(_SEED)
    scene = _scene(random, width // _SOFT, height // _SOFT)
    files = []
    for number in range(count):
        # Another place of the same scene is another picture.
        moved = np.roll(scene, (number * height // 17, number * width // 13), (0, 1))
        soft = Image.fromarray(moved).resize((width, height), Image.Resampling.BICUBIC)
        noise = random.normal(0, _NOISE, (height, width, 1)).astype(np.float32)
        pixels = np.clip(np.asarray(soft, np.float32) + noise, 0, 255).astype(np.uint8)
        files.append(_jpeg(pixels))
    return Photos(megapixels, tuple(files))


def _scene(random: np.random.Generator, width: int, height: int) -> NDArray[np.uint8]:
    """Draw colours whose amplitudes fall as one over the frequency: [height, width, 3]."""
    grey = _pink(random, width, height)
    # Colours of a photograph go mostly together.
    planes = [grey + 0.35 * _pink(random, width, height) for _ in range(3)]
    return np.clip(np.stack(planes, axis=2) * _CONTRAST + 128, 0, 255).astype(np.uint8)


def _pink(random: np.random.Generator, width: int, height: int) -> NDArray[np.float64]:
    frequency = np.hypot(np.fft.fftfreq(height)[:, None], np.fft.rfftfreq(width)[None])
    frequency[0, 0] = np.inf
    phases = np.exp(2j * np.pi * random.random(frequency.shape))
    plane: NDArray[np.float64] = np.fft.irfft2(phases / frequency, (height, width))
    plane /= plane.std()
    return plane


def _jpeg(pixels: NDArray[np.uint8]) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "JPEG", quality=QUALITY)
    return buffer.getvalue()
