"""Turns a model's answers to the test pictures into its figures, and keeps them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from oriel.domain.errors import TrainingFailed
from oriel.domain.evaluation import (
    Evaluation,
    Measured,
    Mistake,
    best,
    confidence,
    evaluation_key,
)
from oriel.domain.snapshot import Snapshot, canonical_json
from oriel.domain.split import Side
from oriel.ports import Blobs, ModelStore
from oriel.services.answers import Answers, check_logits


class Measure(Protocol):
    """The arithmetic of figures."""

    def __call__(self, predicted: Sequence[int], actual: Sequence[int], classes: int) -> Measured:
        """Measure predicted columns against the actual ones."""


@dataclass(frozen=True, slots=True)
class Evaluate:
    """Writes the evaluation, then the model's artifact and figures; again it does the same."""

    models: ModelStore
    artifacts: Blobs
    measure: Measure
    code_version: str

    def __call__(
        self,
        model_id: str,
        snapshot: Snapshot,
        snapshot_key: str,
        answers: Answers,
        left_out: Mapping[str, int],
    ) -> Evaluation:
        """Raise TrainingFailed where there is nothing to measure or the answers make no sense."""
        if not answers.items:
            raise TrainingFailed("All test pictures were deleted meanwhile")
        check_logits(answers.logits, len(snapshot.labels))
        predicted = [best(row) for row in answers.logits]
        actual = [item.label for item in answers.items]
        evaluation = Evaluation(
            model_id=model_id,
            labels=snapshot.labels,
            measured=self.measure(predicted, actual, len(snapshot.labels)),
            mistakes=_mistakes(snapshot, answers, predicted),
            test_count=len(answers.items),
            train_count=len(snapshot.side(Side.TRAIN)),
            test_hash=snapshot.test_hash(answers.items),
            snapshot_key=snapshot_key,
            code_version=self.code_version,
            notes=_notes(answers, left_out),
        )
        self._keep(snapshot, evaluation, answers)
        return evaluation

    def _keep(self, snapshot: Snapshot, evaluation: Evaluation, answers: Answers) -> None:
        workspace_id = snapshot.workspace_id
        key = evaluation_key(workspace_id, snapshot.task_id, evaluation.model_id)
        self.artifacts.put(key, canonical_json(evaluation.document()), "application/json")
        model = self.models.get(workspace_id, evaluation.model_id)
        self.models.set_evaluated(
            replace(
                model,
                artifact=answers.artifact,
                accuracy=evaluation.measured.accuracy,
                metrics=evaluation.summary(),
            )
        )


def _mistakes(
    snapshot: Snapshot, answers: Answers, predicted: Sequence[int]
) -> tuple[Mistake, ...]:
    temperature = answers.artifact.temperature
    return tuple(
        Mistake(
            image_id=item.image_id,
            predicted=snapshot.labels[column].id,
            actual=snapshot.labels[item.label].id,
            confidence=confidence(row, temperature),
        )
        for item, column, row in zip(answers.items, predicted, answers.logits, strict=True)
        if column != item.label
    )


def _notes(answers: Answers, left_out: Mapping[str, int]) -> dict[str, Any]:
    return {
        **answers.notes,
        "left_out": dict(left_out),
        "not_measured": answers.not_measured,
    }
