"""The outbox on the emulator's queue."""

import uuid

import pytest
from oriel.adapters.outbox import SqsUsageOutbox, from_message
from oriel.domain.errors import TemporarilyUnavailable
from oriel.domain.usage import RequestKey, StoredReply
from oriel.services.metering import Deferred

from infra.local.emulator import Emulator
from tests.fakes.facts import NOON, facts

KEY = RequestKey("key.one")


def test_sends_what_the_meter_reads(emulator: Emulator) -> None:
    client = emulator.client("sqs")
    url = client.create_queue(QueueName=f"outbox-{uuid.uuid4()}")["QueueUrl"]
    reply = StoredReply("hash", {"name": "Stiefel ü"})
    SqsUsageOutbox(client, url).put("ws", KEY, facts("ws", KEY, 2), reply, NOON)
    (message,) = client.receive_message(QueueUrl=url, WaitTimeSeconds=5)["Messages"]
    expected = Deferred("ws", KEY, tuple(facts("ws", KEY, 2)), reply, NOON)
    assert from_message(message["Body"]) == expected


def test_says_when_the_queue_does_not_take_it(emulator: Emulator) -> None:
    outbox = SqsUsageOutbox(emulator.client("sqs"), f"{emulator.endpoint}/000000000000/nowhere")
    with pytest.raises(TemporarilyUnavailable):
        outbox.put("ws", KEY, [], StoredReply("hash", {}), NOON)
