"""Runs heads and networks with the vision layer."""

import os
from collections.abc import Sequence

import numpy as np
from oriel.domain.errors import TrainingFailed
from oriel.domain.picture_limits import MAX_PICTURE_PIXELS
from oriel_vision.decode import decode
from oriel_vision.head import head_from_bytes, logits
from oriel_vision.network import Network, UnusableNetwork
from oriel_vision.preprocess import to_input


class NumpyHeads:
    """Heads are one matrix product."""

    def logits(self, head: bytes, vectors: Sequence[bytes]) -> Sequence[Sequence[float]]:
        """Return a row a vector (little-endian float16)."""
        if not vectors:
            return []
        embeddings = np.stack([np.frombuffer(vector, "<f2") for vector in vectors])
        rows: list[list[float]] = logits(
            head_from_bytes(head), embeddings.astype(np.float32)
        ).tolist()
        return rows


class OnnxNetwork:
    """A network that ONNX Runtime has loaded."""

    def __init__(self, network: Network, input_size: int) -> None:
        self._network = network
        self._input_size = input_size

    def logits(self, pictures: Sequence[bytes]) -> Sequence[Sequence[float]]:
        """Return a row a picture, decoded and scaled as serving does it."""
        batch = np.stack([self._input(picture) for picture in pictures])
        rows: list[list[float]] = self._network.logits(batch).tolist()
        return rows

    def _input(self, picture: bytes) -> np.ndarray:
        decoded = decode(picture, max_pixels=MAX_PICTURE_PIXELS, target=self._input_size)
        return to_input(decoded, self._input_size)


class OnnxNetworks:
    """Loads networks into ONNX Runtime."""

    def load(self, onnx: bytes, input_size: int) -> OnnxNetwork:
        """Open a network; raises TrainingFailed where ONNX Runtime refuses it."""
        try:
            cores = os.cpu_count() or 1
            return OnnxNetwork(Network(onnx, input_size, threads=cores), input_size)
        except UnusableNetwork as fault:
            raise TrainingFailed("The training job's network cannot be run") from fault
