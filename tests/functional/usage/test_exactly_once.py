"""Whatever fails, comes twice or comes late: an answered record is billed exactly once a task.

Requests, stream deliveries and outbox deliveries happen in any order; each write may fail before or
after it happened. When everything works again, the totals are those of the committed answers.
"""

import uuid
from dataclasses import dataclass, field
from random import Random
from typing import Any, Protocol

from botocore.exceptions import ReadTimeoutError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from oriel.adapters.dynamodb.holds import DynamoHoldStore
from oriel.adapters.dynamodb.usage import DynamoUsageStore
from oriel.adapters.dynamodb.usage_totals import DynamoTotalsStore
from oriel.domain.billing.holds import HOLD_LASTS, Hold
from oriel.domain.errors import IdempotencyMismatch, RequestRunning, TemporarilyUnavailable
from oriel.domain.usage import RequestKey, StoredReply, UsageFact
from oriel.hold_ports import HoldStore
from oriel.services.metering import Metering, Settled, Submission
from oriel.services.reservations import AnsweredBefore
from oriel.usage_ports import TotalsStore, UsageStore

from functions.meter.batch import Meter, run
from tests.fakes.facts import NOON, TASK, facts
from tests.fakes.holds import MemoryHoldStore
from tests.fakes.meter_events import queue_event, stream_event
from tests.fakes.reserving import reservations_of
from tests.fakes.totals import FaultyTotalsStore, MemoryTotalsStore, meter_of
from tests.fakes.usage import FaultyUsageStore, MemoryUsageOutbox, MemoryUsageStore
from tests.functional.usage.faulty_client import FaultyClient

TASKS = ("one", "two", "three")
FAULTS = st.sampled_from([None, None, "before", "after"])


class Breakable(Protocol):
    @property
    def store(self) -> UsageStore: ...

    @property
    def totals(self) -> TotalsStore: ...

    @property
    def holds(self) -> HoldStore: ...

    def order(self, fault: str | None) -> None: ...


class BreakableMemory:
    def __init__(self) -> None:
        memory = MemoryUsageStore()
        self.store = FaultyUsageStore(memory)
        self.totals = FaultyTotalsStore(MemoryTotalsStore(memory))
        self.holds = MemoryHoldStore(memory)

    def order(self, fault: str | None) -> None:
        self.store.faults, self.totals.faults = [fault], [fault]
        self.holds.faults = [fault]


class BreakableTable:
    def __init__(self, client: Any, name: str) -> None:
        self._client = FaultyClient(client)
        self.store = DynamoUsageStore(self._client, name)  # type: ignore[arg-type]
        self.totals = DynamoTotalsStore(self._client, name)  # type: ignore[arg-type]
        self.holds = DynamoHoldStore(self._client, name)  # type: ignore[arg-type]

    def order(self, fault: str | None) -> None:
        lost = ReadTimeoutError(endpoint_url="x")
        self._client.before = [lost] if fault == "before" else []
        self._client.after = [lost] if fault == "after" else []


@dataclass(frozen=True)
class Submit:
    key: int
    body: str
    records: int
    tasks: int
    fault: str | None
    outbox_is_down: bool


@dataclass(frozen=True)
class Deliver:
    seed: int
    fault: str | None


@dataclass(frozen=True)
class Drain:
    fault: str | None


STEPS = st.lists(
    st.one_of(
        st.builds(
            Submit,
            key=st.integers(0, 3),
            body=st.sampled_from("AAAB"),
            records=st.integers(0, 3),
            tasks=st.integers(1, 3),
            fault=FAULTS,
            outbox_is_down=st.booleans(),
        ),
        st.builds(Deliver, seed=st.integers(0, 1000), fault=FAULTS),
        st.builds(Drain, fault=FAULTS),
    ),
    max_size=14,
)


@dataclass
class World:
    """Runs the steps and remembers what callers were told."""

    breakable: Breakable
    workspace_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    outbox: MemoryUsageOutbox = field(default_factory=MemoryUsageOutbox)
    told: list[tuple[RequestKey, str, Settled]] = field(default_factory=list)
    stream: list[UsageFact] = field(default_factory=list)
    minutes: int = 0

    @property
    def meter(self) -> Meter:
        return meter_of(self.breakable.store, self.breakable.totals)

    def submit(self, step: Submit) -> None:
        key = RequestKey(f"key.{step.key}")
        metering = Metering(self.breakable.store, self.outbox, self.breakable.holds)
        submission = Submission(self.workspace_id, key, step.body, repeatable=True)
        self.outbox.is_down = step.outbox_is_down
        try:
            hold = self.reserve(submission)
        except AnsweredBefore as before:
            self.told.append((key, step.body, Settled(before.reply, replayed=True)))
            return
        except (IdempotencyMismatch, RequestRunning):
            return
        mine = [
            fact
            for index in range(step.tasks)
            for fact in facts(
                self.workspace_id, key, step.records, task_id=TASKS[index], task_index=index
            )
        ]
        self.stream += mine
        reply = {"attempt": str(uuid.uuid4()), "answers": len(mine)}
        self.breakable.order(step.fault)
        try:
            settled = metering.settle(submission, mine, reply, NOON, hold)
        except (IdempotencyMismatch, TemporarilyUnavailable):
            return
        self.told.append((key, step.body, settled))

    def reserve(self, submission: Submission) -> Hold | None:
        """Take the hold of a key; it never runs beside another, so that old ones have ended."""
        self.minutes += 1
        clock = lambda: NOON + HOLD_LASTS * self.minutes  # noqa: E731
        reserving = reservations_of(self.breakable.holds, self.breakable.store, clock=clock).begin(
            submission, [TASK], 1
        )
        assert reserving.work is not None
        reserving.work()
        return reserving.made.hold

    def deliver(self, step: Deliver) -> None:
        chance = Random(step.seed)  # noqa: S311 - a test's shuffle
        some = chance.choices(self.stream, k=2 * len(self.stream)) if self.stream else []
        self.breakable.order(step.fault)
        run(stream_event(some), self.meter)

    def drain(self, step: Drain) -> None:
        self.breakable.order(step.fault)
        waiting = self.outbox.waiting
        failed = run(queue_event(waiting), self.meter)["batchItemFailures"]
        again = {int(item["itemIdentifier"]) for item in failed}
        # What succeeded may come a second time all the same.
        run(queue_event(waiting), self.meter)
        self.outbox.waiting = [entry for n, entry in enumerate(waiting) if n in again]

    def heal(self) -> None:
        self.breakable.order(None)
        self.drain(Drain(None))
        run(stream_event([*self.stream, *reversed(self.stream)]), self.meter)

    def stored(self, key: RequestKey) -> StoredReply | None:
        return self.breakable.store.find_reply(self.workspace_id, key)

    def billed(self) -> int:
        totals = self.breakable.totals.totals(self.workspace_id, "2026-11-21", "2026-11-21")
        return sum(total.units for total in totals)


def play(steps: list[Any], breakable: Breakable) -> None:
    world = World(breakable)
    for step in steps:
        breakable.order(None)
        match step:
            case Submit():
                world.submit(step)
            case Deliver():
                world.deliver(step)
            case Drain():
                world.drain(step)
    world.heal()
    check(world)


def check(world: World) -> None:
    committed = [world.stored(RequestKey(f"key.{number}")) for number in range(4)]
    answered = sum(kept.reply["answers"] for kept in committed if kept and kept.reply)
    assert world.billed() == answered
    for key, body, settled in world.told:
        kept = world.stored(key)
        assert kept is not None, "an answer was given that nobody will ever be billed for"
        if not settled.deferred:
            assert kept == StoredReply(body, settled.reply)
    # Only an answer to a key that had meanwhile been used with another body stays in the outbox.
    for entry in world.outbox.waiting:
        winner = world.stored(entry.key)
        assert winner is not None
        assert winner.body_hash != entry.reply.body_hash


@given(STEPS)
@settings(max_examples=300, deadline=None)
def test_bills_each_answered_record_once_in_memory(steps: list[Any]) -> None:
    play(steps, BreakableMemory())


@given(steps=STEPS)
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_bills_each_answered_record_once_in_the_table(
    usage_table: tuple[Any, str], steps: list[Any]
) -> None:
    play(steps, BreakableTable(*usage_table))
