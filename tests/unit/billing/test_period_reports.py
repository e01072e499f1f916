"""What the latest periods used."""

from datetime import date
from itertools import pairwise
from typing import Any

import pytest
from oriel.domain.billing.accounts import WHOLE, BillingAccount, Cap
from oriel.domain.errors import InvalidInput
from oriel.domain.usage import UsageTotal
from oriel.services.period_reports import MAX_PERIODS, Forecast, PeriodReports

from tests.fakes.billing import LARGE, OPEN, SMALL, GivenTotals, MemoryAccountStore, billing_of
from tests.fakes.clock import FrozenClock


def reports(plan_id: str, days: dict[str, int], **account: Any) -> PeriodReports:
    store = MemoryAccountStore()
    store.save(BillingAccount("w", plan_id, "2026-01", **account))
    totals = GivenTotals(*(UsageTotal(day, "t", 1, units) for day, units in days.items()))
    return billing_of(store, totals, FrozenClock()).reports


def steady(units: int) -> dict[str, int]:
    """So many units on each of the seven days before today."""
    return {f"2026-11-{day}": units for day in range(14, 21)}


def test_periods_come_latest_first_with_what_was_used_in_them() -> None:
    days = {"2026-11-21": 1, "2026-11-20": 2, "2026-10-20": 8, "2026-10-21": 4, "2026-09-20": 16}
    found = reports(OPEN.id, days, billing_day=21).latest("w", 3)
    assert [(one.period.key, one.units, one.price_micros) for one in found] == [
        ("2026-11-21", 1, 600),
        ("2026-10-21", 6, 3600),
        ("2026-09-21", 8, 4800),
    ]
    assert [one.ahead is None for one in found] == [False, True, True]


@pytest.mark.parametrize("billing_day", [1, 15, 28, 29, 30, 31])
@pytest.mark.parametrize("count", [1, 2, 12, MAX_PERIODS])
def test_there_are_as_many_as_are_asked_for_and_they_meet(billing_day: int, count: int) -> None:
    found = reports(OPEN.id, {}, billing_day=billing_day).latest("w", count)
    assert len(found) == count
    assert found[0].period.first <= date(2026, 11, 21) < found[0].period.after
    assert all(later.period.first == one.period.after for later, one in pairwise(found))


@pytest.mark.parametrize("count", [0, -1, MAX_PERIODS + 1])
def test_too_many_or_none_are_refused(count: int) -> None:
    with pytest.raises(InvalidInput, match=f"1 to {MAX_PERIODS}"):
        reports(OPEN.id, {}).latest("w", count)


def test_a_forecast_says_what_the_invoice_will_come_to() -> None:
    [found] = reports(LARGE.id, steady(140)).latest("w", 1)
    # 980 in the 7.57 days until 13:38:22 of the 21st, and 9.43 days to come.
    assert found.ahead == Forecast(2202, 40_000_000, 40_000_000 + 1202 * 400)


def test_what_limits_a_workspace_limits_its_forecast() -> None:
    [found] = reports(SMALL.id, steady(10)).latest("w", 1)
    assert found.ahead == Forecast(100, 0, 0)
    [found] = reports(OPEN.id, steady(10), caps=(Cap(WHOLE, credits=20),)).latest("w", 1)
    assert found.ahead == Forecast(70, 42_000, 42_000)


def test_a_period_that_has_just_begun_goes_on_as_the_last_week_did() -> None:
    [found] = reports(OPEN.id, steady(10), billing_day=21).latest("w", 1)
    assert found.units == 0
    assert found.ahead is not None
    assert found.ahead.units > 250
