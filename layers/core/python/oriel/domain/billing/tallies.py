"""Sums of facts that tell two sets of them apart without keeping either."""

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from oriel.domain.billing.periods import day_of
from oriel.domain.usage import UsageFact, UsageTotal

_DIGEST_BITS = 128


@dataclass(slots=True)
class Tally:
    """How many facts, their units, and a digest of their ids in which order does not matter.

    The digest is a sum of hashes: a fact that is there twice changes it, unlike one of XORs.
    """

    facts: int = 0
    units: int = 0
    digest: int = 0

    def add(self, ids: Iterable[str], units: int) -> None:
        """Take facts in."""
        for fact_id in ids:
            hashed = hashlib.sha256(fact_id.encode()).digest()
            self.facts += 1
            self.digest += int.from_bytes(hashed[: _DIGEST_BITS // 8], "big")
        self.digest %= 1 << _DIGEST_BITS
        self.units += units

    def __str__(self) -> str:
        return f"{self.facts} facts of {self.units} units"


@dataclass(slots=True)
class DayTally:
    """The facts of a workspace's day, and what its totals have to be."""

    facts: Tally = field(default_factory=Tally)
    units: Counter[tuple[str, str, int, str]] = field(default_factory=Counter)

    def add(self, fact: UsageFact) -> None:
        """Take a fact in."""
        self.facts.add([fact.id], fact.units)
        day = day_of(fact.occurred).isoformat()
        self.units[day, fact.task_id, fact.model_version, fact.token_id] += fact.units

    @property
    def totals(self) -> list[UsageTotal]:
        """The totals of the day."""
        return [
            UsageTotal(day, task_id, version, units, token_id)
            for (day, task_id, version, token_id), units in self.units.items()
        ]


def tally(facts: Iterable[UsageFact]) -> DayTally:
    """Add the facts of a day up."""
    day = DayTally()
    for fact in facts:
        day.add(fact)
    return day
