"""Invoices in memory, with the same promises as the table, and faults to order."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from threading import Lock
from typing import TypeVar

from oriel.domain.billing.accounts import BillingAccount
from oriel.domain.billing.invoices import Invoice, InvoiceState
from oriel.domain.billing.ledger import GENESIS, LedgerRow
from oriel.domain.errors import Conflict, TemporarilyUnavailable
from oriel.invoice_ports import InvoiceStore

from tests.fakes.billing import MemoryAccountStore
from tests.fakes.ledger import MemoryLedgerStore

R = TypeVar("R")


class MemoryInvoiceStore:
    def __init__(self, accounts: MemoryAccountStore, ledger: MemoryLedgerStore) -> None:
        self._accounts = accounts
        self._ledger = ledger
        self._invoices: dict[tuple[str, str], Invoice] = {}
        self._number = 0
        self._lock = Lock()

    def all(self, workspace_id: str) -> Sequence[Invoice]:
        with self._lock:
            return [self._invoices[key] for key in sorted(self._invoices) if key[0] == workspace_id]

    def find(self, workspace_id: str, period: str) -> Invoice | None:
        return self._invoices.get((workspace_id, period))

    def save(self, invoice: Invoice) -> Invoice:
        with self._lock:
            self._expect(invoice)
            return self._write(invoice)

    def last_number(self) -> int:
        return self._number

    def finalise(self, invoice: Invoice, account: BillingAccount | None, row: LedgerRow) -> Invoice:
        with self._lock:
            self._expect(invoice)
            head = self._ledger.head(invoice.workspace_id)
            if invoice.number != self._number + 1:
                raise Conflict("The number was taken")
            if row.previous != (GENESIS if head is None else head.hash):
                raise Conflict("The ledger has gone on")
            if account is not None:
                self._accounts.save(account)
            self._number = invoice.number
            self._ledger.append(row)
            return self._write(invoice)

    def _expect(self, invoice: Invoice) -> None:
        stored = self._invoices.get((invoice.workspace_id, invoice.period.key))
        if invoice.revision != (stored.revision if stored else 0):
            raise Conflict("The invoice was changed")
        if stored is not None and stored.state == InvoiceState.FINAL:
            raise Conflict("The invoice is final")

    def _write(self, invoice: Invoice) -> Invoice:
        written = replace(invoice, revision=invoice.revision + 1)
        self._invoices[invoice.workspace_id, invoice.period.key] = written
        return written


class FaultyInvoiceStore:
    """A store whose writes fail as ordered: `before` they happen, or `after`, unnoticed."""

    def __init__(self, store: InvoiceStore) -> None:
        self._store = store
        self.faults: list[str | None] = []
        self.writes = 0

    def all(self, workspace_id: str) -> Sequence[Invoice]:
        return self._store.all(workspace_id)

    def find(self, workspace_id: str, period: str) -> Invoice | None:
        return self._store.find(workspace_id, period)

    def save(self, invoice: Invoice) -> Invoice:
        return self._write(lambda: self._store.save(invoice))

    def last_number(self) -> int:
        return self._store.last_number()

    def finalise(self, invoice: Invoice, account: BillingAccount | None, row: LedgerRow) -> Invoice:
        return self._write(lambda: self._store.finalise(invoice, account, row))

    def _write(self, write: Callable[[], R]) -> R:
        self.writes += 1
        fault = self.faults.pop(0) if self.faults else None
        if fault == "before":
            raise TemporarilyUnavailable("before the write")
        written = write()
        if fault == "after":
            raise TemporarilyUnavailable("after the write")
        return written
