"""Solves heads with the vision layer's arithmetic."""

from collections.abc import Sequence

import numpy as np
from oriel.domain.errors import TrainingFailed
from oriel.services.fit_head import SolvedHead
from oriel_vision.head import fit_head, head_to_bytes
from oriel_vision.training_features import UnusableTrainingSet

INPUT_SIZE = 224
"""Of every backbone that a deployment can choose; loading one to ask it would take longer than
solving a head does."""


class RidgeSolver:
    """Closed-form ridge regression on embeddings."""

    @property
    def input_size(self) -> int:
        """The side of the backbone's square input in pixels."""
        return INPUT_SIZE

    def solve(self, vectors: Sequence[bytes], targets: Sequence[int], classes: int) -> SolvedHead:
        """Fit `classes` columns to little-endian float16 embeddings."""
        embeddings = np.stack([np.frombuffer(vector, "<f2") for vector in vectors])
        try:
            head = fit_head(embeddings.astype(np.float32), np.asarray(targets), classes)
        except UnusableTrainingSet as fault:
            raise TrainingFailed(f"These pictures give no model: {fault}") from fault
        return SolvedHead(head_to_bytes(head.weights), float(head.temperature))
