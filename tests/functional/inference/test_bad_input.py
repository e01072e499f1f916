"""Every wrong thing a caller can send is answered with JSON that says what is wrong."""

import base64
import json
from dataclasses import replace
from typing import Any

import pytest
from oriel.domain.model import ModelLabel

from tests.fakes.callers import context_of
from tests.fakes.facts import TASK
from tests.functional.inference.world import (
    OTHER_WORKSPACE,
    UNKNOWN,
    UNTRAINED,
    Response,
    World,
    artifact,
    model,
    picture,
)


def assert_refused(answer: Response, code: int, error: str, mentions: str) -> None:
    assert answer.code == code
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.body["code"] == error
    assert mentions in answer.body["detail"]
    assert answer.body["request_id"] == "request-1"
    assert answer.body["status"]["code"] == code
    assert answer.body["status"]["text"] == answer.body["detail"]


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "{",
        "{} {}",
        '{"task_id": NaN}',
        '{"own": -Infinity}',
        '{"records": [{"own": 1e999}]}',
        '{"records": [{"own": [-1e999]}]}',
        '{"task_id": "\\ud800"}',
        '{"records": [{"\\uDFFF": 1}]}',
        '{"records": [{"own": "\\ude00\\ud83d"}]}',
        "[" * 100_000,
        "9" * 10_000,
    ],
)
def test_refuses_what_is_not_json(world: World, text: str | None) -> None:
    assert_refused(world.send(body=text), 400, "invalid_input", "not valid JSON")


@pytest.mark.parametrize("text", ["[]", '"x"', "null", "3"])
def test_refuses_json_that_is_no_object(world: World, text: str) -> None:
    assert_refused(world.send(body=text), 400, "invalid_input", "JSON object")


@pytest.mark.parametrize("body", [b"\xff\xfe{}\x80", b'{"own": "\xed\xa0\x80"}'])
def test_refuses_a_body_that_is_no_text(world: World, body: bytes) -> None:
    answer = world.send(body=base64.b64encode(body).decode(), isBase64Encoded=True)
    assert_refused(answer, 400, "invalid_input", "not valid JSON")


def test_refuses_seven_megabytes(world: World) -> None:
    answer = world.classify({"_base64": "A" * 7 * 1024 * 1024})
    assert_refused(answer, 413, "payload_too_large", "at most 6 MB")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"task_id": 7}, "task_id"),
        ({"task_id": None}, "task_id"),
        ({"task_id": None, "task": {"id": "x"}}, "task"),
        ({"version": "1"}, "version"),
        ({"version": 1.0}, "version"),
        ({"version": True}, "version"),
        ({"workspace": 3}, "workspace"),
        ({"records": {}}, "records"),
        ({"records": "x"}, "records"),
        ({"records": ["x"]}, "records[0]"),
        ({"records": [{}, {"_url": 3}]}, "records[1]._url"),
        ({"records": [{"_base64": ["x"]}]}, "records[0]._base64"),
    ],
)
def test_names_the_field_of_a_wrong_type(world: World, change: dict[str, Any], field: str) -> None:
    body = {"task_id": TASK, "records": [picture()]} | change
    assert_refused(world.post(body), 400, "invalid_input", field)


@pytest.mark.parametrize("records", [[], None])
def test_refuses_no_records(world: World, records: Any) -> None:
    answer = world.post({"task_id": TASK, "records": records})
    assert_refused(answer, 400, "invalid_input", "at least one")


def test_refuses_eleven_records(world: World) -> None:
    assert_refused(world.classify(*[picture()] * 11), 400, "invalid_input", "at most 10")
    assert world.billed() == 0


@pytest.mark.parametrize("task_id", [UNKNOWN, "no-uuid", "x" * 5000, "../task"])
def test_does_not_find_an_unknown_task(world: World, task_id: str) -> None:
    answer = world.post({"task_id": task_id, "records": [picture()]})
    assert_refused(answer, 404, "not_found", "task")


def test_does_not_find_the_task_of_another_workspace(world: World) -> None:
    assert world.classify(picture()).code == 200
    foreign = context_of(OTHER_WORKSPACE, "x")
    context = {"requestId": "request-1", "authorizer": foreign}
    assert_refused(world.classify(picture(), requestContext=context), 404, "not_found", "task")


def test_does_not_find_another_workspace(world: World) -> None:
    body = {"task_id": TASK, "records": [picture()], "workspace": OTHER_WORKSPACE}
    assert_refused(world.post(body), 404, "not_found", "workspace")


def test_says_that_a_task_is_not_trained(world: World) -> None:
    answer = world.post({"task_id": UNTRAINED, "records": [picture()]})
    assert_refused(answer, 400, "not_trained", "not been trained")


@pytest.mark.parametrize("version", [3, 0, -1, -7, 10**30])
def test_says_that_a_version_does_not_exist(world: World, version: int) -> None:
    answer = world.post({"task_id": TASK, "version": version, "records": [picture()]})
    assert_refused(answer, 400, "not_trained", "version")


def test_refuses_a_caller_whom_no_authorizer_knows(world: World) -> None:
    answer = world.classify(picture(), requestContext={"requestId": "request-1"})
    assert_refused(answer, 401, "unauthenticated", "token")


@pytest.mark.parametrize(
    ("path", "method", "code", "error"),
    [
        ("/recognition/v2/classify", "GET", 405, "method_not_allowed"),
        ("/recognition/v2/classifyy", "POST", 404, "not_found"),
    ],
)
def test_answers_other_routes_with_json(
    world: World, path: str, method: str, code: int, error: str
) -> None:
    assert_refused(world.classify(picture(), path=path, httpMethod=method), code, error, "")


@pytest.mark.parametrize(
    ("record", "problem"),
    [
        ({}, "neither _url nor _base64"),
        ({"_file": "/etc/passwd"}, "neither _url nor _base64"),
        ({"_base64": ""}, "no picture"),
        ({"_base64": "data:image/png;base64"}, "no picture"),
        ({"_base64": "abc"}, "not valid base64"),
        ({"_base64": "!!!!"}, "not valid base64"),
        ({"_base64": "ä"}, "not valid base64"),
        ({"_base64": base64.b64encode(b"no picture").decode()}, "no picture"),
        ({"_url": "https://nowhere.test/"}, "unknown"),
        ({"_url": ""}, "unknown"),
    ],
)
def test_refuses_one_record_and_answers_and_bills_the_others(
    world: World, record: dict[str, Any], problem: str
) -> None:
    answer = world.classify(picture(), record | {"_id": "bad"}, picture("8x6:1"))
    assert answer.code == 200
    assert answer.body["status"]["code"] == 200
    good, bad, other = answer.records
    assert bad["_status"]["code"] == 400
    assert problem in bad["_status"]["text"]
    assert bad["_id"] == "bad"
    assert "best_label" not in bad
    assert good["best_label"]["id"] == "boot"
    assert other["best_label"]["id"] == "bag"
    assert world.billed() == 2


@pytest.mark.parametrize("levels", [33, 500, 900, 980])
@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a":', "}")])
def test_refuses_own_fields_of_many_levels_and_bills_nothing(
    world: World, levels: int, opening: str, closing: str
) -> None:
    deep = opening * levels + "1" + closing * levels
    record = json.dumps(picture()).replace("}", f', "own": {deep}}}')
    answer = world.post(f'{{"task_id": "{TASK}", "records": [{record}]}}')
    assert answer.code == 400
    assert answer.body["code"] == "invalid_input"
    assert world.recognizer.batches == []
    assert world.billed() == 0


def test_repeats_own_fields_of_some_levels_and_of_all_characters(world: World) -> None:
    own = {"own": "[\U0001f600]", "nested": json.loads("[" * 32 + "1.5e3" + "]" * 32)}
    answer = world.classify(picture() | own)
    assert own.items() <= answer.records[0].items()


def test_bills_nothing_where_no_record_can_be_answered(world: World) -> None:
    answer = world.classify({"_base64": "abc"}, {})
    assert answer.body["status"]["code"] == 200
    assert [record["_status"]["code"] for record in answer.records] == [400, 400]
    assert world.billed() == 0
    assert world.recognizer.batches == []


def test_refuses_an_answer_too_large_to_give_and_bills_nothing(world: World) -> None:
    # Each of these characters needs six in JSON.
    labels = tuple(ModelLabel(str(number), "\u00fc" * 500_000) for number in range(3))
    large = replace(artifact(2), labels=labels)
    world.core.models["model-2"] = replace(model(2), artifact=large)
    answer = world.classify(picture())
    assert_refused(answer, 413, "payload_too_large", "answer is too large")
    assert world.billed() == 0


def test_refuses_padded_own_fields_names_the_record_and_bills_nothing(world: World) -> None:
    most = {"own": "\u00fc" * 4000}
    assert world.classify(picture() | most, picture() | most).code == 200
    answer = world.classify(picture(), picture() | most | {"more": "x" * 200})
    assert answer.code == 400
    assert "records[1]" in answer.body["detail"]
    assert "8192 bytes" in answer.body["detail"]
    assert world.billed() == 2


def test_shows_nothing_of_its_inside_when_it_fails(world: World) -> None:
    world.recognizer.highest = float("nan")
    answer = world.classify(picture())
    assert_refused(answer, 500, "internal", "our side")
    assert world.billed() == 0
