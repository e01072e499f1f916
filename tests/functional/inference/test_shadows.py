"""A candidate that answers unheard: what it costs the caller, and what comes of it."""

import json
import time
from dataclasses import dataclass, replace
from typing import Any

import pytest
from oriel.adapters.shadow_queue import SqsShadowQueue
from oriel.domain.errors import TemporarilyUnavailable
from oriel.domain.shadow import ShadowWork, shadow_key
from oriel.domain.traffic import Traffic, TrafficMode
from oriel.services.shadows import ShadowRunner
from oriel.services.trials import Trials

from functions.inference.shadow_batch import run
from tests.fakes.facts import NOON, TASK
from tests.fakes.models import MemoryModelStore
from tests.fakes.tasks import MemoryTaskStore
from tests.functional.inference.test_trials import ask, begin, kept
from tests.functional.inference.world import WORKSPACE, World, picture

TRIAL = Traffic("trial", TrafficMode.SHADOW, 1, 2, 1.0, NOON)


@pytest.fixture
def world(world: World) -> World:
    begin(world, TRIAL)
    return world


def trials_of(world: World) -> Trials:
    stores = (MemoryTaskStore(world.core), MemoryModelStore(world.core))
    return Trials(world.trials, *stores, world.images, lambda: NOON)


def runner(world: World) -> ShadowRunner:
    stores = (MemoryTaskStore(world.core), MemoryModelStore(world.core), world.trials)
    return ShadowRunner(*stores, trials_of(world), world.blobs, world.recognizer)


def message(work: ShadowWork) -> dict[str, Any]:
    """Make the event of a message, through the queue's own writing."""
    sent: list[dict[str, Any]] = []

    class Client:
        def send_message(self, **request: Any) -> None:
            sent.append(request)

    client: Any = Client()
    SqsShadowQueue(client, "url").send(work)
    return {"messageId": "m", "body": sent[0]["MessageBody"]}


def deliver(world: World) -> Any:
    return run({"Records": [message(work) for work in world.asked.works]}, runner(world))


def test_production_answers_and_the_candidate_after_it(world: World) -> None:
    reply = ask(world, picture("8x6:1"), {"_base64": "?"}, picture("8x6:2"))
    assert reply.body["version"] == 2
    assert {key for key, _ in world.recognizer.batches} == {"head-2"}
    assert deliver(world) == {"batchItemFailures": []}
    assert world.recognizer.batches[-1] == ("head-1", 2)
    for index, label in ((0, "bag"), (2, "coat")):
        record = kept(world)[reply.records[index]["_record_id"]]
        assert (record.candidate, record.version) == (False, 2)
        assert record.answer == record.shadow == frozenset({label})
    assert world.billed() == 2
    assert world.blobs.objects == {}


def test_a_message_that_comes_again_changes_nothing(world: World) -> None:
    ask(world)
    deliver(world)
    before = dict(kept(world))
    assert deliver(world) == {"batchItemFailures": []}
    assert kept(world) == before
    assert [key for key, _ in world.recognizer.batches] == ["head-2", "head-1"]


def test_only_the_share_is_asked_for(world: World) -> None:
    begin(world, replace(TRIAL, share=0.5))
    replies = [ask(world) for _ in range(40)]
    assert {reply.body["version"] for reply in replies} == {2}
    assert 8 < len(world.asked.works) == len(kept(world)) < 32


@pytest.mark.parametrize("late", [False, True])
def test_a_truth_counts_both_answers_as_a_pair_whichever_comes_first(
    world: World, late: bool
) -> None:
    (record,) = ask(world, picture("8x6:1")).records
    world.recognizer.row = [0.1, 0.2, 0.7]
    steps = [
        lambda: deliver(world),
        lambda: trials_of(world).report(WORKSPACE, TASK, record["_record_id"], frozenset({"bag"})),
    ]
    for step in reversed(steps) if late else steps:
        step()
    tally = world.trials.tally(WORKSPACE, TASK, "trial")
    assert (tally.candidate.mean, tally.production.mean, tally.pairs.mean) == (0.0, 1.0, -1.0)
    assert tally.pairs.count == 1


@pytest.mark.parametrize("over", [{"ended": NOON}, {"trial_id": "another"}])
def test_a_trial_that_is_over_asks_nobody_and_keeps_no_picture(
    world: World, over: dict[str, Any]
) -> None:
    ask(world)
    begin(world, replace(TRIAL, **over))
    deliver(world)
    assert [key for key, _ in world.recognizer.batches] == ["head-2"]
    assert world.blobs.objects == {}


def test_a_candidate_that_fails_is_asked_again_and_nobody_hears_of_it(world: World) -> None:
    reply = ask(world)
    del world.core.models["model-1"]
    world.core.models["model-1"] = replace(
        world.core.models["model-2"], id="model-1", version=1, artifact=None
    )
    assert deliver(world) == {"batchItemFailures": []}
    event = {"Records": [{"messageId": "m", "body": json.dumps({"format": 9})}]}
    assert run(event, runner(world)) == {"batchItemFailures": [{"itemIdentifier": "m"}]}
    assert reply.code == 200


def test_a_queue_that_fails_takes_nothing_from_the_answer(world: World) -> None:
    world.asked.fault = TemporarilyUnavailable("The candidate could not be asked")
    reply = ask(world)
    assert (reply.code, reply.body["version"], world.billed()) == (200, 2, 1)


def test_a_slow_bucket_holds_the_answer_up_no_longer_than_agreed(world: World) -> None:
    @dataclass
    class Slow:
        def put(self, *_: Any) -> None:
            time.sleep(2)

    blobs: Any = Slow()
    world.shadows = replace(world.shadows, blobs=blobs, seconds=0.1)
    world.restart()
    begun = time.monotonic()
    assert ask(world).code == 200
    assert time.monotonic() - begun < 1.5
    assert world.asked.works == []


def test_pictures_wait_where_uploads_are_not_looked_for(world: World) -> None:
    reply = ask(world)
    assert list(world.blobs.objects) == [shadow_key(WORKSPACE, reply.records[0]["_record_id"])]
    assert shadow_key(WORKSPACE, "x").startswith("shadow/")
