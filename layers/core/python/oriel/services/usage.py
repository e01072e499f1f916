"""What was used and what it costs."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta

from oriel.domain.billing.periods import day_of
from oriel.domain.errors import InvalidInput
from oriel.domain.usage import UsageTotal
from oriel.services.billing_accounts import BillingAccounts
from oriel.values import dataclass

MAX_REPORT_DAYS = 366


@dataclass(frozen=True, slots=True)
class UsageGroup:
    """Units and their value of one day, task, token or version."""

    key: str
    units: int
    price_micros: int


@dataclass(frozen=True, slots=True)
class UsageReport:
    """Usage of the days (UTC) from `from_day` to `to_day`, both included, groups in key order."""

    from_day: str
    to_day: str
    units: int
    price_micros: int
    currency: str
    groups: tuple[UsageGroup, ...]


_KEY_OF: Mapping[str, Callable[[UsageTotal], str]] = {
    "day": lambda total: total.day,
    "task": lambda total: total.task_id,
    "token": lambda total: total.token_id,
    "version": lambda total: f"{total.task_id}/{total.model_version}",
}


class UsageReports:
    """Reports a workspace's usage, with its value by the price of the plan that it has now."""

    def __init__(self, accounts: BillingAccounts) -> None:
        self._accounts = accounts

    def report(
        self,
        workspace_id: str,
        from_day: str | None = None,
        to_day: str | None = None,
        by: str | None = None,
    ) -> UsageReport:
        """Report the days, by default from the first of the present month until today, by day.

        `by` is `day`, `task`, `token` or `version`. Raises InvalidInput.
        """
        if by is not None and by not in _KEY_OF:
            raise InvalidInput(f"by must be one of {', '.join(_KEY_OF)}")
        first, last = self.days(from_day, to_day)
        totals = self._accounts.totals.totals(workspace_id, first.isoformat(), last.isoformat())
        prices, plan = self._accounts.prices_of(self._accounts.of(workspace_id))
        units = sum(total.units for total in totals)
        return UsageReport(
            from_day=first.isoformat(),
            to_day=last.isoformat(),
            units=units,
            price_micros=units * plan.price_micros,
            currency=prices.currency,
            groups=_groups(totals, _KEY_OF[by or "day"], plan.price_micros),
        )

    def days(self, from_day: str | None, to_day: str | None) -> tuple[date, date]:
        """Return the first and the last day that are asked for; raises InvalidInput."""
        last = day_of(self._accounts.clock()) if to_day is None else _day("to", to_day)
        first = last.replace(day=1) if from_day is None else _day("from", from_day)
        if first > last:
            raise InvalidInput("from must not be later than to")
        if last - first >= timedelta(days=MAX_REPORT_DAYS):
            raise InvalidInput(f"from and to must not lie more than {MAX_REPORT_DAYS} days apart")
        return first, last


def _groups(
    totals: Sequence[UsageTotal], key_of: Callable[[UsageTotal], str], price: int
) -> tuple[UsageGroup, ...]:
    units: dict[str, int] = defaultdict(int)
    for total in totals:
        units[key_of(total)] += total.units
    return tuple(UsageGroup(key, units[key], units[key] * price) for key in sorted(units))


def _day(name: str, text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise InvalidInput(f"{name} must be a day such as 2026-11-21") from None
    if day.isoformat() != text:
        raise InvalidInput(f"{name} must be a day such as 2026-11-21")
    return day
