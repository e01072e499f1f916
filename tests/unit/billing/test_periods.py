"""Billing periods."""

from datetime import UTC, date, datetime, timedelta, timezone
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from oriel.domain.billing.periods import Period, day_of, period_of, periods_between
from oriel.domain.errors import InvalidInput

DAYS = st.dates(date(1990, 1, 1), date(2110, 12, 31))
BILLING_DAYS = st.integers(1, 31)
KIRITIMATI, BAKER = timezone(timedelta(hours=14)), timezone(timedelta(hours=-12))


def on(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("day", "billing_day", "first", "after"),
    [
        ("2026-11-21", 1, "2026-11-01", "2026-12-01"),
        ("2026-11-21", 21, "2026-11-21", "2026-12-21"),
        ("2026-11-21", 22, "2026-10-22", "2026-11-22"),
        ("2026-12-31", 1, "2026-12-01", "2027-01-01"),
        ("2026-01-01", 15, "2025-12-15", "2026-01-15"),
        # The 31st, in months that have none.
        ("2026-01-31", 31, "2026-01-31", "2026-02-28"),
        ("2026-02-27", 31, "2026-01-31", "2026-02-28"),
        ("2026-02-28", 31, "2026-02-28", "2026-03-31"),
        ("2026-03-30", 31, "2026-02-28", "2026-03-31"),
        ("2026-04-30", 31, "2026-04-30", "2026-05-31"),
        ("2026-02-28", 30, "2026-02-28", "2026-03-30"),
        # The leap day, as a billing day and as a day.
        ("2028-02-28", 29, "2028-01-29", "2028-02-29"),
        ("2028-02-29", 29, "2028-02-29", "2028-03-29"),
        ("2028-02-29", 31, "2028-02-29", "2028-03-31"),
        ("2028-02-28", 31, "2028-01-31", "2028-02-29"),
        ("2028-02-29", 28, "2028-02-28", "2028-03-28"),
        ("2100-02-28", 29, "2100-02-28", "2100-03-29"),
    ],
)
def test_a_period_runs_from_the_billing_day_to_the_next(
    day: str, billing_day: int, first: str, after: str
) -> None:
    assert period_of(on(day), billing_day) == Period(on(first), on(after))


@pytest.mark.parametrize("billing_day", [0, -1, 32])
def test_a_billing_day_is_one_of_a_month(billing_day: int) -> None:
    with pytest.raises(InvalidInput, match="billing_day"):
        period_of(on("2026-11-21"), billing_day)


@given(DAYS, BILLING_DAYS)
def test_every_day_lies_in_one_period_which_meets_its_neighbours(
    day: date, billing_day: int
) -> None:
    period = period_of(day, billing_day)
    assert period.first <= day < period.after
    assert period_of(period.first, billing_day) == period
    assert period_of(period.last, billing_day) == period
    assert period_of(period.after, billing_day).first == period.after
    before = period_of(period.first - timedelta(days=1), billing_day)
    assert before.after == period.first
    assert 28 <= period.days <= 31
    assert period.days == sum(
        period.has(datetime(one.year, one.month, one.day, tzinfo=UTC))
        for one in (before.first + timedelta(days=back) for back in range(100))
    )


@given(DAYS, BILLING_DAYS)
def test_there_is_one_period_for_each_month(day: date, billing_day: int) -> None:
    year = list(periods_between(day, day + timedelta(days=370), billing_day))
    months = [(one.first.year, one.first.month) for one in year]
    assert len(months) in {13, 14}
    assert len(set(months)) == len(months)
    assert all(one.after == other.first for one, other in pairwise(year))


@given(DAYS, DAYS, BILLING_DAYS)
def test_keys_sort_as_periods_do(one: date, other: date, billing_day: int) -> None:
    first, second = (period_of(day, billing_day) for day in (one, other))
    assert (first < second) == (first.key < second.key)


@pytest.mark.parametrize(
    ("moment", "key"),
    [
        # The last and the first moment of a month as told at both ends of the world.
        (datetime(2026, 12, 1, 13, 59, 59, 999999, tzinfo=KIRITIMATI), "2026-11-01"),
        (datetime(2026, 12, 1, 14, 0, tzinfo=KIRITIMATI), "2026-12-01"),
        (datetime(2026, 11, 30, 11, 59, 59, 999999, tzinfo=BAKER), "2026-11-01"),
        (datetime(2026, 11, 30, 12, 0, tzinfo=BAKER), "2026-12-01"),
        (datetime(2026, 11, 30, 23, 59, 59, 999999, tzinfo=UTC), "2026-11-01"),
        (datetime(2026, 12, 1, tzinfo=UTC), "2026-12-01"),
        # New year, and the leap day, there and here.
        (datetime(2027, 1, 1, 0, 0, tzinfo=KIRITIMATI), "2026-12-01"),
        (datetime(2028, 2, 29, 13, 0, tzinfo=KIRITIMATI), "2028-02-01"),
        (datetime(2028, 2, 29, 12, 0, tzinfo=BAKER), "2028-03-01"),
    ],
)
def test_a_moment_belongs_to_the_period_of_its_day_in_utc(moment: datetime, key: str) -> None:
    period = period_of(day_of(moment), 1)
    assert period.key == key
    assert period.has(moment)


@given(
    st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)),  # noqa: DTZ001 - zones are given apart
    st.integers(-12 * 60, 14 * 60),
    BILLING_DAYS,
)
def test_the_zone_in_which_a_moment_is_told_changes_nothing(
    moment: datetime, minutes: int, billing_day: int
) -> None:
    utc = moment.replace(tzinfo=UTC)
    told = utc.astimezone(timezone(timedelta(minutes=minutes)))
    period = period_of(day_of(told), billing_day)
    assert period == period_of(utc.date(), billing_day)
    assert period.has(told)


@pytest.mark.parametrize("late", [timedelta(hours=1), timedelta(days=3), timedelta(days=35)])
def test_what_arrives_late_belongs_to_when_it_occurred(late: timedelta) -> None:
    occurred = datetime(2026, 10, 31, 23, 59, 59, tzinfo=UTC)
    arrived = period_of(day_of(occurred + late), 1)
    period = period_of(day_of(occurred), 1)
    assert (period.key, period.last) == ("2026-10-01", on("2026-10-31"))
    assert period < arrived
    assert not arrived.has(occurred)


def test_what_is_ten_minutes_ahead_of_a_months_end_belongs_to_the_next() -> None:
    ahead = datetime(2026, 11, 30, 23, 55, tzinfo=UTC) + timedelta(minutes=10)
    assert period_of(day_of(ahead), 1).key == "2026-12-01"
