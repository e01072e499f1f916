"""Reservations over some stores."""

from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import Any, TypeVar

from oriel.domain.billing.accounts import WHOLE, BillingAccount, Cap
from oriel.domain.clock import Clock
from oriel.hold_ports import HoldStore
from oriel.services.reservations import Reservations
from oriel.services.terms import KnownTerms
from oriel.usage_ports import UsageStore

from tests.fakes.billing import OPEN, PRICES, MemoryAccountStore, MemoryPriceLists
from tests.fakes.facts import NOON

T = TypeVar("T")


class AtOnce(Executor):
    """Does what it is given before anything else."""

    def submit(self, work: Callable[..., T], /, *given: Any, **named: Any) -> Future[T]:
        done = Future[T]()
        done.set_result(work(*given, **named))
        return done


def reservations_of(
    holds: HoldStore,
    usage: UsageStore,
    accounts: MemoryAccountStore | None = None,
    clock: Clock = lambda: NOON,
) -> Reservations:
    terms = KnownTerms(accounts or MemoryAccountStore(), MemoryPriceLists(), clock)
    return Reservations(terms, holds, usage, clock, AtOnce())


def capped(workspace_id: str, most: int, *caps: Cap) -> BillingAccount:
    whole = Cap(WHOLE, credits=most)
    return BillingAccount(workspace_id, OPEN.id, PRICES.version, caps=(whole, *caps))
