from oriel.domain.outcomes import outcomes
from oriel.domain.snapshot import SnapshotItem
from oriel.domain.split import Side
from oriel.domain.task import TaskType


def picture(*columns: int, value: float | None = None) -> SnapshotItem:
    return SnapshotItem("image", Side.TEST, "5ha", "group", columns, value)


def score(task_type: TaskType, item: SnapshotItem, *row: float) -> float:
    (outcome,) = outcomes(task_type, [item], [row])
    assert (outcome.image_id, outcome.sha256) == ("image", "5ha")
    return outcome.score


def test_a_class_is_right_or_wrong() -> None:
    assert score(TaskType.MULTI_CLASS, picture(1), 0.5, 2.0) == 1.0
    assert score(TaskType.MULTI_CLASS, picture(0), 0.5, 2.0) == 0.0


def test_tags_are_worth_the_share_of_right_decisions() -> None:
    assert score(TaskType.MULTI_LABEL, picture(0, 2), 1.0, -1.0, -1.0, 2.0) == 0.5
    assert score(TaskType.MULTI_LABEL, picture(), -1.0, -1.0) == 1.0


def test_a_value_is_the_worse_the_farther_it_is_off() -> None:
    assert score(TaskType.REGRESSION, picture(value=2.0), 5.0) == -3.0
    assert score(TaskType.REGRESSION, picture(value=2.0), 2.0) == 0.0
