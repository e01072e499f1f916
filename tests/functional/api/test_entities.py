"""The keys and types that the public client reads without asking, in every place they come from."""

from typing import Any, TypeAlias

import pytest
from oriel.domain.ids import is_id

from tests.functional.api.conftest import Client, World
from tests.functional.api.test_models import Trained

Kinds: TypeAlias = dict[str, type | tuple[type, ...]]

V2 = "/recognition/v2"
ANNOTATE = "/annotate/v2"
NONE = type(None)
WHEN = "2026-11-21T13:38:22.784359Z"

TASK: Kinds = {
    "id": str,
    "name": str,
    "type": str,
    "production_version": int,
    "workspace": str,
    "description": str,
    "last_train_status": str,
    "created": str,
    "labels_count": int,
}
LABEL: Kinds = {
    "id": str,
    "name": str,
    "type": str,
    "tasks_count": int,
    "negative_for_task": (str, NONE),
    "workspace": str,
    "images_count": int,
    "description": str,
    "output_name": (str, NONE),
}
IMAGE: Kinds = {
    "id": str,
    "created": str,
    "img_path": str,
    "thumb_img_path": str,
    "verifyCount": int,
    "workspace": str,
    "img_width": int,
    "img_height": int,
    "meta_data": dict,
    "test_image": bool,
    "real": bool,
}
MODEL: Kinds = {
    "id": str,
    "task": str,
    "task_name": str,
    "version": int,
    "train_status": str,
    "workspace": str,
}
WORKSPACE: Kinds = {
    "id": str,
    "name": str,
    "created": str,
    "owner": str,
    "meta_data": dict,
    "is_default": bool,
}
DETAILS: Kinds = {
    "id": str,
    "email": str,
    "first_name": str,
    "last_name": str,
    "phone": str,
    "organization": str,
    "verified": bool,
    "credits_counter": int,
    "credits_limit": int,
    "default_workspace": str,
    "stats": dict,
}


def check(entity: dict[str, Any], kinds: Kinds) -> None:
    wrong = {
        name: entity.get(name, "missing")
        for name, kind in kinds.items()
        if name not in entity or not _is(entity[name], kind)
    }
    assert wrong == {}
    assert is_id(entity["id"])


def _is(value: object, kind: type | tuple[type, ...]) -> bool:
    # To Python true and false are numbers, to the public client's users they are not.
    return isinstance(value, kind) and (kind is bool or not isinstance(value, bool))


def everywhere(client: Client, path: str, made: dict[str, Any]) -> list[dict[str, Any]]:
    """Return a thing as it was made, as it is shown, and as it is listed."""
    [listed] = [one for one in client.get(f"{path}/").json["results"] if one["id"] == made["id"]]
    return [made, client.get(f"{path}/{made['id']}").json, listed]


@pytest.mark.parametrize("kind", ["multi_class", "multi_label", "regression"])
def test_a_task(client: Client, kind: str) -> None:
    made = client.task(type=kind, description=None)
    for task in everywhere(client, f"{V2}/task", made):
        check(task, TASK)
        assert (task["workspace"], task["production_version"]) == (client.workspace, -1)
    label = client.label(type={"multi_class": "category", "multi_label": "tag"}.get(kind, "value"))
    for action in ("add-label", "remove-label"):
        changed = client.post(f"{V2}/task/{made['id']}/{action}", {"label_id": label["id"]})
        check(changed.json, TASK)


@pytest.mark.parametrize("kind", ["category", "tag", "value"])
def test_a_label(client: Client, kind: str) -> None:
    made = client.label(type=kind, description=None, output_name=None, unknown={"a": [None]})
    for label in everywhere(client, f"{V2}/label", made):
        check(label, LABEL)
        assert label["workspace"] == client.workspace
    assert client.get(f"{V2}/label/{made['id']}").json["recognition_tasks"] == []


def test_a_negative_label(client: Client) -> None:
    task = client.task(type="multi_label")
    for query in ({"task": task["id"]}, {}, {"type": "tag"}, {"search": task["name"]}):
        [label] = client.get(f"{V2}/label/", **query).json["results"]
        check(label, LABEL)
        assert label["negative_for_task"] == task["id"]


def test_an_image_with_its_labels(client: Client) -> None:
    made = client.image(meta_data=None, test_image=None, _file="/etc/passwd", noresize=None)
    for image in everywhere(client, f"{V2}/training-image", made):
        check(image, IMAGE)
        assert (image["real"], image["test_image"], image["meta_data"]) == (True, False, {})
    path = f"{V2}/training-image/{made['id']}"
    tag, number = client.label(type="tag"), client.label(type="value")
    client.post(f"{path}/add-label", {"label_id": tag["id"], "value": None})
    client.post(f"{path}/add-label", {"label_id": number["id"], "value": 3})
    for answer in (client.get(path), client.call("PUT", path, {"meta_data": {"a": None}})):
        check(answer.json, IMAGE)
        for label in answer.json["labels"]:
            check(label, LABEL)
            assert label["value"] == (3 if label["id"] == number["id"] else None)


def test_a_model_before_and_after_its_training(world: World, client: Client) -> None:
    trained = Trained(world, client, versions=1)
    begun = trained.begin()
    for model_id, version in ((trained.models[0].id, 1), (begun, -1)):
        model = client.get(f"{V2}/model/{model_id}").json
        check(model, MODEL)
        assert (model["task"], model["version"]) == (trained.task_id, version)
    for model in client.get(f"{V2}/model/", task=trained.task_id).json["results"]:
        check(model, MODEL)


def test_an_account_and_its_workspaces(world: World, client: Client) -> None:
    check(client.get("/account/v2/details").json, DETAILS)
    check(client.get("/account/v2/user").json, {"id": str})
    world.clock.advance(1)
    client.made("/account/v2/workspace", name="Second")
    workspaces = client.get("/account/v2/workspace").json
    assert isinstance(workspaces, list)
    for workspace in workspaces:
        check(workspace, WORKSPACE)
    assert [one["is_default"] for one in workspaces] == [True, False]


def test_verifications_and_points(client: Client) -> None:
    image = client.image()
    body = {"user": client.user, "image_id": image["id"], "workspace": client.workspace}
    verification = client.made(f"{ANNOTATE}/verification", **body)
    check(verification, {"id": str, "image": str, "user": str, "workspace": str})
    point = client.made(f"{ANNOTATE}/point", image=image["id"], name="p", data={"x": 1})
    check(point, {"id": str, "name": str, "data": dict, "workspace": str})


def test_moments_are_utc_and_say_so(client: Client) -> None:
    assert (
        client.task()["created"] == client.label()["created"] == client.image()["created"] == WHEN
    )
