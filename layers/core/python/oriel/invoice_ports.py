"""What the services need of the outside world for invoices (see ports.py)."""

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from oriel.domain.billing.accounts import BillingAccount
from oriel.domain.billing.invoices import Invoice
from oriel.domain.billing.ledger import LedgerRow


class InvoiceStore(Protocol):
    """Invoices of workspaces, and the numbers of the deployment's final ones."""

    def all(self, workspace_id: str) -> Sequence[Invoice]:
        """Return a workspace's invoices, the earliest period first, strongly consistent."""

    def find(self, workspace_id: str, period: str) -> Invoice | None:
        """Return the invoice of the period with this key; None where there is none."""

    def save(self, invoice: Invoice) -> Invoice:
        """Write a draft that follows the revision it was read with; return it with the next.

        Raises Conflict where another change came first, and where the invoice is final.
        """

    def last_number(self) -> int:
        """Return the number of the deployment's latest final invoice, 0 where there is none."""

    def finalise(self, invoice: Invoice, account: BillingAccount | None, row: LedgerRow) -> Invoice:
        """Write a final invoice with its number, its row of the ledger and the packs it used.

        All or nothing; `account` is None where it used none. Raises Conflict where its number is
        not the next one, or the invoice, the account or the ledger has gone on since they were
        read.
        """


class Reconciliation(Protocol):
    """Compares what was answered, what was recorded and what was added up."""

    def drifts(self, workspace_id: str, day: date) -> Sequence[str]:
        """Return in words where facts, ledger and totals of a day (UTC) do not agree."""


class ClosingQueue(Protocol):
    """Where each workspace's billing waits to be looked at, apart from all others."""

    def send(self, workspace_ids: Sequence[str]) -> None:
        """Let workspaces be looked at; raises TemporarilyUnavailable, with some sent perhaps."""
