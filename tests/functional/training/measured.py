"""Answers to test pictures that are made up, and what is found out of them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from oriel.domain.evaluation import Evaluation
from oriel.domain.image import Image
from oriel.domain.model import Artifact, ArtifactKind, ModelLabel
from oriel.domain.outcomes import outcomes
from oriel.domain.snapshot import Snapshot, SnapshotItem
from oriel.domain.split import Side
from oriel.domain.task import TaskType
from oriel.services.answers import Answers
from oriel.services.findings import Survey, find
from oriel.services.judge import judge

from functions.training_evaluate.measure import NumpyMeasures

NOBODY: Mapping[str, Image] = {}
Truth = tuple[int, ...] | float


def labelled(count: int) -> tuple[ModelLabel, ...]:
    return tuple(ModelLabel(f"label-{n}", f"Label {n}") for n in range(count))


def picture(number: int, truth: Truth, group: str | None = None) -> SnapshotItem:
    name = f"image-{number:05}"
    columns, value = (truth, None) if isinstance(truth, tuple) else ((), truth)
    return SnapshotItem(name, Side.TEST, f"sha-{number:05}", group or name, columns, value)


def evaluated(
    task_type: TaskType,
    items: Sequence[SnapshotItem],
    logits: Sequence[Sequence[float]],
    images: Mapping[str, Image] = NOBODY,
    **changes: Any,
) -> dict[str, Any]:
    """Return the document of an evaluation; `changes` are of the artifact."""
    labels = labelled(len(logits[0]))
    snapshot = Snapshot("workspace", "task", task_type, labels, tuple(items))
    artifact = Artifact(ArtifactKind.NETWORK, "key", "sha", 1, "", 224, 1.0, labels, task_type)
    answers = Answers(replace(artifact, **changes), items, logits, 0)
    measures = NumpyMeasures()
    judgement = judge(measures, snapshot, answers)
    scored = outcomes(task_type, items, logits)
    findings = find(measures, judgement.figures, Survey(snapshot, answers, scored, images))
    return Evaluation(
        model_id="model",
        labels=labels,
        figures=judgement.figures,
        cases=judgement.cases,
        test_count=len(items),
        train_count=1,
        test_hash=snapshot.test_hash(),
        snapshot_key="snapshot",
        code_version="code",
        task_type=task_type,
        outcomes=scored,
        findings=findings,
    ).document()


def of_matrix(matrix: Sequence[Sequence[int]]) -> dict[str, Any]:
    """Evaluate a classifier with this confusion: rows predicted, columns actual."""
    items: list[SnapshotItem] = []
    logits: list[list[float]] = []
    for predicted, row in enumerate(matrix):
        for actual, count in enumerate(row):
            for _ in range(count):
                items.append(picture(len(items), (actual,)))
                logits.append([3.0 if column == predicted else 0.0 for column in range(len(row))])
    return evaluated(TaskType.MULTI_CLASS, items, logits)


def codes(document: Mapping[str, Any]) -> list[str]:
    return [warning["code"] for warning in document["warnings"]]
