import hashlib
from dataclasses import dataclass
from pathlib import Path

import pytest
from oriel.domain.ids import new_id
from oriel.domain.label import Label
from oriel.domain.model import ArtifactKind, TrainMode, export_key
from oriel.domain.page import PageRequest
from oriel.domain.task import NO_VERSION, Task, TrainStatus

from infra.local.stack import Stack
from tests.workflows.scripts import FAILING, gated, good
from tests.workflows.trainings import BLUE, RED, Trainings

PICTURES = 24
BACKBONE = "lite0-int8"
FAILED_STATES = ["MarkFailed", "NotifyOfFailure", "NotTrained"]


@dataclass
class Wardrobe:
    trainings: Trainings
    boots: Label
    shirts: Label

    def task(self) -> Task:
        return self.trainings.task(self.boots, self.shirts)


@pytest.fixture(scope="module")
def wardrobe(deployed: Stack) -> Wardrobe:
    trainings = Trainings(deployed)
    boots = trainings.label("Boots", RED, PICTURES)
    shirts = trainings.label("Shirts", BLUE, PICTURES)
    return Wardrobe(trainings, boots, shirts)


def assert_failed_and_usable(trainings: Trainings, task: Task, production: int) -> None:
    now = trainings.now(task)
    assert now.last_train_status is TrainStatus.FAILED
    assert now.production_version == production
    assert now.training_model_id is None


def test_an_instant_training_goes_live_in_one_run(wardrobe: Wardrobe) -> None:
    trainings, task = wardrobe.trainings, wardrobe.task()
    model, status = trainings.train(task, TrainMode.INSTANT)
    assert status == "SUCCEEDED", model.failure
    assert model.version == 1
    assert model.train_status is TrainStatus.TRAINED
    assert model.artifact is not None
    assert model.artifact.kind is ArtifactKind.HEAD
    assert model.accuracy is not None
    assert model.accuracy > 0.9
    now = trainings.now(task)
    assert (now.production_version, now.training_model_id) == (1, None)
    steps = [
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
    assert trainings.states_of(model.id) == steps
    assert model.export is not None
    assert (model.export.failure, model.export.parity <= 1e-4) == (None, True)
    key = export_key(trainings.workspace, task.id, model.id)
    assert hashlib.sha256(trainings.artifact(key)).hexdigest() == model.export.sha256


def test_a_full_training_publishes_the_jobs_network_as_the_next_version(
    wardrobe: Wardrobe,
) -> None:
    trainings, task = wardrobe.trainings, wardrobe.task()
    trainings.train(task, TrainMode.INSTANT)
    with trainings.training_source(good()):
        model, status = trainings.train(task, TrainMode.FULL)
    assert status == "SUCCEEDED", model.failure
    assert model.version == 2
    assert model.artifact is not None
    assert model.artifact.kind is ArtifactKind.NETWORK
    assert model.accuracy == 1.0
    assert model.metrics["notes"]["job_epochs"] == 1
    steps = [
        "Prepare",
        "Mode",
        "Train",
        "Evaluate",
        "Publish",
        "Export",
        "Suspects",
        "Notify",
        "Trained",
    ]
    assert trainings.states_of(model.id) == steps
    assert model.export is not None
    assert model.export.failure is None


def test_too_few_pictures_fail_in_prepare_and_say_how_many_are_missing(wardrobe: Wardrobe) -> None:
    trainings = wardrobe.trainings
    socks = trainings.label("Socks", (0.5, 1.0, 0.5), 3)
    task = trainings.task(wardrobe.boots, socks)
    model, status = trainings.train(task, TrainMode.INSTANT)
    assert status == "FAILED"
    assert model.failure is not None
    assert "'Socks' is 17 short" in model.failure
    assert trainings.states_of(model.id) == ["Prepare", *FAILED_STATES]
    assert_failed_and_usable(trainings, task, NO_VERSION)


def test_a_missing_embedding_fails_in_fit_head(wardrobe: Wardrobe) -> None:
    trainings, task = wardrobe.trainings, wardrobe.task()
    trainings.train(task, TrainMode.INSTANT)
    page = trainings.images.list(trainings.workspace, PageRequest(100), wardrobe.boots.id)
    ids = [image.id for image in page.items]
    kept = trainings.embeddings.get_many(trainings.workspace, ids, BACKBONE)
    assert len(kept) == PICTURES
    for image_id in kept:
        trainings.embeddings.delete(trainings.workspace, image_id, BACKBONE)
    model, status = trainings.train(task, TrainMode.INSTANT)
    for image_id, vector in kept.items():
        trainings.embeddings.put(trainings.workspace, image_id, BACKBONE, vector)
    assert status == "FAILED"
    assert model.failure is not None
    assert "embedding" in model.failure
    assert trainings.states_of(model.id) == ["Prepare", "Mode", "FitHead", *FAILED_STATES]
    assert_failed_and_usable(trainings, task, 1)


def test_a_failing_job_leaves_production_alone_and_the_task_usable(wardrobe: Wardrobe) -> None:
    trainings, task = wardrobe.trainings, wardrobe.task()
    trainings.train(task, TrainMode.INSTANT)
    with trainings.training_source(FAILING):
        model, status = trainings.train(task, TrainMode.FULL)
    assert status == "FAILED"
    assert model.train_status is TrainStatus.FAILED
    assert model.failure == (
        "The training job failed: ValueError: picture 7 is a drawing of a picture"
    )
    assert trainings.states_of(model.id) == ["Prepare", "Mode", "Train", *FAILED_STATES]
    assert_failed_and_usable(trainings, task, 1)
    again, status = trainings.train(task, TrainMode.INSTANT)
    assert (status, again.version) == ("SUCCEEDED", 2)


def test_a_network_that_answers_otherwise_than_in_its_job_is_not_published(
    wardrobe: Wardrobe,
) -> None:
    trainings, task = wardrobe.trainings, wardrobe.task()
    with trainings.training_source(good(shift=0.4)):
        model, status = trainings.train(task, TrainMode.FULL)
    assert status == "FAILED"
    assert model.failure is not None
    assert "parity" in model.failure
    assert model.version is None
    assert trainings.states_of(model.id) == ["Prepare", "Mode", "Train", "Evaluate", *FAILED_STATES]
    assert_failed_and_usable(trainings, task, NO_VERSION)


def test_a_model_that_lost_its_tasks_lock_is_not_published(
    wardrobe: Wardrobe, tmp_path: Path
) -> None:
    trainings, task = wardrobe.trainings, wardrobe.task()
    gate = tmp_path / "gate"
    with trainings.training_source(gated(str(gate))):
        model = trainings.begin(task, TrainMode.FULL)
        trainings.take_lock_away(task, model)
        gate.touch()
        status = trainings.ended(model.id)
    assert status == "FAILED"
    failed = trainings.models.get(trainings.workspace, model.id)
    assert failed.train_status is TrainStatus.FAILED
    assert failed.version is None
    assert trainings.states_of(model.id)[-4:] == ["Publish", *FAILED_STATES]
    assert trainings.now(task).production_version == NO_VERSION


def test_a_run_of_a_model_that_does_not_exist_ends_and_changes_nothing(wardrobe: Wardrobe) -> None:
    trainings, task = wardrobe.trainings, wardrobe.task()
    model_id = new_id()
    trainings.start(task.id, model_id, TrainMode.INSTANT)
    assert trainings.ended(model_id) == "FAILED"
    assert trainings.states_of(model_id) == ["Prepare", "MarkFailed", "NotTrained"]
    assert trainings.now(task).last_train_status is TrainStatus.NOT_TRAINED
