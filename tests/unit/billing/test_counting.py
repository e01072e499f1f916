"""What a counted fact is worth."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from oriel.domain.billing.accounts import BillingAccount
from oriel.domain.billing.ledger import Book, RowKind
from oriel.domain.billing.prices import Plan, PlanLimits, PriceList
from oriel.domain.billing.usage_rows import Rate, usage_entry
from oriel.domain.errors import NotFound, TemporarilyUnavailable
from oriel.domain.usage import StoredReply, UsageFact
from oriel.services.counting import Counting

from tests.fakes.billing import LARGE, OPEN, PRICES, MemoryAccountStore, MemoryPriceLists
from tests.fakes.facts import NOON, facts
from tests.fakes.totals import MemoryTotalsStore
from tests.fakes.usage import MemoryUsageStore

DEARER = replace(OPEN, price_micros=900)
NEWEST = Plan("newest", "Newest", 0, 0, 100, stops=False, limits=PlanLimits())
LATER = PriceList(
    *("2026-12", "EUR", date(2026, 12, 1), OPEN.id),
    plans={plan.id: plan for plan in (DEARER, NEWEST)},
    packs={},
)


class WatchedAccountStore(MemoryAccountStore):
    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []
        self.down_for = ""

    def find(self, workspace_id: str) -> BillingAccount | None:
        self.asked.append(workspace_id)
        if workspace_id == self.down_for:
            raise TemporarilyUnavailable("down")
        return super().find(workspace_id)


class World:
    def __init__(self) -> None:
        self.usage = MemoryUsageStore()
        self.totals = MemoryTotalsStore(self.usage)
        self.accounts = WatchedAccountStore()
        prices = MemoryPriceLists(PRICES, LATER)
        self.counting = Counting(self.totals, self.accounts, prices, lambda: NOON)

    def commit(self, key: str, workspace_id: str = "ws", **more: Any) -> UsageFact:
        (made,) = facts(workspace_id, key)
        fact = replace(made, **more)
        self.usage.commit(workspace_id, fact.request_key, [fact], StoredReply("", None), NOON)
        return fact

    def rates(self, *some: UsageFact) -> list[tuple[str, int, str]]:
        """Count, and return the rows' price lists, values and periods."""
        assert self.counting.count(enumerate(some)) == {}
        return [
            (row.entry.price_version, row.entry.postings[0].micros, row.entry.period)
            for row in self.totals.ledger.rows("ws")
        ]


@pytest.fixture
def world() -> World:
    return World()


def test_a_row_says_what_was_used_and_is_not_billed_as_yet() -> None:
    entry = usage_entry(facts("ws", "key.one", 3), Rate("2026-01", 600, "2026-11-01"))
    assert entry.kind is RowKind.USAGE
    assert {(p.book, p.micros) for p in entry.postings} == {
        (Book.UNBILLED, 1800),
        (Book.REVENUE, -1800),
    }
    assert entry.references == ("key.one/0/0", "key.one/1/0", "key.one/2/0")
    assert (entry.units, entry.period, entry.day) == (3, "2026-11-01", "2026-11-21")


def test_no_row_is_of_two_days_or_workspaces() -> None:
    rate = Rate("2026-01", 600, "2026-11-01")
    for other in (facts("other", "key.two"), facts("ws", "key.two", occurred=NOON.replace(day=1))):
        with pytest.raises(ValueError, match="one workspace and day"):
            usage_entry([*facts("ws", "key.one"), *other], rate)


def test_without_an_account_the_default_plan_of_the_facts_list_holds(world: World) -> None:
    assert world.rates(world.commit("req.1", price_version="2026-12")) == [
        ("2026-12", 900, "2026-11-01")
    ]


def test_a_fact_without_a_list_is_valued_by_the_one_of_its_day(world: World) -> None:
    old = world.commit("req.1")
    new = world.commit("req.2", occurred=NOON.replace(month=12, day=1))
    assert world.rates(old, new) == [("2026-01", 600, "2026-11-01"), ("2026-12", 900, "2026-12-01")]


def test_an_account_has_its_plan_and_its_billing_day(world: World) -> None:
    world.accounts.save(BillingAccount("ws", LARGE.id, "2026-01", billing_day=22))
    assert world.rates(world.commit("req.1"), world.commit("req.2")) == [
        ("2026-01", 800, "2026-10-22")
    ]


def test_a_plan_that_is_newer_than_the_facts_list_is_of_its_own_list(world: World) -> None:
    world.accounts.save(BillingAccount("ws", NEWEST.id, "2026-12"))
    assert world.rates(world.commit("req.1", price_version="2026-01")) == [
        ("2026-12", 100, "2026-11-01")
    ]


def test_an_account_is_read_once_a_batch(world: World) -> None:
    world.rates(*(world.commit(f"req.{number}") for number in range(5)))
    assert world.accounts.asked == ["ws"]


def test_a_list_that_there_is_not_holds_up_nothing_else(world: World) -> None:
    wrong = world.commit("req.1", price_version="2020-01")
    failed = world.counting.count(enumerate([wrong, world.commit("req.2")]))
    assert list(failed) == [0]
    assert isinstance(failed[0], NotFound)
    assert [total.units for total in world.totals.totals("ws", "2026-11-21", "2026-11-21")] == [1]


def test_one_workspace_does_not_hold_up_another(world: World) -> None:
    world.accounts.down_for = "other"
    some = [world.commit("req.1", "other"), world.commit("req.1"), world.commit("req.2", "other")]
    assert list(world.counting.count(enumerate(some))) == [0, 2]
    assert [total.units for total in world.totals.totals("ws", "2026-11-21", "2026-11-21")] == [1]
