"""While a key is being answered, and while nobody can say whether it is."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from oriel.domain.billing.accounts import WHOLE
from oriel.services.reservations import Reserving

from tests.fakes.reserving import capped
from tests.functional.inference.world import WORKSPACE, Response, World, picture

HEADERS = {"Idempotency-Key": "order-1"}


def ask(world: World, text: str = "8x6:1") -> Response:
    return world.classify(picture(text), headers=HEADERS)


def running(world: World) -> Reserving:
    """Let the request of `ask` be under way."""
    return world.reserve("key.order-1", picture("8x6:1"))


def test_the_same_request_is_told_to_come_again(world: World) -> None:
    reserving = running(world)
    before = len(world.recognizer.batches)
    answer = ask(world)
    assert (answer.code, answer.body["code"]) == (409, "request_running")
    assert answer.body["status"]["code"] == 409
    assert answer.headers["Retry-After"] == "1"
    assert len(world.recognizer.batches) == before
    reserving.give_up()
    assert ask(world).code == 200
    assert world.billed() == 1


def test_another_body_is_refused_for_good(world: World) -> None:
    running(world)
    answer = ask(world, "8x6:2")
    assert (answer.code, answer.body["code"]) == (422, "idempotency_mismatch")
    assert world.billed() == 0


def test_a_key_whose_request_died_is_free_after_a_minute(world: World) -> None:
    running(world)
    world.now += timedelta(seconds=59)
    assert ask(world).code == 409
    world.now += timedelta(seconds=1)
    assert ask(world, "8x6:2").code == 200
    assert world.billed() == 1


@pytest.mark.parametrize("fault", ["before", "after", "down"])
def test_a_key_is_answered_though_nobody_can_hold_it(world: World, fault: str) -> None:
    world.holds.faults = [fault]
    first = ask(world)
    assert first.code == 200
    world.holds.faults = []
    again = ask(world)
    assert again.body == first.body
    assert again.headers["Idempotent-Replayed"] == "true"
    assert world.billed() == 1


@pytest.mark.parametrize("fault", ["before", "after"])
def test_nobody_passes_a_limit_that_cannot_be_looked_at(world: World, fault: str) -> None:
    world.accounts.save(capped(WORKSPACE, 1))
    world.holds.faults = [fault]
    answer = world.classify(picture())
    assert (answer.code, answer.body["code"]) == (503, "temporarily_unavailable")
    assert world.recognizer.batches == []
    world.now += timedelta(seconds=60)
    assert world.classify(picture()).code == 200
    assert (world.billed(), world.accounts.taken[WORKSPACE, "2026-11-01", WHOLE]) == (1, 1)


@pytest.mark.parametrize("faults", [["before"], ["after"]])
def test_a_limited_answer_that_waits_in_the_outbox_counts_once(
    world: World, faults: Sequence[str]
) -> None:
    world.accounts.save(capped(WORKSPACE, 5))
    world.usage.faults = [*faults]
    first = world.classify(picture(), picture("no picture"), headers=HEADERS)
    assert first.code == 200
    if faults == ["before"]:
        again = world.classify(picture(), picture("no picture"), headers=HEADERS)
        assert again.code == 409, "it is recorded, but not where it can be read"
    for _ in range(2):
        world.drain()
    again = world.classify(picture(), picture("no picture"), headers=HEADERS)
    assert again.body == first.body
    assert (world.billed(), world.accounts.taken[WORKSPACE, "2026-11-01", WHOLE]) == (1, 1)


def test_an_answer_that_was_deferred_counts_though_its_hold_has_ended(world: World) -> None:
    world.accounts.save(capped(WORKSPACE, 2))
    world.usage.faults = ["before"]
    assert world.classify(picture()).code == 200
    world.now += timedelta(seconds=60)
    assert world.classify(picture(), picture()).code == 200, "what it held was released"
    world.drain()
    assert (world.billed(), world.accounts.taken[WORKSPACE, "2026-11-01", WHOLE]) == (3, 3)
    assert world.classify(picture()).code == 403
