"""Accounts and price lists in memory, with the same promises as the table and the files."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from threading import Lock

from oriel.billing_ports import AccountStore
from oriel.domain.billing.accounts import BillingAccount, Scope, Taken
from oriel.domain.billing.prices import Pack, Plan, PlanLimits, PriceList
from oriel.domain.billing.usage_rows import Rate
from oriel.domain.clock import Clock
from oriel.domain.errors import Conflict, NotFound
from oriel.domain.usage import UsageFact, UsageTotal
from oriel.services.billing_accounts import BillingAccounts
from oriel.services.period_reports import PeriodReports
from oriel.services.quotes import Quotes
from oriel.usage_ports import TotalsStore

from functions.api.product import Billing

OPEN = Plan("open", "Open", 0, 0, 600, stops=False, limits=PlanLimits())
"""Nothing included, nothing limited."""
SMALL = Plan("small", "Small", 0, 100, 500, stops=True, limits=PlanLimits(3, 5, 1))
"""A hundred credits a period and not one more."""
LARGE = Plan("large", "Large", 40_000_000, 1000, 400, stops=False, limits=PlanLimits(10, 50, 3))
"""A thousand credits a period, and others that are paid for."""
TEN = Pack("ten", "Ten credits", 10, 7000)
PRICES = PriceList(
    *("2026-01", "EUR", date(2026, 1, 1), OPEN.id),
    plans={plan.id: plan for plan in (OPEN, SMALL, LARGE)},
    packs={TEN.id: TEN},
)


class MemoryPriceLists:
    """These lists, the earliest first."""

    def __init__(self, *lists: PriceList) -> None:
        self._lists = sorted(lists or (PRICES,), key=lambda one: one.valid_from)

    def current(self, day: date) -> PriceList:
        valid = [one for one in self._lists if one.valid_from <= day]
        return valid[-1] if valid else self._lists[0]

    def version(self, version: str) -> PriceList:
        for one in self._lists:
            if one.version == version:
                return one
        raise NotFound(f"There is no price list {version}")


class MemoryAccountStore:
    """Accounts; `taken` is what counters of limited scopes began with, by period and scope."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._accounts: dict[str, BillingAccount] = {}
        self.taken: dict[tuple[str, str, Scope], int] = {}

    def find(self, workspace_id: str) -> BillingAccount | None:
        return self._accounts.get(workspace_id)

    def save(self, account: BillingAccount, begun: Sequence[Taken] = ()) -> BillingAccount:
        with self._lock:
            stored = self._accounts.get(account.workspace_id)
            if account.revision != (stored.revision if stored else 0):
                raise Conflict("The account was changed by somebody else; try again")
            written = replace(account, revision=account.revision + 1)
            self._accounts[account.workspace_id] = written
            for one in begun:
                self.taken[account.workspace_id, one.period, one.scope] = one.units
            return written

    def workspaces(self) -> Iterator[str]:
        yield from sorted(self._accounts)


class GivenTotals:
    """Totals that a test says outright: it is not about how they come to be."""

    def __init__(self, *totals: UsageTotal) -> None:
        self.all = list(totals)

    def count(self, facts: Sequence[UsageFact], rate: Rate, at: datetime) -> int:
        raise NotImplementedError(f"{len(facts)} facts: these totals follow from none")

    def totals(self, workspace_id: str, from_day: str, to_day: str) -> Sequence[UsageTotal]:  # noqa: ARG002 - all are of one
        return [total for total in self.all if from_day <= total.day <= to_day]


def billing_of(accounts: AccountStore, totals: TotalsStore, clock: Clock) -> Billing:
    """Bill by the lists above."""
    billed = BillingAccounts(accounts, MemoryPriceLists(), totals, clock)
    return Billing(billed, Quotes(billed), PeriodReports(billed))
