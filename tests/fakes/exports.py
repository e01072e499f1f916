"""Cursors and totals in memory, for what tells usage to others."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from oriel.domain.billing.exports import ExportCursor
from oriel.domain.errors import Conflict, TemporarilyUnavailable
from oriel.domain.usage import UsageTotal


class Died(Exception):
    """The process ended here."""


@dataclass
class MemoryExportCursors:
    """`faults` are what becomes of the next writes: `before` and `after` them the process dies."""

    faults: list[str] = field(default_factory=list)
    _kept: dict[tuple[str, date], ExportCursor] = field(default_factory=dict)

    def find(self, workspace_id: str, first: date, last: date) -> Mapping[date, ExportCursor]:
        return {
            day: cursor
            for (owner, day), cursor in self._kept.items()
            if owner == workspace_id and first <= day <= last
        }

    def save(self, cursor: ExportCursor) -> None:
        fault = self.faults.pop(0) if self.faults else ""
        if fault == "before":
            raise Died
        key = (cursor.workspace_id, cursor.day)
        kept = self._kept.get(key)
        if cursor.revision != (kept.revision if kept else 0) + 1:
            raise Conflict("Somebody else tells of this day just now")
        self._kept[key] = cursor
        if fault == "after":
            raise Died


@dataclass
class MemoryTotals:
    units: Counter[tuple[str, date]] = field(default_factory=Counter)

    def totals(self, workspace_id: str, from_day: str, to_day: str) -> Sequence[UsageTotal]:
        return [
            UsageTotal(day.isoformat(), f"task-{half}", 1, part)
            for (owner, day), units in sorted(self.units.items())
            if owner == workspace_id and from_day <= day.isoformat() <= to_day
            for half, part in enumerate((units // 2, units - units // 2))
        ]


@dataclass
class MemoryExportQueue:
    is_down: bool = False
    waiting: list[tuple[str, date]] = field(default_factory=list)

    def send(self, workspace_id: str, first: date) -> None:
        if self.is_down:
            raise TemporarilyUnavailable("The queue did not take a workspace")
        self.waiting.append((workspace_id, first))
