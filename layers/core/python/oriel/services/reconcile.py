"""Compares what was answered (facts), what was recorded (ledger) and what was added up (totals)."""

from collections.abc import Collection, Iterator, Sequence
from datetime import date, timedelta
from itertools import islice

from oriel.billing_ports import LedgerStore
from oriel.domain.billing.ledger import UnreadableRow
from oriel.domain.billing.tallies import DayTally, Tally, tally
from oriel.domain.usage import UsageTotal
from oriel.services.ledger_tallies import LedgerTallies
from oriel.usage_ports import FactStore, TotalsStore
from oriel.values import dataclass

NAMED = 5
"""How many facts or totals of a drift are named."""


@dataclass(frozen=True, slots=True)
class Drift:
    """A day (UTC) on which two of the three do not agree, and how."""

    day: date
    problem: str

    def __str__(self) -> str:
        return f"{self.day.isoformat()}: {self.problem}"


class Reconciliation:
    """Compares one workspace's books at a time.

    What is answered or counted while it reads looks like a drift: who finds one looks again some
    seconds later.
    """

    def __init__(self, facts: FactStore, ledger: LedgerStore, totals: TotalsStore) -> None:
        self._facts = facts
        self._ledger = ledger
        self._totals = totals
        self._recorded = LedgerTallies(ledger)

    def reconcile(self, workspace_id: str, first: date, last: date) -> list[Drift]:
        """Return where the days from `first` to `last`, both included, do not agree."""
        days = ((last - first) // timedelta(days=1)) + 1
        every = (first + timedelta(days=later) for later in range(days))
        return [drift for day in every for drift in self._compare(workspace_id, day)]

    def drifts(self, workspace_id: str, day: date) -> Sequence[str]:
        """Return in words where facts, ledger and totals of a day (UTC) do not agree."""
        return [str(drift) for drift in self._compare(workspace_id, day)]

    def _compare(self, workspace_id: str, day: date) -> Iterator[Drift]:
        answered = tally(self._facts.facts_of(workspace_id, day))
        try:
            recorded = self._recorded.of(workspace_id, day)
            if recorded != answered.facts:
                yield Drift(day, self._missing(workspace_id, day, answered.facts, recorded))
        except UnreadableRow as unreadable:
            yield Drift(day, f"row {unreadable} in the ledger")
        text = day.isoformat()
        wrong = list(_wrong(answered, self._totals.totals(workspace_id, text, text)))
        if wrong:
            yield Drift(day, f"the totals are wrong: {_some(wrong)}")

    def _missing(self, workspace_id: str, day: date, answered: Tally, recorded: Tally) -> str:
        """Say which facts are in one and not in the other, which takes all their ids at once."""
        theirs = self._recorded.ids_of(workspace_id, day)
        ours = {fact.id for fact in self._facts.facts_of(workspace_id, day)}
        said = [f"{answered} were answered, {recorded} are in the ledger"]
        if ours - theirs:
            said.append(f"not in the ledger: {_some(sorted(ours - theirs))}")
        if theirs - ours:
            said.append(f"in the ledger alone: {_some(sorted(theirs - ours))}")
        return "; ".join(said)


def _wrong(answered: DayTally, totals: Sequence[UsageTotal]) -> Iterator[str]:
    """Yield in words the totals that are not what the facts add up to."""
    stand = {total.group: total.units for total in totals}
    for group in sorted(stand.keys() | answered.units.keys()):
        right, is_ = answered.units.get(group, 0), stand.get(group, 0)
        if right != is_:
            _, task_id, version, token_id = group
            of = f"task {task_id}, version {version}, token {token_id or 'unknown'}"
            yield f"{is_} instead of {right} units of {of}"


def _some(names: Collection[str]) -> str:
    more = len(names) - NAMED
    said = ", ".join(islice(names, NAMED))
    return f"{said} and {more} more" if more > 0 else said
