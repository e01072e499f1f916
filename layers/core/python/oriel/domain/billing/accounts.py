"""What a workspace agreed to: its plan, its packs, and how much it will spend at most."""

from collections.abc import Iterator
from datetime import date, datetime
from enum import StrEnum

from oriel.domain.billing.periods import Period, period_of
from oriel.domain.billing.prices import Plan, PriceList
from oriel.domain.usage import UsageFact, UsageTotal
from oriel.values import dataclass


class ScopeKind(StrEnum):
    """Whose usage a cap is of."""

    WORKSPACE = "workspace"
    TOKEN = "token"  # noqa: S105 - no password
    TASK = "task"


@dataclass(frozen=True, slots=True, order=True)
class Scope:
    """A workspace as a whole (`id` is empty), one of its tokens or one of its tasks."""

    kind: ScopeKind
    id: str = ""

    @property
    def key(self) -> str:
        """How it is named within keys: `workspace`, `token#<id>` or `task#<id>`."""
        return f"{self.kind}#{self.id}" if self.id else str(self.kind)

    def has(self, used: UsageFact | UsageTotal) -> bool:
        """Tell whether usage counts for it."""
        match self.kind:
            case ScopeKind.WORKSPACE:
                return True
            case ScopeKind.TOKEN:
                return used.token_id == self.id
            case ScopeKind.TASK:
                return used.task_id == self.id


WHOLE = Scope(ScopeKind.WORKSPACE)


@dataclass(frozen=True, slots=True)
class Cap:
    """The most that may be used in a period; None where there is no such limit.

    `micros` of the whole workspace are those that its period's usage adds to the invoice: what the
    month's credits and the packs cover is not spent. Those of a token or a task are the value of
    all of its units.
    """

    scope: Scope
    credits: int | None = None
    micros: int | None = None


@dataclass(frozen=True, slots=True)
class SoldPack:
    """A pack that was bought; `used` are its credits in periods whose invoices are final."""

    id: str
    pack_id: str
    price_version: str
    credits: int
    price_micros: int
    sold: datetime
    used: int = 0

    @property
    def left(self) -> int:
        """Credits that are there for the periods that are not closed."""
        return self.credits - self.used


@dataclass(frozen=True, slots=True)
class BillingAccount:
    """How a workspace is billed; one without an account of its own has the default plan.

    `since` is the first day of its billing, None for one that was never written. `customer` is its
    name in the system that payments are taken with, which is told of what was used from
    `customer_since` on, of nothing where that is None. `promised` are the credits of packs that
    periods take which ended and whose invoices are not final. `revision` counts its changes.
    """

    workspace_id: str
    plan_id: str
    price_version: str
    billing_day: int = 1
    since: date | None = None
    caps: tuple[Cap, ...] = ()
    packs: tuple[SoldPack, ...] = ()
    customer: str = ""
    customer_since: date | None = None
    promised: int = 0
    revision: int = 0

    def period_of(self, day: date) -> Period:
        """Return the period that a day falls into."""
        return period_of(day, self.billing_day)

    @property
    def pack_credits(self) -> int:
        """Credits that are left of all packs for the present period."""
        return max(0, sum(pack.left for pack in self.packs) - self.promised)

    def cap_of(self, scope: Scope) -> Cap | None:
        """Return the cap of a scope where it has one."""
        return next((cap for cap in self.caps if cap.scope == scope), None)


def default_account(workspace_id: str, prices: PriceList) -> BillingAccount:
    """Return how a workspace is billed that has no account of its own."""
    return BillingAccount(workspace_id, prices.default_plan, prices.version)


@dataclass(frozen=True, slots=True)
class Taken:
    """Units that a scope has used of a period, named by its key, when a limit begins to count."""

    period: str
    scope: Scope
    units: int


@dataclass(frozen=True, slots=True)
class Allowance:
    """The most units that a scope may use in a period, and what says so, for the caller."""

    scope: Scope
    most: int
    reason: str


def allowances(account: BillingAccount, plan: Plan) -> Iterator[Allowance]:
    """Yield what limits the account in a period, one for each scope that anything limits."""
    covered = plan.monthly_credits + account.pack_credits
    by_scope: dict[Scope, Allowance] = {}

    def limit(scope: Scope, most: int, reason: str) -> None:
        if scope not in by_scope or most < by_scope[scope].most:
            by_scope[scope] = Allowance(scope, most, reason)

    if plan.stops:
        limit(WHOLE, covered, f"the {covered} credits of plan {plan.name} and of packs")
    for cap in account.caps:
        if cap.credits is not None:
            limit(cap.scope, cap.credits, f"the cap of {cap.credits} credits")
        if cap.micros is not None and plan.price_micros:
            free = covered if cap.scope == WHOLE else 0
            most = free + cap.micros // plan.price_micros
            limit(cap.scope, most, f"the cap of {cap.micros} millionths")
    yield from by_scope.values()
