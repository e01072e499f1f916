"""The function: a schedule begins rounds, and one workspace's trouble is no other's."""

import json
import uuid
from typing import Any

import pytest
from oriel.adapters.export_queue import SqsExportQueue, from_message
from oriel.adapters.parameters import read_secret
from oriel.domain.errors import TemporarilyUnavailable

from functions.export_usage.batch import Exporter, run
from infra.local.emulator import Emulator
from tests.functional.export.world import CUSTOMER, OTHER, SECOND, WORKSPACE, World


def record(number: int, workspace_id: str, first: str = "2026-11-18") -> dict[str, str]:
    body = {"format": 1, "workspace_id": workspace_id, "first": first}
    return {"messageId": str(number), "body": json.dumps(body)}


def handle(world: World, event: dict[str, Any]) -> list[str]:
    answer = run(event, Exporter(world.round, world.service))
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


def test_the_schedule_begins_a_round(world: World) -> None:
    assert handle(world, {}) == []
    assert [workspace_id for workspace_id, _ in world.queue.waiting] == [WORKSPACE]


def test_a_round_that_could_not_begin_fails_so_that_it_is_tried_again(world: World) -> None:
    world.queue.is_down = True
    with pytest.raises(TemporarilyUnavailable):
        handle(world, {})


def test_a_poisoned_workspace_blocks_no_other(world: World) -> None:
    world.customer(OTHER, SECOND, world.today)
    world.customer("poisoned", "cus_nobody", world.today)
    for workspace_id in (WORKSPACE, OTHER, "poisoned"):
        world.use(3, workspace_id=workspace_id)
    names = ("poisoned", WORKSPACE, "poisoned", OTHER)
    records = [record(number, name) for number, name in enumerate(names)]
    assert handle(world, {"Records": records}) == ["0", "2"]
    assert (world.stripe.units(CUSTOMER), world.stripe.units(SECOND)) == (3, 3)


@pytest.mark.parametrize("body", ["", "[]", "{}", '{"format": 2}', '{"format": 1}'])
def test_what_is_no_message_comes_again_until_it_is_put_aside(world: World, body: str) -> None:
    assert handle(world, {"Records": [{"messageId": "one", "body": body}]}) == ["one"]


def test_a_refusal_is_logged_in_stripes_words_and_never_the_key(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    world.use(1)
    world.stripe.customers.clear()
    handle(world, {"Records": [record(1, WORKSPACE)]})
    logged = capsys.readouterr().out
    assert "No such customer" in logged
    assert "sk_test" not in logged


def test_a_message_is_sent_as_it_is_read(world: World, emulator: Emulator) -> None:
    client = emulator.client("sqs")
    url = client.create_queue(QueueName=f"export-{uuid.uuid4()}")["QueueUrl"]
    SqsExportQueue(client, url).send(WORKSPACE, world.today)
    found: Any = client.receive_message(QueueUrl=url, WaitTimeSeconds=10)
    [message] = found["Messages"]
    assert from_message(message["Body"]) == (WORKSPACE, world.today)


def test_says_when_the_queue_does_not_take_it(world: World, emulator: Emulator) -> None:
    queue = SqsExportQueue(emulator.client("sqs"), f"{emulator.endpoint}/000000000000/nowhere")
    with pytest.raises(TemporarilyUnavailable):
        queue.send(WORKSPACE, world.today)


def test_the_key_is_read_where_it_is_kept_secret(emulator: Emulator) -> None:
    client, name = emulator.client("ssm"), f"/oriel/{uuid.uuid4()}"
    client.put_parameter(Name=name, Value="sk_test_kept", Type="SecureString")
    assert read_secret(client, name) == "sk_test_kept"
    with pytest.raises(TemporarilyUnavailable, match="/oriel/nothing"):
        read_secret(client, "/oriel/nothing")
