"""Holds: what a request takes of its period before it is answered, so that none takes too much.

A hold belongs to one attempt at a request key. What it took is given back when the attempt is over:
by its commit, which keeps what was answered, or by its release, once.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TypeAlias

from oriel.domain.billing.accounts import WHOLE, Scope, ScopeKind
from oriel.domain.billing.periods import Period, day_of
from oriel.domain.usage import CREDITS_PER_RECORD, RequestKey, UsageFact
from oriel.values import dataclass

HOLD_LASTS = timedelta(seconds=60)
"""Twice as long as a request can take: one that still has its hold then has died."""

Changes: TypeAlias = Mapping[tuple[str, Scope], int]
"""Units that the counters of periods, named by their key, and scopes change by."""


class KeyTaken(Exception):
    """The request key has been answered, or is being answered."""


class NoRoom(Exception):
    """These scopes have too little left."""

    def __init__(self, scopes: Iterable[Scope]) -> None:
        self.scopes = tuple(scopes)
        super().__init__(", ".join(scope.key for scope in self.scopes))


@dataclass(frozen=True, slots=True)
class Hold:
    """One attempt at a request key; `taken` are units by scope, none where nothing limits it.

    `id` tells it from other attempts at the same key. It counts until `ends`.
    """

    workspace_id: str
    key: RequestKey
    id: str
    body_hash: str
    ends: datetime
    period: Period
    taken: Mapping[Scope, int]

    def has_ended(self, now: datetime) -> bool:
        """Tell whether anybody may release it."""
        return self.ends <= now

    @property
    def released(self) -> Changes:
        """What releasing it changes."""
        return {(self.period.key, scope): -units for scope, units in self.taken.items()}

    def used(self, facts: Sequence[UsageFact]) -> Changes:
        """Return what the facts add to the counters, each in the period of its own day."""
        changes: Counter[tuple[str, Scope]] = Counter()
        for fact in facts:
            for scope in self.taken:
                if scope.has(fact):
                    changes[self._period_of(fact), scope] += fact.units
        return changes

    def committed(self, facts: Sequence[UsageFact]) -> Changes:
        """Return what committing the facts changes, and giving back the rest."""
        changes = Counter(self.used(facts))
        changes.update(self.released)
        return {counter: units for counter, units in changes.items() if units}

    def _period_of(self, fact: UsageFact) -> str:
        """A period can end while a request is answered."""
        after = self.period.after
        return self.period.key if day_of(fact.occurred) < after else after.isoformat()


def needs(token_id: str, task_ids: Sequence[str], records: int) -> Mapping[Scope, int]:
    """Return the units that a request of so many records needs at most, by scope."""
    each = records * CREDITS_PER_RECORD
    units = {WHOLE: each * len(task_ids)}
    if token_id:
        units[Scope(ScopeKind.TOKEN, token_id)] = each * len(task_ids)
    for task_id in task_ids:
        scope = Scope(ScopeKind.TASK, task_id)
        units[scope] = units.get(scope, 0) + each
    return units
