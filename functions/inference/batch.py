"""Pictures that go through models together."""

from collections.abc import Sequence
from functools import cached_property
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

    It belongs to one request, and to one thread at a time.
    """

    def __init__(self, pictures: Sequence[InputPicture], backbone: Backbone) -> None:
        self._pictures = tuple(pictures)
        self._backbone = backbone

    def __len__(self) -> int:
        return len(self._pictures)

    @cached_property
    def pixels(self) -> Pixels:
        """RGB uint8 [n, side, side, 3]."""
        if len(self._pictures) == 1:
            return self._pictures[0].pixels[None]  # as it is: stacking would copy it
        return np.stack([picture.pixels for picture in self._pictures])

    @cached_property
    def embeddings(self) -> NDArray[np.float32]:
        """What the backbone makes of them: [n, dim]."""
        return self._backbone.embed(self.pixels)

    @cached_property
    def looks(self) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """The embeddings, and the feature maps [n, dim, rows, columns] that they are means of."""
        return self._backbone.look(self.pixels)
