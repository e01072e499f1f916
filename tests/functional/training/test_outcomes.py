import json
from dataclasses import replace
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber
from oriel.adapters.notify import SnsNotifier
from oriel.domain.errors import Conflict
from oriel.domain.model import Model
from oriel.domain.task import TrainStatus

from functions.training_mark_failed import step as mark_failed_step
from functions.training_notify import step as notify_step
from functions.training_publish import step as publish_step
from tests.fakes.notifier import MemoryNotifier
from tests.functional.training.steps import evaluate, fit_head, prepare
from tests.functional.training.world import WORKSPACE, World

TOPIC = "arn:aws:sns:us-east-1:000000000000:trainings"
TOPICS = "arn:aws:sns:us-east-1:000000000000:oriel-workspace-"


def event(world: World, **more: Any) -> dict[str, Any]:
    return {"workspace_id": WORKSPACE, "model_id": world.model.id, **more}


def evaluated() -> World:
    world = World().fill()
    prepared = prepare(world)
    evaluate(world, prepared, fit_head(world, prepared))
    return world


def fail(world: World, error: str, cause: str) -> dict[str, Any]:
    caught = {"Error": error, "Cause": cause}
    return mark_failed_step.run(event(world, error=caught), world.models, world.clock)


def test_an_evaluated_model_becomes_the_production_version() -> None:
    world = evaluated()
    assert publish_step.run(event(world), world.models, world.clock) == {"version": 1}
    task = world.tasks.get(WORKSPACE, world.task.id)
    assert (task.production_version, task.training_model_id) == (1, None)


def test_publishing_again_gives_the_same_version() -> None:
    world = evaluated()
    publish_step.run(event(world), world.models, world.clock)
    assert publish_step.run(event(world), world.models, world.clock) == {"version": 1}


def test_a_model_without_figures_is_not_published() -> None:
    world = World().fill()
    prepare(world)
    with pytest.raises(Conflict):
        publish_step.run(event(world), world.models, world.clock)


def test_a_failure_is_on_the_model_and_leaves_production_and_task_usable() -> None:
    world = evaluated()
    publish_step.run(event(world), world.models, world.clock)
    world.model = world.begin()
    job = {"TrainingJobStatus": "Failed", "FailureReason": 'x ErrorMessage "no disk left"'}
    result = fail(world, "States.TaskFailed", json.dumps(job))
    assert result == {"reason": "The training job failed: no disk left"}
    assert world.now().train_status is TrainStatus.FAILED
    assert world.now().failure == "The training job failed: no disk left"
    task = world.tasks.get(WORKSPACE, world.task.id)
    assert (task.production_version, task.training_model_id) == (1, None)
    assert world.begin().id


def test_a_failure_after_publishing_does_not_take_the_model_back() -> None:
    world = evaluated()
    publish_step.run(event(world), world.models, world.clock)
    fail(world, "States.Timeout", "Task timed out after 60 seconds")
    assert world.now().train_status is TrainStatus.TRAINED


def test_both_outcomes_are_announced() -> None:
    world, notifier = evaluated(), MemoryNotifier()
    publish_step.run(event(world), world.models, world.clock)
    assert notify_step.run(event(world), world.models, notifier) == {"announced": True}
    world.model = world.begin()
    fail(world, "States.Timeout", "Task timed out")
    notify_step.run(event(world), world.models, notifier)
    assert [model.train_status for model in notifier.announced] == [
        TrainStatus.TRAINED,
        TrainStatus.FAILED,
    ]


def announced(model: Model, *, somebody_listens: bool = True) -> list[dict[str, str]]:
    """What is published, to the deployment's topic and to the workspace's, where there is one."""
    client = boto3.client(
        "sns", region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x"
    )
    sent: list[dict[str, str]] = []

    def remember(params: dict[str, Any], **_: object) -> None:
        sent.append(dict(params))

    client.meta.events.register("provide-client-params.sns.Publish", remember)
    with Stubber(client) as stub:
        stub.add_response("publish", {"MessageId": "1"})
        if somebody_listens:
            stub.add_response("publish", {"MessageId": "2"})
        else:
            stub.add_client_error("publish", "NotFound")
        SnsNotifier(client, TOPIC, TOPICS).training_finished(model)
        stub.assert_no_pending_responses()
    return sent


def text_of(sent: dict[str, str]) -> str:
    text: str = json.loads(sent["Message"])["default"]
    return text


def test_a_live_version_is_told_with_its_accuracy() -> None:
    world = evaluated()
    publish_step.run(event(world), world.models, world.clock)
    sent, to_workspace = announced(world.now())
    assert sent["TopicArn"] == TOPIC
    assert to_workspace == {**sent, "TopicArn": f"{TOPICS}{WORKSPACE}"}
    assert sent["Subject"] == "oriel: version 1 is trained"
    assert "Version 1 (instant) is trained with an accuracy of 1.000." in text_of(sent)
    assert "Wardrobe" in text_of(sent)
    assert f"/recognition/v2/model/{world.model.id}" in text_of(sent)


def test_a_program_is_told_in_json_and_nobody_of_any_secret() -> None:
    world = evaluated()
    publish_step.run(event(world), world.models, world.clock)
    forms = json.loads(announced(world.now())[0]["Message"])
    told = json.loads(forms["https"])
    assert (told["event"], told["model"]) == ("training_finished", world.model.id)
    assert (told["version"], told["train_status"]) == (1, "TRAINED")
    assert told["path"] == f"/recognition/v2/model/{world.model.id}"
    artifact = world.now().artifact
    assert artifact is not None
    assert artifact.key not in str(forms)


def test_a_workspace_that_never_named_an_address_is_no_error() -> None:
    world = World().fill()
    fail(world, "States.Timeout", "Task timed out")
    assert len(announced(world.now(), somebody_listens=False)) == 2


@pytest.mark.parametrize(
    ("metrics", "accuracy", "said"),
    [
        ({"mean_average_precision": 0.75}, 0.9, "with a mean average precision of 0.750."),
        ({"mean_average_precision": None}, 0.9, "with an accuracy of 0.900."),
        ({"mae": 12.3456, "r2": 0.5}, None, "with a mean absolute error of 12.35."),
        ({}, None, "Version 1 (instant) is trained."),
    ],
)
def test_tags_and_values_are_told_by_their_own_figures(
    metrics: dict[str, Any], accuracy: float | None, said: str
) -> None:
    world = evaluated()
    publish_step.run(event(world), world.models, world.clock)
    told = replace(world.now(), metrics=metrics, accuracy=accuracy)
    assert said in text_of(announced(told)[0])


def test_a_failed_training_is_told_with_its_reason() -> None:
    world = World().fill()
    fail(world, "States.Timeout", "Task timed out")
    sent = announced(world.now())[0]
    assert sent["Subject"] == "oriel: training failed"
    assert "took too long" in text_of(sent)
