import json
from typing import Any

import pytest
from oriel.domain.progress import progress_key

from tests.fakes.models import MemoryModelStore
from tests.functional.api.conftest import MINIMUM, Client, World

TASKS = "/recognition/v2/task"


def trainable(client: Client) -> str:
    task = client.task()
    for name in ("bolt", "nut"):
        label = client.label(name=name)
        client.post(f"{TASKS}/{task['id']}/add-label", {"label_id": label["id"]})
        for _ in range(MINIMUM):
            client.image(labels=[label["id"]])
    task_id: str = task["id"]
    return task_id


@pytest.mark.parametrize("body", [None, "", {}, {"workspace": "Default"}, {"mode": None}])
def test_training_without_options_is_full(world: World, client: Client, body: object) -> None:
    task_id = trainable(client)
    reply = client.post(f"{TASKS}/{task_id}/train", body)
    assert reply.status == 202
    model = reply.json
    assert (model["task"], model["train_status"], model["version"]) == (task_id, "CREATED", -1)
    run = world.machine.runs[model["id"]]
    assert (run.options.mode, run.options.time_budget_seconds) == ("full", 3600)
    assert client.get(f"/recognition/v2/model/{model['id']}").json == model
    listed = client.get("/recognition/v2/model/", task=task_id).json
    assert listed["results"] == [model]


def test_a_training_tells_how_far_it_is(world: World, client: Client) -> None:
    model = client.post(f"{TASKS}/{trainable(client)}/train").json
    path, store = f"/recognition/v2/model/{model['id']}", MemoryModelStore(world.core)
    assert model["progress"]["phase"] == "preparing"
    store.mark_started(client.workspace, model["id"], "snapshot")
    assert client.get(path).json["progress"]["phase"] == "starting"
    said = {"phase": "train", "epoch": 2, "epochs": 5, "validation": {"accuracy": 0.5}}
    key = progress_key(model["id"])
    world.artifacts.put(key, json.dumps(said).encode(), "application/json")
    told = client.get(path).json
    assert (told["progress"]["phase"], told["progress"]["epoch"]) == ("training", 2)
    assert told["progress"]["validation"] == {"accuracy": 0.5}
    listed = client.get("/recognition/v2/model", task=model["task"]).json["results"]
    assert listed == [told]
    assert client.post(f"{path}/cancel").json["progress"] is None


def test_a_training_can_be_cancelled_and_says_who_did_it(world: World, client: Client) -> None:
    task_id = trainable(client)
    model = client.post(f"{TASKS}/{task_id}/train").json
    path = f"/recognition/v2/model/{model['id']}/cancel"
    reply = client.post(f"{path}/")
    assert (reply.status, reply.json["train_status"]) == (200, "FAILED")
    assert reply.json["failure"] == f"Cancelled by user {client.user}"
    assert client.post(path).json == reply.json
    assert not world.machine.is_running(model["id"])
    assert client.get(f"{TASKS}/{task_id}").json["last_train_status"] == "FAILED"
    assert client.post(f"{TASKS}/{task_id}/train").status == 202


@pytest.mark.parametrize("field", ["mode", "type"])
def test_mode_and_budget_may_be_chosen(world: World, client: Client, field: str) -> None:
    body = {field: "instant", "time_budget_seconds": 60}
    model = client.post(f"{TASKS}/{trainable(client)}/train", body).json
    options = world.machine.runs[model["id"]].options
    assert (model["mode"], options.mode, options.time_budget_seconds) == ("instant", "instant", 60)


def test_what_the_job_does_may_be_chosen(world: World, client: Client) -> None:
    chosen: dict[str, Any] = {"epochs": 5, "learning_rate": 0.001, "batch_size": 16, "seed": 9}
    chosen |= {
        "input_size": 96,
        "weight_decay": 0.0,
        "dropout": 0.1,
        "label_smoothing": 0.0,
        "patience": 2,
    }
    chosen |= {"search": True, "backbone": "timm:resnet18.a1_in1k"}
    model = client.post(f"{TASKS}/{trainable(client)}/train", chosen).json
    told = world.machine.runs[model["id"]].options.to_document()
    assert {name: told[name] for name in chosen} == chosen


@pytest.mark.parametrize(
    ("body", "word"),
    [
        ({"mode": "slow"}, "mode"),
        ({"time_budget_seconds": 0}, "time_budget_seconds"),
        ({"time_budget_seconds": 10**9}, "time_budget_seconds"),
        ({"time_budget_seconds": "soon"}, "time_budget_seconds"),
        ({"epochs": 0}, "epochs"),
        ({"learning_rate": 1}, "learning_rate"),
        ({"batch_size": 2.5}, "batch_size"),
        ({"input_size": 100}, "input_size must be a multiple of 32"),
        ({"mode": "instant", "epochs": 3}, "epochs: only trainings of the mode 'full'"),
        ({"max_cost": 0}, "max_cost"),
        ({"backbone": "resnet50"}, "backbone must be one of lite0"),
        ({"backbone": "timm:hf_hub:someone/else"}, "backbone must be one of lite0"),
        ({"backbone": "timm:../weights"}, "backbone must be one of lite0"),
        ({"max_cost": 5}, "training_price_per_hour"),
        ({"instance_count": 2}, "instance_count: this deployment"),
        ({"search": "yes please"}, "search"),
        ({"search": True, "mode": "instant"}, "search: only trainings of the mode 'full'"),
        ({"search": True, "instance_count": 2}, "search: takes one machine"),
        ({"dropout": "much"}, "dropout"),
        ("[]", "object"),
        ("{", "JSON"),
    ],
)
def test_options_without_sense_are_refused_by_name(client: Client, body: object, word: str) -> None:
    reply = client.post(f"{TASKS}/{trainable(client)}/train", body)
    assert reply.status == 400
    assert word in reply.json["detail"]


def test_labels_are_smoothed_only_where_a_picture_has_one_of_them(client: Client) -> None:
    task = client.task(type="multi_label")
    reply = client.post(f"{TASKS}/{task['id']}/train", {"label_smoothing": 0.1})
    assert reply.status == 400
    assert "label_smoothing: only tasks of the type 'multi_class'" in reply.json["detail"]


def test_a_second_training_is_told_that_one_runs(client: Client) -> None:
    task_id = trainable(client)
    client.post(f"{TASKS}/{task_id}/train")
    second = client.post(f"{TASKS}/{task_id}/train")
    assert (second.status, second.json["code"]) == (409, "already_training")
    deleted = client.call("DELETE", f"{TASKS}/{task_id}")
    assert (deleted.status, deleted.json["code"]) == (409, "already_training")


def test_too_few_images_are_counted_for_each_label(client: Client) -> None:
    task = client.task()
    for name, count in (("bolt", 0), ("nut", MINIMUM), ("washer", 1)):
        label = client.label(name=name)
        client.post(f"{TASKS}/{task['id']}/add-label", {"label_id": label["id"]})
        for _ in range(count):
            client.image(labels=[label["id"]])
    reply = client.post(f"{TASKS}/{task['id']}/train")
    assert (reply.status, reply.json["code"]) == (400, "too_few_images")
    detail = reply.json["detail"]
    assert "'bolt' has 0 and needs 2 more" in detail
    assert "'washer' has 1 and needs 1 more" in detail
    assert "nut" not in detail


def test_a_task_without_labels_cannot_be_trained(client: Client) -> None:
    reply = client.post(f"{TASKS}/{client.task()['id']}/train")
    assert (reply.status, reply.json["code"]) == (400, "too_few_images")


def test_a_machine_out_of_reach_leaves_the_task_free(world: World, client: Client) -> None:
    task_id = trainable(client)
    world.machine.out_of_reach = True
    reply = client.post(f"{TASKS}/{task_id}/train")
    assert (reply.status, reply.headers["Retry-After"]) == (503, "1")
    assert client.get(f"{TASKS}/{task_id}").json["last_train_status"] == "FAILED"
    world.machine.out_of_reach = False
    assert client.post(f"{TASKS}/{task_id}/train").status == 202


def attached(client: Client, task_id: str, name: str, kind: str) -> str:
    label_id: str = client.label(name=name, type=kind)["id"]
    client.post(f"{TASKS}/{task_id}/add-label", {"label_id": label_id})
    return label_id


def test_a_tagging_task_needs_images_without_its_tag_and_names_its_negative_label(
    client: Client,
) -> None:
    task_id = client.task(name="Parts", type="multi_label")["id"]
    rusty = attached(client, task_id, "rusty", "tag")
    for _ in range(MINIMUM):
        client.image(labels=[rusty])
    reply = client.post(f"{TASKS}/{task_id}/train")
    assert (reply.status, reply.json["code"]) == (400, "too_few_images")
    assert "'rusty' needs 2 more without it" in reply.json["detail"]
    assert "carry its negative label 'Parts'" in reply.json["detail"]
    labels = client.get("/recognition/v2/label", task=task_id).json["results"]
    (negative,) = [label for label in labels if label["negative_for_task"] == task_id]
    for _ in range(MINIMUM):
        client.image(labels=[negative["id"]])
    assert client.post(f"{TASKS}/{task_id}/train").status == 202


def weighed(client: Client, label_id: str, value: float) -> None:
    image_id = client.image()["id"]
    path = f"/recognition/v2/training-image/{image_id}/add-label"
    assert client.post(path, {"label_id": label_id, "value": value}).status == 200


def test_a_regression_needs_twice_the_images_of_its_one_label(client: Client) -> None:
    task_id = client.task(type="regression")["id"]
    weight = attached(client, task_id, "weight", "value")
    for number in range(2 * MINIMUM - 1):
        weighed(client, weight, number)
    reply = client.post(f"{TASKS}/{task_id}/train")
    assert (reply.status, reply.json["code"]) == (400, "too_few_images")
    assert "'weight' has 3 and needs 1 more" in reply.json["detail"]
    weighed(client, weight, 9.5)
    assert client.post(f"{TASKS}/{task_id}/train").status == 202
