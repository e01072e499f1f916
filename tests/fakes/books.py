"""A small world to close periods in; what was answered is recorded as the meter does."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime

from oriel.billing_ports import AccountStore, LedgerStore
from oriel.domain.billing.accounts import BillingAccount, SoldPack
from oriel.domain.billing.invoices import Invoice, InvoiceState
from oriel.domain.billing.ledger import Book, Entry, Posting, RowKind, append
from oriel.domain.billing.periods import day_of
from oriel.domain.billing.usage_rows import Rate
from oriel.domain.usage import UsageFact, UsageTotal
from oriel.invoice_ports import InvoiceStore
from oriel.services.closing import Closing
from oriel.services.drafts import Drafts

from tests.fakes.billing import MemoryAccountStore, MemoryPriceLists
from tests.fakes.clock import FrozenClock
from tests.fakes.invoices import FaultyInvoiceStore, MemoryInvoiceStore
from tests.fakes.ledger import MemoryLedgerStore

TASK = "22222222-2222-4222-8222-222222222222"


class CountedUnits:
    """Totals that are told."""

    def __init__(self) -> None:
        self._units: Counter[tuple[str, str, str]] = Counter()

    def count(self, facts: Sequence[UsageFact], rate: Rate, at: datetime) -> int:
        raise NotImplementedError

    def add(self, workspace_id: str, day: date, units: int) -> None:
        self._units[workspace_id, day.isoformat(), TASK] += units

    def totals(self, workspace_id: str, from_day: str, to_day: str) -> Sequence[UsageTotal]:
        return [
            UsageTotal(day, task_id, 1, units)
            for (owner, day, task_id), units in sorted(self._units.items())
            if owner == workspace_id and from_day <= day <= to_day
        ]


@dataclass
class Drifting:
    """Says what it is told to, once for each look at a day."""

    said: dict[date, list[list[str]]] = field(default_factory=dict)
    looked: list[date] = field(default_factory=list)

    def drifts(self, workspace_id: str, day: date) -> Sequence[str]:  # noqa: ARG002
        self.looked.append(day)
        told = self.said.get(day)
        return told.pop(0) if told else []


@dataclass(frozen=True)
class Stores:
    """Where accounts, the ledger and invoices are kept."""

    accounts: AccountStore
    ledger: LedgerStore
    invoices: InvoiceStore


def in_memory() -> Stores:
    accounts, ledger = MemoryAccountStore(), MemoryLedgerStore()
    return Stores(accounts, ledger, MemoryInvoiceStore(accounts, ledger))


class Books:
    """Everything that closing reads and writes, and a clock that moves when told."""

    def __init__(self, stores: Stores | None = None) -> None:
        stores = stores or in_memory()
        self.clock = FrozenClock(datetime(2026, 11, 10, 12, tzinfo=UTC))
        self.accounts, self.ledger = stores.accounts, stores.ledger
        self.prices = MemoryPriceLists()
        self.totals = CountedUnits()
        self.checks = Drifting()
        self.invoices = FaultyInvoiceStore(stores.invoices)
        self.slept: list[float] = []
        drafts = Drafts(
            self.accounts, self.prices, self.invoices, self.ledger, self.totals, self.clock
        )
        self.closing = Closing(
            accounts=self.accounts,
            drafts=drafts,
            invoices=self.invoices,
            ledger=self.ledger,
            reconciliation=self.checks,
            clock=self.clock,
            sleep=self.slept.append,
        )

    def account(self, workspace_id: str, plan_id: str, day: int = 1, *packs: SoldPack) -> None:
        since = date(2026, 11, 1)
        self.accounts.save(
            BillingAccount(workspace_id, plan_id, "2026-01", day, since, packs=packs)
        )

    def account_day(self, account: BillingAccount, day: int) -> None:
        self.accounts.save(replace(account, billing_day=day))

    def use(self, workspace_id: str, units: int, occurred: datetime) -> None:
        """Count units that were answered at a moment now."""
        account = self.accounts.find(workspace_id)
        plan = self.prices.version("2026-01").plan(account.plan_id if account else "open")
        day, value = day_of(occurred), units * plan.price_micros
        self.totals.add(workspace_id, day, units)
        entry = Entry(
            RowKind.USAGE,
            (Posting(Book.UNBILLED, value), Posting(Book.REVENUE, -value)),
            units=units,
            day=day.isoformat(),
        )
        head = self.ledger.head(workspace_id)
        self.ledger.append(append(head, workspace_id, entry, self.clock()))

    def at(self, year: int, month: int, day: int, hour: int = 2) -> None:
        self.clock.now = datetime(year, month, day, hour, tzinfo=UTC)

    def balance(self, workspace_id: str) -> Counter[Book]:
        found: Counter[Book] = Counter()
        for row in self.ledger.rows(workspace_id):
            for posting in row.entry.postings:
                found[posting.book] += posting.micros
        return found

    def final(self, workspace_id: str) -> list[Invoice]:
        found = self.invoices.all(workspace_id)
        return [one for one in found if one.state == InvoiceState.FINAL]
