"""Uploads straight to S3: the form, and what became of it."""

from typing import Any

import pytest
from oriel.domain.ids import is_id, new_id
from oriel.domain.promise import UploadState

from tests.functional.api.conftest import Client, World

PATH = "/recognition/v2/training-image/upload"


def test_a_form_is_exact_in_key_type_and_size(world: World, client: Client) -> None:
    label = client.label()
    answer = client.made(
        PATH, content_type="image/png", labels=[label["id"]], meta_data={"a": 1}, real=False
    )
    assert is_id(answer["id"])
    assert (answer["state"], answer["image"]) == ("WAITING", None)
    [terms] = world.incoming.signed
    assert terms.key == f"ws/{client.workspace}/incoming/{answer['id']}"
    assert (terms.content_type, terms.expires_seconds) == ("image/png", 300)
    assert (terms.min_bytes, terms.max_bytes) == (1, 10 * 1024 * 1024)
    assert answer["fields"]["key"] == terms.key
    promise = world.upload_store.get(client.workspace, answer["id"])
    assert promise.label_ids == (label["id"],)
    assert (promise.meta_data, promise.real, promise.test_image) == ({"a": 1}, False, False)


def test_an_announced_size_is_exact(world: World, client: Client) -> None:
    client.made(PATH, content_type="image/png", size_bytes=77)
    [terms] = world.incoming.signed
    assert (terms.min_bytes, terms.max_bytes) == (77, 77)


@pytest.mark.parametrize(
    ("body", "status", "word"),
    [
        ({}, 400, "content_type"),
        ({"content_type": "image/svg+xml"}, 400, "image/jpeg"),
        ({"content_type": "image/png", "size_bytes": 0}, 400, "size_bytes"),
        ({"content_type": "image/png", "size_bytes": 10 * 1024 * 1024 + 1}, 413, "10 MB"),
        ({"content_type": "image/png", "labels": ["x"] * 31}, 400, "labels"),
        ({"content_type": "image/png", "labels": [new_id()]}, 404, "label"),
        ({"content_type": "image/png", "meta_data": {"a": "x" * 5000}}, 400, "meta_data"),
    ],
)
def test_what_cannot_be_promised_is_refused(
    world: World, client: Client, body: dict[str, Any], status: int, word: str
) -> None:
    reply = client.post(PATH, body)
    assert (reply.status, word in reply.json["detail"]) == (status, True)
    assert world.upload_store.promises == {}


def test_a_label_that_needs_a_number_cannot_come_along(world: World, client: Client) -> None:
    labels = [client.label()["id"], client.label(type="value")["id"]]
    reply = client.post(PATH, {"content_type": "image/png", "labels": labels})
    assert (reply.status, reply.json["detail"].partition(":")[0]) == (400, "value")
    assert world.upload_store.promises == {}


def test_the_state_of_an_upload_is_told_for_a_day(world: World, client: Client) -> None:
    upload = client.made(PATH, content_type="image/png")
    path = f"{PATH}/{upload['id']}"
    assert client.get(path).json["state"] == "WAITING"
    world.upload_store.settle(client.workspace, upload["id"], UploadState.READY)
    assert client.get(path).json["image"] == upload["id"]
    world.clock.advance(86_400)
    assert client.get(path).status == 404


def test_a_refused_picture_is_told_with_its_reason(world: World, client: Client) -> None:
    upload = client.made(PATH, content_type="image/png")
    world.upload_store.settle(
        client.workspace, upload["id"], UploadState.REJECTED, "The picture has no pixels"
    )
    answer = client.get(f"{PATH}/{upload['id']}").json
    assert (answer["state"], answer["image"]) == ("REJECTED", None)
    assert answer["rejection"] == "The picture has no pixels"


def test_an_upload_of_another_workspace_does_not_exist(client: Client, stranger: Client) -> None:
    upload = client.made(PATH, content_type="image/png")
    assert stranger.get(f"{PATH}/{upload['id']}").status == 404
