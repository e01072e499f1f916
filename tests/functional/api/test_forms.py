"""What the public documentation sends with `curl -F`, and what nobody should."""

import base64
import json
from typing import Annotated, Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from oriel.domain.image import original_key
from pydantic import Field

from functions.api.forms import (
    MAX_FIELDS,
    MAX_HEADER_BYTES,
    MAX_HEADERS_OF_PART,
    read_urlencoded,
)
from functions.api.wire.base import Request
from tests.functional.api.conftest import Client, World, png
from tests.functional.api.forms import send_body, send_form

TASKS, LABELS = "/recognition/v2/task", "/recognition/v2/label"
IMAGES = "/recognition/v2/training-image"
PICTURE = ("img_path", ("bolt.png", png(28, 28), "image/png"))
BOUNDARY = "multipart/form-data; boundary=b"


@pytest.fixture(params=["multipart", "urlencoded"])
def files(request: pytest.FixtureRequest) -> list[Any] | None:
    return [] if request.param == "multipart" else None


def test_a_task_and_its_labels_are_made_with_forms(client: Client, files: list[Any] | None) -> None:
    named = [("name", "Schräube & Co"), ("type", "multi_class"), ("description", "a=b")]
    task = send_form(client, f"{TASKS}/", named, files)
    assert (task.status, task.json["name"]) == (201, "Schräube & Co")
    label = send_form(client, LABELS, [("name", "bolt"), ("type", "category")], files).json
    path, one = f"{TASKS}/{task.json['id']}", [("label_id", label["id"])]
    assert send_form(client, f"{path}/add-label/", one, files).json["labels_count"] == 1
    assert send_form(client, f"{path}/remove-label", one, files).json["labels_count"] == 0


def test_a_picture_is_sent_as_a_file(world: World, client: Client) -> None:
    labels = [client.label()["id"], client.label()["id"]]
    fields = [
        *(("labels", label) for label in labels),
        ("meta_data", json.dumps({"shelf": [4, "ü"]})),
        ("test_image", "True"),
        ("noresize", "true"),
    ]
    image = send_form(client, IMAGES, fields, [PICTURE])
    assert (image.status, image.json["img_width"]) == (201, 28)
    assert (image.json["meta_data"], image.json["test_image"]) == ({"shelf": [4, "ü"]}, True)
    shown = client.get(f"{IMAGES}/{image.json['id']}").json
    assert {label["id"] for label in shown["labels"]} == set(labels)
    assert png(28, 28) in world.blobs.objects.values()


def test_base64_keeps_its_plus_signs_however_they_are_sent(world: World, client: Client) -> None:
    """`curl -d` does not escape them, and a form takes them for blanks."""
    picture = png(28, 28, bytes(range(251)) * 4)
    text = base64.b64encode(picture).decode()
    assert text.count("+") > 3
    for sent in (text, quote(text, safe="")):
        form = f"base64={sent}&noresize=true".encode()
        reply = send_body(client, IMAGES, form, "application/x-www-form-urlencoded")
        key = original_key(client.workspace, reply.json["id"])
        assert world.blobs.objects[key] == picture


@pytest.mark.parametrize(("text", "is_test"), [("true", True), ("True", True), ("False", False)])
def test_booleans_are_words(client: Client, text: str, is_test: bool) -> None:
    assert (
        send_form(client, IMAGES, [("test_image", text)], [PICTURE]).json["test_image"] is is_test
    )


def test_labels_may_be_a_json_array_or_a_single_one(client: Client) -> None:
    label = client.label()["id"]
    for text in (label, json.dumps([label])):
        image = send_form(client, IMAGES, [("labels", text)], [PICTURE]).json
        [carried] = client.get(f"{IMAGES}/{image['id']}").json["labels"]
        assert carried["id"] == label


def test_empty_fields_that_are_no_text_count_as_absent(client: Client) -> None:
    empty = [("labels", ""), ("meta_data", ""), ("test_image", ""), ("workspace", "")]
    image = send_form(client, IMAGES, empty, [PICTURE])
    assert (image.status, image.json["meta_data"]) == (201, {})


def test_a_text_may_come_as_a_file(client: Client) -> None:
    meta = ("meta_data", ("meta.json", b'{"a": 1}', "application/json"))
    assert send_form(client, IMAGES, [], [PICTURE, meta]).json["meta_data"] == {"a": 1}


def test_json_that_curl_calls_a_form_is_json(client: Client) -> None:
    body = b' {"name": "F", "type": "multi_class"}'
    reply = send_body(client, TASKS, body, "application/x-www-form-urlencoded")
    assert (reply.status, reply.json["name"]) == (201, "F")


@pytest.mark.parametrize("content_type", ["application/json", "text/plain", "x", "", "image/png"])
def test_whatever_else_it_is_called_it_is_read_as_json(client: Client, content_type: str) -> None:
    good = b'{"name": "F", "type": "multi_class"}'
    assert send_body(client, TASKS, good, content_type).status == 201
    reply = send_body(client, TASKS, b"name=F&type=multi_class", content_type)
    assert (reply.status, reply.json["detail"]) == (400, "The request body is not valid JSON")


@pytest.mark.parametrize(
    ("fields", "sent", "words"),
    [
        ([("noresize", "true")], [], "img_path"),
        ([("base64", "aGVsbG8=")], [PICTURE], "either base64 or"),
        ([("img_path", "/etc/passwd")], None, "img_path: must be sent as a file"),
        ([("meta_data", "{")], [PICTURE], "meta_data: must be JSON"),
        ([("meta_data", "5")], [PICTURE], "meta_data: "),
        ([("meta_data", '{"a": "\\ud800"}')], [PICTURE], "meta_data: must be Unicode"),
        ([("test_image", "perhaps")], [PICTURE], "test_image: "),
        ([("test_image", "true"), ("test_image", "true")], [PICTURE], "must be sent once"),
        ([("labels", b"\xff")], [PICTURE], "labels: must be UTF-8"),
        ([("workspace", "00000000-0000-4000-8000-000000000000")], [PICTURE], "workspace"),
        ([], [("img_path", ("a.png", b"no picture", "image/png"))], "picture"),
        ([], [("img_path", ("a.png", b"", "image/png"))], "img_path"),
    ],
)
def test_a_form_that_cannot_be_taken_says_why(
    world: World, client: Client, fields: Any, sent: Any, words: str
) -> None:
    reply = send_form(client, IMAGES, fields, sent)
    assert reply.status in {400, 404}
    assert words in reply.json["detail"]
    assert not world.core.images


@pytest.mark.parametrize("body", [b"name=%ff&type=multi_class", b"name=x%80"])
def test_urlencoded_bytes_that_are_no_text_are_refused(client: Client, body: bytes) -> None:
    reply = send_body(client, TASKS, body, "application/x-www-form-urlencoded")
    assert (reply.status, "UTF-8" in reply.json["detail"]) == (400, True)


PART = b'--b\r\nContent-Disposition: form-data; name="name"\r\n\r\nF\r\n'
HEADERS = b"".join(b"X-%d: 1\r\n" % number for number in range(MAX_HEADERS_OF_PART))


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (PART + b"--b--\r\n", "multipart/form-data", 400),
        (PART + b"--b--\r\n", "multipart/form-data; boundary=", 400),
        (PART + b"--b--\r\n", "multipart/form-data; boundary=other", 400),
        (PART + b"--b--\r\n", "multipart/form-data; boundary=\u00fc", 400),
        (PART, BOUNDARY, 400),
        (b"--b\r\n\r\nF\r\n--b--\r\n", BOUNDARY, 400),
        (PART.replace(b"form-data", b"attachment") + b"--b--\r\n", BOUNDARY, 400),
        (PART * (MAX_FIELDS + 1) + b"--b--\r\n", BOUNDARY, 413),
        (PART.replace(b"name=", b"a=%b;name=" % (b"x" * MAX_HEADER_BYTES)), BOUNDARY, 413),
        (PART.replace(b"\r\n\r\n", b"\r\n" + HEADERS + b"\r\n") + b"--b--\r\n", BOUNDARY, 413),
        (b"a=1&" * MAX_FIELDS, "application/x-www-form-urlencoded", 413),
    ],
    ids=range(11),
)
def test_a_broken_or_boundless_form_is_refused(
    client: Client, body: bytes, content_type: str, status: int
) -> None:
    reply = send_body(client, TASKS, body, content_type)
    assert reply.status == status
    assert reply.json["code"] == ("invalid_input" if status == 400 else "payload_too_large")


@given(
    body=st.lists(
        st.sampled_from([b"--b", b"--", b"\r\n", PART, b": ", b'"', b"=", b"&", b"%"])
        | st.binary(max_size=8)
    ).map(b"".join),
    content_type=st.sampled_from([BOUNDARY, "application/x-www-form-urlencoded"])
    | st.text(max_size=20).map(lambda text: f"multipart/form-data; boundary={text}"),
)
@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_form_breaks_the_reader(client: Client, body: bytes, content_type: str) -> None:
    if not content_type.startswith("multipart"):
        body = body.decode("utf-8", "replace").encode()
    assert send_body(client, TASKS, body, content_type).status in {201, 400, 413}


class Measured(Request):
    """Takes numbers, and no text instead of them."""

    size: Annotated[int, Field(strict=True)] | None = None
    share: float | None = None


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("size=5&share=0.5", {"size": 5, "share": 0.5}),
        ("size=&share=", {}),
        ("size=five&share=true", {"size": "five", "share": "true"}),
        ("share=1e999", {"share": "1e999"}),
    ],
)
def test_numbers_are_numbers_in_a_form_too(text: str, read: dict[str, Any]) -> None:
    assert read_urlencoded(text.encode(), Measured) == read


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_a_body_where_none_belongs_is_never_read(client: Client, method: str) -> None:
    path = f"{TASKS}/{client.task()['id']}"
    reply = client.call(method, path, "{ broken")
    assert reply.status == (200 if method == "GET" else 204)


def test_an_empty_body_called_json_is_an_empty_object(client: Client) -> None:
    reply = client.call("POST", "/authorization/v2/authorize", "")
    assert reply.status == 200
