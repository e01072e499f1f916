"""How single pictures came out, whatever the type of the task: what models are compared by."""

from collections.abc import Sequence

from oriel.domain.evaluation import Outcome, best
from oriel.domain.snapshot import SnapshotItem
from oriel.domain.task import TaskType


def outcomes(
    task_type: TaskType, items: Sequence[SnapshotItem], logits: Sequence[Sequence[float]]
) -> tuple[Outcome, ...]:
    """Score a row of outputs a picture, in the order of the snapshot's labels."""
    score = _SCORES[task_type]
    return tuple(
        Outcome(item.image_id, item.sha256, score(item, row), item.group)
        for item, row in zip(items, logits, strict=True)
    )


def _of_class(item: SnapshotItem, row: Sequence[float]) -> float:
    return float(best(row) == item.column)


def _of_tags(item: SnapshotItem, row: Sequence[float]) -> float:
    carried = set(item.columns)
    right = sum((logit >= 0) == (column in carried) for column, logit in enumerate(row))
    return right / len(row)


def _of_value(item: SnapshotItem, row: Sequence[float]) -> float:
    return -abs(row[0] - item.number)


_SCORES = {
    TaskType.MULTI_CLASS: _of_class,
    TaskType.MULTI_LABEL: _of_tags,
    TaskType.REGRESSION: _of_value,
}
