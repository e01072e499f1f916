"""Trainings that are ended from outside, and who hears of trainings, on the deployed stack."""

import json
from pathlib import Path
from typing import Any

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


def test_whoever_a_workspace_named_hears_that_a_training_begins_and_how_it_ends(
    trainings: Trainings, task: Task
) -> None:
    stack = trainings.stack
    caller = Member(stack.url, stack.token, stack.workspace)
    hook = {"kind": "https", "address": "https://127.0.0.1:9/hook"}
    assert caller.post("account/v2/notification", **hook)["state"] == "pending"
    (listed,) = caller.get("account/v2/notification")["results"]
    assert (listed["address"], listed["state"]) == (hook["address"], "pending")
    heard = Heard(stack)
    model, status = trainings.train(task, TrainMode.INSTANT)
    assert status == "SUCCEEDED", model.failure
    told = eventually(lambda: heard.of(model.id))
    assert told == {"oriel: training began", f"oriel: version {model.version} is trained"}


class Heard:
    """A queue that hears what the workspace's topic tells."""

    def __init__(self, stack: Stack) -> None:
        self._sqs, self._sns = stack.client("sqs"), stack.client("sns")
        self._queue: str = self._sqs.create_queue(QueueName="heard")["QueueUrl"]
        wanted = {"QueueUrl": self._queue, "AttributeNames": ["QueueArn"]}
        arn: str = self._sqs.get_queue_attributes(**wanted)["Attributes"]["QueueArn"]
        (topic,) = [
            one["TopicArn"]
            for one in self._sns.list_topics()["Topics"]
            if one["TopicArn"].endswith(f"oriel-workspace-{stack.workspace}")
        ]
        self._sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
        self._messages: list[dict[str, Any]] = []

    def of(self, model_id: str) -> set[str] | None:
        """The subjects of what was told of a model, once there are two."""
        got = self._sqs.receive_message(QueueUrl=self._queue, MaxNumberOfMessages=10)
        self._messages += [json.loads(one["Body"]) for one in got.get("Messages", [])]
        subjects = {one["Subject"] for one in self._messages if model_id in one["Message"]}
        return subjects if len(subjects) == 2 else None
