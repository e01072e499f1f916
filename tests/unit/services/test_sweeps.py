"""How a sweep goes on, stops, gives up and is revived, over memory stores."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from oriel.domain.errors import TemporarilyUnavailable
from oriel.domain.ids import new_id
from oriel.domain.sweep import Sweep, SweepKind, SweepState, Swept
from oriel.services.sweeps import (
    ALIVE,
    MAX_STALLS,
    Sweeper,
    SweepFailed,
    SweepRequests,
    pause_of,
)

from tests.fakes.clock import FrozenClock
from tests.fakes.core import MemoryCore
from tests.fakes.sweeps import MemorySweepQueue, MemorySweepStore

LINK = Swept({"links": 1})
NOTHING = Swept({})
END = Swept({"labels": 1}, finished=True)


@dataclass
class ScriptedBroom:
    """Does in each slice what the script says."""

    script: Iterator[Swept | Exception]

    def sweep(self, _: Sweep) -> Swept:
        done = next(self.script)
        if isinstance(done, Exception):
            raise done
        return done


@dataclass
class World:
    script: Sequence[Swept | Exception]
    queue: MemorySweepQueue = field(default_factory=MemorySweepQueue)
    clock: FrozenClock = field(default_factory=FrozenClock)
    slices: int = 1

    def __post_init__(self) -> None:
        self.store = MemorySweepStore(MemoryCore())
        self.requests = SweepRequests(self.store, self.queue, self.clock)
        broom = ScriptedBroom(iter(self.script))
        self.sweeper = Sweeper(self.store, self.queue, {SweepKind.LABEL: broom}, self.clock)
        self.sweep = Sweep(new_id(), SweepKind.LABEL, new_id(), self.clock())

    def request(self) -> None:
        self.requests.request(self.sweep)

    def deliver(self) -> list[int]:
        """Let each waiting message go on once; return the delays that they had waited."""
        delivered = self.queue.deliver()
        for workspace_id, subject_id, _ in delivered:
            left = iter([True] * (self.slices - 1))
            self.sweeper.work(workspace_id, subject_id, lambda left=left: next(left, False))  # type: ignore[misc]
        return [delay for _, _, delay in delivered]

    def known(self) -> Sweep:
        found = self.store.find(self.sweep.workspace_id, self.sweep.subject_id)
        assert found is not None
        return found


def test_it_goes_on_by_messages_of_its_own_until_it_is_done() -> None:
    world = World([LINK, LINK, END])
    world.request()
    assert [world.deliver() for _ in range(4)] == [[0], [0], [0], []]
    assert world.known().state is SweepState.DONE
    assert world.known().removed == {"links": 2, "labels": 1}


def test_it_does_as_many_slices_as_there_is_time_for() -> None:
    world = World([LINK, LINK, END], slices=2)
    world.request()
    assert [world.deliver() for _ in range(3)] == [[0], [0], []]


def test_what_does_not_move_is_tried_again_later_and_later() -> None:
    world = World([NOTHING, TemporarilyUnavailable("busy"), NOTHING, LINK, NOTHING, END])
    world.request()
    assert [world.deliver() for _ in range(7)] == [[0], [2], [4], [8], [0], [2], []]
    assert world.known().state is SweepState.DONE


def test_what_never_moves_gives_up_visibly_and_a_repeat_lets_it_go_on() -> None:
    world = World([NOTHING] * MAX_STALLS + [END])
    world.request()
    for _ in range(MAX_STALLS):
        world.deliver()
    message = world.queue.deliver()
    with pytest.raises(SweepFailed):
        world.sweeper.work(*message[0][:2], lambda: True)
    assert world.known().state is SweepState.FAILED
    assert world.known().failure
    with pytest.raises(SweepFailed):  # the same message again: it ends in the dead letters
        world.sweeper.work(*message[0][:2], lambda: True)
    world.request()
    assert world.deliver() == [0]
    assert (world.known().state, world.known().failure) == (SweepState.DONE, None)


def test_attempts_that_die_count_as_well() -> None:
    world = World([RuntimeError("a bug")] * (MAX_STALLS + 1))
    world.request()
    [(workspace_id, subject_id, _)] = world.queue.deliver()
    for _ in range(MAX_STALLS):
        with pytest.raises(RuntimeError):
            world.sweeper.work(workspace_id, subject_id, lambda: True)
    with pytest.raises(SweepFailed):
        world.sweeper.work(workspace_id, subject_id, lambda: True)


def test_waiting_is_no_stall() -> None:
    world = World([*[Swept({}, wait_seconds=600)] * (MAX_STALLS + 3), END])
    world.request()
    delays = [world.deliver() for _ in range(MAX_STALLS + 4)]
    assert delays == [[0], *[[600]] * (MAX_STALLS + 3)]
    assert world.known().state is SweepState.DONE


def test_a_repeat_sends_no_second_message_beside_a_living_sweep() -> None:
    world = World([LINK, END])
    world.request()
    world.deliver()
    world.clock.advance(ALIVE.total_seconds())
    world.request()
    assert len(world.queue.waiting) == 1


def test_a_repeat_revives_a_sweep_that_was_not_heard_of() -> None:
    world = World([LINK, END])
    world.request()
    world.deliver()
    world.queue.deliver()  # lost
    world.clock.advance((ALIVE + timedelta(seconds=1)).total_seconds())
    world.request()
    assert world.deliver() == [0]
    assert world.known().state is SweepState.DONE


def test_a_request_that_died_before_its_message_is_repeated() -> None:
    world = World([END])
    world.store.request(world.sweep)
    world.request()
    assert world.deliver() == [0]
    assert world.known().state is SweepState.DONE


def test_a_message_that_comes_twice_does_no_harm() -> None:
    world = World([END])
    world.request()
    [(workspace_id, subject_id, _)] = world.queue.deliver()
    world.sweeper.work(workspace_id, subject_id, lambda: True)
    world.sweeper.work(workspace_id, subject_id, lambda: True)
    assert world.queue.waiting == []
    assert world.known().removed == {"labels": 1}


def test_pauses_end_at_five_minutes() -> None:
    assert [pause_of(stalls) for stalls in (0, 1, 8, 9, 400)] == [1, 2, 256, 300, 300]
