"""A model's raw answers to test pictures: what an evaluation is computed from."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import field
from typing import Any

from oriel.domain.errors import TrainingFailed
from oriel.domain.model import Artifact
from oriel.domain.snapshot import SnapshotItem
from oriel.values import dataclass


@dataclass(frozen=True, slots=True)
class Answers:
    """Logits by picture, in one order; `notes` is what the making of the model reported.

    `not_measured` counts the test pictures that were not asked about because there are too many.
    """

    artifact: Artifact
    items: Sequence[SnapshotItem]
    logits: Sequence[Sequence[float]]
    not_measured: int
    notes: Mapping[str, Any] = field(default_factory=dict)


def check_logits(logits: Sequence[Sequence[float]], columns: int) -> None:
    """Raise TrainingFailed unless every row has one finite number a label."""
    for row in logits:
        if len(row) != columns:
            raise TrainingFailed(
                f"The model answers {len(row)} labels where the task has {columns}"
            )
        if not all(math.isfinite(value) for value in row):
            raise TrainingFailed("The model answers with values that are not numbers")
