"""What costs nothing leaves no row: neither facts nor replies, holds or counters."""

from typing import Any

import pytest
from oriel.domain.traffic import Traffic, TrafficMode

from tests.fakes.facts import NOON, TASK
from tests.fakes.reserving import capped
from tests.functional.inference.test_shadows import deliver
from tests.functional.inference.test_trials import begin
from tests.functional.inference.world import UNKNOWN, UNTRAINED, WORKSPACE, World, picture


def rows(world: World) -> dict[str, int]:
    """Count what the usage table would hold; counters that are at nothing take nothing."""
    table: Any = world.usage._store
    taken = [units for units in table.taken.values() if units]
    kinds = {"facts": table.committed, "replies": table.replies, "holds": table.held}
    return {name: len(some) for name, some in {**kinds, "taken": taken}.items() if some}


@pytest.fixture(params=["limited", "unlimited"])
def world(request: pytest.FixtureRequest) -> World:
    made = World()
    if request.param == "limited":
        made.accounts.save(capped(WORKSPACE, 100))
    return made


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("no json", 400),
        ({"task_id": TASK, "records": []}, 400),
        ({"task_id": UNKNOWN, "records": [picture()]}, 404),
        ({"task_id": UNTRAINED, "records": [picture()]}, 400),
        ({"task_id": TASK, "version": 99, "records": [picture()]}, 400),
        ({"task_id": TASK, "records": [picture()], "store_images": True}, 403),
        ({"task_id": TASK, "records": [picture()], "explain": True, "explain_label": "x"}, 400),
        ({"task_id": TASK, "records": [picture("no picture"), {}]}, 200),
    ],
)
def test_errors(world: World, body: Any, code: int) -> None:
    assert world.post(body).code == code
    assert rows(world) == {}


@pytest.mark.parametrize("body", [{"task_id": TASK, "records": [picture()]}])
def test_a_model_that_cannot_answer(world: World, body: Any) -> None:
    world.recognizer.broken = {"head-2"}
    for headers in ({}, {"Idempotency-Key": "order-1"}):
        assert world.post(body, headers=headers).code == 500
    assert rows(world) == {}


def test_an_answer_that_nobody_can_record(world: World) -> None:
    world.usage.faults = ["before"]
    world.outbox.is_down = True
    assert world.classify(picture()).code == 503
    assert rows(world) == {}


def test_a_retry(world: World) -> None:
    for _ in range(3):
        assert world.classify(picture(), headers={"Idempotency-Key": "order-1"}).code == 200
    counted = rows(world)
    counted.pop("taken", None)
    assert counted == {"facts": 1, "replies": 1}


def test_a_candidate_that_answers_unheard(world: World) -> None:
    begin(world, Traffic("trial", TrafficMode.SHADOW, 1, 2, 1.0, NOON))
    assert world.classify(picture("8x6:1"), picture("8x6:2")).code == 200
    before, batches = rows(world), len(world.recognizer.batches)
    assert before["facts"] == 2
    deliver(world)
    assert len(world.recognizer.batches) > batches
    assert rows(world) == before
