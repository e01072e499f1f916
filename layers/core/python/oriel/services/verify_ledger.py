"""Proves that a ledger is as it was written, or names the first row that is not."""

from oriel.billing_ports import LedgerStore
from oriel.domain.billing.ledger import (
    Fault,
    LedgerRow,
    UnreadableRow,
    end_after,
    not_the_end,
    problem_of,
)
from oriel.services.ledger_rows import rows_after


class Verifier:
    """Reads whole ledgers while others append to them."""

    def __init__(self, ledger: LedgerStore) -> None:
        self._ledger = ledger

    def verify(self, workspace_id: str) -> Fault | None:
        """Return the first row that is not as it was written; None where all are.

        What was appended meanwhile is read as well, until the last row is the one that the ledger
        is said to end with.
        """
        last: LedgerRow | None = None
        while True:
            before = last
            try:
                for row in rows_after(self._ledger, workspace_id, before):
                    problem = problem_of(row, last)
                    if problem:
                        return Fault(row.id, problem)
                    last = row
            except UnreadableRow as unreadable:
                return unreadable.fault
            if end_after(last) == self._ledger.head(workspace_id):
                return None
            if last == before:
                return not_the_end(last)
