"""A workspace whose usage is told to a Stripe of this machine."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from oriel.adapters.stripe_meter import StripeMeter
from oriel.domain.billing.accounts import BillingAccount
from oriel.services.usage_export import ExportDecisions, ExportRound, UsageExport

from tests.fakes.billing import MemoryAccountStore
from tests.fakes.clock import FrozenClock
from tests.fakes.exports import MemoryExportCursors, MemoryExportQueue, MemoryTotals
from tests.fakes.stripe_server import KEY, METER, StripeServer, stripe_server

WORKSPACE, OTHER = "11111111-1111-4111-8111-111111111111", "33333333-3333-4333-8333-333333333333"
CUSTOMER, SECOND = "cus_of_ada", "cus_of_grace"


@dataclass
class World:
    stripe: StripeServer
    clock: FrozenClock
    accounts: MemoryAccountStore = field(default_factory=MemoryAccountStore)
    totals: MemoryTotals = field(default_factory=MemoryTotals)
    cursors: MemoryExportCursors = field(default_factory=MemoryExportCursors)
    queue: MemoryExportQueue = field(default_factory=MemoryExportQueue)

    def __post_init__(self) -> None:
        # As if for years: each test says since when where that matters.
        self.customer(WORKSPACE, CUSTOMER, date(2024, 1, 1))
        meter = StripeMeter(KEY, METER, self.stripe.address, tries_again=0)
        self.service = UsageExport(self.accounts, self.totals, self.cursors, meter, self.clock)
        self.round = ExportRound(self.accounts, self.queue, self.clock)
        self.decisions = ExportDecisions(self.cursors, self.clock)

    @property
    def today(self) -> date:
        return self.clock().date()

    def customer(self, workspace_id: str, name: str, since: date | None) -> None:
        found = self.accounts.find(workspace_id)
        account = found or BillingAccount(workspace_id, "pay-as-you-go", "2026-11")
        self.accounts.save(replace(account, customer=name, customer_since=since))

    def use(self, units: int, days_ago: int = 0, workspace_id: str = WORKSPACE) -> None:
        self.totals.units[workspace_id, self.today - timedelta(days=days_ago)] += units

    def export(self, workspace_id: str = WORKSPACE) -> int:
        return self.service.export(workspace_id, self.today - timedelta(days=400))


@contextmanager
def exporting() -> Iterator[World]:
    clock = FrozenClock()
    with stripe_server(clock, CUSTOMER, SECOND) as stripe:
        yield World(stripe, clock)
