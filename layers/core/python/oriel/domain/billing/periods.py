"""Billing periods: from a workspace's billing day to the next, in UTC."""

import calendar
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from oriel.domain.errors import InvalidInput
from oriel.values import dataclass

LAST_BILLING_DAY = 31


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """The days from `first` on, before `after`; it begins and ends at midnight in UTC."""

    first: date
    after: date

    @property
    def key(self) -> str:
        """Its first day, `2026-11-21`: periods of a workspace sort by it."""
        return self.first.isoformat()

    @property
    def last(self) -> date:
        """Its last day."""
        return self.after - timedelta(days=1)

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.after - self.first).days

    def has(self, moment: datetime) -> bool:
        """Tell whether a moment, in whatever zone it is told, falls into it."""
        return self.first <= day_of(moment) < self.after


def day_of(moment: datetime) -> date:
    """Return the day in UTC on which an aware moment falls."""
    return moment.astimezone(UTC).date()


def period_of(day: date, billing_day: int) -> Period:
    """Return the period that a day falls into.

    In a month without the billing day the period begins on the month's last day; the next one
    begins on the billing day again. Raises InvalidInput for what is no day of a month.
    """
    if not 1 <= billing_day <= LAST_BILLING_DAY:
        raise InvalidInput(f"billing_day must be from 1 to {LAST_BILLING_DAY}")
    begin = _begin(day.year, day.month, billing_day)
    if day < begin:
        year, month = _before(day.year, day.month)
        return Period(_begin(year, month, billing_day), begin)
    year, month = _next(day.year, day.month)
    return Period(begin, _begin(year, month, billing_day))


def periods_between(first: date, last: date, billing_day: int) -> Iterator[Period]:
    """Yield the periods that a day from `first` to `last` falls into, the earliest first."""
    while first <= last:
        period = period_of(first, billing_day)
        yield period
        first = period.after


def _begin(year: int, month: int, billing_day: int) -> date:
    return date(year, month, min(billing_day, calendar.monthrange(year, month)[1]))


def _next(year: int, month: int) -> tuple[int, int]:
    return (year + month // 12, month % 12 + 1)


def _before(year: int, month: int) -> tuple[int, int]:
    return (year, month - 1) if month > 1 else (year - 1, 12)
