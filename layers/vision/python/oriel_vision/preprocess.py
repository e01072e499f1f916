"""The one way from a picture to a network's input, in training, ingest and serving."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image


def to_input(image: Image.Image, size: int) -> NDArray[np.uint8]:
    """Scale an RGB picture to a square: uint8 [size, size, 3], rows from the top, colours RGB.

    The whole picture is squeezed into the square, since what matters may lie at an edge.
    Normalisation is the first step inside each network.
    """
    square = image.resize((size, size), Image.Resampling.BILINEAR, reducing_gap=2.0)
    return np.frombuffer(square.tobytes(), np.uint8).reshape(size, size, 3)
