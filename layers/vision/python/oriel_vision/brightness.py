"""How bright a picture is."""

import numpy as np
from PIL import Image


def brightness(image: Image.Image) -> float:
    """Return the mean luminance (ITU-R BT.601) from 0 (black) to 255, to a tenth."""
    return round(float(np.asarray(image.convert("L"), np.float64).mean()), 1)
