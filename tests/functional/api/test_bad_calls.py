import base64
import re
from collections.abc import Iterator
from typing import Any

import pytest
from oriel.domain.ids import new_id

from functions.api.app import ROUTES, App
from functions.api.wire.base import Request
from tests.functional.api.conftest import Client, World, client_of, png

WITH_ID = [route for route in ROUTES if "<" in route.path]
WITH_BODY = [route for route in ROUTES if route.body is not None]
TASKS = "/recognition/v2/task"
BODIES: dict[str, dict[str, Any]] = {
    "AuthorizeRequest": {},
    "CapsUpdate": {"caps": []},
    "CostsRequest": {"costs": [[0, 1], [1, 0]]},
    "Feedback": {"record_id": new_id(), "label_id": new_id()},
    "ImageCreate": {"base64": base64.b64encode(png(2, 2)).decode()},
    "ImageUpdate": {"meta_data": {}},
    "ImagesUpdateRequest": {"images": [new_id()], "mark-test": True},
    "LabelCreate": {"name": "n"},
    "LabelUpdate": {"name": "n"},
    "LabelReference": {"label_id": new_id()},
    "LabelOfImage": {"label_id": new_id()},
    "MemberCreate": {"name": "Ada", "role": "viewer"},
    "MemberUpdate": {"role": "editor"},
    "TaskCreate": {"name": "n", "type": "multi_class"},
    "NotificationCreate": {"kind": "email", "address": "ada@example.org"},
    "QuoteRequest": {"records": 1},
    "PointCreate": {"image": new_id(), "name": "n"},
    "Request": {},
    "VerificationCreate": {"image_id": new_id()},
    "TaskReference": {"task_id": new_id()},
    "TaskUpdate": {"name": "n"},
    "TokenCreate": {"name": "n"},
    "TrainRequest": {},
    "ImportCreate": {"kind": "zip"},
    "UploadCreate": {"content_type": "image/png"},
    "WorkspaceCreate": {"name": "n"},
    "WorkspaceUpdate": {"name": "n"},
}


def path_of(route: Any, some_id: str) -> str:
    return re.sub("<[a-z_]+>", lambda _: some_id, route.path)


def is_error(answer: dict[str, Any]) -> bool:
    return (
        set(answer) == {"detail", "code", "request_id"}
        and all(isinstance(value, str) and value for value in answer.values())
        and "Traceback" not in answer["detail"]
    )


@pytest.mark.parametrize("route", WITH_ID, ids=lambda route: f"{route.method} {route.path}")
@pytest.mark.parametrize(
    "some_id", [new_id(), "1", "not-an-id", "A" * 3000, "%2e%2e", "\U0005ffd5", 'a"b']
)
def test_an_unknown_id_is_not_found(client: Client, route: Any, some_id: str) -> None:
    body = None if route.body is None else BODIES[route.body.__name__]
    ids = {"label_id": client.label()["id"], "task_id": client.task()["id"]}
    body = {**body, **ids} if body else body
    reply = client.call(route.method, path_of(route, some_id), body)
    assert reply.status == 404
    assert is_error(reply.json)


@pytest.mark.parametrize("named", ["Default", "own", ""])
def test_the_own_workspace_may_be_named(client: Client, named: str) -> None:
    workspace = client.workspace if named == "own" else named
    assert client.get(TASKS, workspace=workspace).status == 200
    body = {"name": "F", "type": "multi_class", "workspace": workspace}
    assert client.post(TASKS, body).json["workspace"] == client.workspace


@pytest.mark.parametrize("route", WITH_BODY, ids=lambda route: f"{route.method} {route.path}")
@pytest.mark.parametrize(
    "body",
    [
        *("{", "nonsense", "[]", '"text"', "5", "null", "NaN", '{"a": NaN}', "[" * 100_000, "\x00"),
        *('{"a": -Infinity}', '{"a": 1e999}', '{"a": [-1.5e400]}'),
        *('{"a": "\\ud800"}', '{"a": {"\\udfff": 1}}', '{"\\ud800": 1}'),
    ],
    ids=range(16),
)
def test_a_body_that_is_no_json_object_is_refused(client: Client, route: Any, body: str) -> None:
    reply = client.call(route.method, path_of(route, new_id()), body)
    assert reply.status == 400
    assert is_error(reply.json)


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        (TASKS, {"type": "multi_class"}, "name"),
        (TASKS, {"name": "", "type": "multi_class"}, "name"),
        (TASKS, {"name": "   ", "type": "multi_class"}, "name"),
        (TASKS, {"name": "n" * 201, "type": "multi_class"}, "name"),
        (TASKS, {"name": ["n"], "type": "multi_class"}, "name"),
        (TASKS, {"name": "\ud800", "type": "multi_class"}, "name"),
        (TASKS, {"name": "n", "type": "multi_class", "description": "\udc00"}, "description"),
        ("/recognition/v2/label", {"name": "n", "output_name": "a\ud800b"}, "output_name"),
        (TASKS, {"name": "n"}, "type"),
        (TASKS, {"name": "n", "type": "detection"}, "type"),
        (TASKS, {"name": "n", "type": "multi_class", "description": 5}, "description"),
        (TASKS, {"name": "n", "type": "multi_class", "workspace": 5}, "workspace"),
        ("/recognition/v2/label", {"name": "n", "type": "word"}, "type"),
        ("/recognition/v2/label", {"name": "n", "output_name": {}}, "output_name"),
        (f"{TASKS}/{new_id()}/add-label", {}, "label_id"),
        (f"{TASKS}/{new_id()}/add-label", {"label_id": 7}, "label_id"),
    ],
)
def test_a_wrong_field_is_named_and_not_repeated(
    client: Client, path: str, body: dict[str, Any], field: str
) -> None:
    reply = client.post(path, body)
    assert (reply.status, reply.json["code"]) == (400, "invalid_input")
    assert reply.json["detail"].startswith(f"{field}: ")
    assert "n" * 201 not in reply.text


@pytest.mark.parametrize("path", ["/", "/recognition/v2/nothing", "/recognition/v2", "/x" * 500])
def test_an_unknown_path_is_not_found(client: Client, path: str) -> None:
    reply = client.get(path)
    assert (reply.status, is_error(reply.json)) == (404, True)


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", TASKS, "GET, POST"),
        ("POST", f"{TASKS}/{new_id()}/", "GET, PUT, PATCH, DELETE"),
        ("GET", f"{TASKS}/{new_id()}/train", "POST"),
        ("POST", "/account/v2/usage", "GET"),
    ],
)
def test_a_wrong_method_is_told_the_right_ones(
    client: Client, method: str, path: str, allowed: str
) -> None:
    reply = client.call(method, path)
    assert (reply.status, reply.headers["Allow"]) == (405, allowed)
    assert is_error(reply.json)


def test_a_call_that_no_authorizer_saw_is_refused(client: Client) -> None:
    event = {
        "httpMethod": "GET",
        "path": TASKS,
        "headers": {},
        "queryStringParameters": None,
        "body": None,
        "requestContext": {"requestId": "r", "stage": "v1", "path": "/v1"},
    }
    reply = client.send(event)
    assert (reply.status, reply.json["code"]) == (401, "unauthenticated")


def test_a_body_in_base64_is_read_and_a_broken_one_refused(client: Client) -> None:
    event = {
        "httpMethod": "POST",
        "path": TASKS,
        "headers": {},
        "queryStringParameters": None,
        "body": "eyJuYW1lIjoibiIsInR5cGUiOiJtdWx0aV9jbGFzcyJ9",
        "isBase64Encoded": True,
        "requestContext": {
            "requestId": "r",
            "stage": "v1",
            "path": "/v1",
            "authorizer": client.context,
        },
    }
    assert client.send(event).status == 201
    assert client.send({**event, "body": "a"}).status == 400


def test_a_fault_of_ours_shows_nothing_of_its_inside(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    client = client_of(world)
    del world.core.workspaces  # whatever reads it now breaks
    client = Client(App(world.product()), client.workspace, client.user)
    reply = client.get("/account/v2/workspace")
    assert (reply.status, reply.json["code"]) == (500, "internal")
    assert is_error(reply.json)
    assert "workspaces" not in reply.text
    assert "AttributeError" in capsys.readouterr().out


def arrays_in(schema: Any) -> Iterator[dict[str, Any]]:
    """Yield every list that a schema describes."""
    if isinstance(schema, dict):
        if schema.get("type") == "array":
            yield schema
        schema = list(schema.values())
    if isinstance(schema, list):
        for part in schema:
            yield from arrays_in(part)


@pytest.mark.parametrize("body", sorted({route.body for route in ROUTES if route.body}, key=str))
def test_every_list_is_bounded_before_its_items_are_looked_at(body: type[Request]) -> None:
    # Each item that is wrong is told of: a body of 6 MB would become an answer of 180 MB.
    assert all("maxItems" in one for one in arrays_in(body.model_json_schema()))


def test_a_body_full_of_mistakes_is_answered_in_few_words(client: Client) -> None:
    wrong = {"name": "n", "scopes": [1] * 200_000}
    refused = client.post("/account/v2/token", wrong)
    assert (refused.status, len(refused.text) < 1000) == (400, True)
