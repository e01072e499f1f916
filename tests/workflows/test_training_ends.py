"""Trainings that are ended from outside, on the deployed stack."""

from pathlib import Path

import pytest
from oriel.domain.model import Model, TrainMode
from oriel.domain.task import Task, TrainStatus

from infra.local.stack import Stack
from tests.integration.public_api import Member
from tests.workflows.scripts import gated
from tests.workflows.trainings import BLUE, RED, Trainings, eventually

PICTURES = 24


@pytest.fixture(scope="module")
def trainings(deployed: Stack) -> Trainings:
    return Trainings(deployed)


@pytest.fixture(scope="module")
def task(trainings: Trainings) -> Task:
    labels = [trainings.label(*one, PICTURES) for one in (("Boots", RED), ("Shirts", BLUE))]
    return trainings.task(*labels)


def job_of(trainings: Trainings, model: Model) -> str | None:
    """The status of the model's training job, None before there is one."""
    listed = trainings.stack.client("sagemaker").list_training_jobs()["TrainingJobSummaries"]
    for job in listed:
        if model.id in job["TrainingJobName"]:
            return str(job["TrainingJobStatus"])
    return None


def begin(trainings: Trainings, task: Task) -> Model:
    model = trainings.begin(task, TrainMode.FULL)
    eventually(lambda: job_of(trainings, model))
    return model


def freed(trainings: Trainings, task: Task) -> bool | None:
    return trainings.now(task).training_model_id is None or None


def test_a_cancelled_training_ends_with_its_job_and_the_task_trains_again(
    trainings: Trainings, task: Task, tmp_path: Path
) -> None:
    stack = trainings.stack
    caller = Member(stack.url, stack.token, stack.workspace)
    with trainings.training_source(gated(str(tmp_path / "never"))):
        model = begin(trainings, task)
        answer = caller.post(f"recognition/v2/model/{model.id}/cancel")
        assert answer["train_status"] == "FAILED"
        assert answer["failure"].startswith("Cancelled by user ")
        assert freed(trainings, task)
        assert trainings.ended(model.id) == "ABORTED"
        eventually(lambda: True if job_of(trainings, model) == "Stopped" else None)
    again, status = trainings.train(task, TrainMode.INSTANT)
    assert status == "SUCCEEDED", again.failure
    kept = trainings.models.get(trainings.workspace, model.id)
    assert kept.failure == answer["failure"]


def test_a_training_that_an_operator_stops_frees_its_task(
    trainings: Trainings, task: Task, tmp_path: Path
) -> None:
    with trainings.training_source(gated(str(tmp_path / "never"))):
        model = begin(trainings, task)
        arn = f"{trainings.machine_arn.replace(':stateMachine:', ':execution:')}:{model.id}"
        trainings.stack.client("stepfunctions").stop_execution(executionArn=arn)
        eventually(lambda: freed(trainings, task))
    failed = trainings.models.get(trainings.workspace, model.id)
    assert failed.train_status is TrainStatus.FAILED
    assert failed.failure == "The training was stopped by whoever operates this deployment."
