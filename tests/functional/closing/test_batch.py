"""The function: a schedule begins rounds, and one workspace's trouble is no other's."""

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from oriel.adapters.closing_queue import SqsClosingQueue, from_message
from oriel.domain.billing.accounts import WHOLE
from oriel.domain.billing.holds import HOLD_LASTS, Hold
from oriel.domain.billing.ledger import UnreadableRow
from oriel.domain.errors import TemporarilyUnavailable
from oriel.domain.usage import RequestKey
from oriel.services.closing_round import ClosingRound
from oriel.services.ended_holds import EndedHolds

from functions.close_periods.batch import DRIFT, MARGIN_MS, Closer, run
from infra.local.emulator import Emulator
from tests.fakes.billing import OPEN
from tests.fakes.books import Books
from tests.fakes.holds import MemoryHoldStore
from tests.fakes.usage import MemoryUsageStore

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


@dataclass
class Waiting:
    """The queue, in memory."""

    workspaces: list[str] = field(default_factory=list)
    is_down: bool = False

    def send(self, workspace_ids: Sequence[str]) -> None:
        if self.is_down:
            raise TemporarilyUnavailable("down")
        self.workspaces += workspace_ids


class World:
    def __init__(self) -> None:
        self.books, self.queue = Books(), Waiting()
        self.usage = MemoryUsageStore()
        self.holds = MemoryHoldStore(self.usage)
        self.remaining_ms = 900_000
        self.closer = Closer(
            ClosingRound(self.books.accounts, self.queue),
            EndedHolds(self.holds, self.books.clock),
            self.books.closing,
        )

    def handle(self, event: dict[str, Any]) -> list[str]:
        answer = run(event, self.closer, lambda: self.remaining_ms)
        return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]

    def close(self, *workspace_ids: str) -> list[str]:
        bodies = [json.dumps({"format": 1, "workspace_id": one}) for one in workspace_ids]
        records = [{"messageId": str(n), "body": body} for n, body in enumerate(bodies)]
        return self.handle({"Records": records})


@pytest.fixture
def world() -> World:
    made = World()
    for name in ("a", "b", "c"):
        made.books.account(name, OPEN.id)
        made.books.use(name, 5, NOON)
    made.books.at(2026, 12, 4)
    return made


def test_the_schedule_sends_each_workspace_on_its_way(world: World) -> None:
    assert world.handle({"detail-type": "Scheduled Event"}) == []
    assert world.queue.workspaces == ["a", "b", "c"]


def test_a_round_that_could_not_begin_fails_so_that_it_is_tried_again(world: World) -> None:
    world.queue.is_down = True
    with pytest.raises(TemporarilyUnavailable):
        world.handle({})


def test_a_workspace_that_cannot_be_closed_blocks_no_other(world: World) -> None:
    broken = world.books.checks
    drifts = broken.drifts

    def poisoned(workspace_id: str, day: date) -> Sequence[str]:
        if workspace_id == "b":
            raise ZeroDivisionError
        return drifts(workspace_id, day)

    broken.drifts = poisoned  # type: ignore[method-assign]

    assert world.close("a", "b", "c") == ["1"]
    assert [len(world.books.final(name)) for name in ("a", "b", "c")] == [1, 0, 1]


@pytest.mark.parametrize("body", ["", "[]", "{}", '{"format": 2}', '{"format": 1}'])
def test_what_is_no_message_comes_again_until_it_is_put_aside(world: World, body: str) -> None:
    assert world.handle({"Records": [{"messageId": "one", "body": body}]}) == ["one"]


def test_a_drift_is_logged_for_the_alarm_and_its_message_does_not_come_again(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    world.books.checks.said[NOON.date()] = [["one fact is missing"]] * 2

    assert world.close("a") == []
    logged = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    [told] = [line for line in logged if line.get("error_code") == DRIFT]
    assert told["level"] == "ERROR"
    assert (told["workspace_id"], told["problem"]) == ("a", "one fact is missing")
    assert told["held"] == ["2026-11-01"]


def test_a_ledger_that_cannot_be_read_holds_the_invoice(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    def unreadable(*_: object, **__: object) -> Any:
        raise UnreadableRow("2026-11-20/000001", "it is not what was written")

    world.books.ledger.rows = unreadable  # type: ignore[method-assign]

    assert world.close("a") == []
    assert DRIFT in capsys.readouterr().out
    [held] = world.books.invoices.all("a")
    assert held.held_because == "2026-11-20/000001: it is not what was written"


def test_who_needs_more_time_is_sent_again(world: World) -> None:
    world.remaining_ms = MARGIN_MS
    assert world.close("a") == []
    assert (world.queue.workspaces, world.books.final("a")) == (["a"], [])

    world.remaining_ms += 1
    world.close("a")
    assert len(world.books.final("a")) == 1


def test_what_dead_requests_hold_is_given_back(world: World) -> None:
    now, period = world.books.clock(), world.books.final("a")
    account = world.books.accounts.find("a")
    assert account is not None
    for name, ends in (("dead", now), ("alive", now + HOLD_LASTS)):
        key = RequestKey(f"key.{name}")
        hold = Hold("a", key, name, "", ends, account.period_of(now.date()), {WHOLE: 3})
        world.holds.hold(hold, {WHOLE: 100})
    world.close("a")

    assert period == []
    assert [hold.id for hold in world.usage.held.values()] == ["alive"]
    world.books.clock.now += timedelta(hours=1)
    world.close("a")
    assert list(world.usage.held.values()) == []


def test_messages_go_through_the_queue_many_at_a_time(emulator: Emulator) -> None:
    client = emulator.client("sqs")
    url = client.create_queue(QueueName=f"closing-{uuid.uuid4()}")["QueueUrl"]
    names = [f"w{number}" for number in range(23)]
    SqsClosingQueue(client, url).send(names)
    received: list[str] = []
    while len(received) < len(names):
        found = client.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]
        received += [from_message(message["Body"]) for message in found]
        for message in found:
            client.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])

    assert sorted(received) == sorted(names)


def test_a_queue_that_does_not_answer_is_told_as_such(emulator: Emulator) -> None:
    client = emulator.client("sqs")
    with pytest.raises(TemporarilyUnavailable):
        SqsClosingQueue(client, f"{emulator.endpoint}/000000000000/none").send(["w"])
