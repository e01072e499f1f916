"""How workspaces are billed: their plans, what limits them, and how far they have used it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from oriel.billing_ports import AccountStore, PriceLists
from oriel.domain.billing.accounts import (
    WHOLE,
    Allowance,
    BillingAccount,
    Cap,
    Scope,
    Taken,
    allowances,
    default_account,
)
from oriel.domain.billing.coverage import Coverage, cover
from oriel.domain.billing.periods import Period, day_of
from oriel.domain.billing.prices import Plan, PriceList
from oriel.domain.billing.room import Room, room_of
from oriel.domain.clock import Clock
from oriel.domain.errors import InvalidInput
from oriel.domain.usage import UsageTotal
from oriel.usage_ports import TotalsStore
from oriel.values import dataclass

MAX_CAPS = 50
"""Of a workspace; each is looked at before a request of its scope is answered."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A workspace in its present period, with what was counted of it until now."""

    account: BillingAccount
    prices: PriceList
    plan: Plan
    period: Period
    totals: Sequence[UsageTotal]

    @property
    def used(self) -> int:
        """Units of the whole workspace."""
        return self.used_of(WHOLE)

    def used_of(self, scope: Scope) -> int:
        """Units of a scope."""
        return sum(total.units for total in self.totals if scope.has(total))

    @property
    def monthly_left(self) -> int:
        """Credits that are left of the plan's for the period."""
        return self.plan.monthly_credits - self._covered.month

    @property
    def packs_left(self) -> int:
        """Credits that are left of packs."""
        return self.account.pack_credits - self._covered.packs

    @property
    def most(self) -> int | None:
        """The most units of the whole workspace in the period, None where nothing limits them."""
        limit = self.limits.get(WHOLE)
        return None if limit is None else limit.most

    @property
    def left(self) -> int | None:
        """Units that are left until requests are refused, None where nothing limits them."""
        return None if self.most is None else max(0, self.most - self.used)

    @property
    def _covered(self) -> Coverage:
        return cover(self.used, self.account, self.plan)

    @property
    def limits(self) -> Mapping[Scope, Allowance]:
        """What limits the workspace, its tokens and its tasks in the period."""
        return {one.scope: one for one in allowances(self.account, self.plan)}


@dataclass(frozen=True, slots=True)
class BillingAccounts:
    """What can be done with billing accounts."""

    store: AccountStore
    prices: PriceLists
    totals: TotalsStore
    clock: Clock

    def of(self, workspace_id: str) -> BillingAccount:
        """Return how the workspace is billed, by the default plan where nothing else is agreed."""
        stored = self.store.find(workspace_id)
        if stored is not None:
            return stored
        return default_account(workspace_id, self.prices.current(day_of(self.clock())))

    def prices_of(self, account: BillingAccount) -> tuple[PriceList, Plan]:
        """Return an account's price list and its plan; raises NotFound."""
        prices = self.prices.version(account.price_version)
        return prices, prices.plan(account.plan_id)

    def room_of(self, workspace_id: str) -> Room:
        """Return how much the workspace may hold."""
        _, plan = self.prices_of(self.of(workspace_id))
        return room_of(plan)

    def standing(self, workspace_id: str) -> Standing:
        """Return how the workspace stands in its present period."""
        return self._standing(self.of(workspace_id))

    def change(
        self, workspace_id: str, change: Callable[[BillingAccount], BillingAccount]
    ) -> BillingAccount:
        """Change an account; the first change writes it.

        What begins to be limited begins with what the period has used of it. Units that are
        answered in the seconds until all hear of a new limit, or that are not counted yet, are not
        held against it. Raises Conflict where another change came first, NotFound for a plan that
        its price list does not have, and what the change raises.
        """
        before = self.of(workspace_id)
        changed = change(before)
        if changed.since is None:
            changed = replace(changed, since=day_of(self.clock()))
        return self.store.save(changed, list(self._begun(before, changed)))

    def set_caps(self, workspace_id: str, caps: Sequence[Cap]) -> BillingAccount:
        """Let these be all caps; raises InvalidInput, and as `change` does."""
        if len(caps) > MAX_CAPS:
            raise InvalidInput(f"caps: at most {MAX_CAPS} of a workspace")
        if len({cap.scope for cap in caps}) < len(caps):
            raise InvalidInput("caps: one for each workspace, token or task")
        if any(cap.credits is None and cap.micros is None for cap in caps):
            raise InvalidInput("caps: each says credits, price_micros or both")
        return self.change(workspace_id, lambda account: replace(account, caps=tuple(caps)))

    def _begun(self, before: BillingAccount, after: BillingAccount) -> Iterator[Taken]:
        """Yield the counters that have to begin: of new limits, or all those of a new period."""
        now = self._standing(after)
        old = before.period_of(day_of(self.clock()))
        known = set(_limited(before, self.prices_of(before)[1])) if old == now.period else set()
        for scope in now.limits:
            if scope not in known:
                yield Taken(now.period.key, scope, now.used_of(scope))

    def _standing(self, account: BillingAccount) -> Standing:
        prices, plan = self.prices_of(account)
        period = account.period_of(day_of(self.clock()))
        days = (period.first.isoformat(), period.last.isoformat())
        totals = self.totals.totals(account.workspace_id, *days)
        return Standing(account, prices, plan, period, totals)


def _limited(account: BillingAccount, plan: Plan) -> Iterator[Scope]:
    return (one.scope for one in allowances(account, plan))
