"""What was used in each billing period, and what the present one will come to."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from oriel.domain.billing.accounts import BillingAccount
from oriel.domain.billing.coverage import invoiced_micros
from oriel.domain.billing.periods import Period, day_of, periods_between
from oriel.domain.errors import InvalidInput
from oriel.services.billing_accounts import BillingAccounts, Standing
from oriel.services.forecast import WINDOW, forecast
from oriel.values import dataclass

DEFAULT_PERIODS = 12
MAX_PERIODS = 36


@dataclass(frozen=True, slots=True)
class Forecast:
    """Units at the period's end, and what its invoice comes to now and then, in millionths."""

    units: int
    invoice_now_micros: int
    invoice_micros: int


@dataclass(frozen=True, slots=True)
class PeriodReport:
    """A period's units, and their value by the plan's price; `ahead` of the present one."""

    period: Period
    units: int
    price_micros: int
    ahead: Forecast | None


@dataclass(frozen=True, slots=True)
class PeriodReports:
    """Reports on the periods of a workspace."""

    accounts: BillingAccounts

    def latest(self, workspace_id: str, count: int = DEFAULT_PERIODS) -> Sequence[PeriodReport]:
        """Report on so many periods, the present one first; raises InvalidInput for too many."""
        if not 1 <= count <= MAX_PERIODS:
            raise InvalidInput(f"periods must be a whole number from 1 to {MAX_PERIODS}")
        standing = self.accounts.standing(workspace_id)
        periods = _latest(standing.account, standing.period, count)
        days = self._days(workspace_id, min(periods[-1].first, self._week_ago()), standing.period)
        return [self._report(standing, period, days) for period in periods]

    def _report(self, standing: Standing, period: Period, days: Mapping[date, int]) -> PeriodReport:
        units = sum(used for day, used in days.items() if period.first <= day < period.after)
        ahead = self._ahead(standing, days) if period == standing.period else None
        return PeriodReport(period, units, units * standing.plan.price_micros, ahead)

    def _ahead(self, standing: Standing, days: Mapping[date, int]) -> Forecast:
        """Look ahead; what limits the workspace will not be overrun."""
        account, plan, used = standing.account, standing.plan, standing.used
        units = forecast(days, standing.period, self.accounts.clock())
        if standing.most is not None:
            units = max(used, min(units, standing.most))
        return Forecast(
            units, invoiced_micros(used, account, plan), invoiced_micros(units, account, plan)
        )

    def _week_ago(self) -> date:
        return day_of(self.accounts.clock()) - WINDOW

    def _days(self, workspace_id: str, first: date, present: Period) -> Mapping[date, int]:
        days: Counter[date] = Counter()
        span = (first.isoformat(), present.last.isoformat())
        for total in self.accounts.totals.totals(workspace_id, *span):
            days[date.fromisoformat(total.day)] += total.units
        return days


def _latest(account: BillingAccount, present: Period, count: int) -> Sequence[Period]:
    """Return so many periods, the present one first."""
    before = present.first - timedelta(days=31 * (count - 1))
    periods = list(periods_between(before, present.first, account.billing_day))
    return periods[::-1][:count]
