"""DynamoDB throttles or is away: tried again within the budget, else said; nothing billed twice."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from infra.local.emulator import Emulator
from tests.functional.inference.deployed import Deployment, base64_of
from tests.functional.inference.outage import EVERYTHING, Fault, Outage, outage_before
from tests.unit.inference.pictures import encoded

RECORDS = [{"_base64": base64_of(encoded(64 + number, 48))} for number in range(3)]
READS, COMMITS = frozenset({"GetItem"}), frozenset({"TransactWriteItems"})

each_refusal = pytest.mark.parametrize("fault", [Fault.THROTTLED, Fault.DOWN])
each_fault = pytest.mark.parametrize("fault", list(Fault))


@pytest.fixture
def outage(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> Iterator[Outage]:
    """Stands between inference and its tables; asked for before `deployment`, which it is for."""
    with outage_before(emulator.endpoint) as outage:
        monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", outage.endpoint)
        yield outage


def answered(deployment: Deployment, key: str = "order-1") -> Any:
    answer = deployment.classify(*RECORDS, key=key)
    assert answer["statusCode"] == 200, answer["body"]
    return json.loads(answer["body"])


@each_refusal
@pytest.mark.parametrize("operations", [READS, COMMITS], ids=["reads", "commits"])
def test_two_refused_calls_are_tried_again_and_nobody_notices(
    outage: Outage, deployment: Deployment, fault: Fault, operations: frozenset[str]
) -> None:
    outage.begin(fault, operations=operations, times=2)
    answered(deployment)
    assert len(outage.refused) == 2
    assert deployment.drain() == 0
    assert deployment.billed() == 3


@each_refusal
@pytest.mark.parametrize("operations", [EVERYTHING, COMMITS], ids=["all", "commits"])
def test_two_seconds_without_tables_cost_nobody_an_answer_or_a_second_bill(
    outage: Outage, deployment: Deployment, fault: Fault, operations: frozenset[str]
) -> None:
    outage.begin(fault, operations=operations, seconds=2.0)
    first = answered(deployment)
    assert outage.refused
    assert deployment.drain() == 0
    assert answered(deployment) == first
    assert deployment.billed() == 3


@each_refusal
def test_who_meets_a_longer_outage_is_told_to_come_again_and_then_answered(
    outage: Outage, deployment: Deployment, fault: Fault
) -> None:
    outage.begin(fault)
    for _ in range(2):
        assert_told_to_come_again(deployment.classify(*RECORDS, key="order-1"))
    outage.end()
    assert deployment.usage_items() == []
    assert deployment.drain() == 0
    answered(deployment)
    answered(deployment)
    assert deployment.billed() == 3


@each_fault
def test_an_answer_that_cannot_be_billed_now_is_given_and_billed_later(
    outage: Outage, deployment: Deployment, fault: Fault
) -> None:
    """LOST: the table has it already when the outbox brings it a second time."""
    outage.begin(fault, operations=COMMITS)
    first = answered(deployment)
    assert deployment.billed() == (3 if fault is Fault.LOST else 0)
    outage.end()
    assert deployment.drain() == 1
    assert deployment.billed() == 3
    assert answered(deployment) == first
    assert deployment.billed() == 3


def assert_told_to_come_again(answer: dict[str, Any]) -> None:
    assert answer["statusCode"] == 503
    assert answer["headers"]["Retry-After"] == "1"
    body = json.loads(answer["body"])
    assert body["code"] == "temporarily_unavailable"
    assert body["status"]["code"] == 503
