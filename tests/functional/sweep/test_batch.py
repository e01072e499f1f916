"""The sweeper's function over memory stores, and its queue on the emulator."""

import json
import uuid
from dataclasses import dataclass, field
from typing import Any

import pytest
from oriel.adapters.sweep_queue import SqsSweepQueue, from_message
from oriel.domain.errors import TemporarilyUnavailable
from oriel.domain.ids import new_id
from oriel.domain.sweep import Sweep, SweepKind, SweepState, Swept
from oriel.services.sweeps import Sweeper

from functions.sweep.batch import LAST_DELIVERY, MARGIN_MS, run
from infra.local.emulator import Emulator
from tests.fakes.clock import FrozenClock
from tests.fakes.core import MemoryCore
from tests.fakes.sweeps import MemorySweepQueue, MemorySweepStore


@dataclass
class OneByOne:
    """Removes one link a slice."""

    left: int
    problem: Exception | None = None

    def sweep(self, _: Sweep) -> Swept:
        if self.problem:
            raise self.problem
        self.left -= 1
        return Swept({"links": 1}, finished=self.left == 0)


@dataclass
class World:
    broom: OneByOne
    store: MemorySweepStore = field(default_factory=lambda: MemorySweepStore(MemoryCore()))
    queue: MemorySweepQueue = field(default_factory=MemorySweepQueue)
    clock: FrozenClock = field(default_factory=FrozenClock)

    def __post_init__(self) -> None:
        self.sweep = Sweep(new_id(), SweepKind.LABEL, new_id(), self.clock())
        self.store.request(self.sweep)
        brooms = {SweepKind.LABEL: self.broom}
        self.sweeper = Sweeper(self.store, self.queue, brooms, self.clock)

    def run(self, *remaining_ms: int, deliveries: int = 1, body: str | None = None) -> list[str]:
        """Handle one message; return the ids of the messages that shall come again."""
        content = {
            "format": 1,
            "workspace_id": self.sweep.workspace_id,
            "subject_id": self.sweep.subject_id,
        }
        record = {
            "messageId": "one",
            "body": json.dumps(content) if body is None else body,
            "attributes": {"ApproximateReceiveCount": str(deliveries)},
        }
        left = iter(remaining_ms)
        answer = run({"Records": [record]}, self.sweeper, lambda: next(left))
        return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]

    def state(self) -> SweepState:
        found = self.store.find(self.sweep.workspace_id, self.sweep.subject_id)
        assert found is not None
        return found.state


def test_slices_are_begun_while_there_is_time_and_the_rest_is_left_to_another_message() -> None:
    world = World(OneByOne(5))
    assert world.run(MARGIN_MS + 2, MARGIN_MS + 1, MARGIN_MS) == []
    assert (world.broom.left, len(world.queue.waiting)) == (2, 1)
    assert world.run(MARGIN_MS + 1) == []
    assert (world.broom.left, world.state()) == (0, SweepState.DONE)


def test_what_fails_comes_again_and_at_last_says_so() -> None:
    world = World(OneByOne(5, RuntimeError("a bug")))
    assert world.run(deliveries=1) == ["one"]
    assert world.run(deliveries=LAST_DELIVERY - 1) == ["one"]
    assert world.state() is SweepState.RUNNING
    assert world.run(deliveries=LAST_DELIVERY) == ["one"]
    assert world.state() is SweepState.FAILED


@pytest.mark.parametrize("body", ["", "[]", "{}", '{"format": 2}', '{"format": 1}'])
def test_what_is_no_message_becomes_a_dead_letter(body: str) -> None:
    assert World(OneByOne(1)).run(body=body) == ["one"]


def test_a_message_is_sent_as_it_is_read(emulator: Emulator) -> None:
    client = emulator.client("sqs")
    url = client.create_queue(QueueName=f"sweep-{uuid.uuid4()}")["QueueUrl"]
    SqsSweepQueue(client, url).send("ws", "label", 1)
    found: Any = client.receive_message(QueueUrl=url, WaitTimeSeconds=10)
    [message] = found["Messages"]
    assert from_message(message["Body"]) == ("ws", "label")


def test_says_when_the_queue_does_not_take_it(emulator: Emulator) -> None:
    queue = SqsSweepQueue(emulator.client("sqs"), f"{emulator.endpoint}/000000000000/nowhere")
    with pytest.raises(TemporarilyUnavailable):
        queue.send("ws", "label")
