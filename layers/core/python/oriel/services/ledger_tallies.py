"""What a ledger records of each day, read once and then only what was appended since."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta

from oriel.billing_ports import LedgerStore
from oriel.domain.billing.ledger import LedgerRow, RowKind, UnreadableRow, problem_of
from oriel.domain.billing.tallies import Tally
from oriel.services.ledger_rows import rows_after

AHEAD = timedelta(days=1)
"""Clocks differ by seconds: a fact may be of the day after the one that it was counted on."""


class LedgerTallies:
    """Reads one workspace's ledger at a time."""

    def __init__(self, ledger: LedgerStore) -> None:
        self._ledger = ledger
        self._reading: _Reading | None = None

    def of(self, workspace_id: str, day: date) -> Tally:
        """Return what the ledger has of a day's facts, whenever they were counted.

        Raises UnreadableRow where a row from the day on is not as it was written.
        """
        reading, self._reading = self._reading, None
        if reading is None or reading.workspace_id != workspace_id or day < reading.first:
            reading = _Reading(workspace_id, day)
        reading.go_on(self._ledger)
        self._reading = reading
        return reading.days.get(day.isoformat(), Tally())

    def ids_of(self, workspace_id: str, day: date) -> set[str]:
        """Return the ids of a day's facts that the ledger has; raises UnreadableRow."""
        rows = self._ledger.rows(workspace_id, first=day - AHEAD)
        return {
            fact_id
            for row in rows
            if row.entry.kind == RowKind.USAGE and row.entry.day == day.isoformat()
            for fact_id in row.entry.references
        }


@dataclass(slots=True)
class _Reading:
    """What was read of the rows that may be of `first` or a later day; `last` was the last one."""

    workspace_id: str
    first: date
    last: LedgerRow | None = None
    days: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))

    def go_on(self, ledger: LedgerStore) -> None:
        head = ledger.head(self.workspace_id)
        if head is None or (self.last is not None and head.hash == self.last.hash):
            return
        for row in rows_after(ledger, self.workspace_id, self.last, first=self.first - AHEAD):
            self._take(row)

    def _take(self, row: LedgerRow) -> None:
        problem = problem_of(row, self.last) if self.last is not None else ""
        if problem:
            raise UnreadableRow(row.id, problem)
        if row.entry.kind == RowKind.USAGE:
            self.days[row.entry.day].add(row.entry.references, row.entry.units)
        self.last = row
