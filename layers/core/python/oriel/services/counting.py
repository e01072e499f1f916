"""What the stream delivers is added up, each fact at most once ever."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from typing import TypeVar

from oriel.billing_ports import AccountStore, PriceLists
from oriel.domain.billing.accounts import BillingAccount, default_account
from oriel.domain.billing.periods import day_of
from oriel.domain.billing.usage_rows import Rate, rate_of
from oriel.domain.clock import Clock
from oriel.domain.errors import NotFound, TemporarilyUnavailable
from oriel.domain.usage import UsageFact
from oriel.usage_ports import TotalsStore
from oriel.values import dataclass

Origin = TypeVar("Origin", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Counting:
    """Adds facts to the totals and to the ledger."""

    totals: TotalsStore
    accounts: AccountStore
    prices: PriceLists
    clock: Clock

    def count(self, arrived: Iterable[tuple[Origin, UsageFact]]) -> Mapping[Origin, Exception]:
        """Add the facts, and return why which of them could not be added now.

        No workspace, and no day or price of one, holds up the others.
        """
        failed: dict[Origin, Exception] = {}
        for workspace_id, some in _by_workspace(arrived).items():
            try:
                account = self.accounts.find(workspace_id)
            except TemporarilyUnavailable as problem:
                failed.update((origin, problem) for origin, _ in some)
            else:
                failed.update(self._count(some, account))
        return failed

    def _count(
        self, arrived: Iterable[tuple[Origin, UsageFact]], account: BillingAccount | None
    ) -> Mapping[Origin, Exception]:
        failed: dict[Origin, Exception] = {}
        groups: dict[tuple[object, Rate], list[tuple[Origin, UsageFact]]] = defaultdict(list)
        for origin, fact in arrived:
            try:
                rate = self.rate(fact, account)
            except NotFound as problem:
                failed[origin] = problem
            else:
                groups[day_of(fact.occurred), rate].append((origin, fact))
        for (_, rate), some in groups.items():
            try:
                self.totals.count([fact for _, fact in some], rate, self.clock())
            except TemporarilyUnavailable as problem:
                failed.update((origin, problem) for origin, _ in some)
        return failed

    def rate(self, fact: UsageFact, account: BillingAccount | None) -> Rate:
        """Return what a fact is valued by.

        That is the price list that it names, or the account's where it names none; the account's as
        well where the plan is newer than the list. Raises NotFound for a list that there is not.
        """
        if account is None:
            named = fact.price_version
            day = day_of(fact.occurred)
            prices = self.prices.version(named) if named else self.prices.current(day)
            return rate_of(fact, default_account(fact.workspace_id, prices), prices)
        prices = self.prices.version(fact.price_version or account.price_version)
        if account.plan_id not in prices.plans:
            prices = self.prices.version(account.price_version)
        return rate_of(fact, account, prices)


def _by_workspace(
    arrived: Iterable[tuple[Origin, UsageFact]],
) -> Mapping[str, list[tuple[Origin, UsageFact]]]:
    groups: dict[str, list[tuple[Origin, UsageFact]]] = defaultdict(list)
    for origin, fact in arrived:
        groups[fact.workspace_id].append((origin, fact))
    return groups
