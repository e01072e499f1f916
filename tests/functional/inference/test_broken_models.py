"""A model that is gone or is not what was published: said in words, logged, and nobody else's."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from oriel.domain.errors import ModelBroken
from oriel.domain.model import Artifact

from tests.functional.inference.deployed import Deployment, base64_of, some_head
from tests.unit.inference.pictures import encoded

RECORD = {"_base64": base64_of(encoded(64, 48))}
Breaking = Callable[[Deployment, Artifact], None]


def lose(deployment: Deployment, artifact: Artifact) -> None:
    deployment.bucket.delete([artifact.key])


def cut_short(deployment: Deployment, artifact: Artifact) -> None:
    data = deployment.bucket.get(artifact.key)
    deployment.bucket.put(artifact.key, data[:-1], "application/octet-stream")


def exchange(deployment: Deployment, artifact: Artifact) -> None:
    deployment.bucket.put(artifact.key, some_head(seed=3), "application/octet-stream")


each_way = pytest.mark.parametrize("spoil", [lose, cut_short, exchange])


def broken_task(deployment: Deployment, spoil: Breaking) -> tuple[Deployment, Artifact]:
    task, artifact = deployment.publish(some_head(seed=2))
    spoil(deployment, artifact)
    return replace(deployment, task=task), artifact


@each_way
def test_the_caller_is_told_what_to_do_and_nothing_is_billed(
    deployment: Deployment, spoil: Breaking
) -> None:
    broken, artifact = broken_task(deployment, spoil)
    answer = broken.classify(RECORD, key="order-1")
    body = json.loads(answer["body"])
    assert (answer["statusCode"], body["code"]) == (500, ModelBroken.code)
    assert body["status"]["code"] == 500
    assert "activate" in body["detail"]
    assert answer["headers"]["RateLimit-Policy"]
    assert artifact.key not in answer["body"]
    assert broken.billed() == 0


@each_way
def test_other_tasks_are_answered_as_before(deployment: Deployment, spoil: Breaking) -> None:
    broken, _ = broken_task(deployment, spoil)
    before = labels(deployment.classify(RECORD))
    for _ in range(2):
        assert broken.classify(RECORD)["statusCode"] == 500
        assert labels(deployment.classify(RECORD)) == before
    assert deployment.billed() == 3


def test_of_several_tasks_nothing_is_billed_where_one_cannot_answer(deployment: Deployment) -> None:
    broken, _ = broken_task(deployment, lose)
    both = [deployment.task.id, broken.task.id]
    answer = deployment.classify(RECORD, task_id=both)
    assert (answer["statusCode"], json.loads(answer["body"])["code"]) == (500, "model_broken")
    assert deployment.billed() == 0
    assert deployment.classify(RECORD, task_id=both[:1])["statusCode"] == 200


def test_a_model_that_is_put_back_answers_at_once(deployment: Deployment) -> None:
    broken, artifact = broken_task(deployment, lose)
    assert broken.classify(RECORD)["statusCode"] == 500
    broken.bucket.put(artifact.key, some_head(seed=2), "application/octet-stream")
    assert broken.classify(RECORD)["statusCode"] == 200


def test_the_log_has_the_code_that_the_alarm_counts_and_says_which_model(
    deployment: Deployment, capsys: pytest.CaptureFixture[str]
) -> None:
    broken, artifact = broken_task(deployment, lose)
    broken.classify(RECORD)
    lines = map(json.loads, capsys.readouterr().out.splitlines())
    [line] = [line for line in lines if line.get("error_code") == ModelBroken.code]
    assert line["level"] == "ERROR"
    assert artifact.key in line["exception"]


def labels(answer: dict[str, Any]) -> Any:
    assert answer["statusCode"] == 200
    [record] = json.loads(answer["body"])["records"]
    return record["labels"]
