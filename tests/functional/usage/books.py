"""Everything that keeps usage, in memory or in one table, and what works on it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from oriel.adapters.dynamodb.ledger import DynamoLedgerStore
from oriel.adapters.dynamodb.usage import DynamoUsageStore
from oriel.adapters.dynamodb.usage_facts import DynamoFactStore
from oriel.adapters.dynamodb.usage_totals import DynamoTotalsStore
from oriel.billing_ports import LedgerStore
from oriel.domain.usage import StoredReply, UsageFact
from oriel.services.counting import Counting
from oriel.services.ledger_tallies import LedgerTallies
from oriel.services.rebuild import Rebuild
from oriel.services.reconcile import Reconciliation
from oriel.services.verify_ledger import Verifier
from oriel.usage_ports import CorrectableTotals, FactStore, UsageStore

from tests.fakes.billing import MemoryAccountStore, MemoryPriceLists
from tests.fakes.facts import NOON
from tests.fakes.ledger import MemoryLedgerStore
from tests.fakes.totals import MemoryFactStore, MemoryTotalsStore
from tests.fakes.usage import MemoryUsageStore

DAY = date(2026, 11, 21)


@dataclass(frozen=True)
class Books:
    usage: UsageStore
    totals: CorrectableTotals
    ledger: LedgerStore
    facts: FactStore

    @classmethod
    def in_memory(cls) -> "Books":
        usage, ledger = MemoryUsageStore(), MemoryLedgerStore()
        return cls(usage, MemoryTotalsStore(usage, ledger), ledger, MemoryFactStore(usage))

    @classmethod
    def in_table(
        cls, client: Any, name: str, sleep: Callable[[float], None] = lambda _: None
    ) -> "Books":
        return cls(
            DynamoUsageStore(client, name),
            DynamoTotalsStore(client, name, sleep),
            DynamoLedgerStore(client, name),
            DynamoFactStore(client, name),
        )

    @property
    def counting(self) -> Counting:
        return Counting(self.totals, MemoryAccountStore(), MemoryPriceLists(), lambda: NOON)

    @property
    def reconciliation(self) -> Reconciliation:
        return Reconciliation(self.facts, self.ledger, self.totals)

    @property
    def rebuild(self) -> Rebuild:
        tallies = LedgerTallies(self.ledger)
        return Rebuild(self.facts, self.totals, tallies, self.counting)

    @property
    def verifier(self) -> Verifier:
        return Verifier(self.ledger)

    def commit(self, facts: Sequence[UsageFact]) -> None:
        """Commit the facts of one request."""
        one = facts[0]
        self.usage.commit(one.workspace_id, one.request_key, facts, StoredReply("", None), NOON)

    def count(self, facts: Sequence[UsageFact]) -> None:
        assert self.counting.count(enumerate(facts)) == {}

    def units(self, workspace_id: str) -> int:
        totals = self.totals.totals(workspace_id, "2000-01-01", "2999-12-31")
        return sum(total.units for total in totals)
