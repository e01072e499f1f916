"""Sentences of the public contract that hold for many paths at once."""

import base64
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from oriel.domain.ids import new_id

from functions.api.app import ROUTES
from tests.functional.api.conftest import Client, World, png
from tests.functional.api.test_bad_calls import BODIES, WITH_BODY, path_of
from tests.functional.api.test_listing import follow

V2 = "/recognition/v2"
ANNOTATE = "/annotate/v2"
PICTURE = base64.b64encode(png(2, 2)).decode()


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")
def test_what_answers_nothing_is_a_deletion_that_says_so(route: Any) -> None:
    """The public client reads JSON from whatever is no 204."""
    assert (route.answer is None) == (route.method == "DELETE") == (route.status == 204)


@pytest.mark.parametrize("route", WITH_BODY, ids=lambda route: f"{route.method} {route.path}")
def test_null_is_absent_and_what_nobody_knows_is_ignored(client: Client, route: Any) -> None:
    needed = BODIES[route.body.__name__]
    nothing = {field.alias or name: None for name, field in route.body.model_fields.items()}
    strange = {"_file": "/etc/passwd", "noresize": True, "own": {"a": [None]}, "id": 7}
    bare, full = (
        client.call(route.method, path_of(route, new_id()), body)
        for body in (needed, {**nothing, **strange, **needed})
    )
    assert full.status == bare.status
    assert full.status in {200, 201, 404}


def test_a_deletion_is_told_once_and_then_in_json(client: Client) -> None:
    image = client.image(labels=[client.label()["id"]])
    point = client.made(f"{ANNOTATE}/point", image=image["id"], name="p")
    verification = client.made(f"{ANNOTATE}/verification", image_id=image["id"])
    wiped = client.label()["id"]
    for path in (
        f"{ANNOTATE}/point/{point['id']}",
        f"{ANNOTATE}/verification/{verification['id']}",
        f"{V2}/training-image/{image['id']}",
        f"{V2}/label/{wiped}/wipe",
        f"{V2}/label/{client.label()['id']}",
        f"{V2}/task/{client.task(type='multi_label')['id']}/",
    ):
        first, second = client.call("DELETE", path), client.call("DELETE", path)
        assert (first.status, first.text) == (204, "")
        assert (second.status, type(second.json["detail"])) == (404, str)


def test_the_same_picture_again_is_another_image_and_no_error(client: Client) -> None:
    """The public client takes `already exists` for a sign that it must parse."""
    images = [client.image() for _ in range(3)]
    assert len({image["id"] for image in images}) == 3
    assert [image["duplicate_of"] for image in images] == [None, *[images[0]["id"]] * 2]
    assert all("already exists" not in str(image) for image in images)


def test_ten_labels_may_have_one_name(client: Client) -> None:
    made = {client.label(name="same")["id"] for _ in range(10)}
    found = client.get(f"{V2}/label/", search="SAME").json
    assert ({one["id"] for one in found["results"]}, found["count"]) == (made, 10)


@pytest.mark.parametrize(
    "name", ["a&b", "50 % #1", "a+b", 'say "x"', "\\", "<b>", "日本", "\x00", "'"]
)
def test_any_name_is_found_by_itself_on_any_page(client: Client, name: str) -> None:
    made = [client.label(name=f"{name} {number}")["id"] for number in range(3)]
    client.label(name="other")
    answer = client.get(f"{V2}/label/", search=name, page_size="1").json
    seen = [one["id"] for one in answer["results"]]
    while answer["next"] is not None:
        answer = follow(client, answer["next"])
        assert answer["count"] == 3
        seen += [one["id"] for one in answer["results"]]
    assert sorted(seen) == sorted(made)


@pytest.mark.parametrize("path", [f"{V2}/task", f"{V2}/label", f"{V2}/training-image"])
def test_every_filter_comes_back_in_next(world: World, client: Client, path: str) -> None:
    for _ in range(3):
        world.clock.advance(1)
        {"task": client.task, "label": client.label}.get(path.rpartition("/")[2], client.image)()
    sent = {"page_size": "1", "workspace": client.workspace, "own": "a&b=c", "test": "false"}
    answer = client.get(path, page="1", **sent).json
    given = dict(parse_qsl(urlsplit(answer["next"]).query))
    assert given | {"page": "1"} == {**sent, "page": "1"}


@pytest.mark.parametrize("wrong", [[new_id()], ["no id"], [""]])
def test_an_upload_with_a_wrong_label_makes_nothing(
    world: World, client: Client, stranger: Client, wrong: list[str]
) -> None:
    for labels in (wrong, [client.label()["id"], *wrong], [stranger.label()["id"]]):
        body = {"base64": PICTURE, "labels": labels}
        assert client.post(f"{V2}/training-image", body).status == 404
    assert (world.blobs.objects, world.core.images) == ({}, {})
    counts = [one["images_count"] for one in client.get(f"{V2}/label").json["results"]]
    assert set(counts) == {0}
