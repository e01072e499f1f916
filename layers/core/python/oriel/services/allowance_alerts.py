"""Tells a workspace when half, four fifths and all of what it may use in a period is used."""

from dataclasses import field

from oriel.alert_ports import AlertStore, AllowanceNotifier
from oriel.domain.billing.accounts import (
    Allowance,
    BillingAccount,
    Scope,
    allowances,
)
from oriel.domain.billing.alerts import Alert, level_of
from oriel.domain.billing.periods import Period
from oriel.hold_ports import HoldStore
from oriel.services.billing_accounts import BillingAccounts
from oriel.values import dataclass


@dataclass(frozen=True, slots=True)
class AllowanceAlerts:
    """Looks at what a workspace has used each time that some more was counted.

    The counters that let requests through say cheaply whether a level may be reached; since they
    hold what is not answered yet, the totals decide.
    """

    accounts: BillingAccounts
    holds: HoldStore
    alerts: AlertStore
    notifier: AllowanceNotifier
    told: set[Alert] = field(default_factory=set)
    """What this process knows to be told."""

    def look(self, workspace_id: str) -> None:
        """Tell of the highest level that each allowance has reached, once a period.

        Raises TemporarilyUnavailable; what could not be told is told after the next counting.
        """
        account = self.accounts.of(workspace_id)
        _, plan = self.accounts.prices_of(account)
        limits = {one.scope: one for one in allowances(account, plan)}
        if not limits:
            return
        period = account.period_of(self.accounts.clock().date())
        taken = self.holds.taken(workspace_id, period.key, limits)
        for scope, allowance in limits.items():
            self._look(account, period, allowance, taken[scope])

    def _look(
        self, account: BillingAccount, period: Period, allowance: Allowance, taken: int
    ) -> None:
        if self._alert(account, period, allowance, taken) in {None, *self.told}:
            return
        used = self._used(account.workspace_id, period, allowance.scope)
        alert = self._alert(account, period, allowance, used)
        if alert is None or alert in self.told:
            return
        if self.alerts.is_told(alert):
            self.told.add(alert)
        elif self.alerts.claim(alert, self.accounts.clock()):
            self.notifier.allowance_used(alert, used)
            self.alerts.tell(alert, self.accounts.clock())
            self.told.add(alert)

    def _alert(
        self, account: BillingAccount, period: Period, allowance: Allowance, units: int
    ) -> Alert | None:
        level = level_of(units, allowance.most)
        if level is None:
            return None
        return Alert(account.workspace_id, period.key, allowance.scope, level, allowance.most)

    def _used(self, workspace_id: str, period: Period, scope: Scope) -> int:
        days = (period.key, period.last.isoformat())
        totals = self.accounts.totals.totals(workspace_id, *days)
        return sum(total.units for total in totals if scope.has(total))
