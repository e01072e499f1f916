"""Totals in memory, with the same promises as the table, and faults to order."""

from collections import Counter
from collections.abc import Sequence
from threading import Lock

from oriel.domain.usage import UsageFact, UsageTotal
from oriel.services.counting import Counting
from oriel.usage_ports import TotalsStore, UsageStore

from functions.meter.batch import Meter
from tests.fakes.usage import MemoryUsageStore, faulty


class MemoryTotalsStore:
    """Counts what `usage` has committed."""

    def __init__(self, usage: MemoryUsageStore) -> None:
        self._lock = Lock()
        self._usage = usage
        self._counted: set[tuple[str, str, int, int]] = set()
        self._totals: Counter[tuple[str, str, str, int]] = Counter()

    def count(self, facts: Sequence[UsageFact]) -> int:
        with self._lock:
            arrived = {fact.identity: fact for fact in facts}
            new = (
                arrived.keys() & {fact.identity for fact in self._usage.committed}
            ) - self._counted
            self._counted |= new
            for fact in map(arrived.__getitem__, new):
                day = fact.occurred.date().isoformat()
                total = (fact.workspace_id, day, fact.task_id, fact.model_version)
                self._totals[total] += fact.units
            return len(new)

    def totals(self, workspace_id: str, from_day: str, to_day: str) -> Sequence[UsageTotal]:
        return [
            UsageTotal(day, task_id, version, units)
            for (owner, day, task_id, version), units in sorted(self._totals.items())
            if owner == workspace_id and from_day <= day <= to_day
        ]


class FaultyTotalsStore:
    """A store whose next counts fail as ordered: `before` they happen, or `after`, unnoticed."""

    def __init__(self, store: TotalsStore) -> None:
        self._store = store
        self.faults: list[str | None] = []

    def count(self, facts: Sequence[UsageFact]) -> int:
        with faulty(self.faults):
            return self._store.count(facts)

    def totals(self, workspace_id: str, from_day: str, to_day: str) -> Sequence[UsageTotal]:
        return self._store.totals(workspace_id, from_day, to_day)


def meter_of(usage: UsageStore, totals: TotalsStore) -> Meter:
    return Meter(usage, Counting(totals))
