"""Tags and values through the deployed machine, and the answers of what it publishes."""

from dataclasses import dataclass

import pytest
from oriel.domain.label import Label, LabelType
from oriel.domain.model import ArtifactKind, TrainMode
from oriel.domain.task import Task, TaskType

from infra.local.stack import Stack
from tests.workflows.scripts import good
from tests.workflows.trainings import BLUE, RED, Trainings

PICTURES = 12
BOTH, NEITHER = (1.0, 0.2, 1.0), (0.1, 0.9, 0.1)
INSTANT = [
    "Prepare",
    "Mode",
    "FitHead",
    "Evaluate",
    "Publish",
    "Export",
    "Suspects",
    "Notify",
    "Trained",
]


@dataclass
class Colours:
    """A tagging task whose tags are the colours that are in a picture."""

    trainings: Trainings
    task: Task
    red: Label
    blue: Label


@pytest.fixture(scope="module")
def colours(deployed: Stack) -> Colours:
    trainings = Trainings(deployed)
    red = trainings.empty_label("red", LabelType.TAG)
    blue = trainings.empty_label("blue", LabelType.TAG)
    task = trainings.task(red, blue, kind=TaskType.MULTI_LABEL)
    neither = trainings.empty_label("neither", LabelType.TAG, task.id)
    trainings.attach(task, neither)
    for _ in range(PICTURES):
        trainings.upload(RED, red)
        trainings.upload(BLUE, blue)
        trainings.upload(BOTH, red, blue)
        trainings.upload(NEITHER, neither)
    return Colours(trainings, task, red, blue)


def test_a_tagging_task_trains_in_seconds_and_answers_each_tag_by_itself(colours: Colours) -> None:
    trainings, task = colours.trainings, colours.task
    model, status = trainings.train(task, TrainMode.INSTANT)
    assert status == "SUCCEEDED", model.failure
    assert trainings.states_of(model.id) == INSTANT
    assert model.version == 1
    assert model.metrics["mean_average_precision"] > 0.9
    assert model.metrics["train_count"] + model.metrics["test_count"] == 4 * PICTURES
    found = trainings.classify(task, trainings.picture(BOTH))
    assert {label["id"] for label in found["labels"]} == {colours.red.id, colours.blue.id}
    assert all(label["prob"] > 0.5 for label in found["labels"])
    assert found["best_label"] == found["labels"][0]
    none = trainings.classify(task, trainings.picture(NEITHER))
    assert all(label["prob"] < 0.5 for label in none["labels"])


def test_a_full_training_of_tags_publishes_the_network_of_its_job(colours: Colours) -> None:
    trainings, task = colours.trainings, colours.task
    with trainings.training_source(good()):
        model, status = trainings.train(task, TrainMode.FULL)
    assert status == "SUCCEEDED", model.failure
    assert model.artifact is not None
    assert model.artifact.kind is ArtifactKind.NETWORK
    assert model.artifact.task_type is TaskType.MULTI_LABEL
    # The tiny network answers how much red and blue there is, and both are never below none.
    assert [tag["recall"] for tag in model.metrics["per_label"]] == [1.0, 1.0]
    assert model.metrics["notes"]["job_test"] == {"accuracy": 1.0}


def test_a_regression_trains_in_seconds_and_answers_a_number(deployed: Stack) -> None:
    trainings = Trainings(deployed)
    brightness = trainings.empty_label("brightness", LabelType.VALUE)
    task = trainings.task(brightness, kind=TaskType.REGRESSION)
    for number in range(4 * PICTURES):
        share = 0.1 + 0.9 * number / (4 * PICTURES - 1)
        trainings.upload((share, share, share), brightness, value=1000 * share)
    model, status = trainings.train(task, TrainMode.INSTANT)
    assert status == "SUCCEEDED", model.failure
    assert trainings.states_of(model.id) == INSTANT
    assert (model.version, model.accuracy) == (1, None)
    assert model.metrics["r2"] > 0.8
    found = trainings.classify(task, trainings.picture((0.5, 0.5, 0.5)))
    assert found["best_label"] == {
        "id": brightness.id,
        "name": "brightness",
        "value": pytest.approx(500, abs=200),
    }
    assert found["labels"] == [found["best_label"]]
