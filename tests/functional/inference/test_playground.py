"""What is only tried costs nothing where the deployment says so, and leaves no row."""

from dataclasses import replace
from typing import Any

import pytest
from oriel.domain.traffic import Traffic, TrafficMode

from tests.fakes.facts import NOON, TASK
from tests.functional.inference.world import World, picture

HEADERS = {"Idempotency-Key": "order-1"}


@pytest.fixture
def free(world: World) -> World:
    world.app = replace(world.app, free_playground=True)
    return world


def attempt(world: World, **changes: Any) -> Any:
    body = {"task_id": TASK, "records": [picture()], "playground": True, **changes}
    return world.post(body, headers=HEADERS)


def left_by(world: World) -> list[Any]:
    table: Any = world.usage._store
    kept = [*world.blobs.objects, *world.core.trial_records, *world.outbox.waiting]
    return [*table.committed, *table.replies, *table.held, *kept]


def test_a_trial_costs_nothing_and_leaves_no_row(free: World) -> None:
    free.core.tasks[TASK] = replace(
        free.core.tasks[TASK], traffic=Traffic("trial", TrafficMode.SPLIT, 1, 2, 0.5, NOON)
    )
    answer = attempt(free)
    assert (answer.code, answer.records[0]["_status"]["code"]) == (200, 200)
    receipt = {"facts": [], "units": 0, "price_version": "", "remaining": None}
    assert answer.body["statistics"]["billing"] == receipt
    assert answer.headers["X-Oriel-Units"] == "0"
    assert left_by(free) == []


def test_a_trial_says_what_a_bill_would_have_been_sent_for(free: World) -> None:
    tried, billed = attempt(free), attempt(free, playground=False)
    assert tried.records[0]["labels"] == billed.records[0]["labels"]
    assert free.billed() == 1
    assert left_by(free) != []


def test_a_deployment_that_gives_nothing_away_bills_trials(world: World) -> None:
    assert attempt(world).body["statistics"]["billing"]["units"] == 1
    assert world.billed() == 1


def test_a_trial_keeps_no_picture(free: World) -> None:
    answer = attempt(free, store_images=True)
    assert answer.code == 400
    assert "playground cannot be sent with store_images" in answer.body["detail"]


def test_a_trial_needs_the_right_to_classify_and_a_task(free: World) -> None:
    assert attempt(free, task_id="44444444-4444-4444-8444-444444444444").code == 404
    assert attempt(free, playground="yes").code == 400
