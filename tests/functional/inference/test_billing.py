"""One answer, one bill: keys, repeats, races, and faults of the usage table."""

import random
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from oriel.domain.model import Artifact, ModelLabel

from tests.fakes.callers import context_of
from tests.functional.inference.world import (
    OTHER_WORKSPACE,
    WORKSPACE,
    Response,
    World,
    artifact,
    model,
    picture,
)


def with_key(world: World, key: str, *texts: str, workspace: str | None = None) -> Response:
    headers = {"headers": {"idempotency-KEY": key}}
    if workspace is None:
        return world.classify(*map(picture, texts), **headers)
    context = {"requestId": "r", "authorizer": context_of(workspace, "x")}
    return world.classify(*map(picture, texts), requestContext=context, **headers)


def test_bills_every_request_without_a_key(world: World) -> None:
    for _ in range(3):
        world.classify(picture(), picture())
    assert world.billed() == 6


def test_repeats_the_same_answer_for_a_key_and_bills_it_once(world: World) -> None:
    first = with_key(world, "order-1", "8x6:1", "8x6:2")
    again = with_key(world, "order-1", "8x6:1", "8x6:2")
    assert again.body == first.body
    assert "Idempotent-Replayed" not in first.headers
    assert again.headers["Idempotent-Replayed"] == "true"
    assert len(world.recognizer.batches) == 1
    assert world.billed() == 2


def test_refuses_a_key_with_another_body(world: World) -> None:
    with_key(world, "order-1", "8x6:1")
    answer = with_key(world, "order-1", "8x6:2")
    assert answer.code == 422
    assert answer.body["code"] == "idempotency_mismatch"
    assert answer.body["status"]["code"] == 422
    assert world.billed() == 1


def test_keeps_the_keys_of_workspaces_apart(world: World) -> None:
    with_key(world, "order-1", "8x6:1")
    assert with_key(world, "order-1", "8x6:1", workspace=OTHER_WORKSPACE).code == 404


def test_lets_no_caller_take_the_id_of_another_request(world: World) -> None:
    with_key(world, "invocation-2", "8x6:1")
    world.classify(picture())
    assert world.billed() == 2


def test_bills_every_request_though_the_caller_chooses_the_gateways_request_id(
    world: World,
) -> None:
    owner = context_of(WORKSPACE, "x")
    context = {"requestId": "constant", "extendedRequestId": "constant", "authorizer": owner}
    for text in ("8x6:1", "8x6:1", "8x6:2"):
        answer = world.classify(picture(text), requestContext=context)
        assert answer.code == 200
        assert answer.body["status"]["request_id"] == "constant"
        assert "Idempotent-Replayed" not in answer.headers
    assert world.billed() == 3


def test_repeats_an_answer_that_could_answer_nothing(world: World) -> None:
    first = with_key(world, "order-1", "no picture")
    again = with_key(world, "order-1", "no picture")
    assert again.body == first.body
    assert again.headers["Idempotent-Replayed"] == "true"
    assert world.billed() == 0


@pytest.mark.parametrize("key", ["", " ", "a b", "x" * 256, "ü", "a\tb", "a\n"])
def test_refuses_a_key_that_is_none(world: World, key: str) -> None:
    answer = with_key(world, key, "8x6:1")
    assert answer.code == 400
    assert "Idempotency-Key" in answer.body["detail"]
    assert world.billed() == 0


def test_does_not_remember_a_request_that_was_refused(world: World) -> None:
    assert with_key(world, "order-1").code == 400
    assert with_key(world, "order-1", "8x6:1").code == 200


def test_a_thousand_racers_are_billed_once_and_told_one_answer_or_to_come_again(
    world: World,
) -> None:
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda _: with_key(world, "order-1", "8x6:1"), range(1000)))
    answered = [answer for answer in answers if answer.code == 200]
    assert len({answer.body["status"]["request_id"] for answer in answered}) == 1
    assert sum("Idempotent-Replayed" not in answer.headers for answer in answered) == 1
    told = {(answer.code, answer.body["code"]) for answer in answers if answer.code != 200}
    assert told <= {(409, "request_running")}
    assert world.billed() == 1
    assert len(world.recognizer.batches) == 1


@pytest.mark.parametrize("faults", [["before"], ["after"], ["down", "down"]])
def test_answers_while_the_usage_table_is_down_and_bills_later(
    world: World, faults: Sequence[str]
) -> None:
    world.usage.faults = [*faults]
    answer = with_key(world, "order-1", "8x6:1", "8x6:2")
    assert answer.code == 200
    assert len(world.outbox.waiting) == 1
    world.usage.faults = []
    world.drain()
    assert world.billed() == 2
    again = with_key(world, "order-1", "8x6:1", "8x6:2")
    assert again.body == answer.body


def test_gives_no_answer_that_neither_table_nor_outbox_can_bill(world: World) -> None:
    world.usage.faults = ["before"]
    world.outbox.is_down = True
    answer = world.classify(picture())
    assert answer.code == 503
    assert answer.body["code"] == "temporarily_unavailable"
    assert answer.headers["Retry-After"] == "1"
    assert world.billed() == 0


def test_needs_no_table_where_there_is_nothing_to_bill(world: World) -> None:
    world.usage.faults = ["before"]
    world.outbox.is_down = True
    assert world.classify({}).code == 200


def test_computes_no_answer_again_that_was_not_kept(world: World) -> None:
    with_key(world, "order-1", "8x6:1")
    store: Any = world.usage._store
    store.forget_replies()
    again = with_key(world, "order-1", "8x6:1")
    assert again.code == 409
    assert again.body["code"] == "conflict"
    assert with_key(world, "order-1", "8x6:2").code == 422
    assert len(world.recognizer.batches) == 1
    assert world.billed() == 1


def of_random_names(size: int) -> Artifact:
    chance = random.Random(1)  # noqa: S311 - a test's noise
    labels = tuple(ModelLabel(str(number), chance.randbytes(size).hex()) for number in range(3))
    return replace(artifact(2), labels=labels)


def publish(world: World, new: Artifact) -> None:
    world.core.models["model-2"] = replace(model(2), artifact=new)


def test_answers_again_what_no_item_holds(world: World) -> None:
    publish(world, of_random_names(200_000))
    first = with_key(world, "order-1", "8x6:1")
    assert first.code == 200
    again = with_key(world, "order-1", "8x6:1")
    assert again.body == first.body
    assert again.headers["Idempotent-Replayed"] == "true"
    assert world.billed() == 1
