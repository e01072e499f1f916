"""Real photographs: the cut-outs of Debian's `tuxpaint-stamps-default`, by what they show.

The package is under the GPL: it is measured with, and no part of this repository.
"""

from pathlib import Path

import numpy as np

from tests.bench.accuracy.pictures import Pictures
from tests.bench.debian import data_of

PACKAGE, INSIDE = "tuxpaint-stamps-default", "usr/share/tuxpaint/stamps"
CLASSES = {
    "bird": "animals/birds",
    "fish": "animals/fish",
    "insect": "animals/insects",
    "mammal": "animals/mammals",
    "fruit": "food/fruit",
    "vegetable": "food/vegetables",
    "flower": "plants/flowers",
    "coin": "symbols/money",
    "tool": "household/tools",
    "instrument": "hobbies/music",
    "planet": "space/planets",
}
DRAWN = {"cartoon", "toys", "plastic", "00_symbols"}
"""Folders of what is no photograph of the thing."""


def photographs() -> Pictures:
    """Return the photographs of eleven classes."""
    root = data_of(PACKAGE, INSIDE)
    files = [
        (path, column)
        for column, folder in enumerate(CLASSES.values())
        for path in sorted((root / folder).rglob("*.png"))
        if _is_photograph(path)
    ]
    targets = np.array([column for _, column in files], np.int64)
    return Pictures([path.read_bytes() for path, _ in files], targets, tuple(CLASSES))


def _is_photograph(path: Path) -> bool:
    return not DRAWN.intersection(path.parts) and not path.stem.endswith("_mirror")
