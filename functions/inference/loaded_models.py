"""Models that are ready to answer, and to say where their answers come from.

A head is a matrix behind the shared backbone; a network of its own has its last layer inside.
"""

from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray
from oriel_vision.evidence import head_evidence
from oriel_vision.head import logits
from oriel_vision.network import Network

from functions.inference.batch import Batch

Floats: TypeAlias = NDArray[np.floating]


class LoadedModel(Protocol):
    """Answers batches of pictures of the side that it takes."""

    def logits(self, batch: Batch) -> Floats:
        """Return a row of outputs a picture: [n, labels]."""

    def explained(self, batch: Batch) -> tuple[Floats, Floats] | None:
        """Return the outputs, and what each place adds to them: [n, labels, rows, columns].

        None where the model was made without what that takes.
        """


class HeadModel:
    """A head behind the shared backbone."""

    def __init__(self, weights: NDArray[np.float32]) -> None:
        # Widened once: with 1,000 labels that takes as long as to answer.
        self._weights = weights.astype(np.float64)

    @property
    def size_bytes(self) -> int:
        """How much memory it takes."""
        return self._weights.nbytes

    def logits(self, batch: Batch) -> Floats:
        """Return a row of outputs a picture."""
        return logits(self._weights, batch.embeddings())

    def explained(self, batch: Batch) -> tuple[Floats, Floats]:
        """Return the outputs and what each place adds to them."""
        embeddings, features = batch.looks()
        return logits(self._weights, embeddings), head_evidence(self._weights, features)


class NetworkModel:
    """A network of its own."""

    def __init__(self, network: Network) -> None:
        self._network = network

    def logits(self, batch: Batch) -> Floats:
        """Return a row of outputs a picture."""
        return self._network.logits(batch.pixels)

    def explained(self, batch: Batch) -> tuple[Floats, Floats] | None:
        """Return the outputs and what each place adds to them; older networks cannot say it."""
        return self._network.explained(batch.pixels) if self._network.explains else None
