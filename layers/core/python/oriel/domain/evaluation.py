"""How well a model does on pictures that it has not learned from."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, field
from typing import Any, TypeAlias

from oriel.domain.figures import Figures
from oriel.domain.findings import NOTHING_FOUND, Findings
from oriel.domain.model import ModelLabel, task_prefix
from oriel.domain.task import TaskType
from oriel.values import dataclass

FORMAT = 2
"""Of the document. Format 1 says neither how each single picture came out nor the type."""
MAX_LABELS_IN_SUMMARY = 50
"""The figures of more labels are only in the full evaluation: an item holds 400 KB."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """A test picture that was put into a wrong class; label ids, `confidence` in [0, 1]."""

    image_id: str
    predicted: str
    actual: str
    confidence: float


@dataclass(frozen=True, slots=True)
class TagMistake:
    """A test picture with wrong tags: ids of those that it has and lacks, the clearest first.

    `confidence` in [0.5, 1] is that of the clearest wrong decision.
    """

    image_id: str
    missed: tuple[str, ...]
    invented: tuple[str, ...]
    confidence: float


@dataclass(frozen=True, slots=True)
class Prediction:
    """What a regression answered a test picture, and what was right."""

    image_id: str
    predicted: float
    actual: float


Cases: TypeAlias = Mapping[str, Sequence[Mistake | TagMistake | Prediction]]
"""Single pictures by what they are called in the full evaluation."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a picture that was measured came out; a larger `score` is better.

    1 or 0 for the class, the share of right decisions for tags, the absolute error below zero for a
    value: what two models are compared by, picture for picture. Near-duplicates are of one `group`.
    """

    image_id: str
    sha256: str
    score: float
    group: str = ""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A whole evaluation; `notes` holds what the making of the model reported.

    `near_duplicates` counts the pictures of the snapshot that lie on one side with a copy of
    theirs. `outcomes` has every picture that was measured.
    """

    model_id: str
    labels: tuple[ModelLabel, ...]
    figures: Figures
    cases: Cases
    test_count: int
    train_count: int
    test_hash: str
    snapshot_key: str
    code_version: str
    notes: Mapping[str, Any] = field(default_factory=dict)
    task_type: TaskType = TaskType.MULTI_CLASS
    outcomes: tuple[Outcome, ...] = ()
    near_duplicates: int = 0
    findings: Findings = NOTHING_FOUND

    def summary(self) -> dict[str, Any]:
        """Return what the model itself carries."""
        summary: dict[str, Any] = {
            **self.figures.totals(),
            **self.findings.summary(),
            "test_count": self.test_count,
            "train_count": self.train_count,
            "test_hash": self.test_hash,
            "near_duplicates": self.near_duplicates,
            "code_version": self.code_version,
            "notes": dict(self.notes),
        }
        if len(self.labels) <= MAX_LABELS_IN_SUMMARY:
            summary |= self.figures.by_label(self.labels)
        return summary

    def document(self) -> dict[str, Any]:
        """Return everything, as it is kept beside the model."""
        return {
            **self.summary(),
            "format": FORMAT,
            "model_id": self.model_id,
            "task_type": self.task_type.value,
            "labels": [asdict(label) for label in self.labels],
            "accuracy": self.figures.accuracy,
            **self.figures.by_label(self.labels),
            **{name: [asdict(case) for case in cases] for name, cases in self.cases.items()},
            "outcomes": [asdict(outcome) for outcome in self.outcomes],
            **self.findings.document(self.labels),
            "snapshot_key": self.snapshot_key,
        }


def evaluation_key(workspace_id: str, task_id: str, model_id: str) -> str:
    """Name a full evaluation in the models bucket."""
    return f"{task_prefix(workspace_id, task_id)}evaluations/{model_id}.json"


def best(logits: Sequence[float]) -> int:
    """Return the column of the highest logit, the first of equals."""
    return max(range(len(logits)), key=lambda column: logits[column])


def chances(logits: Sequence[float], temperature: float) -> list[float]:
    """Return the softmax probability of each column."""
    highest = max(logits)
    powers = [math.exp((logit - highest) / temperature) for logit in logits]
    total = math.fsum(powers)
    return [power / total for power in powers]


def confidence(logits: Sequence[float], temperature: float) -> float:
    """Return the softmax probability of the highest logit."""
    return max(chances(logits, temperature))
