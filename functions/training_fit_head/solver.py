"""Solves heads with the vision layer's arithmetic."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import numpy as np
from numpy.typing import NDArray
from oriel.domain.errors import TrainingFailed
from oriel.services.fit_head import SolvedHead
from oriel_vision.head import fit_head, head_to_bytes
from oriel_vision.tag_head import fit_tag_head
from oriel_vision.training_features import UnusableTrainingSet
from oriel_vision.value_head import fit_value_head

INPUT_SIZE = 224
"""Of every backbone that a deployment can choose; loading one to ask it would take longer than
solving a head does."""


class RidgeSolver:
    """Closed-form ridge regression on embeddings, which are little-endian float16."""

    @property
    def input_size(self) -> int:
        """The side of the backbone's square input in pixels."""
        return INPUT_SIZE

    def classes(self, vectors: Sequence[bytes], targets: Sequence[int], count: int) -> SolvedHead:
        """Fit `count` columns to embeddings of one column each."""
        with _told():
            head = fit_head(_embeddings(vectors), np.asarray(targets), count)
        return SolvedHead(head_to_bytes(head.weights), float(head.temperature))

    def tags(
        self, vectors: Sequence[bytes], carried: Sequence[Sequence[int]], count: int
    ) -> SolvedHead:
        """Fit `count` columns to embeddings of any columns each."""
        truth = np.zeros((len(carried), count), np.bool_)
        for row, columns in enumerate(carried):
            truth[row, list(columns)] = True
        with _told():
            weights = fit_tag_head(_embeddings(vectors), truth)
        return SolvedHead(head_to_bytes(weights), 1.0)

    def values(self, vectors: Sequence[bytes], values: Sequence[float]) -> SolvedHead:
        """Fit one column to embeddings of a value each."""
        with _told():
            weights = fit_value_head(_embeddings(vectors), np.asarray(values, np.float64))
        return SolvedHead(head_to_bytes(weights), 1.0)


def _embeddings(vectors: Sequence[bytes]) -> NDArray[np.float32]:
    return np.stack([np.frombuffer(vector, "<f2") for vector in vectors]).astype(np.float32)


@contextmanager
def _told() -> Iterator[None]:
    """Say of pictures that no head can be fitted to why that is."""
    try:
        yield
    except UnusableTrainingSet as fault:
        raise TrainingFailed(f"These pictures give no model: {fault}") from fault
