"""How well a model does on pictures that it has not learned from."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from oriel.domain.model import ModelLabel, task_prefix

MAX_LABELS_IN_SUMMARY = 50
"""The figures of more labels are only in the full evaluation: an item holds 400 KB."""
_Z_95 = 1.959964


@dataclass(frozen=True, slots=True)
class LabelFigures:
    """Precision, recall and F1 in [0, 1] of one label; `support` is its number of pictures."""

    precision: float
    recall: float
    f1: float
    support: int


@dataclass(frozen=True, slots=True)
class Measured:
    """Figures over all test pictures; `confusion[predicted][actual]` counts them."""

    accuracy: float
    confusion: tuple[tuple[int, ...], ...]
    per_label: tuple[LabelFigures, ...]


@dataclass(frozen=True, slots=True)
class Mistake:
    """A test picture that was answered wrongly; label ids, `confidence` in [0, 1]."""

    image_id: str
    predicted: str
    actual: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A whole evaluation; `notes` holds what the making of the model reported."""

    model_id: str
    labels: tuple[ModelLabel, ...]
    measured: Measured
    mistakes: tuple[Mistake, ...]
    test_count: int
    train_count: int
    test_hash: str
    snapshot_key: str
    code_version: str
    notes: Mapping[str, Any] = field(default_factory=dict)

    def summary(self) -> dict[str, Any]:
        """Return what the model itself carries."""
        low, high = wilson_interval(self.measured.accuracy, self.test_count)
        figures: dict[str, Any] = {
            "accuracy_interval": [low, high],
            "test_count": self.test_count,
            "train_count": self.train_count,
            "test_hash": self.test_hash,
            "code_version": self.code_version,
            "notes": dict(self.notes),
        }
        if len(self.labels) <= MAX_LABELS_IN_SUMMARY:
            figures |= self._by_label()
        return figures

    def document(self) -> dict[str, Any]:
        """Return everything, as it is kept beside the model."""
        return {
            **self.summary(),
            "format": 1,
            "model_id": self.model_id,
            "accuracy": self.measured.accuracy,
            **self._by_label(),
            "failed_images": [asdict(mistake) for mistake in self.mistakes],
            "snapshot_key": self.snapshot_key,
        }

    def _by_label(self) -> dict[str, Any]:
        return {
            "per_label": [
                {"id": label.id, "name": label.name, **asdict(of_label)}
                for label, of_label in zip(self.labels, self.measured.per_label, strict=True)
            ],
            "confusion": [list(row) for row in self.measured.confusion],
        }


def evaluation_key(workspace_id: str, task_id: str, model_id: str) -> str:
    """Name a full evaluation in the models bucket."""
    return f"{task_prefix(workspace_id, task_id)}evaluations/{model_id}.json"


def best(logits: Sequence[float]) -> int:
    """Return the column of the highest logit, the first of equals."""
    return max(range(len(logits)), key=lambda column: logits[column])


def confidence(logits: Sequence[float], temperature: float) -> float:
    """Return the softmax probability of the highest logit."""
    highest = max(logits)
    return 1 / sum(math.exp((logit - highest) / temperature) for logit in logits)


def wilson_interval(share: float, count: int) -> tuple[float, float]:
    """Return the 95 % interval of a share seen in `count` trials (Wilson, JASA 22, 1927)."""
    square = _Z_95**2
    scale = 1 + square / count
    middle = (share + square / (2 * count)) / scale
    spread = math.sqrt(share * (1 - share) / count + square / (4 * count**2))
    half = _Z_95 / scale * spread
    return max(0.0, middle - half), min(1.0, middle + half)
