"""Billing exactly once: what a request key was answered, and its facts.

The commit of facts and reply under the request key decides who answered. A table that does not take
a commit never turns a computed answer into an error: the outbox keeps it until the table does.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, Any

from oriel.domain.billing.holds import Hold
from oriel.domain.errors import Conflict, IdempotencyMismatch, TemporarilyUnavailable
from oriel.domain.usage import RequestKey, StoredReply, UsageFact
from oriel.values import dataclass

if TYPE_CHECKING:
    # Not read by a cold start, which would build their classes for nothing (ADR 23).
    from oriel.hold_ports import HoldStore
    from oriel.usage_ports import UsageOutbox, UsageStore


@dataclass(frozen=True, slots=True)
class Submission:
    """A request as billing sees it; `repeatable` where the caller chose the key.

    `token_id` is the token that it came with.

    `body_hash` is empty where the key is the invocation's own, under which nothing else can come.
    """

    workspace_id: str
    key: RequestKey
    body_hash: str
    repeatable: bool
    token_id: str = ""

    @property
    def identity(self) -> tuple[str, str, str]:
        """What the ids of things that a request makes follow from.

        With the body's hash: another request must not reach the things of this one by its key.
        """
        return self.workspace_id, self.key, self.body_hash


@dataclass(frozen=True, slots=True)
class Settled:
    """What to answer.

    `replayed` where the key was answered before and nothing is billed now; `deferred` where the
    facts wait in the outbox.
    """

    reply: Mapping[str, Any]
    replayed: bool = False
    deferred: bool = False


class Metering:
    """Settles answered requests."""

    def __init__(self, store: "UsageStore", outbox: "UsageOutbox", holds: "HoldStore") -> None:
        self._store = store
        self._outbox = outbox
        self._holds = holds

    def settle(
        self,
        submission: Submission,
        facts: Sequence[UsageFact],
        reply: Mapping[str, Any],
        at: datetime,
        hold: Hold | None = None,
    ) -> Settled:
        """Bill the facts and keep the reply, once for the key, and return what to answer.

        `hold` goes with it. Where anything is raised it stays, for the caller to release.
        Raises IdempotencyMismatch; PayloadTooLarge where the reply cannot be kept for a retry;
        TemporarilyUnavailable where neither table nor outbox take it.
        """
        if not facts and not submission.repeatable:
            release(self._holds, hold)
            return Settled(reply)
        entry = StoredReply(submission.body_hash, reply if submission.repeatable else None)
        workspace_id, key = submission.workspace_id, submission.key
        try:
            self._store.commit(workspace_id, key, facts, entry, at, hold)
        except Conflict:
            settled = self._lost(submission)
            release(self._holds, hold)
            return settled
        except TemporarilyUnavailable:
            self._outbox.put(workspace_id, key, facts, entry, at, hold)
            return Settled(reply, deferred=True)
        return Settled(reply)

    def _lost(self, submission: Submission) -> Settled:
        """Answer what the winner of the key answered; an answer of its own would be free."""
        stored = self._store.find_reply(submission.workspace_id, submission.key)
        if stored is None:
            raise Conflict("This Idempotency-Key was used long ago; choose a new one")
        return Settled(kept_reply(submission, stored), replayed=True)


def release(holds: "HoldStore", hold: Hold | None) -> None:
    """Give back what a hold took; where the table does not take that now, its end does it."""
    if hold is not None:
        with suppress(TemporarilyUnavailable):
            holds.release(hold)


def kept_reply(submission: Submission, stored: StoredReply) -> Mapping[str, Any]:
    """Return what the key was answered.

    Raises IdempotencyMismatch where that was to another body, Conflict where it was not kept.
    """
    if stored.body_hash != submission.body_hash:
        raise IdempotencyMismatch("This Idempotency-Key was used with another request body")
    if stored.reply is None:
        raise Conflict("The answer to this Idempotency-Key was not kept; choose a new one")
    return stored.reply


@dataclass(frozen=True, slots=True)
class Deferred:
    """What waited in the outbox."""

    workspace_id: str
    key: RequestKey
    facts: tuple[UsageFact, ...]
    reply: StoredReply
    at: datetime
    hold: Hold | None = None


def commit_deferred(store: "UsageStore", entry: Deferred) -> None:
    """Commit what waited; what is committed already is done.

    Raises Conflict where the key was committed with another body: two answers, one of them
    unbilled, which a person has to see.
    """
    try:
        store.commit(entry.workspace_id, entry.key, entry.facts, entry.reply, entry.at, entry.hold)
    except Conflict:
        stored = store.find_reply(entry.workspace_id, entry.key)
        if stored is None or stored.body_hash != entry.reply.body_hash:
            raise
