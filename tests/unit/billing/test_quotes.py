"""What something would cost, and whether it would be let through."""

from datetime import UTC, datetime
from typing import Any

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
)
from oriel.domain.billing.coverage import invoiced_micros
from oriel.domain.usage import UsageTotal
from oriel.services.quotes import Asked, Quote

from tests.fakes.billing import LARGE, OPEN, SMALL, GivenTotals, MemoryAccountStore, billing_of
from tests.fakes.clock import FrozenClock

SOLD = datetime(2026, 11, 1, tzinfo=UTC)
TASK, TOKEN = Scope(ScopeKind.TASK, "t"), Scope(ScopeKind.TOKEN, "a")


def quote(plan_id: str, used: int, asked: Asked, **account: Any) -> Quote:
    """Quote for a workspace whose task `t` used units with token `a`."""
    store = MemoryAccountStore()
    store.save(BillingAccount("w", plan_id, "2026-01", **account))
    totals = GivenTotals(UsageTotal("2026-11-20", "t", 1, used, "a"))
    return billing_of(store, totals, FrozenClock()).quotes.quote("w", asked)


def test_a_request_costs_a_credit_for_each_picture_and_task() -> None:
    found = quote(OPEN.id, 0, Asked(10, ("t", "u")))
    assert (found.units, found.price_micros, found.value_micros) == (20, 12_000, 12_000)
    assert (found.room, found.refusal) == (None, "")
    assert quote(OPEN.id, 0, Asked(10)).units == 10


def test_the_month_and_packs_cover_what_is_left_of_them() -> None:
    packs = (SoldPack("p", "ten", "2026-01", 10, 7000, SOLD),)
    found = quote(LARGE.id, 995, Asked(20), packs=packs)
    coverage = found.coverage
    assert (coverage.month, coverage.packs, coverage.paid) == (5, 10, 5)
    assert (found.price_micros, found.value_micros) == (5 * 400, 20 * 400)


def test_where_a_plan_stops_it_says_how_many_pictures_are_left() -> None:
    found = quote(SMALL.id, 93, Asked(10))
    assert (found.room, "plan Small" in found.refusal, found.price_micros) == (7, True, 0)
    assert quote(SMALL.id, 93, Asked(7)).refusal == ""
    assert quote(SMALL.id, 93, Asked(7, ("t", "u"))).room == 3
    assert quote(SMALL.id, 250, Asked(1)).room == 0


@pytest.mark.parametrize(
    ("cap", "room"),
    [
        (Cap(TASK, credits=13), 3),
        (Cap(TASK, micros=600 * 14), 4),
        (Cap(TOKEN, credits=20), 5),
        (Cap(WHOLE, micros=600 * 30), 10),
        (Cap(Scope(ScopeKind.TASK, "other"), credits=0), None),
        (Cap(Scope(ScopeKind.TOKEN, "other"), credits=0), None),
    ],
)
def test_caps_of_what_is_asked_leave_room_for_so_many_pictures(cap: Cap, room: int | None) -> None:
    found = quote(OPEN.id, 10, Asked(100, ("t", "u"), "a"), caps=(cap,))
    assert (found.room, bool(found.refusal)) == (room, room is not None)


def test_the_narrowest_of_the_limits_is_named() -> None:
    caps = (Cap(WHOLE, credits=50), Cap(TASK, credits=20), Cap(TOKEN, credits=30))
    found = quote(OPEN.id, 10, Asked(100, ("t",), "a"), caps=caps)
    assert (found.room, found.refusal) == (10, "the cap of 20 credits")


@given(st.integers(0, 1200), st.integers(1, 500), st.integers(0, 300), st.integers(0, 50))
def test_a_quote_is_what_the_invoice_grows_by(
    used: int, pictures: int, packed: int, spent: int
) -> None:
    pack = SoldPack("p", "ten", "2026-01", packed + spent, 7000, SOLD, spent)
    found = quote(LARGE.id, used, Asked(pictures), packs=(pack,))
    account = found.standing.account
    before, after = (invoiced_micros(units, account, LARGE) for units in (used, used + pictures))
    assert found.price_micros == after - before
