"""Pictures that go through models together."""

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from oriel.values import dataclass
from oriel_vision.backbone import Backbone

Pixels: TypeAlias = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class InputPicture:
    """A picture as a model takes it; `width` and `height` are as displayed, before scaling."""

    width: int
    height: int
    pixels: Pixels


class Batch:
    """Pictures of one side; the backbone sees them once, however many heads stand on it.

    It belongs to one request, and to one thread at a time. `pixels` are RGB uint8
    [n, side, side, 3].
    """

    def __init__(self, pictures: Sequence[InputPicture], backbone: Backbone) -> None:
        # One alone is taken as it is: stacking would copy it.
        self.pixels: Pixels = (
            pictures[0].pixels[None]
            if len(pictures) == 1
            else np.stack([picture.pixels for picture in pictures])
        )
        self._backbone = backbone
        self._embeddings: NDArray[np.float32] | None = None
        self._looks: tuple[NDArray[np.float32], NDArray[np.float32]] | None = None

    def __len__(self) -> int:
        return len(self.pixels)

    def embeddings(self) -> NDArray[np.float32]:
        """Return what the backbone makes of them: [n, dim]."""
        if self._embeddings is None:
            self._embeddings = self._backbone.embed(self.pixels)
        return self._embeddings

    def looks(self) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return embeddings, and feature maps [n, dim, rows, columns] that they are means of."""
        if self._looks is None:
            self._looks = self._backbone.look(self.pixels)
        return self._looks
