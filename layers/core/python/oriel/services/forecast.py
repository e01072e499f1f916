"""What a period will come to, if it goes on as in the last week."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta

from oriel.domain.billing.periods import Period, day_of

WINDOW = timedelta(days=7)
"""A week, so that its quiet days are in it."""
_DAY = timedelta(days=1)
_MICROSECOND = timedelta(microseconds=1)


def forecast(days: Mapping[date, int], period: Period, now: datetime) -> int:
    """Return the units that a period will have at its end, rounded up.

    `days` are units by day (UTC), of the period and of a week before today. The rest of the period
    is expected to go on at the rate of the week that ends now, or of the time since the first day
    that anything was used on, where that is less; never of less than a day.
    """
    used = sum(units for day, units in days.items() if period.first <= day < period.after)
    ends = _midnight(period.after)
    if now >= ends:
        return used
    today = day_of(now)
    recent = {day: units for day, units in days.items() if today - WINDOW <= day <= today and units}
    if not recent:
        return used
    elapsed = max(now - _midnight(min(recent)), _DAY)
    units, share = sum(recent.values()) * ((ends - now) // _MICROSECOND), elapsed // _MICROSECOND
    return used + -(-units // share)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
