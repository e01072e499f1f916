"""What a caller gets of a task that may say "I don't know"."""

from dataclasses import replace

import pytest
from oriel.domain.abstention import Abstention, AbstentionMode, Costs
from oriel.domain.risk import RiskCoverage
from oriel.domain.task import TaskType

from tests.fakes.facts import TASK
from tests.functional.inference.world import World, artifact, model, picture


def tell(world: World, setting: Abstention) -> None:
    world.core.tasks[TASK] = replace(world.core.tasks[TASK], abstention=setting)


def measured(world: World, *confidences: float) -> None:
    risk = RiskCoverage.of(confidences, [True] * len(confidences))
    changed = replace(artifact(2), risk=risk)
    world.core.models["model-2"] = replace(model(2), artifact=changed)


AT_HALF = Abstention(AbstentionMode.THRESHOLD, threshold=0.5)


def test_an_unsure_answer_keeps_its_labels_and_says_that_it_is_none(world: World) -> None:
    tell(world, AT_HALF)
    world.recognizer.row = [0.3, 0.4, 0.3]
    (record,) = world.classify(picture()).records
    assert record["best_label"] == {"id": "bag", "name": "Bag", "prob": 0.4}
    assert len(record["labels"]) == 3
    assert (record["abstained"], record["abstain_reason"]) == (True, "unsure")
    assert record["_status"]["code"] == 200
    assert world.billed() == 1


@pytest.mark.parametrize("setting", [Abstention(), AT_HALF])
def test_a_sure_answer_looks_as_it_always_did(world: World, setting: Abstention) -> None:
    (before,) = world.classify(picture("8x6:1")).records
    tell(world, setting)
    world.seconds += 10
    (record,) = world.classify(picture("8x6:1")).records
    assert set(record) == set(before)
    assert record["best_label"] == before["best_label"]


def test_a_target_is_kept_by_the_curve_of_the_model_that_answers(world: World) -> None:
    tell(world, Abstention(AbstentionMode.TARGET_ERROR, target_error=0.1))
    measured(world, *[0.95] * 20)
    world.recognizer.row = [0.9, 0.1, 0.0]
    (unsure,) = world.classify(picture()).records
    world.recognizer.row = [0.96, 0.04, 0.0]
    (sure,) = world.classify(picture()).records
    assert unsure["abstain_reason"] == "unsure"
    assert "abstained" not in sure


def test_a_model_without_a_curve_says_so(world: World) -> None:
    tell(world, Abstention(AbstentionMode.TARGET_ERROR, target_error=0.1))
    (record,) = world.classify(picture()).records
    assert record["abstain_reason"] == "not_measured"


def test_costs_weigh_which_mistake_it_may_be(world: World) -> None:
    tell(world, Abstention(AbstentionMode.COSTS, costs=Costs(0.3, 1.0, {"coat": {"bag": 9.0}})))
    world.recognizer.row = [0.2, 0.8, 0.0]
    (harmless,) = world.classify(picture()).records
    world.recognizer.row = [0.0, 0.8, 0.2]
    (harmful,) = world.classify(picture()).records
    assert "abstained" not in harmless
    assert harmful["abstain_reason"] == "too_costly"


@pytest.mark.parametrize("task_type", [TaskType.MULTI_LABEL, TaskType.REGRESSION])
def test_only_where_one_label_is_the_answer_may_there_be_none(
    world: World, task_type: TaskType
) -> None:
    world.retype(task_type)
    tell(world, AT_HALF)
    world.recognizer.row = [0.1] if task_type is TaskType.REGRESSION else [0.1, 0.1, 0.1]
    (record,) = world.classify(picture()).records
    assert "abstained" not in record


def test_only_the_answer_says_whether_it_is_one(world: World) -> None:
    (record,) = world.classify(picture() | {"abstained": True, "abstain_reason": "mine"}).records
    assert "abstained" not in record
    assert "abstain_reason" not in record
