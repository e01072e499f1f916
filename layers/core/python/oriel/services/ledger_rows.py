"""Reads ledgers on from where one has been read already."""

from collections.abc import Iterator
from datetime import date

from oriel.billing_ports import LedgerStore
from oriel.domain.billing.ledger import LedgerRow


def rows_after(
    ledger: LedgerStore, workspace_id: str, known: LedgerRow | None, first: date | None = None
) -> Iterator[LedgerRow]:
    """Yield the rows after a known one; where none is known those from the day `first` on, or all.

    Raises UnreadableRow where it comes to what was never written as a row.
    """
    for row in ledger.rows(workspace_id, first=first if known is None else known.day):
        if known is None or (row.day, row.number) > (known.day, known.number):
            yield row
