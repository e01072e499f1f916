"""Whatever is wrong with a call, the answer is JSON that says so."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from infra.constructs.throttle import CALLERS, PUBLIC
from infra.local.stack import Stack
from tests.integration.public_api import RED, Member, encoded, new_member, png, png_of_size

UNKNOWN = "00000000-0000-4000-8000-000000000000"
CLASSIFY = "recognition/v2/classify"
GOOD = {"_base64": encoded(png(RED))}


@pytest.fixture(scope="module")
def member(deployed: Stack) -> Member:
    return new_member(deployed)


def detail(reply: requests.Response) -> str:
    """The error's text; the answer is JSON without a word of our inside."""
    assert reply.headers["Content-Type"].startswith("application/json")
    body = reply.json()
    assert isinstance(body["detail"], str)
    assert body["code"]
    assert "Traceback" not in reply.text
    return str(body["detail"])


@pytest.mark.parametrize(
    "token", ["", "Token", "Token " + "0" * 40, "Token \u00fc", "Bearer x", "JWT " + "a" * 80]
)
@pytest.mark.parametrize("path", ["recognition/v2/task", CLASSIFY, "account/v2/user"])
def test_without_a_good_token_nothing_opens(deployed: Stack, token: str, path: str) -> None:
    headers = {"Authorization": token.encode()} if token else {}
    reply = requests.post(deployed.url + path, headers=headers, data=b"{}", timeout=60)
    assert reply.status_code == 401
    assert detail(reply) == "Invalid token."


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "recognition/v2/nothing"),
        ("GET", "nothing/at/all"),
        ("GET", f"recognition/v2/task/{UNKNOWN}"),
        ("GET", "recognition/v2/task/not-an-id"),
        ("GET", f"recognition/v2/label/{UNKNOWN}"),
        ("GET", f"recognition/v2/model/{UNKNOWN}"),
        ("GET", f"recognition/v2/training-image/{UNKNOWN}"),
        ("DELETE", f"recognition/v2/training-image/{UNKNOWN}"),
        ("DELETE", f"recognition/v2/task/{UNKNOWN}/"),
        ("POST", f"recognition/v2/task/{UNKNOWN}/train"),
    ],
)
def test_what_does_not_exist_is_not_found(member: Member, method: str, path: str) -> None:
    reply = member.send(method, path)
    assert reply.status_code in {403, 404}
    assert detail(reply)


@pytest.mark.parametrize(
    ("path", "body", "words"),
    [
        ("recognition/v2/task", b"{not json", "JSON"),
        ("recognition/v2/task", b"[1, 2]", "object"),
        ("recognition/v2/task", b'{"name": 5, "type": "multi_class"}', "name"),
        ("recognition/v2/task", b'{"name": "x", "type": "guessing"}', "type"),
        ("recognition/v2/label", b'{"name": null, "type": "category"}', "name"),
        ("recognition/v2/training-image", b"{}", "base64"),
        ("recognition/v2/training-image", b'{"base64": "%%%"}', "base64"),
        ("recognition/v2/training-image", b'{"base64": "aGVsbG8="}', "picture"),
        (CLASSIFY, b"{not json", "JSON"),
        (CLASSIFY, b'{"task_id": 7, "records": []}', "task_id"),
    ],
)
def test_a_body_that_cannot_be_taken_is_named(
    member: Member, path: str, body: bytes, words: str
) -> None:
    reply = member.send("POST", path, data=body, headers={"Content-Type": "application/json"})
    assert reply.status_code == 400
    assert words in detail(reply)


def test_a_picture_of_sixty_megapixels_is_refused_from_its_header(member: Member) -> None:
    huge = encoded(png_of_size(10_000, 6_000))
    reply = member.send("POST", "recognition/v2/training-image", json={"base64": huge})
    assert reply.status_code == 400
    assert "40 megapixels" in detail(reply)


@pytest.mark.parametrize("path", ["recognition/v2/training-image", CLASSIFY])
def test_a_body_of_seven_megabytes_is_too_large(member: Member, path: str) -> None:
    reply = member.send("POST", path, json={"base64": "A" * 7_000_000})
    assert reply.status_code == 413
    assert detail(reply)


def test_a_picture_is_taken_as_a_file_of_a_form(member: Member) -> None:
    sent = {"img_path": ("red.png", png(RED), "image/png")}
    fields = {"meta_data": '{"from": "a form"}', "test_image": "true"}
    reply = member.send("POST", "recognition/v2/training-image/", files=sent, data=fields)
    assert reply.status_code == 201, reply.text
    assert reply.json()["meta_data"] == {"from": "a form"}
    assert reply.json()["test_image"] is True
    assert (reply.json()["img_width"], reply.json()["img_height"]) == (48, 40)


def test_a_task_is_made_by_a_form(member: Member) -> None:
    fields = {"name": "Fürm & Co", "type": "multi_class"}
    reply = member.send("POST", "recognition/v2/task", data=fields)
    assert (reply.status_code, reply.json()["name"]) == (201, "Fürm & Co")


def test_a_form_without_its_boundary_is_refused(member: Member) -> None:
    headers = {"Content-Type": "multipart/form-data"}
    reply = member.send("POST", "recognition/v2/task", data=b"--b--", headers=headers)
    assert (reply.status_code, "boundary" in detail(reply)) == (400, True)


@pytest.mark.parametrize("path", ["recognition/v2/task", CLASSIFY])
def test_a_wrong_method_is_refused_in_json(member: Member, path: str) -> None:
    reply = member.send("DELETE", path)
    assert reply.status_code == 405
    assert detail(reply)


@pytest.fixture
def throttled(deployed: Stack) -> Iterator[str]:
    """A path that takes no request at all for the moment."""
    gateway = deployed.client("apigateway")
    _, _, api, stage, *_ = urlsplit(deployed.url).path.split("/")

    def limit(rate: int, burst: int) -> None:
        limits = {"rateLimit": rate, "burstLimit": burst}
        changes = [
            {"op": "replace", "path": f"/~1docs/GET/throttling/{name}", "value": str(value)}
            for name, value in limits.items()
        ]
        gateway.update_stage(restApiId=api, stageName=stage, patchOperations=changes)

    limit(0, 0)
    yield "docs"
    limit(PUBLIC.per_second, PUBLIC.burst)


def test_who_asks_too_often_is_told_in_json_to_slow_down(deployed: Stack, throttled: str) -> None:
    reply = requests.get(deployed.url + throttled, timeout=60)
    assert reply.status_code == 429
    assert "slow down" in detail(reply)
    assert reply.json()["status"] == {"code": 429, "text": reply.json()["detail"]}
    assert reply.headers["Retry-After"] == "1"
    # The gateway cannot tell routes apart, so it is that of callers.
    assert reply.headers["RateLimit-Policy"] == CALLERS.policy


@pytest.mark.parametrize(
    ("records", "words"),
    [([], "record"), ([GOOD] * 11, "10"), (None, "records"), ("all", "records"), ([5], "record")],
)
def test_records_must_be_one_to_ten_objects(member: Member, records: Any, words: str) -> None:
    task, _ = member.task()
    reply = member.send("POST", CLASSIFY, json={"task_id": task, "records": records})
    assert reply.status_code == 400
    assert words in detail(reply)
    assert reply.json()["status"] == {**reply.json()["status"], "code": 400}


def test_a_task_that_was_never_trained_says_so(member: Member) -> None:
    task, _ = member.task("red", "blue")
    reply = member.send("POST", CLASSIFY, json={"task_id": task, "records": [GOOD]})
    assert (reply.status_code, reply.json()["code"]) == (400, "not_trained")
    assert "train" in detail(reply)


def test_too_few_pictures_are_counted_label_by_label(member: Member) -> None:
    task, labels = member.task("red", "blue")
    member.upload(png(RED), labels["red"])
    reply = member.send("POST", f"recognition/v2/task/{task}/train", json={"mode": "instant"})
    assert (reply.status_code, reply.json()["code"]) == (400, "too_few_images")
    said = detail(reply)
    assert "red" in said
    assert "19" in said
    assert "blue" in said
    assert "20" in said
    assert member.get(f"recognition/v2/task/{task}")["last_train_status"] == "NOT_TRAINED"


def test_one_label_is_not_enough_to_train(member: Member) -> None:
    task, _ = member.task("red")
    reply = member.send("POST", f"recognition/v2/task/{task}/train", json={})
    assert (reply.status_code, reply.json()["code"]) == (400, "too_few_images")
    assert "2 labels" in detail(reply)
