"""What a process says of its start."""

from collections.abc import Mapping
from typing import Any

import pytest
from oriel.settings import Settings

from functions.inference.instance import COLD_START, Instance

REQUEST = {"httpMethod": "POST"}
BATCH: dict[str, Any] = {"Records": []}


class Echo:
    def answer(self, event: Mapping[str, Any], invocation_id: str) -> dict[str, Any]:
        return {"statusCode": 200, "headers": {"A": invocation_id}, "body": event["httpMethod"]}


def instance(*, awaited: bool = True) -> Instance:
    shadows: Any = None
    return Instance(Echo(), shadows, awaited=awaited)


def cold(one: Instance) -> str:
    return str(one.invoke(REQUEST, "1")["headers"][COLD_START])


def test_only_the_first_request_of_a_process_is_cold() -> None:
    one = instance()
    assert [cold(one) for _ in range(3)] == ["true", "false", "false"]
    assert cold(instance()) == "true"


def test_what_the_app_answers_stays_as_it_is() -> None:
    reply = instance().invoke(REQUEST, "id-1")
    assert reply["headers"].pop(COLD_START) == "true"
    assert reply == {"statusCode": 200, "headers": {"A": "id-1"}, "body": "POST"}


def test_a_process_that_a_queue_started_is_warm_for_callers() -> None:
    one = instance()
    assert one.invoke(BATCH, "1") == {"batchItemFailures": []}
    assert cold(one) == "false"


def test_nobody_waits_for_a_process_that_is_kept_started() -> None:
    assert cold(instance(awaited=False)) == "false"


@pytest.mark.parametrize(
    ("kind", "ahead"),
    [("on-demand", False), ("snap-start", False), ("provisioned-concurrency", True)],
)
def test_lambda_says_how_a_process_was_started(kind: str, ahead: bool) -> None:
    assert Settings({"AWS_LAMBDA_INITIALIZATION_TYPE": kind}).started_ahead is ahead
    assert not Settings({}).started_ahead
