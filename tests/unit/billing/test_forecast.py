"""What a period will come to."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from oriel.domain.billing.periods import Period
from oriel.services.forecast import forecast

PERIOD = Period(date(2026, 11, 1), date(2026, 12, 1))
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def days(units: int, first: int, last: int) -> dict[date, int]:
    return {date(2026, 11, day): units for day in range(first, last + 1)}


def test_nothing_used_is_nothing_to_come() -> None:
    assert forecast({}, PERIOD, NOON) == 0


def test_a_steady_use_goes_on() -> None:
    used = {**days(10, 1, 20), date(2026, 11, 21): 5}
    assert forecast(used, PERIOD, NOON) == 300


def test_only_the_last_week_says_how_it_goes_on() -> None:
    assert forecast(days(100, 1, 10), PERIOD, NOON) == 1000
    began = {date(2026, 11, 20): 10, date(2026, 11, 21): 5}
    assert forecast(began, PERIOD, NOON) == 15 + 95


def test_the_week_before_a_period_counts_for_how_it_goes_on() -> None:
    first = datetime(2026, 11, 1, tzinfo=UTC)
    before = {date(2026, 10, day): 10 for day in range(25, 32)}
    assert forecast(before, PERIOD, first) == 300


def test_a_busy_first_minute_is_not_a_month_of_busy_minutes() -> None:
    now = datetime(2026, 11, 21, 0, 1, tzinfo=UTC)
    assert forecast({date(2026, 11, 21): 10}, PERIOD, now) == 10 + 100


def test_a_period_that_is_over_comes_to_what_it_used() -> None:
    ended = datetime(2026, 12, 1, tzinfo=UTC)
    assert forecast(days(10, 1, 30), PERIOD, ended) == 300
    assert forecast(days(10, 1, 30), PERIOD, ended - timedelta(microseconds=1)) > 300


DAYS = st.dictionaries(
    st.dates(date(2026, 10, 20), date(2026, 11, 22)), st.integers(0, 10**12), max_size=30
)
MOMENTS = st.datetimes(datetime(2026, 11, 1), datetime(2026, 12, 2), timezones=st.just(UTC))  # noqa: DTZ001


@given(DAYS, MOMENTS)
def test_it_is_whole_never_less_than_what_was_used_and_grows_with_it(
    used: dict[date, int], now: datetime
) -> None:
    found = forecast(used, PERIOD, now)
    assert type(found) is int
    assert found >= sum(units for day, units in used.items() if PERIOD.first <= day)
    assert forecast({day: 2 * units for day, units in used.items()}, PERIOD, now) >= found
