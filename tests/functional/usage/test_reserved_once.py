"""Whoever dies, wherever: what is taken is what is held and answered, and a key is billed once.

Attempts at the same and at other keys run into each other, die, give up, come late or wait in the
outbox; each write may fail before or after it happened. `Attempt` and the two numbers in `Reserved`
are the reference: what each attempt was let do, and how much that comes to.
"""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from oriel.domain.billing.accounts import WHOLE
from oriel.domain.billing.holds import HOLD_LASTS, Hold
from oriel.domain.errors import (
    Conflict,
    CreditsExhausted,
    IdempotencyMismatch,
    TemporarilyUnavailable,
)
from oriel.domain.usage import RequestKey
from oriel.services.metering import Metering, Settled, Submission, commit_deferred
from oriel.services.reservations import AnsweredBefore, Reservations, Reserving

from tests.fakes.billing import MemoryAccountStore
from tests.fakes.facts import NOON, TASK, facts
from tests.fakes.reserving import capped, reservations_of
from tests.fakes.usage import MemoryUsageOutbox
from tests.functional.usage.breakable import Breakable, BreakableMemory, BreakableTable

MOST = 6
PERIOD = "2026-11-01"
FAULTS = st.sampled_from([None] * 6 + ["before", "after"])
REFUSED = (Conflict, CreditsExhausted, IdempotencyMismatch, TemporarilyUnavailable)


@dataclass(frozen=True)
class Attempt:
    submission: Submission
    reserving: Reserving
    records: int


class Reserved(RuleBasedStateMachine):
    """A workspace that may use six units; two keys, and requests without one."""

    breakable: Breakable

    def make(self) -> Breakable:
        return BreakableMemory()

    @initialize()
    def begin(self) -> None:
        self.breakable = self.make()
        self.workspace_id = str(uuid.uuid4())
        self.now = NOON
        accounts = MemoryAccountStore()
        accounts.save(capped(self.workspace_id, MOST))
        self.reservations: Reservations = reservations_of(
            self.breakable.holds, self.breakable.usage, accounts, lambda: self.now
        )
        self.outbox = MemoryUsageOutbox()
        self.metering = Metering(self.breakable.usage, self.outbox, self.breakable.holds)
        self.open: list[Attempt] = []
        self.keys: set[RequestKey] = set()
        self.late = 0
        self.told: list[tuple[Submission, Settled]] = []

    @rule(
        key=st.integers(0, 3), body=st.sampled_from("AAAB"), records=st.integers(1, 3), fault=FAULTS
    )
    def ask(self, key: int, body: str, records: int, fault: str | None) -> None:
        chosen = key < 2
        name = f"key.{key}" if chosen else f"req.{uuid.uuid4()}"
        submission = Submission(
            self.workspace_id, RequestKey(name), body if chosen else "", repeatable=chosen
        )
        self.keys.add(submission.key)
        reserving = self.reservations.begin(submission, [TASK], records)
        self.breakable.order(fault)
        assert reserving.work is not None
        try:
            reserving.work()
        except AnsweredBefore as before:
            self.told.append((submission, Settled(before.reply, replayed=True)))
        except REFUSED:
            return
        else:
            self.open.append(Attempt(submission, reserving, records))

    @precondition(lambda self: self.open)
    @rule(
        which=st.integers(0, 3),
        bad=st.integers(0, 1),
        fault=FAULTS,
        again=FAULTS,
        down=st.booleans(),
    )
    def answer(
        self, which: int, bad: int, fault: str | None, again: str | None, down: bool
    ) -> None:
        one = self.open.pop(which % len(self.open))
        made = facts(self.workspace_id, one.submission.key, max(0, one.records - bad))
        hold = one.reserving.made.hold
        reply = {"attempt": str(uuid.uuid4()), "answers": len(made)}
        self.outbox.is_down = down
        self.breakable.order(fault, again)
        with self.late_where_released(hold, one.submission.key):
            try:
                settled = self.metering.settle(one.submission, made, reply, self.now, hold)
            except REFUSED:
                one.reserving.give_up()
            else:
                self.told.append((one.submission, settled))

    @precondition(lambda self: self.open)
    @rule(which=st.integers(0, 3), dies=st.booleans(), fault=FAULTS)
    def end(self, which: int, dies: bool, fault: str | None) -> None:
        self.breakable.order(fault)
        one = self.open.pop(which % len(self.open))
        if not dies:
            one.reserving.give_up()

    @rule(fault=FAULTS)
    def wait(self, fault: str | None) -> None:
        self.now += HOLD_LASTS
        self.breakable.order(fault)
        with suppress(TemporarilyUnavailable):
            self.reservations.release_ended(self.workspace_id)

    @rule(fault=FAULTS)
    def drain(self, fault: str | None) -> None:
        self.breakable.order(fault)
        waiting, self.outbox.waiting = self.outbox.waiting, []
        for entry in waiting:
            with self.late_where_released(entry.hold, entry.key):
                for _ in range(2):  # What succeeded may come a second time all the same.
                    try:
                        commit_deferred(self.breakable.usage, entry)
                    except TemporarilyUnavailable:
                        self.outbox.waiting.append(entry)
                        break
                    except Conflict:
                        break  # Another body: a person has to see it.

    @contextmanager
    def late_where_released(self, hold: Hold | None, key: RequestKey) -> Iterator[None]:
        """Note what is committed for a hold that others may have counted on being released."""
        before = self.breakable.facts(self.workspace_id, key)
        found = self.breakable.holds.find(self.workspace_id, key)
        yield
        came = self.breakable.facts(self.workspace_id, key) - before
        if came and hold is not None and (found is None or found.id != hold.id):
            assert hold.has_ended(self.now), "it was released while its request was alive"
            self.late += came

    @property
    def billed(self) -> int:
        return sum(self.breakable.facts(self.workspace_id, key) for key in self.keys)

    @property
    def held(self) -> int:
        holds = (self.breakable.holds.find(self.workspace_id, key) for key in self.keys)
        return sum(hold.taken.get(WHOLE, 0) for hold in holds if hold is not None)

    @property
    def taken(self) -> int:
        return self.breakable.holds.taken(self.workspace_id, PERIOD, [WHOLE])[WHOLE]

    @invariant()
    def what_is_taken_is_held_or_billed_and_no_more_than_may_be(self) -> None:
        self.breakable.order()
        assert self.taken == self.held + self.billed
        assert self.billed <= MOST + self.late

    def teardown(self) -> None:
        """When everything works again nothing is stuck, and all that was told is true."""
        if not hasattr(self, "breakable"):
            return
        self.breakable.order()
        self.drain(None)
        self.now += HOLD_LASTS
        self.reservations.release_ended(self.workspace_id)
        assert not self.breakable.holds.ended(self.workspace_id, self.now)
        assert (self.held, self.taken) == (0, self.billed)
        for submission, settled in self.told:
            self._is_true(submission, settled)

    def _is_true(self, submission: Submission, settled: Settled) -> None:
        billed = self.breakable.facts(self.workspace_id, submission.key)
        if not submission.repeatable:
            assert billed == settled.reply["answers"]
            return
        stored = self.breakable.usage.find_reply(self.workspace_id, submission.key)
        assert stored is not None
        assert stored.reply is not None
        assert billed == stored.reply["answers"]
        if not settled.deferred:
            assert (stored.body_hash, stored.reply) == (submission.body_hash, settled.reply)


TestReserved = Reserved.TestCase
TestReserved.settings = settings(max_examples=120, stateful_step_count=50, deadline=None)


def test_it_is_so_in_the_table(usage_table: tuple[Any, str]) -> None:
    class InTheTable(Reserved):
        def make(self) -> Breakable:
            return BreakableTable(*usage_table)

    run_state_machine_as_test(
        InTheTable,
        settings=settings(
            max_examples=12,
            stateful_step_count=15,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )
