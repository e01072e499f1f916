"""Usage in memory, with the same promises as the table, and faults to order."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from threading import Lock
from typing import Any

from oriel.adapters.outbox import to_message
from oriel.adapters.replies import pack_reply
from oriel.domain.errors import Conflict, PayloadTooLarge, TemporarilyUnavailable
from oriel.domain.usage import RequestKey, StoredReply, UsageFact
from oriel.services.metering import Deferred
from oriel.usage_ports import UsageStore


class MemoryUsageStore:
    def __init__(self) -> None:
        self._lock = Lock()
        self._replies: dict[tuple[str, RequestKey], StoredReply] = {}
        self._facts: dict[tuple[str, RequestKey, int, int], UsageFact] = {}

    @property
    def committed(self) -> Sequence[UsageFact]:
        """What the table's stream would deliver."""
        return list(self._facts.values())

    def forget_replies(self) -> None:
        """Go on as if the replies had not been kept."""
        self._replies = {
            key: StoredReply(kept.body_hash, None) for key, kept in self._replies.items()
        }

    def find_reply(self, workspace_id: str, key: RequestKey) -> StoredReply | None:
        with self._lock:
            return self._replies.get((workspace_id, key))

    def commit(
        self,
        workspace_id: str,
        key: RequestKey,
        facts: Sequence[UsageFact],
        reply: StoredReply,
        at: datetime,  # noqa: ARG002 - nothing expires here
    ) -> None:
        pack_reply(reply.reply)  # Refuses what the table would.
        with self._lock:
            if (workspace_id, key) in self._replies:
                raise Conflict("The request key was used before")
            self._replies[workspace_id, key] = reply
            self._facts.update({fact.identity: fact for fact in facts})


class MemoryUsageOutbox:
    def __init__(self) -> None:
        self.waiting: list[Deferred] = []
        self.is_down = False

    def put(
        self,
        workspace_id: str,
        key: RequestKey,
        facts: Sequence[UsageFact],
        reply: StoredReply,
        at: datetime,
    ) -> None:
        if self.is_down:
            raise TemporarilyUnavailable("The answer could not be recorded; try again")
        entry = Deferred(workspace_id, key, tuple(facts), reply, at)
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
