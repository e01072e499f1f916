"""What was used and what it costs."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from oriel.domain.billing.accounts import BillingAccount
from oriel.domain.errors import InvalidInput
from oriel.domain.usage import RequestKey, StoredReply, UsageTotal
from oriel.services.usage import UsageGroup, UsageReports

from tests.fakes.billing import LARGE, OPEN, GivenTotals, MemoryAccountStore, billing_of
from tests.fakes.facts import NOON, TASK, facts
from tests.fakes.totals import MemoryTotalsStore
from tests.fakes.usage import MemoryUsageStore

WORKSPACE = "11111111-1111-4111-8111-111111111111"
PRICE = OPEN.price_micros


def reports(*used: tuple[int, int, int], now: datetime = NOON) -> UsageReports:
    """Report on (days ago, version, units)."""
    store = MemoryUsageStore()
    totals = MemoryTotalsStore(store)
    for number, (days, version, units) in enumerate(used):
        key = RequestKey(f"req.{number}")
        occurred = NOON - timedelta(days=days)
        some = facts(WORKSPACE, key, units, occurred=occurred, version=version)
        store.commit(WORKSPACE, key, some, StoredReply("", {}), NOON)
        totals.count(some)
    return UsageReports(billing_of(MemoryAccountStore(), totals, lambda: now).accounts)


def test_reports_this_month_by_day_unless_told_otherwise() -> None:
    report = reports((0, 1, 2), (1, 1, 3), (1, 2, 1), (21, 1, 9)).report(WORKSPACE)
    assert (report.from_day, report.to_day) == ("2026-11-01", "2026-11-21")
    assert report.units == 6
    assert report.price_micros == 6 * PRICE
    assert report.currency == "EUR"
    assert report.groups == (
        UsageGroup("2026-11-20", 4, 4 * PRICE),
        UsageGroup("2026-11-21", 2, 2 * PRICE),
    )


def test_groups_by_task_and_by_version() -> None:
    used = reports((0, 1, 2), (1, 2, 3), (2, 2, 1))
    assert used.report(WORKSPACE, by="task").groups == (UsageGroup(TASK, 6, 6 * PRICE),)
    assert used.report(WORKSPACE, by="version").groups == (
        UsageGroup(f"{TASK}/1", 2, 2 * PRICE),
        UsageGroup(f"{TASK}/2", 4, 4 * PRICE),
    )


def test_groups_by_token() -> None:
    totals = GivenTotals(
        UsageTotal("2026-11-20", TASK, 1, 2, "b"),
        UsageTotal("2026-11-21", TASK, 1, 3, "a"),
        UsageTotal("2026-11-21", "other", 2, 4, "b"),
        UsageTotal("2026-11-21", TASK, 1, 1),
    )
    accounts = billing_of(MemoryAccountStore(), totals, lambda: NOON).accounts
    report = UsageReports(accounts).report(WORKSPACE, by="token")
    assert [(group.key, group.units) for group in report.groups] == [("", 1), ("a", 3), ("b", 6)]


def test_units_are_worth_what_the_plan_of_the_account_says() -> None:
    store = MemoryAccountStore()
    store.save(BillingAccount(WORKSPACE, LARGE.id, "2026-01"))
    totals = GivenTotals(UsageTotal("2026-11-20", TASK, 1, 7))
    report = UsageReports(billing_of(store, totals, lambda: NOON).accounts).report(WORKSPACE)
    assert (report.price_micros, report.groups[0].price_micros) == (7 * 400, 7 * 400)


def test_reports_the_days_asked_for_both_included() -> None:
    used = reports((0, 1, 1), (1, 1, 2), (2, 1, 4), (3, 1, 8))
    assert used.report(WORKSPACE, "2026-11-19", "2026-11-20").units == 6


def test_reports_nothing_of_another_workspace() -> None:
    report = reports((0, 1, 2)).report("other")
    assert (report.units, report.price_micros, report.groups) == (0, 0, ())


def test_takes_a_day_until_its_end_in_utc() -> None:
    late = datetime(2026, 11, 30, 23, 59, 59, tzinfo=UTC)
    assert reports(now=late).report(WORKSPACE).to_day == "2026-11-30"


@pytest.mark.parametrize(
    ("arguments", "mentions"),
    [
        ({"from_day": "yesterday"}, "from must be a day"),
        ({"from_day": "2026-11-31"}, "from must be a day"),
        ({"from_day": "20261101"}, "from must be a day"),
        ({"from_day": "2026-W47-1"}, "from must be a day"),
        ({"to_day": "2026-11-21T00:00:00"}, "to must be a day"),
        ({"to_day": ""}, "to must be a day"),
        ({"from_day": "2026-11-22"}, "later"),
        ({"from_day": "2025-11-20"}, "366"),
        ({"by": "hour"}, "by must be one of day, task, token, version"),
    ],
)
def test_says_what_is_wrong_with_a_question(arguments: dict[str, str], mentions: str) -> None:
    with pytest.raises(InvalidInput, match=mentions):
        reports().report(WORKSPACE, **arguments)


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(1, 3), st.integers(0, 5)), max_size=8))
def test_adds_up_to_the_same_however_it_is_grouped(used: list[tuple[int, int, int]]) -> None:
    found = reports(*used)
    for by in ("day", "task", "token", "version"):
        report = found.report(WORKSPACE, by=by)
        assert report.units == sum(units for _, _, units in used)
        assert sum(group.units for group in report.groups) == report.units
        assert sum(group.price_micros for group in report.groups) == report.price_micros
