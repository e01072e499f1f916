"""People are told at half, four fifths and all of an allowance, once a period each."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError
from oriel.adapters.dynamodb.alerts import DynamoAlertStore
from oriel.adapters.dynamodb.attributes import encode
from oriel.adapters.dynamodb.billing_accounts import DynamoAccountStore, taken_key
from oriel.adapters.dynamodb.holds import DynamoHoldStore
from oriel.adapters.notify_allowances import SnsAllowanceNotifier
from oriel.domain.billing.accounts import WHOLE, BillingAccount, Cap, Scope, ScopeKind
from oriel.domain.billing.alerts import Alert, level_of
from oriel.domain.errors import TemporarilyUnavailable
from oriel.services.allowance_alerts import AllowanceAlerts
from oriel.services.billing_accounts import BillingAccounts

from functions.meter.batch import Meter, run
from tests.fakes.alerts import MemoryAllowanceNotifier
from tests.fakes.billing import OPEN, SMALL, MemoryPriceLists
from tests.fakes.dynamodb.client import MemoryDynamoDB
from tests.fakes.facts import NOON, facts
from tests.fakes.meter_events import stream_event
from tests.functional.usage.books import Books

TOKEN = Scope(ScopeKind.TOKEN, "token-1")
PERIOD = "2026-11-01"
SAID = Alert("ws", PERIOD, WHOLE, 100, 10)


class World:
    """A workspace, whose limited scopes take what it is answered."""

    def __init__(self) -> None:
        client: Any = MemoryDynamoDB()
        self.client = client
        self.books = Books.in_table(client, "usage")
        self.accounts = DynamoAccountStore(client, "usage")
        self.notifier = MemoryAllowanceNotifier()
        self.now = NOON
        self.requests = 0
        self.restart()

    def restart(self) -> None:
        """Let another process of the meter go on."""
        self.alerts = AllowanceAlerts(
            BillingAccounts(self.accounts, MemoryPriceLists(), self.books.totals, lambda: self.now),
            DynamoHoldStore(self.client, "usage"),
            DynamoAlertStore(self.client, "usage"),
            self.notifier,
        )

    def take(self, scope: Scope, units: int, period: str = PERIOD) -> None:
        item = {**taken_key("ws", period, scope), "taken": units}
        self.client.put_item(TableName="usage", Item=encode(item))

    def use(self, units: int) -> dict[str, Any]:
        """Be answered so many records, and count them."""
        self.requests += 1
        some = facts("ws", f"req.{self.requests}", units, occurred=self.now, token_id=TOKEN.id)
        self.books.commit(some)
        meter = Meter(self.books.usage, self.books.counting, self.alerts)
        return run(stream_event(some), meter)

    @property
    def levels(self) -> list[tuple[Scope, int, int]]:
        return [(alert.scope, alert.level, used) for alert, used in self.notifier.said]


@pytest.fixture
def world() -> World:
    world = World()
    world.accounts.save(BillingAccount("ws", SMALL.id, "2026-01"))
    return world


@pytest.mark.parametrize(
    ("units", "most", "level"),
    [
        *[(0, 10, None), (4, 10, None), (5, 10, 50), (7, 10, 50), (8, 10, 80), (10, 10, 100)],
        *[(99, 10, 100), (1, 3, None), (2, 3, 50), (1, 1, 100), (0, 0, None), (5, 0, None)],
    ],
)
def test_a_level_is_reached_when_so_much_is_used(units: int, most: int, level: int | None) -> None:
    assert level_of(units, most) == level


def test_tells_each_level_once(world: World) -> None:
    used = 0
    for units in (40, 10, 20, 9, 1, 10, 9, 1):
        used += units
        world.take(WHOLE, used)
        world.use(units)
        world.restart()
    assert world.levels == [(WHOLE, 50, 50), (WHOLE, 80, 80), (WHOLE, 100, 100)]


def test_tells_only_the_highest_of_several_levels(world: World) -> None:
    world.take(WHOLE, 100)
    world.use(99)
    world.use(1)
    assert world.levels == [(WHOLE, 80, 99), (WHOLE, 100, 100)]


def test_tells_again_in_the_next_period(world: World) -> None:
    world.take(WHOLE, 60)
    world.use(60)
    world.now = NOON + timedelta(days=20)
    world.take(WHOLE, 60, "2026-12-01")
    world.use(60)
    assert world.levels == [(WHOLE, 50, 60), (WHOLE, 50, 60)]


def test_what_is_only_held_is_not_used(world: World) -> None:
    world.take(WHOLE, 100)
    world.use(10)
    assert world.levels == []


def test_a_token_is_told_of_by_what_it_used_itself(world: World) -> None:
    account = world.accounts.find("ws")
    assert account is not None
    world.accounts.save(replace(account, plan_id=OPEN.id, caps=(Cap(TOKEN, credits=10),)))
    world.take(TOKEN, 8)
    world.use(8)
    assert world.levels == [(TOKEN, 80, 8)]


def test_nobody_is_told_where_nothing_limits(world: World) -> None:
    account = world.accounts.find("ws")
    assert account is not None
    world.accounts.save(replace(account, plan_id=OPEN.id))
    world.take(WHOLE, 1000)
    world.use(90)
    assert world.levels == []


def test_what_cannot_be_told_now_is_counted_and_told_later(world: World) -> None:
    world.take(WHOLE, 50)
    world.notifier.is_down = True
    assert world.use(50) == {"batchItemFailures": []}
    assert world.books.units("ws") == 50
    world.notifier.is_down = False
    world.use(1)
    assert world.levels == [], "another process may just be telling it"
    world.now += timedelta(minutes=2)
    world.use(1)
    world.use(1)
    assert world.levels == [(WHOLE, 50, 52)]


class Sns:
    def __init__(self, code: str = "") -> None:
        self.code = code
        self.sent: list[dict[str, Any]] = []

    def publish(self, **message: Any) -> None:
        if self.code:
            raise ClientError({"Error": {"Code": self.code, "Message": ""}}, "Publish")
        self.sent.append(message)


def test_says_what_was_used_to_people_and_to_programs() -> None:
    sns: Any = Sns()
    SnsAllowanceNotifier(lambda: sns, "arn:topic-").allowance_used(SAID, 11)
    (message,) = sns.sent
    forms = json.loads(message["Message"])
    assert message["TopicArn"] == "arn:topic-ws"
    assert "has used 11 of 10 credits of the period that began on 2026-11-01" in forms["default"]
    assert "refused" in forms["default"]
    assert json.loads(forms["https"])["percent"] == 100


def test_a_workspace_without_a_topic_hears_nothing_and_a_fault_is_told() -> None:
    gone: Any = Sns("NotFoundException")
    SnsAllowanceNotifier(lambda: gone, "arn:topic-").allowance_used(SAID, 11)
    busy: Any = Sns("Throttled")
    with pytest.raises(TemporarilyUnavailable):
        SnsAllowanceNotifier(lambda: busy, "arn:topic-").allowance_used(SAID, 11)


def test_one_of_two_claims_wins_until_it_is_taken_for_dead() -> None:
    client: Any = MemoryDynamoDB()
    store, now = DynamoAlertStore(client, "usage"), NOON
    assert store.claim(SAID, now)
    assert not store.claim(SAID, now + timedelta(seconds=59))
    assert store.claim(SAID, now + timedelta(seconds=61))
    assert not store.is_told(SAID)
    store.tell(SAID, now)
    assert store.is_told(SAID)
    assert not store.claim(SAID, now + timedelta(days=1))
