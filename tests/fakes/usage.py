"""Usage in memory, with the same promises as the table, and faults to order."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from threading import Lock
from typing import TYPE_CHECKING, Any

from oriel.adapters.outbox import to_message
from oriel.adapters.replies import pack_reply
from oriel.domain.billing.holds import Changes, Hold
from oriel.domain.errors import Conflict, PayloadTooLarge, TemporarilyUnavailable
from oriel.domain.usage import RequestKey, StoredReply, UsageFact
from oriel.services.metering import Deferred
from oriel.usage_ports import UsageStore

if TYPE_CHECKING:
    from oriel.domain.billing.accounts import Scope


class MemoryUsageStore:
    def __init__(self) -> None:
        self.keeps_large = False
        self.lock = Lock()
        self.replies: dict[tuple[str, RequestKey], StoredReply] = {}
        self.held: dict[tuple[str, RequestKey], Hold] = {}
        self.taken: dict[tuple[str, str, Scope], int] = {}
        self._facts: dict[tuple[str, RequestKey, int, int], UsageFact] = {}

    @property
    def committed(self) -> Sequence[UsageFact]:
        """What the table's stream would deliver."""
        return list(self._facts.values())

    def forget_replies(self) -> None:
        """Go on as if the replies had not been kept."""
        self.replies = {
            key: StoredReply(kept.body_hash, None) for key, kept in self.replies.items()
        }

    def find_reply(self, workspace_id: str, key: RequestKey) -> StoredReply | None:
        with self.lock:
            return self.replies.get((workspace_id, key))

    def commit(  # noqa: PLR0913, PLR0917 - what a request comes to
        self,
        workspace_id: str,
        key: RequestKey,
        facts: Sequence[UsageFact],
        reply: StoredReply,
        at: datetime,  # noqa: ARG002 - nothing expires here
        hold: Hold | None = None,
    ) -> None:
        if not self.keeps_large:
            pack_reply(reply.reply)  # Refuses what the table would.
        with self.lock:
            if reply.is_kept:
                # Facts outlive the reply.
                taken = any(fact.identity in self._facts for fact in facts)
                if taken or (workspace_id, key) in self.replies:
                    raise Conflict("The request key was used before")
                self.replies[workspace_id, key] = reply
            elif any(fact.identity in self._facts for fact in facts):
                return  # an earlier attempt of the only one who knows the key
            self._facts.update({fact.identity: fact for fact in facts})
            if hold is not None and not self.settle(hold, hold.committed(facts)):
                self._change(workspace_id, hold.used(facts))

    def settle(self, hold: Hold, changes: Changes) -> bool:
        """Remove a hold that is still there, and change the counters; for holders of the lock."""
        at = hold.workspace_id, hold.key
        if at not in self.held or self.held[at].id != hold.id:
            return False
        del self.held[at]
        self._change(hold.workspace_id, changes)
        return True

    def _change(self, workspace_id: str, changes: Changes) -> None:
        for (period, scope), units in changes.items():
            counter = workspace_id, period, scope
            self.taken[counter] = self.taken.get(counter, 0) + units


class MemoryUsageOutbox:
    def __init__(self) -> None:
        self.waiting: list[Deferred] = []
        self.is_down = False

    def put(  # noqa: PLR0913, PLR0917 - what a request comes to
        self,
        workspace_id: str,
        key: RequestKey,
        facts: Sequence[UsageFact],
        reply: StoredReply,
        at: datetime,
        hold: Hold | None = None,
    ) -> None:
        if self.is_down:
            raise TemporarilyUnavailable("The answer could not be recorded; try again")
        entry = Deferred(workspace_id, key, tuple(facts), reply, at, hold)
        try:
            to_message(entry)
        except PayloadTooLarge as error:
            raise TemporarilyUnavailable("The answer could not be recorded; try again") from error
        self.waiting.append(entry)


class FaultyUsageStore:
    """A store whose next writes fail as ordered: `before` they happen, or `after`, unnoticed."""

    def __init__(self, store: UsageStore) -> None:
        self._store = store
        self.faults: list[str | None] = []

    def find_reply(self, workspace_id: str, key: RequestKey) -> StoredReply | None:
        if self.faults and self.faults[0] == "down":
            raise TemporarilyUnavailable("down")
        return self._store.find_reply(workspace_id, key)

    def commit(self, *arguments: Any) -> None:
        with faulty(self.faults):
            self._store.commit(*arguments)


@contextmanager
def faulty(faults: list[str | None]) -> Iterator[None]:
    """Let a write fail as the next of the faults says."""
    fault = faults.pop(0) if faults else None
    if fault in {"before", "down"}:
        raise TemporarilyUnavailable("before the write")
    yield
    if fault == "after":
        raise TemporarilyUnavailable("after the write")
