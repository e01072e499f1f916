"""Totals in memory, with the same promises as the table, and faults to order."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from threading import Lock

from oriel.billing_ports import PriceLists
from oriel.domain.billing.ledger import append
from oriel.domain.billing.periods import day_of
from oriel.domain.billing.usage_rows import Rate, usage_entry
from oriel.domain.errors import Conflict
from oriel.domain.usage import UsageFact, UsageTotal
from oriel.services.allowance_alerts import AllowanceAlerts
from oriel.services.billing_accounts import BillingAccounts
from oriel.services.counting import Counting
from oriel.usage_ports import TotalsStore, UsageStore

from functions.meter.batch import Meter
from tests.fakes.alerts import MemoryAlertStore, MemoryAllowanceNotifier
from tests.fakes.billing import MemoryAccountStore, MemoryPriceLists
from tests.fakes.facts import NOON
from tests.fakes.holds import MemoryHoldStore
from tests.fakes.ledger import MemoryLedgerStore
from tests.fakes.usage import MemoryUsageStore, faulty

RATE = Rate("2026-01", 600, "2026-11-01")
"""The default plan's of tests.fakes.billing, in November."""


class MemoryTotalsStore:
    """Counts what `usage` has committed."""

    def __init__(self, usage: MemoryUsageStore, ledger: MemoryLedgerStore | None = None) -> None:
        self._lock = Lock()
        self._usage = usage
        self.ledger = ledger or MemoryLedgerStore()
        self._counted: set[tuple[str, str, int, int]] = set()
        self._totals: Counter[tuple[str, str, str, int, str]] = Counter()

    def count(self, facts: Sequence[UsageFact], rate: Rate = RATE, at: datetime = NOON) -> int:
        with self._lock:
            arrived = {fact.identity: fact for fact in facts}
            new = (arrived.keys() & self._usage._facts.keys()) - self._counted
            self._counted |= new
            counted = [arrived[identity] for identity in new]
            for fact in counted:
                day = fact.occurred.date().isoformat()
                version, token = fact.model_version, fact.token_id
                self._totals[fact.workspace_id, day, fact.task_id, version, token] += fact.units
            if counted:
                workspace_id = counted[0].workspace_id
                entry = usage_entry(counted, rate)
                self.ledger.append(append(self.ledger.head(workspace_id), workspace_id, entry, at))
            return len(new)

    def rewrite(
        self, workspace_id: str, stand: Sequence[UsageTotal], right: Sequence[UsageTotal]
    ) -> int:
        read = {total.group: total.units for total in stand}
        wanted = {total.group: total.units for total in right}
        wrong = [one for one in read.keys() | wanted.keys() if read.get(one) != wanted.get(one)]
        with self._lock:
            if any(self._totals.get((workspace_id, *one)) != read.get(one) for one in wrong):
                raise Conflict("A total has changed since it was read; try again")
            for one in wrong:
                self._totals[workspace_id, *one] = wanted.get(one, 0)
                if one not in wanted:
                    del self._totals[workspace_id, *one]
        return len(wrong)

    def totals(self, workspace_id: str, from_day: str, to_day: str) -> Sequence[UsageTotal]:
        return [
            UsageTotal(day, task_id, version, units, token)
            for (owner, day, task_id, version, token), units in sorted(self._totals.items())
            if owner == workspace_id and from_day <= day <= to_day
        ]


class MemoryFactStore:
    """Facts by day; `hidden` are ids that the index does not list as yet."""

    def __init__(self, usage: MemoryUsageStore) -> None:
        self._usage = usage
        self.hidden: set[str] = set()

    def facts_of(self, workspace_id: str, day: date, after: str = "") -> Iterator[UsageFact]:
        for fact in sorted(self._usage.committed, key=lambda fact: (fact.occurred, fact.id)):
            is_of = (fact.workspace_id, day_of(fact.occurred)) == (workspace_id, day)
            if is_of and fact.id not in self.hidden and fact.place > after:
                yield fact


class FaultyTotalsStore:
    """A store whose next counts fail as ordered: `before` they happen, or `after`, unnoticed."""

    def __init__(self, store: TotalsStore) -> None:
        self._store = store
        self.faults: list[str | None] = []

    def count(self, facts: Sequence[UsageFact], rate: Rate = RATE, at: datetime = NOON) -> int:
        with faulty(self.faults):
            return self._store.count(facts, rate, at)

    def totals(self, workspace_id: str, from_day: str, to_day: str) -> Sequence[UsageTotal]:
        return self._store.totals(workspace_id, from_day, to_day)


def count_all(totals: TotalsStore, facts: Iterable[UsageFact]) -> int:
    """Count facts of whatever workspaces and days."""
    groups = defaultdict(list)
    for fact in facts:
        groups[fact.workspace_id, fact.occurred.date()].append(fact)
    return sum(totals.count(some, RATE, NOON) for some in groups.values())


def meter_of(usage: UsageStore, totals: TotalsStore, prices: PriceLists | None = None) -> Meter:
    prices = prices or MemoryPriceLists()
    counting = Counting(totals, MemoryAccountStore(), prices, lambda: NOON)
    alerts = AllowanceAlerts(
        BillingAccounts(counting.accounts, prices, totals, counting.clock),
        *(MemoryHoldStore(MemoryUsageStore()), MemoryAlertStore(), MemoryAllowanceNotifier()),
    )
    return Meter(usage, counting, alerts)
