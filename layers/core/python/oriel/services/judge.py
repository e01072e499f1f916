"""Holds a model's answers against the truth, as the type of the task has it."""

from collections.abc import Iterable, Sequence
from typing import TypeVar

from oriel.domain.evaluation import Cases, Mistake, Prediction, TagMistake, best, confidence
from oriel.domain.figures import Figures
from oriel.domain.snapshot import Snapshot, SnapshotItem
from oriel.domain.task import TaskType
from oriel.services.answers import Answers
from oriel.services.measures import Measures
from oriel.values import dataclass

M = TypeVar("M", Mistake, TagMistake)

MAX_TAGS_OF_MISTAKE = 20
"""Of each kind; with 1,000 tags and 5,000 pictures an evaluation would be 180 MB otherwise."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """Figures, and the single pictures that a person will want to see."""

    figures: Figures
    cases: Cases


def judge(measures: Measures, snapshot: Snapshot, answers: Answers) -> Judgement:
    """Measure answers whose rows have one finite number a label."""
    if snapshot.task_type is TaskType.REGRESSION:
        return _judge_values(measures, answers)
    if snapshot.task_type is TaskType.MULTI_LABEL:
        return _judge_tags(measures, snapshot, answers)
    return _judge_classes(measures, snapshot, answers)


def _judge_classes(measures: Measures, snapshot: Snapshot, answers: Answers) -> Judgement:
    predicted = [best(row) for row in answers.logits]
    actual = [item.column for item in answers.items]
    temperature = answers.artifact.temperature
    mistakes = (
        Mistake(
            image_id=item.image_id,
            predicted=snapshot.labels[column].id,
            actual=snapshot.labels[item.column].id,
            confidence=confidence(row, temperature),
        )
        for item, column, row in zip(answers.items, predicted, answers.logits, strict=True)
        if column != item.column
    )
    figures = measures.classes(predicted, actual, len(snapshot.labels))
    return Judgement(figures, {"failed_images": _surest_first(mistakes)})


def _judge_tags(measures: Measures, snapshot: Snapshot, answers: Answers) -> Judgement:
    figures = measures.tags(answers.logits, [item.columns for item in answers.items])
    found = (
        _tag_mistake(snapshot, item, row, answers.artifact.temperature)
        for item, row in zip(answers.items, answers.logits, strict=True)
    )
    mistakes = (mistake for mistake in found if mistake is not None)
    return Judgement(figures, {"failed_images": _surest_first(mistakes)})


def _tag_mistake(
    snapshot: Snapshot, item: SnapshotItem, row: Sequence[float], temperature: float
) -> TagMistake | None:
    carried = set(item.columns)
    wrong = [column for column, logit in enumerate(row) if (logit >= 0) != (column in carried)]
    if not wrong:
        return None
    wrong.sort(key=lambda column: abs(row[column]), reverse=True)
    missed = [snapshot.labels[column].id for column in wrong if column in carried]
    invented = [snapshot.labels[column].id for column in wrong if column not in carried]
    return TagMistake(
        item.image_id,
        tuple(missed[:MAX_TAGS_OF_MISTAKE]),
        tuple(invented[:MAX_TAGS_OF_MISTAKE]),
        # A decision of yes or no is one between this logit and 0.
        confidence((row[wrong[0]], 0.0), temperature),
    )


def _surest_first(mistakes: Iterable[M]) -> tuple[M, ...]:
    return tuple(sorted(mistakes, key=lambda one: (-one.confidence, one.image_id)))


def _judge_values(measures: Measures, answers: Answers) -> Judgement:
    predictions = [
        Prediction(item.image_id, row[0], item.number)
        for item, row in zip(answers.items, answers.logits, strict=True)
    ]
    figures = measures.values(
        [one.predicted for one in predictions], [one.actual for one in predictions]
    )
    predictions.sort(key=lambda one: abs(one.predicted - one.actual), reverse=True)
    return Judgement(figures, {"predictions": tuple(predictions)})
