"""Deletions that take longer than a request: asked for once, worked off in slices.

What is deleted has been hidden before. A queue's message wakes the sweeper, which works for as long
as it may and sends the next message itself. Nothing depends on who works, how often or how many at
a time: each slice looks for what is left and removes that.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Protocol

from oriel.domain.clock import Clock
from oriel.domain.errors import OrielError, TemporarilyUnavailable
from oriel.domain.sweep import Sweep, SweepKind, SweepState, Swept
from oriel.sweep_ports import SweepQueue, SweepStore
from oriel.values import dataclass

ALIVE = timedelta(minutes=25)
"""A running sweep that was last heard of longer ago has lost its message: longer than any message
is delayed (15 minutes) or hidden by an invocation that died (6)."""

MAX_STALLS = 8
LONGEST_PAUSE_SECONDS = 300


class SweepFailed(OrielError):
    """A sweep has given up; a person has to look, and a repeated deletion lets it go on."""

    code = "sweep_failed"


class Broom(Protocol):
    """Knows how to remove one kind of thing."""

    def sweep(self, sweep: Sweep, /) -> Swept:
        """Remove a bounded part of what is left; raises TemporarilyUnavailable."""


@dataclass(frozen=True, slots=True)
class SweepRequests:
    """Asks for sweeps."""

    store: SweepStore
    queue: SweepQueue
    clock: Clock

    def request(self, sweep: Sweep) -> None:
        """See to it that the sweep is done; while it is under way again changes nothing."""
        known = self.store.request(sweep)
        # Each message is a chain of its own: a second one beside a living one would only cost.
        if known.updated is None or self.clock() - known.updated > ALIVE:
            self.queue.send(sweep.workspace_id, sweep.subject_id)


@dataclass(frozen=True, slots=True)
class Sweeper:
    """Works sweeps off."""

    store: SweepStore
    queue: SweepQueue
    brooms: Mapping[SweepKind, Broom]
    clock: Clock

    def work(self, workspace_id: str, subject_id: str, has_time: Callable[[], bool]) -> None:
        """Do as much of the sweep as there is time for; at least one slice.

        Raises SweepFailed where it has given up.
        """
        sweep = self.store.begin(workspace_id, subject_id, self.clock())
        if sweep is None:
            self._check(workspace_id, subject_id)
        elif sweep.stalls > MAX_STALLS:
            # The attempt counts itself before it begins, so that one which dies counts too.
            self.give_up(workspace_id, subject_id, "Nothing more could be removed")
        else:
            self._work(sweep, has_time)

    def give_up(self, workspace_id: str, subject_id: str, reason: str) -> None:
        """Set the sweep FAILED; raises SweepFailed."""
        self.store.finish(workspace_id, subject_id, self.clock(), reason)
        raise SweepFailed(f"The sweep of {subject_id} has given up: {reason}")

    def _check(self, workspace_id: str, subject_id: str) -> None:
        """Let the message of a sweep that failed be seen; that of one that is done is spent."""
        known = self.store.find(workspace_id, subject_id)
        if known is not None and known.state is SweepState.FAILED:
            raise SweepFailed(f"The sweep of {subject_id} has given up: {known.failure}")

    def _work(self, sweep: Sweep, has_time: Callable[[], bool]) -> None:
        broom = self.brooms[sweep.kind]
        where = (sweep.workspace_id, sweep.subject_id)
        while True:
            try:
                swept = broom.sweep(sweep)
            except TemporarilyUnavailable:
                self.queue.send(*where, pause_of(sweep.stalls))
                return
            if swept.finished:
                self.store.advance(*where, swept.removed, self.clock())
                self.store.finish(*where, self.clock())
                return
            if not swept.moved and swept.wait_seconds is None:
                self.queue.send(*where, pause_of(sweep.stalls))
                return
            self.store.advance(*where, swept.removed, self.clock())
            if swept.wait_seconds is not None or not has_time():
                self.queue.send(*where, swept.wait_seconds or 0)
                return


def pause_of(stalls: int) -> int:
    """Return how many seconds to wait after so many attempts that moved nothing."""
    return int(min(2**stalls, LONGEST_PAUSE_SECONDS))
