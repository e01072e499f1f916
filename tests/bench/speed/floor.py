"""The least that an answer costs: decoding, the backbone's session and a head, and nothing else.

No check of what strangers send, no base64, no task to look up, nothing billed and nothing written
as JSON. The files and the arithmetic are the served ones, so that the answers must be the same.
"""

import io
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray
from oriel_vision.backbone import Backbone
from oriel_vision.head import logits
from oriel_vision.softmax import softmax
from PIL import Image


class Floor:
    """Answers JPEGs with as many threads as the function has processors.

    The `backbone` is to be the handler's own: a second one in the process would compete with it for
    the processor's caches, and no function has two.
    """

    def __init__(self, backbone: Backbone, weights: NDArray[np.float32], cores: int) -> None:
        self._backbone = backbone
        self._weights = weights.astype(np.float64)
        self._workers = ThreadPoolExecutor(cores) if cores > 1 else None

    def __call__(self, files: Sequence[bytes]) -> NDArray[np.floating]:
        """Return a row of probabilities a picture."""
        pixels = list(
            map(self._decode, files)
            if self._workers is None or len(files) == 1
            else self._workers.map(self._decode, files)
        )
        return softmax(logits(self._weights, self._backbone.embed(np.stack(pixels))), 1.0)

    def _decode(self, data: bytes) -> NDArray[np.uint8]:
        """Decode as far as the network's input needs it, as anybody would who knows Pillow."""
        side = self._backbone.input_size
        picture = Image.open(io.BytesIO(data))
        picture.draft("RGB", (2 * side, 2 * side))
        return np.asarray(picture.resize((side, side), Image.Resampling.BILINEAR, reducing_gap=2.0))
