"""What workspaces agreed to, as inference knows it: from a second ago, or from right now.

An account that cannot be read again is believed for a while longer, so that a usage table in
trouble stops nobody whose limits are known. Nobody is answered whose limits are not.
"""

import time
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

from oriel.domain.billing.accounts import (
    Allowance,
    BillingAccount,
    Scope,
    allowances,
    default_account,
)
from oriel.domain.billing.periods import day_of
from oriel.domain.clock import Clock
from oriel.domain.errors import TemporarilyUnavailable
from oriel.services.remembered import Remembered
from oriel.values import dataclass

if TYPE_CHECKING:
    # Not read by a cold start, which would build their classes for nothing (ADR 23).
    from oriel.billing_ports import AccountStore, PriceLists

KNOWN_SECONDS = 0.9
BELIEVED_SECONDS = 60.0
"""How long after that an account is believed while the table does not answer."""


@dataclass(frozen=True, slots=True)
class Terms:
    """An account, and what limits it in a period."""

    account: BillingAccount
    allowances: tuple[Allowance, ...]

    def limiting(self, scopes: Iterable[Scope]) -> Mapping[Scope, Allowance]:
        """Return the allowances of these scopes, where they have one."""
        wanted = set(scopes)
        return {one.scope: one for one in self.allowances if one.scope in wanted}


class KnownTerms:
    """Reads accounts, each about once a second at most."""

    def __init__(
        self,
        accounts: "AccountStore",
        prices: "PriceLists",
        clock: Clock,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._accounts = accounts
        self._prices = prices
        self._clock = clock
        self._known = Remembered[Terms](KNOWN_SECONDS, now)

    def known(self, workspace_id: str) -> Terms | None:
        """Return the terms where they were read a moment ago."""
        return self._known.get(workspace_id)

    def find(self, workspace_id: str) -> Terms:
        """Return the terms; raises TemporarilyUnavailable where nobody knows them."""
        known = self.known(workspace_id)
        if known is not None:
            return known
        try:
            account = self._accounts.find(workspace_id)
        except TemporarilyUnavailable:
            before = self._known.get(workspace_id, late=BELIEVED_SECONDS)
            if before is None:
                raise
            return before
        return self._known.put(self._terms(workspace_id, account), workspace_id)

    def _terms(self, workspace_id: str, account: BillingAccount | None) -> Terms:
        if account is None:
            prices = self._prices.current(day_of(self._clock()))
            account = default_account(workspace_id, prices)
        else:
            prices = self._prices.version(account.price_version)
        return Terms(account, tuple(allowances(account, prices.plan(account.plan_id))))
