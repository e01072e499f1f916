"""Ledgers in memory."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from threading import Lock

from oriel.domain.billing.ledger import GENESIS, ChainHead, LedgerRow
from oriel.domain.errors import Conflict


class MemoryLedgerStore:
    def __init__(self) -> None:
        self._lock = Lock()
        self._rows: dict[str, list[LedgerRow]] = defaultdict(list)

    def head(self, workspace_id: str) -> ChainHead | None:
        rows = self._rows[workspace_id]
        return ChainHead(rows[-1].day, rows[-1].number, rows[-1].hash) if rows else None

    def append(self, row: LedgerRow) -> None:
        with self._lock:
            head = self.head(row.workspace_id)
            if row.previous != (GENESIS if head is None else head.hash):
                raise Conflict("The ledger has gone on")
            self._rows[row.workspace_id].append(row)

    def rows(
        self, workspace_id: str, first: date | None = None, last: date | None = None
    ) -> Iterator[LedgerRow]:
        for row in list(self._rows[workspace_id]):
            if (first or date.min) <= row.day <= (last or date.max):
                yield row
