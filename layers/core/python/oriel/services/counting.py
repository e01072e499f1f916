"""What the stream delivers is added up, each fact at most once ever."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from oriel.domain.errors import TemporarilyUnavailable
from oriel.domain.usage import UsageFact
from oriel.usage_ports import TotalsStore

Origin = TypeVar("Origin", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Counting:
    """Adds facts to the totals."""

    totals: TotalsStore

    def count(self, arrived: Iterable[tuple[Origin, UsageFact]]) -> Mapping[Origin, Exception]:
        """Add the facts to the totals, and return why which of them could not be added now.

        One total that fails does not hold up the others.
        """
        groups: dict[tuple[object, ...], list[tuple[Origin, UsageFact]]] = defaultdict(list)
        for origin, fact in arrived:
            groups[_total_of(fact)].append((origin, fact))
        failed: dict[Origin, Exception] = {}
        for group in groups.values():
            try:
                self.totals.count([fact for _, fact in group])
            except TemporarilyUnavailable as problem:
                failed.update((origin, problem) for origin, _ in group)
        return failed


def _total_of(fact: UsageFact) -> tuple[object, ...]:
    return (fact.workspace_id, fact.occurred.date(), fact.task_id, fact.model_version)
