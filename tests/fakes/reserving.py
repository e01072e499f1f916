"""Reservations over some stores."""

from oriel.domain.billing.accounts import WHOLE, BillingAccount, Cap
from oriel.domain.clock import Clock
from oriel.hold_ports import HoldStore
from oriel.services.reservations import Reservations
from oriel.services.terms import KnownTerms
from oriel.usage_ports import UsageStore

from tests.fakes.billing import OPEN, PRICES, MemoryAccountStore, MemoryPriceLists
from tests.fakes.facts import NOON


def reservations_of(
    holds: HoldStore,
    usage: UsageStore,
    accounts: MemoryAccountStore | None = None,
    clock: Clock = lambda: NOON,
) -> Reservations:
    terms = KnownTerms(accounts or MemoryAccountStore(), MemoryPriceLists(), clock)
    return Reservations(terms, holds, usage, clock)


def capped(workspace_id: str, most: int, *caps: Cap) -> BillingAccount:
    whole = Cap(WHOLE, credits=most)
    return BillingAccount(workspace_id, OPEN.id, PRICES.version, caps=(whole, *caps))
