"""Makes totals anew from the facts, and counts facts that were never counted."""

from datetime import date, timedelta

from oriel.domain.billing.tallies import tally
from oriel.domain.errors import Conflict, TemporarilyUnavailable
from oriel.services.counting import Counting
from oriel.services.ledger_tallies import LedgerTallies
from oriel.usage_ports import CorrectableTotals, FactStore
from oriel.values import dataclass

ATTEMPTS = 5


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """How many facts were counted that had not been, and how many totals were wrong."""

    counted: int = 0
    corrected: int = 0


@dataclass(frozen=True, slots=True)
class Rebuild:
    """Rebuilds the totals of a workspace, day by day.

    Totals are replaced only on the condition that nothing was counted since they were read, and
    only where the ledger has the same facts as were read: the index of facts may be behind.
    """

    facts: FactStore
    totals: CorrectableTotals
    recorded: LedgerTallies
    counting: Counting

    def rebuild(self, workspace_id: str, first: date, last: date) -> Rebuilt:
        """Rebuild the days from `first` to `last`, both included.

        Raises Conflict where the ledger of a day has other facts than there are, UnreadableRow
        where it cannot be read, TemporarilyUnavailable.
        """
        counted = corrected = 0
        day = first
        while day <= last:
            done = self._rebuild(workspace_id, day)
            counted, corrected = counted + done.counted, corrected + done.corrected
            day += timedelta(days=1)
        return Rebuilt(counted, corrected)

    def _rebuild(self, workspace_id: str, day: date) -> Rebuilt:
        counted = 0
        for _ in range(ATTEMPTS):
            text = day.isoformat()
            stand = self.totals.totals(workspace_id, text, text)
            answered = tally(self.facts.facts_of(workspace_id, day))
            if self.recorded.of(workspace_id, day) != answered.facts:
                counted += self._count_missing(workspace_id, day)
                continue
            try:
                return Rebuilt(counted, self.totals.rewrite(workspace_id, stand, answered.totals))
            except Conflict:
                continue
        raise Conflict(
            f"Facts and ledger of {day.isoformat()} do not agree, or it is counted just now: "
            "reconcile says what is wrong"
        )

    def _count_missing(self, workspace_id: str, day: date) -> int:
        """Count the facts that the ledger lacks; returns how many there were."""
        known = self.recorded.ids_of(workspace_id, day)
        missing = [fact for fact in self.facts.facts_of(workspace_id, day) if fact.id not in known]
        failed = self.counting.count(enumerate(missing))
        if failed:
            raise TemporarilyUnavailable("Not all facts could be counted; try again") from next(
                iter(failed.values())
            )
        return len(missing)
