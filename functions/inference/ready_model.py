"""A loaded model in use, and what its numbers mean to its task."""

from typing import Self

import numpy as np
from numpy.typing import NDArray
from oriel.domain.explanation import HeatMap
from oriel.domain.model import Artifact
from oriel.domain.task import TaskType
from oriel.services.recognition import Explained, Outputs
from oriel_vision.evidence import against_others
from oriel_vision.sigmoid import sigmoid
from oriel_vision.softmax import softmax

from functions.inference.batch import Batch
from functions.inference.lease_cache import LeaseCache, Leased
from functions.inference.loaded_models import Floats, LoadedModel


class ReadyModel:
    """A model that is kept loaded until it is closed, and answers as its artifact says."""

    def __init__(
        self, cache: LeaseCache[LoadedModel], leased: Leased[LoadedModel], artifact: Artifact
    ) -> None:
        self._cache, self._leased, self._artifact = cache, leased, artifact
        self._model = leased.wait()

    def close(self) -> None:
        """Let it be dropped again."""
        self._cache.release(self._leased)

    def __enter__(self) -> Self:
        """Close it at the end of the block."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()

    def answer(self, batch: Batch) -> Outputs:
        """Answer for each label."""
        rows: list[list[float]] = _meaning(self._model.logits(batch), self._artifact).tolist()
        return rows

    def explain(self, batch: Batch, column: int | None) -> Explained:
        """Answer, and explain the label of the column, or of each picture's highest output."""
        explained = self._model.explained(batch)
        if explained is None:
            return self.answer(batch), [None] * len(batch)
        scores, evidence = explained
        chosen = scores.argmax(axis=1) if column is None else np.full(len(scores), column)
        outputs: list[list[float]] = _meaning(scores, self._artifact).tolist()
        return outputs, _heat_maps(scores, evidence, chosen, self._artifact)


def _heat_maps(
    scores: Floats, evidence: Floats, chosen: NDArray[np.integer], artifact: Artifact
) -> list[HeatMap]:
    """Split up what the chosen columns' answers are made of, after calibration."""
    if artifact.task_type is TaskType.MULTI_CLASS:
        scores, evidence = against_others(scores), against_others(evidence)
    rows = np.arange(len(chosen))
    maps = evidence[rows, chosen].astype(np.float64) / artifact.temperature
    answers = scores[rows, chosen] / artifact.temperature
    bases = answers - maps.sum(axis=(1, 2))
    return [
        HeatMap(int(column), contributions, float(base))
        for column, contributions, base in zip(chosen, maps.tolist(), bases, strict=True)
    ]


def _meaning(scores: Floats, artifact: Artifact) -> Floats:
    """Turn raw outputs into what is answered; those of a regression are the values already."""
    if artifact.task_type is TaskType.REGRESSION:
        return scores
    if artifact.task_type is TaskType.MULTI_LABEL:
        return sigmoid(scores, artifact.temperature)
    return softmax(scores, artifact.temperature)
