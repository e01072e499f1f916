"""Holds in memory, with the same promises as the table, and faults to order."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from oriel.domain.billing.accounts import Scope
from oriel.domain.billing.holds import Hold, KeyTaken, NoRoom
from oriel.domain.errors import TemporarilyUnavailable
from oriel.domain.usage import RequestKey

from tests.fakes.usage import MemoryUsageStore, faulty


class MemoryHoldStore:
    """The holds that lie beside the replies of `usage`."""

    def __init__(self, usage: MemoryUsageStore) -> None:
        self._usage = usage
        self.faults: list[str | None] = []

    def hold(self, hold: Hold, most: Mapping[Scope, int]) -> None:
        with faulty(self.faults), self._usage.lock:
            usage, at = self._usage, (hold.workspace_id, hold.key)
            if at in usage.held or at in usage.replies:
                raise KeyTaken
            full = [scope for scope in hold.taken if self._would_have(hold, scope) > most[scope]]
            if full:
                raise NoRoom(full)
            usage.held[at] = hold
            for scope in hold.taken:
                usage.taken[self._counter(hold, scope)] = self._would_have(hold, scope)

    def find(self, workspace_id: str, key: RequestKey) -> Hold | None:
        self._read()
        return self._usage.held.get((workspace_id, key))

    def release(self, hold: Hold) -> bool:
        with faulty(self.faults), self._usage.lock:
            return self._usage.settle(hold, hold.released)

    def ended(self, workspace_id: str, now: datetime) -> Sequence[Hold]:
        self._read()
        with self._usage.lock:
            held = sorted(self._usage.held.values(), key=lambda hold: (hold.ends, hold.key))
        held = [hold for hold in held if hold.taken]
        return [one for one in held if one.workspace_id == workspace_id and one.has_ended(now)]

    def taken(self, workspace_id: str, period: str, scopes: Iterable[Scope]) -> Mapping[Scope, int]:
        self._read()
        return {scope: self._usage.taken.get((workspace_id, period, scope), 0) for scope in scopes}

    def _would_have(self, hold: Hold, scope: Scope) -> int:
        return self._usage.taken.get(self._counter(hold, scope), 0) + hold.taken[scope]

    @staticmethod
    def _counter(hold: Hold, scope: Scope) -> tuple[str, str, Scope]:
        return hold.workspace_id, hold.period.key, scope

    def _read(self) -> None:
        if self.faults and self.faults[0] == "down":
            raise TemporarilyUnavailable("down")
