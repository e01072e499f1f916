"""Inference and meter as they are deployed: real tables, bucket, queue and backbone."""

import json
from dataclasses import replace

import pytest
from oriel.domain.ids import new_id
from oriel.domain.image import original_key
from oriel.domain.page import PageRequest

from tests.functional.inference.deployed import Deployment, base64_of, some_head
from tests.functional.inference.world import picture
from tests.unit.inference.pictures import encoded


def test_answers_and_bills_through_the_real_adapters(deployment: Deployment) -> None:
    records = [{"_base64": base64_of(encoded(640, 480))}, picture("no picture")]
    first = deployment.classify(*records, key="order-1")
    assert first["statusCode"] == 200
    body = json.loads(first["body"])
    good, bad = body["records"]
    assert sum(label["prob"] for label in good["labels"]) == pytest.approx(1, abs=1e-5)
    assert (good["_width"], good["_height"]) == (640, 480)
    assert bad["_status"]["code"] == 400
    again = deployment.classify(*records, key="order-1")
    assert json.loads(again["body"]) == body
    assert again["headers"]["Idempotent-Replayed"] == "true"
    assert deployment.classify(*records)["statusCode"] == 200
    assert deployment.billed() == 2


def test_several_tasks_answer_and_are_billed_through_the_real_adapters(
    deployment: Deployment,
) -> None:
    another, _ = deployment.publish(some_head())
    both = [deployment.task.id, another.id]
    records = [{"_base64": base64_of(encoded(640, 480))}, picture("no picture")]
    first = deployment.classify(*records, key="order-1", task_id=both)
    assert first["statusCode"] == 200
    body = json.loads(first["body"])
    good, bad = body["records"]
    assert [said["task_id"] for said in good["_tasks"]] == both
    assert good["_tasks"][0]["labels"] == good["_tasks"][1]["labels"]
    assert bad["_status"]["code"] == 400
    again = deployment.classify(*records, key="order-1", task_id=both)
    assert json.loads(again["body"]) == body
    assert again["headers"]["Idempotent-Replayed"] == "true"
    assert deployment.billed() == 2


def test_says_what_is_wrong_through_the_real_adapters(deployment: Deployment) -> None:
    unknown = replace(deployment, task=replace(deployment.task, id=new_id()))
    foreign = replace(deployment, task=replace(deployment.task, workspace_id=new_id()))
    for other in (unknown, foreign):
        assert other.classify(picture())["statusCode"] == 404
    assert deployment.billed() == 0


def test_keeps_pictures_once_through_the_real_adapters(deployment: Deployment) -> None:
    data = [encoded(640 + number, 480) for number in range(10)]
    records = [{"_base64": base64_of(one)} for one in data]
    first = deployment.classify(*records, key="order-1", store_images=True)
    again = deployment.classify(*records, key="order-1", store_images=True)
    assert json.loads(again["body"]) == json.loads(first["body"])
    workspace = deployment.task.workspace_id
    answered = json.loads(first["body"])["records"]
    for one, original in zip(answered, data, strict=True):
        image = deployment.images.get(workspace, one["_stored_image_id"])
        assert deployment.bucket.get(original_key(workspace, image.id)) == original
        (carried,) = deployment.images.labels(workspace, image.id)
        assert (carried.label.id, carried.proposal) == (one["best_label"]["id"], True)
        assert carried.label.images_count == 0
    assert deployment.images.list(workspace, PageRequest()).count == 10
    assert deployment.billed() == 10
