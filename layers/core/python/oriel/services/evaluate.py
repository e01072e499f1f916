"""Turns a model's answers to the test pictures into its figures, and keeps them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from oriel.domain.errors import TrainingFailed
from oriel.domain.evaluation import Evaluation, evaluation_key
from oriel.domain.outcomes import outcomes
from oriel.domain.snapshot import Snapshot, canonical_json
from oriel.domain.split import Side
from oriel.ports import Blobs
from oriel.services.answers import Answers, check_logits
from oriel.services.judge import Measures, judge
from oriel.training_ports import ModelStore


@dataclass(frozen=True, slots=True)
class Evaluate:
    """Writes the evaluation, then the model's artifact and figures; again it does the same."""

    models: ModelStore
    artifacts: Blobs
    measures: Measures
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
        judgement = judge(self.measures, snapshot, answers)
        evaluation = Evaluation(
            model_id=model_id,
            labels=snapshot.labels,
            figures=judgement.figures,
            cases=judgement.cases,
            test_count=len(answers.items),
            train_count=len(snapshot.side(Side.TRAIN)),
            test_hash=snapshot.test_hash(answers.items),
            snapshot_key=snapshot_key,
            code_version=self.code_version,
            notes=_notes(answers, left_out),
            task_type=snapshot.task_type,
            outcomes=outcomes(snapshot.task_type, answers.items, answers.logits),
            near_duplicates=snapshot.near_duplicates(),
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
                accuracy=evaluation.figures.accuracy,
                metrics=evaluation.summary(),
            )
        )


def _notes(answers: Answers, left_out: Mapping[str, int]) -> dict[str, Any]:
    return {
        **answers.notes,
        "left_out": dict(left_out),
        "not_measured": answers.not_measured,
    }
