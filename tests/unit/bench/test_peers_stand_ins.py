"""What stands in for AWS's side where this project is measured beside its peers."""

import asyncio
import base64
import json
import os
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
import httptools
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
from tests.bench.speed.peers.ours.plain_http import (
    Connection,
    Reply,
    Request,
    Response,
    run,
    serve,
)
from tests.bench.speed.peers.ours.store import HEALTH, Store
from tests.bench.speed.peers.process_tree import cpu_seconds, cpu_seconds_alone, only_child
from tests.bench.speed.peers.serving import Program, serving

RUNTIME = "/2018-06-01/runtime/invocation"
NEXT = Request("GET", f"{RUNTIME}/next", {}, b"")
NOW = datetime(2026, 11, 21, tzinfo=UTC)


def free_port(folder: Path) -> int:
    return choose_port(None, folder / "none")


def post(path: str, body: bytes = b"", **headers: str) -> Request:
    return Request("POST", path, headers, body)


def replies(gateway: Gateway, *requests: Request) -> list[list[Response]]:
    """Send the requests one after the other; return what each has been answered by the end."""
    answered = []
    for request in requests:
        answered.append(list[Response]())
        gateway.handle(request, answered[-1].append)
    return answered


def answer_of_worker(taken: Response, how: str, said: Any) -> Request:
    invocation = taken.headers["Lambda-Runtime-Aws-Request-Id"]
    return post(f"{RUNTIME}/{invocation}/{how}", json.dumps(said).encode())


@pytest.mark.parametrize("worker_first", [True, False])
def test_a_worker_takes_a_request_as_an_event_and_answers_it(worker_first: bool) -> None:
    gateway = Gateway({"user_id": "someone"})
    request = post("/recognition/v2/classify", b"twice", accept="json")
    if worker_first:
        (taken,), responses = replies(gateway, NEXT, request)
    else:
        responses, (taken,) = replies(gateway, request, NEXT)
    assert responses == []
    event = json.loads(taken.body)
    assert (event["httpMethod"], event["path"]) == ("POST", "/recognition/v2/classify")
    assert event["headers"] == {"accept": "json"}
    assert event["requestContext"]["authorizer"] == {"user_id": "someone"}
    said = {"statusCode": 201, "headers": {"X-A": "b"}, "body": event["body"] * 2}
    ((accepted,),) = replies(gateway, answer_of_worker(taken, "response", said))
    assert accepted.status == 202
    assert responses == [Response(201, b"twicetwice", {"X-A": "b"})]


def test_a_worker_runs_one_request_at_a_time_and_the_first_comes_first() -> None:
    gateway = Gateway({})
    _, _, (first,), (second,), none_left = replies(
        gateway, post("/x", b"1"), post("/x", b"2"), NEXT, NEXT, NEXT
    )
    assert [json.loads(taken.body)["body"] for taken in (first, second)] == ["1", "2"]
    assert none_left == []


@pytest.mark.parametrize("text", ["", "plain", '{"a": "b\\\\\\"c"}', "[\n\t1,\r\n2]", "ü € 😀"])
def test_a_body_reaches_a_function_as_it_was_sent(text: str) -> None:
    event = json.loads(event_of(post("/x", text.encode()), "id", {}))
    assert event["body"] == text
    assert event["requestContext"]["requestId"] == "id"


@pytest.mark.parametrize("asks_first", [True, False])
def test_a_caller_alone_meets_the_same_worker_again(asks_first: bool) -> None:
    gateway = Gateway({})
    other, (taken,), _ = replies(gateway, NEXT, NEXT, post("/x"))
    replies(gateway, answer_of_worker(taken, "response", {"statusCode": 200, "body": ""}))
    both = (NEXT, post("/x")) if asks_first else (post("/x"), NEXT)
    again = replies(gateway, *both)[0 if asks_first else 1]
    assert (len(other), len(again)) == (0, 1)


def test_callers_together_keep_all_workers_busy() -> None:
    gateway = Gateway({})
    other, (taken,), _ = replies(gateway, NEXT, NEXT, post("/x"))
    replies(gateway, answer_of_worker(taken, "response", {"statusCode": 200, "body": ""}))
    _, _, again = replies(gateway, post("/x"), post("/x"), NEXT)
    assert (len(other), len(again)) == (1, 1)


def test_a_function_that_fails_is_a_bad_gateway() -> None:
    gateway = Gateway({})
    responses, (taken,) = replies(gateway, post("/x"), NEXT)
    failed = answer_of_worker(taken, "error", {"errorMessage": "out of memory"})
    replies(gateway, failed)
    (response,) = responses
    assert response.status == 502
    assert b"out of memory" in response.body


class Written(asyncio.Transport):
    """Keeps what is written; what is given to `writelines` comes here too."""

    def __init__(self) -> None:
        super().__init__()
        self.data = b""

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.data += data

    def is_closing(self) -> bool:
        return False


def received(*parts: bytes) -> tuple[list[Request], bytes]:
    """Return the requests in what comes in these parts, and what is answered to them."""
    seen, transport = list[Request](), Written()

    def handle(request: Request, reply: Reply) -> None:
        seen.append(request)
        reply(Response(200, b"said", {"X-A": "b"}))

    connection = Connection(handle)
    connection.connection_made(transport)
    for part in parts:
        connection.data_received(part)
    return seen, transport.data


SENT = b"POST /a%20b?c=d HTTP/1.1\r\nX-One: 1\r\nContent-Length: 5\r\n\r\nhello"


@pytest.mark.parametrize("size", [1, 7, len(SENT)])
def test_a_request_is_understood_in_whatever_parts_it_comes(size: int) -> None:
    twice = SENT + b"GET / HTTP/1.1\r\n\r\n"
    seen, answered = received(*(twice[at : at + size] for at in range(0, len(twice), size)))
    assert seen == [
        Request("POST", "/a b", {"x-one": "1", "content-length": "5"}, b"hello"),
        Request("GET", "/", {}, b""),
    ]
    assert answered == b"HTTP/1.1 200 OK\r\nX-A: b\r\nContent-Length: 4\r\n\r\nsaid" * 2


def test_a_body_in_chunks_is_put_together() -> None:
    head = b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"
    seen, _ = received(head, b"2\r\nhe\r\n3\r\nllo\r\n", b"0\r\n\r\n")
    assert [request.body for request in seen] == [b"hello"]


def test_what_is_no_http_is_refused_and_not_misread() -> None:
    with pytest.raises(httptools.HttpParserError):
        received(b"hello\r\n\r\n")


def test_the_store_refuses_what_it_does_not_stand_in_for(
    capsys: pytest.CaptureFixture[str],
) -> None:
    asked = post("/", b"{}", **{"x-amz-target": "DynamoDB_20120810.Query"})
    answered = list[Response]()
    Store({}, {}).handle(asked, answered.append)
    (response,) = answered
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
        assert cpu_seconds_alone(only_child(root)) > 0
        assert cpu_seconds(root) >= cpu_seconds_alone(only_child(root))


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

    def handle(request: Request, reply: Reply) -> None:
        seen.append(request.body)
        reply(Response(status, b"said"))

    async def answer() -> None:
        stop, loop = asyncio.Event(), asyncio.get_running_loop()
        ends.append(lambda: loop.call_soon_threadsafe(stop.set))
        async with await serve(handle, port):
            started.set()
            await stop.wait()

    thread = threading.Thread(target=lambda: run(answer()))
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
