"""What limits a billing account."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from oriel.domain.billing.accounts import (
    WHOLE,
    BillingAccount,
    Cap,
    Scope,
    ScopeKind,
    SoldPack,
    allowances,
    default_account,
)
from oriel.domain.billing.prices import Plan

from tests.fakes.billing import LARGE, OPEN, PRICES, SMALL

TOKEN, TASK = Scope(ScopeKind.TOKEN, "t"), Scope(ScopeKind.TASK, "t")
SOLD = datetime(2026, 11, 21, tzinfo=UTC)
AMOUNTS = st.none() | st.integers(0, 10**9)


def pack(credits_: int, used: int = 0) -> SoldPack:
    return SoldPack("p", "ten", "2026-01", credits_, 7000, SOLD, used)


def limits(plan: Plan, *caps: Cap, packs: tuple[SoldPack, ...] = ()) -> dict[Scope, int]:
    account = BillingAccount("w", plan.id, "2026-01", caps=caps, packs=packs)
    found = list(allowances(account, plan))
    assert len({one.scope for one in found}) == len(found)
    return {one.scope: one.most for one in found}


def test_without_a_plan_that_stops_and_without_caps_nothing_limits() -> None:
    assert limits(OPEN) == limits(LARGE, packs=(pack(10),)) == {}


def test_a_plan_that_stops_gives_the_months_credits_and_those_of_packs() -> None:
    assert limits(SMALL) == {WHOLE: 100}
    assert limits(SMALL, packs=(pack(10), pack(10, used=4))) == {WHOLE: 116}


def test_a_cap_in_money_is_of_what_the_invoice_grows_by() -> None:
    assert limits(OPEN, Cap(WHOLE, micros=5999)) == {WHOLE: 9}
    assert limits(OPEN, Cap(WHOLE, micros=6000)) == {WHOLE: 10}
    assert limits(LARGE, Cap(WHOLE, micros=400)) == {WHOLE: 1001}
    assert limits(LARGE, Cap(WHOLE, micros=0), packs=(pack(10),)) == {WHOLE: 1010}


def test_a_cap_of_a_token_or_task_is_of_the_value_of_all_its_units() -> None:
    assert limits(LARGE, Cap(TOKEN, micros=800), Cap(TASK, micros=799)) == {TOKEN: 2, TASK: 1}


def test_a_cap_in_credits_counts_those_that_are_covered_too() -> None:
    caps = (Cap(WHOLE, credits=7), Cap(TASK, credits=0))
    assert limits(LARGE, *caps, packs=(pack(10),)) == {WHOLE: 7, TASK: 0}


def test_the_least_of_several_limits_counts_and_is_named() -> None:
    caps = (Cap(WHOLE, credits=50, micros=0),)
    account = BillingAccount("w", SMALL.id, "2026-01", caps=caps)
    (found,) = allowances(account, SMALL)
    assert (found.most, "cap of 50 credits" in found.reason) == (50, True)
    (found,) = allowances(replace(account, caps=(Cap(WHOLE, credits=500),)), SMALL)
    assert (found.most, "plan Small" in found.reason) == (100, True)


def test_no_money_is_saved_where_a_credit_costs_none() -> None:
    gratis = replace(OPEN, price_micros=0)
    assert limits(gratis, Cap(WHOLE, micros=1), Cap(TASK, micros=0)) == {}


@given(st.sampled_from([OPEN, SMALL, LARGE]), AMOUNTS, AMOUNTS, st.integers(0, 500))
def test_within_what_is_allowed_no_cap_is_overrun_and_one_more_overruns_one(
    plan: Plan, credits_: int | None, micros: int | None, packed: int
) -> None:
    cap = Cap(WHOLE, credits_, micros)
    found = limits(plan, cap, packs=(pack(packed),))
    covered = plan.monthly_credits + packed

    def fits(units: int) -> bool:
        spent = max(0, units - covered) * plan.price_micros
        return (
            (credits_ is None or units <= credits_)
            and (micros is None or spent <= micros)
            and (not plan.stops or units <= covered)
        )

    if found:
        assert fits(found[WHOLE])
        assert not fits(found[WHOLE] + 1)
    else:
        assert fits(10**12)


def test_the_reason_of_a_cap_in_money_says_so() -> None:
    account = BillingAccount("w", OPEN.id, "2026-01", caps=(Cap(WHOLE, micros=6000),))
    assert [one.reason for one in allowances(account, OPEN)] == ["the cap of 6000 millionths"]


def test_scopes_have_keys_of_their_own() -> None:
    assert [scope.key for scope in (WHOLE, TOKEN, TASK)] == ["workspace", "token#t", "task#t"]


def test_an_account_finds_its_period_packs_and_caps() -> None:
    cap = Cap(TASK, credits=1)
    account = BillingAccount("w", "free", "2026-11", 31, caps=(cap,), packs=(pack(10, used=10),))
    assert account.period_of(date(2026, 2, 28)).after == date(2026, 3, 31)
    assert account.pack_credits == 0
    assert (account.cap_of(TASK), account.cap_of(TOKEN)) == (cap, None)


def test_who_has_no_account_has_the_default_plan() -> None:
    account = default_account("w", PRICES)
    assert (account.plan_id, account.price_version, account.billing_day) == ("open", "2026-01", 1)
    assert (account.revision, account.since) == (0, None)


def test_what_a_period_takes_that_is_not_closed_yet_is_not_there_twice() -> None:
    account = BillingAccount("w", SMALL.id, "2026-01", packs=(pack(10, used=2),), promised=5)
    assert account.pack_credits == 3
    assert [one.most for one in allowances(account, SMALL)] == [103]
    assert replace(account, promised=9).pack_credits == 0


@pytest.mark.parametrize("used", [0, 4, 10])
def test_a_pack_has_what_closed_periods_left_of_it(used: int) -> None:
    assert pack(10, used).left == 10 - used
