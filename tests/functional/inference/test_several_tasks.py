"""Several tasks in one request: each picture is prepared once, and each task answers it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from oriel.domain.abstention import Abstention, AbstentionMode
from oriel.domain.model import ArtifactKind, ModelLabel
from oriel.domain.task import TaskType
from oriel.domain.traffic import Traffic, TrafficMode

from functions.api.wire.classify import ClassifyAnswer
from tests.fakes.facts import NOON, TASK
from tests.functional.inference.world import (
    OTHER_WORKSPACE,
    UNKNOWN,
    UNTRAINED,
    Response,
    World,
    artifact,
    model,
    picture,
    task,
)

COLOUR = "55555555-5555-4555-8555-555555555555"
COLOURS = (ModelLabel("red", "Red"), ModelLabel("blue", "Blue"), ModelLabel("green", "Green"))


def add_task(world: World, task_id: str, **artifact_changes: Any) -> None:
    """Add a trained task whose only version stands on an artifact of its own."""
    changes = {"key": f"head-of-{task_id}", "labels": COLOURS, **artifact_changes}
    world.core.tasks[task_id] = task(task_id, production_version=1, latest_version=1)
    world.core.models[f"model-of-{task_id}"] = replace(
        model(1),
        id=f"model-of-{task_id}",
        task_id=task_id,
        artifact=replace(artifact(1), **changes),
    )


@pytest.fixture(autouse=True)
def colour(world: World) -> None:
    add_task(world, COLOUR)


def ask(world: World, *records: Any, key: str | None = None, **fields: Any) -> Response:
    headers = {} if key is None else {"headers": {"Idempotency-Key": key}}
    body = {"task": [TASK, COLOUR], "records": list(records or [picture("8x6:1")]), **fields}
    return world.post(body, **headers)


def by_task(world: World) -> Mapping[str, int]:
    return {total.task_id: total.units for total in world.totals()}


def test_each_task_answers_each_record_in_the_order_of_the_request(world: World) -> None:
    answer = ask(world, picture("8x6:1") | {"_id": "7"}, picture("9x9:2"))
    assert answer.code == 200
    assert answer.body["tasks"] == [
        {"task_id": TASK, "version": 2},
        {"task_id": COLOUR, "version": 1},
    ]
    assert not {"task_id", "version"} & answer.body.keys()
    assert answer.body["status"]["code"] == 200
    first, second = answer.records
    assert first["_status"] == {"code": 200, "text": "OK", "request_id": "request-1"}
    assert (first["_id"], first["_width"], first["_height"]) == ("7", 8, 6)
    assert not {"best_label", "labels"} & first.keys()
    shoe, hue = first["_tasks"]
    assert (shoe["task_id"], shoe["version"]) == (TASK, 2)
    assert shoe["best_label"] == shoe["labels"][0] == {"id": "bag", "name": "Bag", "prob": 0.9}
    assert (hue["task_id"], hue["version"]) == (COLOUR, 1)
    assert hue["best_label"] == {"id": "blue", "name": "Blue", "prob": 0.9}
    assert [said["best_label"]["id"] for said in second["_tasks"]] == ["coat", "green"]


def test_the_api_description_knows_every_field(world: World) -> None:
    begin_trials(world, TrafficMode.SPLIT)
    for fields in ({}, {"task": TASK}):
        body = ask(world, picture("8x6:1"), picture("broken"), explain=True, **fields).body
        described = ClassifyAnswer.model_validate(body).model_dump(
            mode="json", by_alias=True, exclude_unset=True
        )
        assert described["records"] == body["records"]
        assert described.keys() == body.keys()
        assert described.get("tasks") == body.get("tasks")


def test_each_task_says_what_it_says_alone(world: World) -> None:
    together = ask(world, picture("8x6:1")).records[0]["_tasks"]
    for task_id, said in zip((TASK, COLOUR), together, strict=True):
        (alone,) = world.post({"task": task_id, "records": [picture("8x6:1")]}).records
        assert (said["labels"], said["best_label"]) == (alone["labels"], alone["best_label"])


def test_a_picture_is_decoded_once_and_taken_together_once(world: World) -> None:
    ask(world, picture("8x6:1"), picture("8x6:2"), picture("8x6:0"))
    assert world.recognizer.decoded == [224] * 3
    assert world.recognizer.passes == [3]
    assert world.recognizer.batches == [("head-2", 3), (f"head-of-{COLOUR}", 3)]


def test_a_picture_is_decoded_once_for_each_size_that_a_model_takes(world: World) -> None:
    small = "66666666-6666-4666-8666-666666666666"
    add_task(world, small, input_size=96, kind=ArtifactKind.NETWORK)
    answer = ask(world, picture("8x6:1"), task=[TASK, small, COLOUR])
    assert sorted(world.recognizer.decoded) == [96, 224]
    assert world.recognizer.passes == [1, 1]
    assert len(answer.records[0]["_tasks"]) == 3


def test_of_several_networks_one_is_held_at_a_time(world: World) -> None:
    networks = [f"{digit * 8}-6666-4666-8666-666666666666" for digit in "678"]
    for task_id in networks:
        add_task(world, task_id, kind=ArtifactKind.NETWORK)
    assert ask(world, task=networks).code == 200
    assert world.recognizer.most_held == 1
    assert world.recognizer.held == []


def test_each_answered_record_is_billed_once_a_task(world: World) -> None:
    answer = ask(world, picture("8x6:1"), picture("broken"), picture("9x9:0"))
    good, bad, other = answer.records
    assert bad["_status"]["code"] == 400
    assert "_tasks" not in bad
    assert len(good["_tasks"]) == len(other["_tasks"]) == 2
    assert world.billed() == 4
    assert by_task(world) == {TASK: 2, COLOUR: 2}


def test_a_list_of_one_is_answered_as_a_list(world: World) -> None:
    answer = ask(world, task=[COLOUR])
    assert answer.body["tasks"] == [{"task_id": COLOUR, "version": 1}]
    assert [said["task_id"] for said in answer.records[0]["_tasks"]] == [COLOUR]
    assert world.billed() == 1


@pytest.mark.parametrize("name", ["task", "task_id"])
def test_the_list_may_be_sent_by_either_name(world: World, name: str) -> None:
    answer = world.post({name: [TASK, COLOUR], "records": [picture()]})
    assert len(answer.body["tasks"]) == 2


def test_one_task_is_answered_as_ever(world: World) -> None:
    (record,) = world.classify(picture("8x6:1") | {"_tasks": "mine"}).records
    assert record["_tasks"] == "mine"
    assert record["best_label"]["id"] == "bag"
    mine = ask(world, picture("8x6:1") | {"_tasks": "mine"}, {"_tasks": "mine"})
    assert [said["task_id"] for said in mine.records[0]["_tasks"]] == [TASK, COLOUR]
    assert "_tasks" not in mine.records[1]


def test_a_key_repeats_the_answer_of_all_tasks_and_bills_it_once(world: World) -> None:
    first = ask(world, key="order-1")
    again = ask(world, key="order-1")
    assert again.body == first.body
    assert again.headers["Idempotent-Replayed"] == "true"
    assert len(world.recognizer.batches) == 2
    assert ask(world, key="order-1", task=[COLOUR, TASK]).code == 422
    assert world.billed() == 2


def test_all_tasks_are_billed_later_where_the_table_is_down(world: World) -> None:
    world.usage.faults = ["before"]
    first = ask(world, picture("8x6:1"), picture("9x9:2"), key="order-1")
    assert first.code == 200
    world.drain()
    assert by_task(world) == {TASK: 2, COLOUR: 2}
    assert ask(world, picture("8x6:1"), picture("9x9:2"), key="order-1").body == first.body


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"task": []}, "task must be an id, or a list of 1 to 5 ids"),
        ({"task": [f"{TASK[:-1]}{digit}" for digit in range(6)]}, "list of 1 to 5 ids"),
        ({"task": [TASK, 7]}, "task[1] must be a string"),
        ({"task": [TASK, None]}, "task[1] must be a string"),
        ({"task": [[TASK]]}, "task[0] must be a string"),
        ({"task": [TASK, COLOUR, TASK]}, "names a task twice"),
        ({"task": None, "task_id": [TASK, TASK]}, "task_id names a task twice"),
        ({"version": 1}, "version cannot be sent with a list of tasks"),
        ({"store_images": True}, "store_images cannot be sent with a list of tasks"),
        ({"explain": True, "explain_label": "bag"}, "explain_label cannot be sent with a list"),
    ],
)
def test_what_several_tasks_cannot_be_asked_is_refused_in_words(
    world: World, fields: dict[str, Any], named: str
) -> None:
    answer = ask(world, **fields)
    assert answer.code == 400
    assert answer.body["code"] == "invalid_input"
    assert named in answer.body["detail"]
    assert answer.body["status"]["text"] == answer.body["detail"]
    assert world.recognizer.batches == []
    assert world.billed() == 0


@pytest.mark.parametrize(
    ("wrong", "code", "error"),
    [(UNKNOWN, 404, "not_found"), ("no-uuid", 404, "not_found"), (UNTRAINED, 400, "not_trained")],
)
def test_what_is_wrong_with_one_task_names_it_and_costs_nothing(
    world: World, wrong: str, code: int, error: str
) -> None:
    answer = ask(world, task=[TASK, wrong, COLOUR])
    assert (answer.code, answer.body["code"]) == (code, error)
    assert answer.body["detail"].startswith("task[1]: ")
    assert world.recognizer.batches == []
    assert world.billed() == 0


def test_tasks_of_another_workspace_are_not_found_beside_ones_own(world: World) -> None:
    world.core.tasks[COLOUR] = replace(world.core.tasks[COLOUR], workspace_id=OTHER_WORKSPACE)
    assert ask(world).code == 404
    assert world.billed() == 0


def test_a_model_that_cannot_be_loaded_bills_none_of_the_tasks(world: World) -> None:
    world.recognizer.broken = {f"head-of-{COLOUR}"}
    assert ask(world).code == 500
    assert world.recognizer.held == []
    assert world.billed() == 0
    assert world.classify(picture()).code == 200
    assert ask(world, picture("broken")).code == 200


def test_each_task_explains_its_own_best_label(world: World) -> None:
    (record,) = ask(world, picture("8x6:1"), explain=True).records
    names = [said["explanation"]["label"]["name"] for said in record["_tasks"]]
    assert names == ["Bag", "Blue"]
    assert world.recognizer.passes == [1]
    (plain,) = ask(world, picture("8x6:1")).records
    assert all("explanation" not in said for said in plain["_tasks"])
    assert world.billed() == 4


def test_each_task_abstains_by_its_own_setting_and_answers_by_its_own_type(world: World) -> None:
    at_half = Abstention(AbstentionMode.THRESHOLD, threshold=0.95)
    world.core.tasks[TASK] = replace(world.core.tasks[TASK], abstention=at_half)
    add_task(world, COLOUR, task_type=TaskType.MULTI_LABEL)
    sure, tags = ask(world, picture("8x6:1")).records[0]["_tasks"]
    assert (sure["abstained"], sure["abstain_reason"]) == (True, "unsure")
    assert "abstained" not in tags
    assert len(tags["labels"]) == 3


def begin_trials(world: World, mode: TrafficMode) -> None:
    add_task(world, COLOUR)
    published = world.core.models[f"model-of-{COLOUR}"]
    world.core.models["colour-2"] = replace(published, id="colour-2", version=2)
    trial = Traffic("trial", mode, 2, 1, 1.0, NOON)
    world.core.tasks[COLOUR] = replace(world.core.tasks[COLOUR], traffic=trial)
    other = Traffic("other", mode, 1, 2, 1.0, NOON)
    world.core.tasks[TASK] = replace(world.core.tasks[TASK], traffic=other)


def test_each_task_on_trial_keeps_its_answers_under_ids_of_their_own(world: World) -> None:
    begin_trials(world, TrafficMode.SPLIT)
    answer = ask(world, picture("8x6:1"), picture("broken"), picture("8x6:2"))
    assert [one["version"] for one in answer.body["tasks"]] == [1, 2]
    ids = [said["_record_id"] for index in (0, 2) for said in answer.records[index]["_tasks"]]
    assert len(set(ids)) == 4
    kept = world.core.trial_records
    assert [kept[one].task_id for one in ids] == [TASK, COLOUR, TASK, COLOUR]
    assert kept[ids[0]].answer == frozenset({"bag"})
    assert kept[ids[1]].answer == frozenset({"blue"})


def test_each_task_on_trial_lets_its_candidate_see_the_pictures(world: World) -> None:
    begin_trials(world, TrafficMode.SHADOW)
    answer = ask(world, picture("8x6:1"), key="order-1")
    assert [one["version"] for one in answer.body["tasks"]] == [2, 1]
    assert [(work.task_id, work.trial_id) for work in world.asked.works] == [
        (TASK, "other"),
        (COLOUR, "trial"),
    ]
    ids = [said["_record_id"] for said in answer.records[0]["_tasks"]]
    assert [work.record_ids for work in world.asked.works] == [(ids[0],), (ids[1],)]
    assert len(world.blobs.objects) == 2


def test_a_task_alone_in_a_list_and_a_task_alone_share_no_ids(world: World) -> None:
    begin_trials(world, TrafficMode.SPLIT)
    (listed,) = ask(world, task=[TASK]).records
    (alone,) = world.post({"task": TASK, "records": [picture("8x6:1")]}).records
    assert listed["_tasks"][0]["_record_id"] != alone["_record_id"]
