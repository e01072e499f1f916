"""Reservations: that a request may be answered now, under its key and within what is left.

A hold is written only where it decides something: the caller chose a key, or something limits the
request. The commit of the answer settles it (`metering`); whoever died leaves it to its end, after
which anybody who needs the key or the room releases it.
"""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor, Future
from threading import Lock
from typing import TYPE_CHECKING, Any, TypeAlias

from oriel.domain.billing.accounts import Allowance, Scope, ScopeKind
from oriel.domain.billing.holds import HOLD_LASTS, Hold, KeyTaken, NoRoom, needs
from oriel.domain.billing.periods import day_of
from oriel.domain.clock import Clock
from oriel.domain.errors import (
    CreditsExhausted,
    IdempotencyMismatch,
    RequestRunning,
    TemporarilyUnavailable,
)
from oriel.domain.ids import new_id
from oriel.domain.usage import UsageFact
from oriel.services.metering import Submission, kept_reply, release
from oriel.services.terms import KnownTerms, Terms
from oriel.values import dataclass

if TYPE_CHECKING:
    # Not read by a cold start, which would build their classes for nothing (ADR 23).
    from oriel.hold_ports import HoldStore
    from oriel.usage_ports import UsageStore

_Left: TypeAlias = Mapping[Scope, int] | None

_ATTEMPTS = 4
"""Each one that fails finds the way free again, which others may have taken meanwhile."""


class AnsweredBefore(Exception):
    """The request's key has been answered; `reply` is what it was told."""

    def __init__(self, reply: Mapping[str, Any]) -> None:
        super().__init__("answered before")
        self.reply = reply


@dataclass(frozen=True, slots=True)
class Reservation:
    """What a request may do; `left` comes to what its limited scopes have left beside its hold.

    It is None where nothing limits it, and comes to None where nobody could say.
    """

    price_version: str
    hold: Hold | None = None
    left: "Future[_Left] | None" = None

    def remaining(self, facts: Sequence[UsageFact]) -> int | None:
        """Return how many units are left once these are billed, in the scope with the fewest."""
        left = None if self.left is None else self.left.result()
        if self.hold is None or left is None:
            return None
        rest = dict(left)
        for scope, units in self.hold.taken.items():
            rest[scope] += units
        for (_, scope), units in self.hold.used(facts).items():
            rest[scope] -= units
        return min(rest.values())


class Reservations:
    """Makes reservations, and releases holds that have ended.

    What only a receipt tells is found out in `aside`, while the request goes on.
    """

    def __init__(
        self,
        terms: KnownTerms,
        holds: "HoldStore",
        replies: "UsageStore",
        clock: Clock,
        aside: Executor,
    ) -> None:
        self._terms = terms
        self._holds = holds
        self._replies = replies
        self._clock = clock
        self._aside = aside

    def begin(self, submission: Submission, task_ids: Sequence[str], records: int) -> "Reserving":
        """Begin to reserve so many records of each task.

        It is done at once where there is nothing to ask of any table.
        """
        terms = self._terms.known(submission.workspace_id)
        if terms is not None and not terms.allowances and not submission.repeatable:
            return Reserving(None, self.release, Reservation(terms.account.price_version))
        needed = needs(submission.token_id, task_ids, records)
        return Reserving(lambda: self._reserve(submission, needed), self.release)

    def release(self, reservation: Reservation) -> None:
        """Give back what was reserved for an answer that nobody gets."""
        release(self._holds, reservation.hold)

    def release_ended(self, workspace_id: str) -> int:
        """Release the holds of requests that died, the oldest first; return how many."""
        ended = self._holds.ended(workspace_id, self._clock())
        return sum(self._holds.release(hold) for hold in ended)

    def _reserve(self, submission: Submission, needed: Mapping[Scope, int]) -> Reservation:
        """Reserve what a request needs.

        Raises AnsweredBefore; IdempotencyMismatch, RequestRunning and Conflict for a key that was
        used; CreditsExhausted; TemporarilyUnavailable where it is not known what limits it.
        """
        terms = self._terms.find(submission.workspace_id)
        limiting = terms.limiting(needed)
        if not limiting and not submission.repeatable:
            return Reservation(terms.account.price_version)
        hold = self._new_hold(submission, terms, {scope: needed[scope] for scope in limiting})
        try:
            self._take(submission, hold, limiting)
        except TemporarilyUnavailable:
            if limiting:
                raise
            # The key alone: the commit decides about it too. It may be held all the same.
            return Reservation(terms.account.price_version, hold)
        left = self._aside.submit(self._left, hold, limiting) if limiting else None
        return Reservation(terms.account.price_version, hold, left)

    def _new_hold(self, submission: Submission, terms: Terms, taken: Mapping[Scope, int]) -> Hold:
        now = self._clock()
        return Hold(
            workspace_id=submission.workspace_id,
            key=submission.key,
            id=new_id(),
            body_hash=submission.body_hash,
            ends=now + HOLD_LASTS,
            period=terms.account.period_of(day_of(now)),
            taken=taken,
        )

    def _take(
        self, submission: Submission, hold: Hold, limiting: Mapping[Scope, Allowance]
    ) -> None:
        most = {scope: allowance.most for scope, allowance in limiting.items()}
        for _ in range(_ATTEMPTS):
            try:
                self._holds.hold(hold, most)
            except KeyTaken:
                self._meet(submission)
            except NoRoom as full:
                if not self.release_ended(submission.workspace_id):
                    raise _exhausted(hold, limiting, full.scopes[0]) from None
            else:
                return
        raise RequestRunning("Other requests are in the way of this one; try again in a moment")

    def _meet(self, submission: Submission) -> None:
        """Say what the key's own request came to; return where the key is free again."""
        workspace_id, key = submission.workspace_id, submission.key
        # In this order: whoever commits removes the hold and keeps the reply at once.
        hold = self._holds.find(workspace_id, key)
        stored = self._replies.find_reply(workspace_id, key)
        if stored is not None:
            raise AnsweredBefore(kept_reply(submission, stored))
        if hold is None:
            return
        if hold.has_ended(self._clock()):
            self._holds.release(hold)
            return
        if hold.body_hash != submission.body_hash:
            raise IdempotencyMismatch("This Idempotency-Key is used with another request body")
        raise RequestRunning(
            "A request with this Idempotency-Key is being answered; ask again in a moment"
        )

    def _left(self, hold: Hold, limiting: Mapping[Scope, Allowance]) -> _Left:
        try:
            taken = self._holds.taken(hold.workspace_id, hold.period.key, limiting)
        except TemporarilyUnavailable:
            return None  # It is told in a receipt, and decides nothing.
        return {scope: one.most - taken[scope] for scope, one in limiting.items()}


def _exhausted(hold: Hold, limiting: Mapping[Scope, Allowance], scope: Scope) -> CreditsExhausted:
    whose = "" if scope.kind is ScopeKind.WORKSPACE else f" of {scope.kind} {scope.id}"
    return CreditsExhausted(
        f"The request needs up to {hold.taken[scope]} credits; {limiting[scope].reason}{whose} "
        f"leave no room for them before {hold.period.after.isoformat()}"
    )


class Reserving:
    """A reservation in the making, beside what else is done for the request."""

    def __init__(
        self,
        reserve: Callable[[], Reservation] | None,
        release: Callable[[Reservation], None],
        made: Reservation | None = None,
    ) -> None:
        self._reserve, self._release = reserve, release
        self._lock = Lock()
        self._made, self._given_up = made, False

    @property
    def work(self) -> Callable[[], None] | None:
        """What is to be done, in any thread; None where the reservation is there already."""
        return None if self._reserve is None else self._work

    @property
    def made(self) -> Reservation:
        """The reservation, once the work is done."""
        if self._made is None:
            raise ValueError("nothing has been reserved yet")
        return self._made

    def give_up(self) -> None:
        """Release what was, or will be, reserved."""
        with self._lock:
            self._given_up, made = True, self._made
        if made is not None:
            self._release(made)

    def _work(self) -> None:
        if self._reserve is None:
            return
        made = self._reserve()
        with self._lock:
            self._made, too_late = made, self._given_up
        if too_late:
            self._release(made)
