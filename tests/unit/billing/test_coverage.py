"""What pays for units."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from oriel.domain.billing.accounts import BillingAccount, SoldPack
from oriel.domain.billing.coverage import Coverage, cover, invoiced_micros
from oriel.domain.billing.prices import Plan

from tests.fakes.billing import LARGE, OPEN, SMALL

PACK = SoldPack("p", "ten", "2026-01", 10, 7000, datetime(2026, 11, 1, tzinfo=UTC), used=4)
ACCOUNT = BillingAccount("w", LARGE.id, "2026-01", packs=(PACK,))


@pytest.mark.parametrize(
    ("units", "coverage"),
    [
        (0, Coverage(0, 0, 0)),
        (1000, Coverage(1000, 0, 0)),
        (1001, Coverage(1000, 1, 0)),
        (1006, Coverage(1000, 6, 0)),
        (1007, Coverage(1000, 6, 1)),
    ],
)
def test_the_month_pays_first_and_packs_before_money(units: int, coverage: Coverage) -> None:
    assert cover(units, ACCOUNT, LARGE) == coverage


def test_an_invoice_is_the_month_and_what_goes_beyond() -> None:
    assert invoiced_micros(1006, ACCOUNT, LARGE) == 40_000_000
    assert invoiced_micros(1016, ACCOUNT, LARGE) == 40_000_000 + 10 * 400
    bare = replace(ACCOUNT, packs=())
    assert invoiced_micros(7, bare, OPEN) == 7 * 600


def test_where_a_plan_stops_nothing_is_paid_beyond_the_month() -> None:
    assert invoiced_micros(10_000, ACCOUNT, SMALL) == 0


@given(st.integers(0, 3000), st.integers(0, 3000), st.sampled_from([OPEN, SMALL, LARGE]))
def test_what_is_covered_adds_up(units: int, more: int, plan: Plan) -> None:
    before, after = cover(units, ACCOUNT, plan), cover(units + more, ACCOUNT, plan)
    between = after - before
    assert between.month + between.packs + between.paid == more
    assert min(between.month, between.packs, between.paid) >= 0
