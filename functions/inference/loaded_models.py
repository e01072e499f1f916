"""Models that are ready to answer, and to say where their answers come from.

A head is a matrix behind the shared backbone; a network of its own has its last layer inside.
"""

from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray
from oriel_vision.backbone import Backbone
from oriel_vision.evidence import head_evidence
from oriel_vision.head import logits
from oriel_vision.network import Network

Floats: TypeAlias = NDArray[np.floating]
Pixels: TypeAlias = NDArray[np.uint8]


class LoadedModel(Protocol):
    """Runs on RGB uint8 [n, side, side, 3]."""

    def logits(self, pixels: Pixels) -> Floats:
        """Return a row of outputs a picture: [n, labels]."""

    def explained(self, pixels: Pixels) -> tuple[Floats, Floats] | None:
        """Return the outputs, and what each place adds to them: [n, labels, rows, columns].

        None where the model was made without what that takes.
        """


class HeadModel:
    """A head behind the shared backbone."""

    def __init__(self, weights: NDArray[np.float32], backbone: Backbone) -> None:
        self._weights, self._backbone = weights, backbone

    def logits(self, pixels: Pixels) -> Floats:
        """Return a row of outputs a picture."""
        return logits(self._weights, self._backbone.embed(pixels))

    def explained(self, pixels: Pixels) -> tuple[Floats, Floats]:
        """Return the outputs and what each place adds to them."""
        embeddings, features = self._backbone.look(pixels)
        return logits(self._weights, embeddings), head_evidence(self._weights, features)


class NetworkModel:
    """A network of its own."""

    def __init__(self, network: Network) -> None:
        self._network = network

    def logits(self, pixels: Pixels) -> Floats:
        """Return a row of outputs a picture."""
        return self._network.logits(pixels)

    def explained(self, pixels: Pixels) -> tuple[Floats, Floats] | None:
        """Return the outputs and what each place adds to them; older networks cannot say it."""
        return self._network.explained(pixels) if self._network.explains else None
