"""How a workspace stands, and what begins to count when a limit is new."""

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

import pytest
from oriel.domain.billing.accounts import (
    WHOLE,
    BillingAccount,
    Cap,
    Scope,
    ScopeKind,
    SoldPack,
)
from oriel.domain.errors import Conflict, InvalidInput, NotFound
from oriel.domain.usage import UsageTotal
from oriel.services.billing_accounts import MAX_CAPS, BillingAccounts

from tests.fakes.billing import (
    LARGE,
    OPEN,
    PRICES,
    SMALL,
    GivenTotals,
    MemoryAccountStore,
    MemoryPriceLists,
)
from tests.fakes.clock import FrozenClock

WORKSPACE = "w"
TOKEN, TASK = Scope(ScopeKind.TOKEN, "a"), Scope(ScopeKind.TASK, "t")
TOTALS = (
    UsageTotal("2026-10-31", "t", 1, 1000, "a"),
    UsageTotal("2026-11-01", "t", 1, 1, "a"),
    UsageTotal("2026-11-20", "t", 2, 2, "b"),
    UsageTotal("2026-11-21", "u", 1, 4, "a"),
    UsageTotal("2026-11-21", "u", 1, 8),
)
PERIOD = "2026-11-01"


@dataclass
class World:
    store: MemoryAccountStore = field(default_factory=MemoryAccountStore)
    clock: FrozenClock = field(default_factory=FrozenClock)

    @property
    def accounts(self) -> BillingAccounts:
        totals = GivenTotals(*TOTALS)
        return BillingAccounts(self.store, MemoryPriceLists(), totals, self.clock)

    def on(self, plan_id: str, billing_day: int = 1) -> None:
        self.accounts.change(
            WORKSPACE, lambda one: replace(one, plan_id=plan_id, billing_day=billing_day)
        )

    def begun(self) -> dict[tuple[str, Scope], int]:
        """Counters that began since this was last asked."""
        begun = {(period, scope): units for (_, period, scope), units in self.store.taken.items()}
        self.store.taken.clear()
        return begun


@pytest.fixture
def world() -> World:
    return World()


def test_who_agreed_to_nothing_has_the_default_plan_of_the_present_list(world: World) -> None:
    later = replace(PRICES, version="later", valid_from=date(2026, 11, 22))
    accounts = replace(world.accounts, prices=MemoryPriceLists(PRICES, later))
    assert accounts.of(WORKSPACE) == BillingAccount(WORKSPACE, OPEN.id, PRICES.version)
    world.clock.advance(86_400)
    assert accounts.of(WORKSPACE).price_version == "later"


def test_an_account_keeps_the_list_that_it_agreed_to(world: World) -> None:
    world.on(SMALL.id)
    later = replace(PRICES, version="later", valid_from=date(2026, 11, 2), plans={})
    accounts = replace(world.accounts, prices=MemoryPriceLists(PRICES, later))
    assert accounts.standing(WORKSPACE).plan == SMALL


def test_a_standing_is_of_the_present_period_alone(world: World) -> None:
    standing = world.accounts.standing(WORKSPACE)
    assert (standing.period.key, standing.used) == (PERIOD, 15)
    assert (standing.used_of(TOKEN), standing.used_of(TASK)) == (5, 3)
    assert (standing.most, standing.left, standing.monthly_left) == (None, None, 0)
    world.on(OPEN.id, billing_day=21)
    standing = world.accounts.standing(WORKSPACE)
    assert (standing.period.key, standing.used) == ("2026-11-21", 12)


def test_credits_of_the_month_go_before_those_of_packs(world: World) -> None:
    sold = SoldPack("p", "ten", PRICES.version, 10, 7000, world.clock())
    plan = replace(SMALL, monthly_credits=12)
    prices = replace(PRICES, plans={plan.id: plan}, default_plan=plan.id)
    accounts = replace(world.accounts, prices=MemoryPriceLists(prices))
    accounts.change(WORKSPACE, lambda one: replace(one, packs=(sold,)))
    standing = accounts.standing(WORKSPACE)
    assert (standing.monthly_left, standing.packs_left) == (0, 7)
    assert (standing.most, standing.left) == (22, 7)


def test_a_new_cap_begins_with_what_the_period_used_of_it(world: World) -> None:
    caps = [Cap(WHOLE, credits=100), Cap(TOKEN, micros=9000), Cap(TASK, credits=1)]
    world.accounts.set_caps(WORKSPACE, caps)
    assert world.begun() == {(PERIOD, WHOLE): 15, (PERIOD, TOKEN): 5, (PERIOD, TASK): 3}
    assert world.accounts.of(WORKSPACE).caps == tuple(caps)


def test_a_cap_that_was_there_counts_on(world: World) -> None:
    world.accounts.set_caps(WORKSPACE, [Cap(TASK, credits=1)])
    world.begun()
    world.accounts.set_caps(WORKSPACE, [Cap(TASK, credits=50), Cap(TOKEN, credits=2)])
    assert world.begun() == {(PERIOD, TOKEN): 5}


def test_a_cap_that_comes_back_begins_anew(world: World) -> None:
    for caps in ([Cap(TASK, credits=1)], [], [Cap(TASK, credits=1)]):
        world.begun()
        world.accounts.set_caps(WORKSPACE, caps)
    assert world.begun() == {(PERIOD, TASK): 3}


def test_a_plan_that_stops_begins_to_count_the_workspace(world: World) -> None:
    world.on(LARGE.id)
    assert world.begun() == {}
    world.on(SMALL.id)
    assert world.begun() == {(PERIOD, WHOLE): 15}
    world.accounts.set_caps(WORKSPACE, [Cap(WHOLE, credits=5)])
    assert world.begun() == {}


def test_with_another_billing_day_all_that_is_limited_begins_in_the_new_period(
    world: World,
) -> None:
    world.accounts.set_caps(WORKSPACE, [Cap(TOKEN, credits=9), Cap(WHOLE, credits=99)])
    world.begun()
    world.on(OPEN.id, billing_day=21)
    assert world.begun() == {("2026-11-21", TOKEN): 4, ("2026-11-21", WHOLE): 12}


def test_billing_begins_with_the_first_change(world: World) -> None:
    world.on(SMALL.id)
    world.clock.advance(timedelta(days=3).total_seconds())
    world.on(LARGE.id)
    assert world.accounts.of(WORKSPACE).since == date(2026, 11, 21)


def test_a_change_that_came_too_late_is_refused_and_begins_nothing(world: World) -> None:
    world.on(LARGE.id)

    def meanwhile(account: BillingAccount) -> BillingAccount:
        world.store.save(account)
        return replace(account, caps=(Cap(WHOLE, credits=1),))

    with pytest.raises(Conflict):
        world.accounts.change(WORKSPACE, meanwhile)
    assert (world.begun(), world.accounts.of(WORKSPACE).caps) == ({}, ())


def test_a_plan_that_its_list_does_not_have_is_not_agreed_on(world: World) -> None:
    with pytest.raises(NotFound, match="no plan nothing"):
        world.on("nothing")
    with pytest.raises(InvalidInput, match="billing_day"):
        world.on(SMALL.id, billing_day=32)
    assert world.store.find(WORKSPACE) is None


@pytest.mark.parametrize(
    ("caps", "mentions"),
    [
        ([Cap(WHOLE)], "credits, price_micros or both"),
        ([Cap(WHOLE, credits=1), Cap(WHOLE, micros=1)], "one for each"),
        ([Cap(Scope(ScopeKind.TASK, str(n)), 1) for n in range(MAX_CAPS + 1)], f"{MAX_CAPS}"),
    ],
)
def test_caps_that_say_nothing_clear_are_refused(
    world: World, caps: list[Cap], mentions: str
) -> None:
    with pytest.raises(InvalidInput, match=mentions):
        world.accounts.set_caps(WORKSPACE, caps)
    assert world.store.find(WORKSPACE) is None


def test_a_period_is_that_of_the_day_in_utc(world: World) -> None:
    world.clock.now = datetime(2026, 11, 30, 23, 59, 59, 999999, tzinfo=UTC)
    assert world.accounts.standing(WORKSPACE).period.key == "2026-11-01"
    world.clock.advance(0.000001)
    assert world.accounts.standing(WORKSPACE).period.key == "2026-12-01"
