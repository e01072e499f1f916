"""A candidate on trial: who is answered by it, and what is kept to judge it by."""

import base64
from dataclasses import dataclass, replace
from typing import Any

import pytest
from oriel.adapters.gateway import MAX_BODY_BYTES
from oriel.domain.errors import TemporarilyUnavailable
from oriel.domain.task import TaskType
from oriel.domain.traffic import Traffic, TrafficMode
from oriel.domain.trial_record import TrialRecord

from tests.fakes.facts import NOON, TASK
from tests.functional.inference.test_stored import add_labels
from tests.functional.inference.world import GIF, WORKSPACE, World, artifact, model, picture

ID_BYTES = len('"_record_id":"",') + 36
"""That a record's id adds to an answer."""
TRIAL = Traffic("trial", TrafficMode.SPLIT, 1, 2, 0.5, NOON)


@pytest.fixture
def world(world: World) -> World:
    begin(world, TRIAL)
    return world


def begin(world: World, trial: Traffic) -> None:
    world.core.tasks[TASK] = replace(world.core.tasks[TASK], traffic=trial)
    world.seconds += 60


def ask(world: World, *records: Any, **changes: Any) -> Any:
    sent = records or (picture(),)
    return world.post({"task_id": TASK, "records": list(sent), **changes})


def kept(world: World) -> dict[str, TrialRecord]:
    return world.core.trial_records


def test_one_id_is_answered_by_one_version_and_the_share_of_ids_by_the_candidate(
    world: World,
) -> None:
    versions: dict[int, int] = {}
    for _ in range(2):
        for caller in range(60):
            version = ask(world, sticky_id=f"caller-{caller}").body["version"]
            assert versions.setdefault(caller, version) == version
    assert 15 < list(versions.values()).count(1) < 45


def test_without_an_id_the_request_key_decides(world: World) -> None:
    versions = [ask(world).body["version"] for _ in range(40)]
    assert set(versions) == {1, 2}
    keys = [{"Idempotency-Key": f"key-{number}"} for number in range(20)]
    body = {"task_id": TASK, "records": [picture()]}
    first, again = (
        [world.post(body, headers=headers).body["version"] for headers in keys] for _ in range(2)
    )
    assert first == again
    assert set(first) == {1, 2}


def test_a_version_that_is_asked_for_answers_and_is_not_on_trial(world: World) -> None:
    for caller in range(20):
        reply = ask(world, version=2, sticky_id=f"caller-{caller}")
        assert reply.body["version"] == 2
        assert "_record_id" not in reply.records[0]
    assert kept(world) == {}


@pytest.mark.parametrize(
    "over", [{"ended": NOON}, {"production_version": 7}, {"share": 1.0, "ended": NOON}]
)
def test_a_trial_that_is_over_changes_nothing(world: World, over: dict[str, Any]) -> None:
    begin(world, replace(TRIAL, **over))
    replies = [ask(world) for _ in range(20)]
    assert {reply.body["version"] for reply in replies} == {2}
    assert kept(world) == {}


def test_production_answers_for_a_candidate_that_is_gone(world: World) -> None:
    begin(world, replace(TRIAL, candidate_version=9, share=1.0))
    replies = [ask(world) for _ in range(3)]
    assert {(reply.code, reply.body["version"]) for reply in replies} == {(200, 2)}
    assert kept(world) == {}


def test_answers_are_kept_with_their_version_under_the_id_that_the_caller_gets(
    world: World,
) -> None:
    reply = ask(world, picture("8x6:1"), {"_base64": "?"}, picture("8x6:2"), sticky_id="me")
    ids = [record.get("_record_id") for record in reply.records]
    assert (ids[1], len(kept(world))) == (None, 2)
    for index, label in ((0, "bag"), (2, "coat")):
        record = kept(world)[ids[index]]
        assert (record.workspace_id, record.task_id, record.trial_id) == (WORKSPACE, TASK, "trial")
        assert record.version == reply.body["version"] == (1 if record.candidate else 2)
        assert record.answer == frozenset({label})
    assert world.billed() == 2


def test_the_same_request_again_is_kept_once(world: World) -> None:
    for _ in range(2):
        world.post({"task_id": TASK, "records": [picture()]}, headers={"Idempotency-Key": "same"})
    assert len(kept(world)) == 1


def test_a_picture_that_is_stored_has_the_id_of_its_record(world: World) -> None:
    add_labels(world)
    begin(world, TRIAL)
    (record,) = ask(world, {"_base64": base64.b64encode(GIF).decode()}, store_images=True).records
    assert record["_record_id"] == record["_stored_image_id"]


@pytest.mark.parametrize(
    ("task_type", "answer"), [(TaskType.MULTI_LABEL, frozenset), (TaskType.REGRESSION, float)]
)
def test_tags_and_values_are_kept_as_they_are_answered(
    world: World, task_type: TaskType, answer: type
) -> None:
    world.retype(task_type)
    if task_type is TaskType.REGRESSION:
        world.recognizer.row = [2.5]
    begin(world, replace(TRIAL, share=1e-9))
    ask(world)
    (record,) = kept(world).values()
    assert isinstance(record.answer, answer)


def test_an_answer_that_cannot_be_kept_is_an_answer_all_the_same(world: World) -> None:
    @dataclass
    class Broken:
        def add(self, _: Any) -> None:
            raise TemporarilyUnavailable("The table is busy; try again")

    store: Any = Broken()
    world.notes = replace(world.notes, store=store)
    world.restart()
    reply = ask(world)
    assert reply.code == 200
    assert "_record_id" not in reply.records[0]
    assert world.billed() == 1


def test_an_answer_that_only_its_ids_make_too_large_is_not_billed(world: World) -> None:
    begin(world, replace(TRIAL, share=1e-9))
    room = MAX_BODY_BYTES - len(ask(world, version=2).text) - ID_BYTES // 2
    *others, last = artifact(2).labels
    padded = (*others, replace(last, name=last.name + "x" * room))
    world.core.models["model-2"] = replace(model(2), artifact=replace(artifact(2), labels=padded))
    begin(world, replace(TRIAL, share=1e-9, trial_id="another"))
    world.seconds += 3600
    assert ask(world, version=2).code == 200
    billed = world.billed()
    assert ask(world).code == 413
    assert world.billed() == billed == 2


@pytest.mark.parametrize("wrong", [7, ["a"], "x" * 256])
def test_an_id_that_is_none_is_refused_by_name(world: World, wrong: Any) -> None:
    reply = ask(world, sticky_id=wrong)
    assert (reply.code, "sticky_id" in reply.body["detail"]) == (400, True)


def test_a_sender_cannot_say_what_only_an_answer_says(world: World) -> None:
    (record,) = ask(world, {**picture(), "_record_id": "mine"}).records
    assert record["_record_id"] in kept(world)
