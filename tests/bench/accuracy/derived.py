"""Questions of other kinds about the same garments: tags and values that follow from them."""

import numpy as np
from numpy.typing import NDArray

from infra.local.demo.make_sample import LABELS
from tests.bench.accuracy.garments import Garments

KINDS = {
    "footwear": {"Sandal", "Sneaker", "Ankle boot"},
    "top": {"T-shirt", "Pullover", "Coat", "Shirt"},
    "long sleeved": {"Pullover", "Coat", "Shirt"},
    "outerwear": {"Coat", "Pullover"},
    "open": {"Sandal", "Coat"},
}
BRIGHT = 72.0
"""Mean grey value that half of all garments are above."""
INK = 16
"""From here on a pixel belongs to the garment."""

TAGS = (*KINDS, "bright")


def tags(garments: Garments) -> NDArray[np.bool_]:
    """Return which of `TAGS` each picture carries: [n, tags]."""
    names = np.array(LABELS)[garments.targets]
    columns = [np.isin(names, list(members)) for members in KINDS.values()]
    return np.stack([*columns, garments.grey.mean((1, 2)) > BRIGHT], axis=1)


def ink(garments: Garments) -> NDArray[np.float64]:
    """Return how much of each picture the garment covers, in percent."""
    share: NDArray[np.float64] = 100 * (garments.grey >= INK).mean((1, 2))
    return share
