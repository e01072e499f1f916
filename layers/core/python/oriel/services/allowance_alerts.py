"""Tells a workspace when half, four fifths and all of what it may use in a period is used."""

from dataclasses import dataclass, field

from oriel.alert_ports import AlertStore, AllowanceNotifier
from oriel.billing_ports import AccountStore, PriceLists
from oriel.domain.billing.accounts import (
    Allowance,
    BillingAccount,
    Scope,
    ScopeKind,
    allowances,
    default_account,
)
from oriel.domain.billing.alerts import Alert, level_of
from oriel.domain.billing.periods import Period
from oriel.domain.clock import Clock
from oriel.domain.usage import UsageTotal
from oriel.hold_ports import HoldStore
from oriel.usage_ports import TotalsStore


@dataclass(frozen=True, slots=True)
class AllowanceAlerts:
    """Looks at what a workspace has used each time that some more was counted.

    The counters that let requests through say cheaply whether a level may be reached; since they
    hold what is not answered yet, the totals decide.
    """

    accounts: AccountStore
    prices: PriceLists
    holds: HoldStore
    totals: TotalsStore
    alerts: AlertStore
    notifier: AllowanceNotifier
    clock: Clock
    told: set[Alert] = field(default_factory=set)
    """What this process knows to be told."""

    def look(self, workspace_id: str) -> None:
        """Tell of the highest level that each allowance has reached, once a period.

        Raises TemporarilyUnavailable; what could not be told is told after the next counting.
        """
        account = self._account(workspace_id)
        plan = self.prices.version(account.price_version).plan(account.plan_id)
        limits = {one.scope: one for one in allowances(account, plan)}
        if not limits:
            return
        period = account.period_of(self.clock().date())
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
        elif self.alerts.claim(alert, self.clock()):
            self.notifier.allowance_used(alert, used)
            self.alerts.tell(alert, self.clock())
            self.told.add(alert)

    def _alert(
        self, account: BillingAccount, period: Period, allowance: Allowance, units: int
    ) -> Alert | None:
        level = level_of(units, allowance.most)
        if level is None:
            return None
        return Alert(account.workspace_id, period.key, allowance.scope, level, allowance.most)

    def _used(self, workspace_id: str, period: Period, scope: Scope) -> int:
        totals = self.totals.totals(workspace_id, period.key, period.last.isoformat())
        return sum(total.units for total in totals if _is_of(total, scope))

    def _account(self, workspace_id: str) -> BillingAccount:
        found = self.accounts.find(workspace_id)
        if found is not None:
            return found
        return default_account(workspace_id, self.prices.current(self.clock().date()))


def _is_of(total: UsageTotal, scope: Scope) -> bool:
    match scope.kind:
        case ScopeKind.TASK:
            return total.task_id == scope.id
        case ScopeKind.TOKEN:
            return total.token_id == scope.id
        case ScopeKind.WORKSPACE:
            return True
