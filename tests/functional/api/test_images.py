import base64
import json
from dataclasses import replace
from typing import Any

import pytest
from oriel.domain.ids import is_id, new_id
from oriel.domain.image import Image, ImageStatus, original_key

from tests.functional.api.conftest import Client, World, png

IMAGES = "/recognition/v2/training-image"


def encoded(data: bytes, prefix: str = "") -> str:
    return prefix + base64.b64encode(data).decode()


@pytest.mark.parametrize(
    "prefix",
    [
        *("", "data:image/png;base64,", "data:;base64,", "data:image/jpeg;charset=utf-8;base64,"),
        *("DATA:image/PNG;BASE64,", " \n data:image/png;base64,\r\n ", "Data:image/jpg;base64, "),
    ],
)
def test_an_upload_is_kept_byte_for_byte(world: World, client: Client, prefix: str) -> None:
    data = png(28, 30)
    image = client.image(base64=encoded(data, prefix), noresize=True, test_image=True)
    assert is_id(image["id"])
    assert (image["img_width"], image["img_height"]) == (28, 30)
    assert (image["status"], image["test_image"], image["real"]) == ("PENDING", True, True)
    key = original_key(client.workspace, image["id"])
    assert (world.blobs.objects[key], world.blobs.types[key]) == (data, "image/png")


@pytest.mark.parametrize(("sent", "kept"), [(False, False), (True, True), (None, True)])
def test_an_upload_says_whether_it_is_real(
    client: Client, *, sent: bool | None, kept: bool
) -> None:
    image = client.image(real=sent)
    assert (image["real"], client.get(IMAGES, real="False").json["count"]) == (kept, 1 - kept)


@pytest.mark.parametrize("wrong", ["@@@", "data:image/png;base64,abcde", "b'iVBORw0KGgo='"])
def test_broken_base64_is_told_in_words_that_fit_an_upload(client: Client, wrong: str) -> None:
    reply = client.post(IMAGES, {"base64": wrong})
    assert (reply.status, reply.json["detail"]) == (400, "The picture is not valid base64")


def test_labels_and_meta_data_come_with_the_upload(client: Client) -> None:
    labels = [client.label()["id"], client.label()["id"]]
    image = client.image(labels=labels, meta_data={"shelf": 4.5, "deep": {"": [None]}})
    detail = client.get(f"{IMAGES}/{image['id']}").json
    assert sorted(label["id"] for label in detail["labels"]) == sorted(labels)
    assert {label["images_count"] for label in detail["labels"]} == {1}
    assert detail["meta_data"] == {"shelf": 4.5, "deep": {"": [None]}}
    assert detail["verifyCount"] == 0


def test_an_upload_with_an_unknown_label_leaves_nothing(world: World, client: Client) -> None:
    body = {"base64": encoded(png(2, 2)), "labels": [client.label()["id"], new_id()]}
    assert client.post(IMAGES, body).status == 404
    assert world.blobs.objects == {}
    assert client.get(IMAGES).json["count"] == 0


REFUSED: dict[str, tuple[dict[str, Any], int, str]] = {
    "no picture": ({}, 400, "base64"),
    "a number": ({"base64": 5}, 400, "base64"),
    "broken base64": ({"base64": "data:image/png;base64,@@@"}, 400, "base64"),
    "cut base64": ({"base64": "abcde"}, 400, "base64"),
    "empty": ({"base64": ""}, 400, "picture"),
    "text": ({"base64": encoded(b"<html>hello</html>")}, 400, "picture"),
    "a vector drawing": ({"base64": encoded(b"<svg xmlns='...'/>")}, 400, "picture"),
    "a cut header": ({"base64": encoded(png(28, 28)[:20])}, 400, "damaged"),
    "60 megapixels": ({"base64": encoded(png(10_000, 6_000))}, 400, "40 megapixels"),
    "labels as text": ({"base64": encoded(png(2, 2)), "labels": "a"}, 400, "labels"),
    "label as number": ({"base64": encoded(png(2, 2)), "labels": [1]}, 400, "labels.0"),
    "too many labels": ({"base64": encoded(png(2, 2)), "labels": ["a"] * 31}, 400, "labels"),
    "meta data as list": ({"base64": encoded(png(2, 2)), "meta_data": []}, 400, "meta_data"),
    "huge meta data": (
        {"base64": encoded(png(2, 2)), "meta_data": {"a": "b" * 5000}},
        400,
        "meta_data",
    ),
    "test image as word": ({"base64": encoded(png(2, 2)), "test_image": "maybe"}, 400, "test_im"),
}


@pytest.mark.parametrize(("body", "status", "word"), REFUSED.values(), ids=REFUSED.keys())
def test_what_cannot_be_taken_is_refused_with_the_reason(
    world: World, client: Client, body: dict[str, Any], status: int, word: str
) -> None:
    reply = client.post(IMAGES, body)
    assert reply.status == status
    assert word in reply.json["detail"]
    assert world.blobs.objects == {}


def test_a_body_of_7_mb_is_too_large(client: Client) -> None:
    reply = client.post(IMAGES, {"base64": "A" * 7_000_000})
    assert (reply.status, reply.json["code"]) == (413, "payload_too_large")


def nested(levels: int) -> str:
    return '{"a":' * levels + "1" + "}" * levels


@pytest.mark.parametrize(
    "meta_data",
    [
        *('{"a": "\\ud800"}', '{"\\ud800": 1}', '{"a": {"\\udc00": [1]}}'),
        *(nested(33), nested(300), nested(800), f'{{"a": {"[" * 400}{"]" * 400}}}'),
    ],
    ids=range(7),
)
def test_meta_data_that_no_answer_could_show_is_refused(client: Client, meta_data: str) -> None:
    image = client.image(meta_data={"kept": 1})
    body = f'{{"meta_data": {meta_data}, "base64": "{encoded(png(2, 2))}"}}'
    for reply in (
        client.post(IMAGES, body),
        client.call("PATCH", f"{IMAGES}/{image['id']}", body),
    ):
        assert (reply.status, reply.json["code"]) == (400, "invalid_input")
        assert reply.json["detail"].startswith("meta_data: ")
    (listed,) = client.get(IMAGES).json["results"]
    assert listed["meta_data"] == {"kept": 1}


def test_meta_data_may_hold_any_text_and_32_levels(client: Client) -> None:
    meta_data = {"\U0001f529": "\x00\u2028", **json.loads(nested(32))}
    image = client.image(meta_data=meta_data)
    (listed,) = client.get(IMAGES).json["results"]
    assert (listed["id"], listed["meta_data"]) == (image["id"], meta_data)


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_meta_data_is_replaced_and_nothing_else(client: Client, method: str) -> None:
    label = client.label()
    image = client.image(meta_data={"a": 1}, labels=[label["id"]])
    changed = client.call(method, f"{IMAGES}/{image['id']}", {"meta_data": {"b": 2}}).json
    assert changed["meta_data"] == {"b": 2}
    assert [one["id"] for one in changed["labels"]] == [label["id"]]
    untouched = client.call(method, f"{IMAGES}/{image['id']}", {"name": "unknown field"}).json
    assert untouched == changed
    marked = client.call(method, f"{IMAGES}/{image['id']}", {"test_image": True, "real": None})
    assert marked.json == changed | {"test_image": True}
    emptied = client.call(method, f"{IMAGES}/{image['id']}", {"meta_data": {}}).json
    assert emptied["meta_data"] == {}


def test_labels_are_added_and_removed_any_number_of_times(client: Client) -> None:
    image, label = client.image(), client.label()
    body = {"label_id": label["id"], "value": None}
    for _ in range(2):
        added = client.post(f"{IMAGES}/{image['id']}/add-label", body).json
        assert [one["images_count"] for one in added["labels"]] == [1]
    for _ in range(2):
        assert client.post(f"{IMAGES}/{image['id']}/remove-label", body).json["labels"] == []
    assert client.get(f"/recognition/v2/label/{label['id']}").json["images_count"] == 0


def test_urls_end_in_a_segment_of_the_images_own(world: World, client: Client) -> None:
    first, second = client.image(), client.image()
    pending = [image["img_path"].split("?")[0].split("/")[-1] for image in (first, second)]
    assert len(set(pending)) == 2
    image = world.core.images[first["id"]]
    key = f"derived/ws/{client.workspace}/pictures/{image.id}.png"
    world.core.images[image.id] = _ready(image, key)
    ready = client.get(f"{IMAGES}/{image.id}").json
    assert ready["img_path"].split("?")[0].endswith(f"pictures/{image.id}.png")
    assert ready["thumb_img_path"].split("?")[0].endswith(f"thumbnails/{image.id}.jpg")
    assert ready["status"] == "READY"


def test_a_rejected_upload_says_why(world: World, client: Client) -> None:
    image = client.image()
    product = world.product()
    product.image_store.mark_rejected(client.workspace, image["id"], "It cannot be decoded")
    shown = client.get(f"{IMAGES}/{image['id']}").json
    assert (shown["status"], shown["rejection"]) == ("REJECTED", "It cannot be decoded")


def test_deleting_removes_the_pictures_too(world: World, client: Client) -> None:
    image = client.image()
    key = f"derived/ws/{client.workspace}/pictures/{image['id']}.png"
    world.core.images[image["id"]] = _ready(world.core.images[image["id"]], key)
    thumbnail = f"derived/ws/{client.workspace}/thumbnails/{image['id']}.jpg"
    for derived in (key, thumbnail):
        world.blobs.put(derived, b"copy", "image/png")
    assert client.call("DELETE", f"{IMAGES}/{image['id']}").status == 204
    assert world.blobs.objects == {}
    assert client.call("DELETE", f"{IMAGES}/{image['id']}").status == 404


def _ready(image: Image, key: str) -> Image:
    return replace(image, status=ImageStatus.READY, picture_key=key)
