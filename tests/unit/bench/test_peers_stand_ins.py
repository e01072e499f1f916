"""What stands in for AWS's side where this project is measured beside its peers."""

import asyncio
import base64
import json
import os
import sys
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
import pytest
from oriel.adapters.dynamodb.models import DynamoModelStore
from oriel.adapters.dynamodb.tasks import DynamoTaskStore
from oriel.adapters.dynamodb.usage import DynamoUsageStore
from oriel.adapters.s3 import S3Blobs
from oriel.domain.errors import Conflict
from oriel.domain.usage import RequestKey, StoredReply, UsageFact

from infra.local.emulator import CREDENTIALS, REGION
from infra.local.failures import ToolFailed
from infra.local.ports import HOST, choose_port
from infra.local.tools.python import outside
from infra.repository import ROOT
from tests.bench.speed.peers.calling import Call, CallFailed, drive
from tests.bench.speed.peers.model import make_model
from tests.bench.speed.peers.ours import content
from tests.bench.speed.peers.ours.gateway import Gateway, event_of
from tests.bench.speed.peers.ours.plain_http import Request, Response, parse_head, serve
from tests.bench.speed.peers.ours.store import HEALTH, Store
from tests.bench.speed.peers.process_tree import cpu_seconds
from tests.bench.speed.peers.serving import Program, serving

RUNTIME = "/2018-06-01/runtime/invocation"
NOW = datetime(2026, 11, 21, tzinfo=UTC)


def free_port(folder: Path) -> int:
    return choose_port(None, folder / "none")


def post(path: str, body: bytes = b"", **headers: str) -> Request:
    return Request("POST", path, headers, body)


async def work(gateway: Gateway, answer: Callable[[Any], tuple[str, Any]]) -> Any:
    """Take one invocation as a worker does; return its event."""
    taken = await gateway.handle(Request("GET", f"{RUNTIME}/next", {}, b""))
    event = json.loads(taken.body)
    how, said = answer(event)
    invocation = taken.headers["Lambda-Runtime-Aws-Request-Id"]
    await gateway.handle(post(f"{RUNTIME}/{invocation}/{how}", json.dumps(said).encode()))
    return event


def both(gateway: Gateway, request: Request, worker: Awaitable[Any]) -> tuple[Response, Any]:
    async def run() -> tuple[Response, Any]:
        response, event = await asyncio.gather(gateway.handle(request), worker)
        return response, event

    return asyncio.run(run())


def test_a_worker_takes_a_request_as_an_event_and_answers_it() -> None:
    gateway = Gateway({"user_id": "someone"})

    def answer(event: Any) -> tuple[str, Any]:
        return "response", {"statusCode": 201, "headers": {"X-A": "b"}, "body": event["body"] * 2}

    request = post("/recognition/v2/classify", b"twice", accept="json")
    response, event = both(gateway, request, work(gateway, answer))
    assert (response.status, response.body, response.headers) == (201, b"twicetwice", {"X-A": "b"})
    assert (event["httpMethod"], event["path"]) == ("POST", "/recognition/v2/classify")
    assert event["headers"] == {"accept": "json"}
    assert event["requestContext"]["authorizer"] == {"user_id": "someone"}


@pytest.mark.parametrize("text", ["", "plain", '{"a": "b\\\\\\"c"}', "[\n\t1,\r\n2]", "ü € 😀"])
def test_a_body_reaches_a_function_as_it_was_sent(text: str) -> None:
    event = json.loads(event_of(post("/x", text.encode()), "id", {}))
    assert event["body"] == text
    assert event["requestContext"]["requestId"] == "id"


def test_a_function_that_fails_is_a_bad_gateway() -> None:
    gateway = Gateway({})
    failing = work(gateway, lambda _: ("error", {"errorMessage": "out of memory"}))
    response, _ = both(gateway, post("/x"), failing)
    assert response.status == 502
    assert b"out of memory" in response.body


def test_a_body_in_chunks_is_refused_and_not_misread() -> None:
    with pytest.raises(ValueError, match="chunks"):
        parse_head(b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n")


def test_the_store_refuses_what_it_does_not_stand_in_for(
    capsys: pytest.CaptureFixture[str],
) -> None:
    asked = post("/", b"{}", **{"x-amz-target": "DynamoDB_20120810.Query"})
    response = asyncio.run(Store({}, {}).handle(asked))
    assert response.status == 400
    assert "Query is not stood in for" in capsys.readouterr().err


@contextmanager
def running_store(folder: Path) -> Iterator[tuple[int, int, dict[str, Any]]]:
    held = content.content_of(make_model(folder / "model"))
    file, port = folder / "content.json", free_port(folder)
    file.write_text(json.dumps(held))
    command = [sys.executable, "-m", "tests.bench.speed.peers.ours.store"]
    options = ["--port", str(port), "--content", str(file)]
    environment = {**outside(), "PYTHONPATH": os.fspath(ROOT)}
    program = Program("store", [*command, *options], environment, folder)
    with serving(program, port, Call(HEALTH, b"", method="GET")) as root:
        yield root, port, held


def test_the_real_adapters_find_the_model_in_the_store_and_bill_once(tmp_path: Path) -> None:
    with running_store(tmp_path) as (root, port, held):
        given: dict[str, Any] = {
            "endpoint_url": f"http://{HOST}:{port}",
            "region_name": REGION,
            "aws_access_key_id": CREDENTIALS["AWS_ACCESS_KEY_ID"],
            "aws_secret_access_key": CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
        }
        dynamodb = boto3.client("dynamodb", **given)
        task = DynamoTaskStore(dynamodb, content.CORE).get(content.WORKSPACE, content.TASK)
        models = DynamoModelStore(dynamodb, content.CORE)
        model = models.find_version(content.WORKSPACE, content.TASK, task.production_version)
        assert model is not None
        assert model.artifact is not None
        head = S3Blobs(boto3.client("s3", **given), content.MODELS).get(model.artifact.key)
        (in_file,) = held["objects"].values()
        assert head == base64.b64decode(in_file)
        usage, key = DynamoUsageStore(dynamodb, content.USAGE), RequestKey("req.call-1")
        fact = UsageFact(
            workspace_id=content.WORKSPACE,
            request_key=key,
            record_index=0,
            task_id=content.TASK,
            model_version=1,
            units=1,
            occurred=NOW,
        )
        usage.commit(content.WORKSPACE, key, [fact], StoredReply("hash", None), NOW)
        with pytest.raises(Conflict):
            usage.commit(content.WORKSPACE, key, [fact], StoredReply("hash", None), NOW)
        assert cpu_seconds(root) > 0


def test_a_program_that_ends_at_its_start_shows_what_it_said(tmp_path: Path) -> None:
    program = Program(
        "broken",
        [sys.executable, "-c", "raise SystemExit('there is no model')"],
        outside(),
        tmp_path,
    )
    call = Call(HEALTH, b"", method="GET")
    with (
        pytest.raises(ToolFailed, match=r"broken ended at its start(?s:.*)there is no model"),
        serving(program, free_port(tmp_path), call),
    ):
        raise AssertionError("it never answered")


@contextmanager
def serving_here(port: int, status: int, seen: list[bytes]) -> Iterator[None]:
    """Answer in a thread of this process, and note the bodies."""
    started, ends = threading.Event(), list[Callable[[], object]]()

    async def handle(request: Request) -> Response:
        seen.append(request.body)
        return Response(status, b"said")

    async def run() -> None:
        stop, loop = asyncio.Event(), asyncio.get_running_loop()
        ends.append(lambda: loop.call_soon_threadsafe(stop.set))
        async with await serve(handle, port):
            started.set()
            await stop.wait()

    thread = threading.Thread(target=lambda: asyncio.run(run()))
    thread.start()
    started.wait()
    try:
        yield
    finally:
        ends[0]()
        thread.join()


def test_callers_send_every_picture_and_count_every_answer(tmp_path: Path) -> None:
    port, seen = free_port(tmp_path), list[bytes]()
    calls = [Call("/", name.encode()) for name in ("a", "b", "c")]
    with serving_here(port, 200, seen):
        waits = drive(port, calls, 3, 0.2)
    assert len(waits) == len(seen)
    assert set(seen) == {b"a", b"b", b"c"}


def test_an_answer_that_is_no_success_is_no_answer(tmp_path: Path) -> None:
    port = free_port(tmp_path)
    with serving_here(port, 503, []), pytest.raises(CallFailed, match="answered 503: said"):
        drive(port, [Call("/x", b"")], 2, 1.0)
