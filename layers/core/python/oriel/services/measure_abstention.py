"""Measures on the test pictures what it takes, and what it gains, to say "I don't know"."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

from oriel.domain.abstention import AbstentionMode, selective
from oriel.domain.evaluation import best, chances
from oriel.domain.risk import RiskCoverage
from oriel.domain.snapshot import Snapshot
from oriel.domain.task import TaskType
from oriel.ports import TaskStore
from oriel.services.answers import Answers, check_logits
from oriel.values import dataclass

_DIGITS = 6


@dataclass(frozen=True, slots=True)
class MeasureAbstention:
    """Adds to the notes of a model how abstention does, for all thresholds and as the task says."""

    tasks: TaskStore

    def __call__(self, snapshot: Snapshot, answers: Answers) -> Answers:
        """Return the answers with the notes, as they were where the task has no one answer.

        Raises TrainingFailed where the answers make no sense.
        """
        if snapshot.task_type is not TaskType.MULTI_CLASS or not answers.items:
            return answers
        check_logits(answers.logits, len(snapshot.labels))
        temperature = answers.artifact.temperature
        told = [
            (chances(row, temperature), item.column)
            for row, item in zip(answers.logits, answers.items, strict=True)
        ]
        noted = {"risk_coverage": _curve(told), **self._as_set(snapshot, answers, told)}
        return replace(answers, notes={**answers.notes, "abstention": noted})

    def _as_set(
        self, snapshot: Snapshot, answers: Answers, told: Sequence[tuple[Sequence[float], int]]
    ) -> dict[str, Any]:
        setting = self.tasks.get(snapshot.workspace_id, snapshot.task_id).abstention
        if setting.mode is AbstentionMode.OFF:
            return {}
        labels = [label.id for label in snapshot.labels]
        return {"as_set": asdict(selective(setting, labels, told, answers.artifact.risk))}


def _curve(told: Sequence[tuple[Sequence[float], int]]) -> list[dict[str, float]]:
    measured = RiskCoverage.of(
        [max(row) for row, _ in told],
        [best(row) == actual for row, actual in told],
    )
    return [
        {
            "threshold": round(point.threshold, _DIGITS),
            "coverage": round(point.answers / len(told), _DIGITS),
            "error": round(point.wrong / point.answers, _DIGITS),
        }
        for point in (measured.points if measured else ())
    ]
