"""Turns a model's answers to the test pictures into its figures, and keeps them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from oriel.domain.errors import TrainingFailed
from oriel.domain.evaluation import Evaluation, Outcome, evaluation_key
from oriel.domain.figures import Figures
from oriel.domain.findings import Findings
from oriel.domain.outcomes import outcomes
from oriel.domain.snapshot import Snapshot, canonical_json
from oriel.domain.split import Side
from oriel.image_ports import ImageStore
from oriel.ports import Blobs
from oriel.services.answers import Answers, check_logits
from oriel.services.findings import Survey, find
from oriel.services.judge import judge
from oriel.services.measures import Measures
from oriel.training_ports import ModelStore
from oriel.values import dataclass


@dataclass(frozen=True, slots=True)
class Evaluate:
    """Writes the evaluation, then the model's artifact and figures; again it does the same."""

    models: ModelStore
    images: ImageStore
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
        found = outcomes(snapshot.task_type, answers.items, answers.logits)
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
            outcomes=found,
            near_duplicates=snapshot.near_duplicates(),
            findings=self._find(judgement.figures, snapshot, answers, found),
        )
        self._keep(snapshot, evaluation, answers)
        return evaluation

    def _find(
        self,
        figures: Figures,
        snapshot: Snapshot,
        answers: Answers,
        found: Sequence[Outcome],
    ) -> Findings:
        ids = [item.image_id for item in answers.items]
        images = self.images.get_many(snapshot.workspace_id, ids)
        return find(self.measures, figures, Survey(snapshot, answers, found, images))

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
