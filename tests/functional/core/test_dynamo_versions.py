"""Deleting and activating versions on DynamoDB: crashes and calls at the same time."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from oriel.adapters.dynamodb.attributes import encode
from oriel.adapters.dynamodb.keys import task_key
from oriel.adapters.dynamodb.task_settings import to_text
from oriel.domain.errors import OrielError
from oriel.domain.evaluation import evaluation_key
from oriel.domain.ids import new_id
from oriel.domain.traffic import Traffic, TrafficMode
from oriel.services.training import Trainings
from oriel.services.versions import Versions

from tests.fakes.blobs import MemoryBlobs
from tests.fakes.training_machine import MemoryTrainingMachine
from tests.functional.core.conftest import Stores, Table
from tests.functional.core.scenes import delete_with_crashes, items_below
from tests.functional.core.test_version_store import published
from tests.functional.core.things import Maker


def versions_of(stores: Stores, make: Maker, blobs: MemoryBlobs) -> Versions:
    trainings = Trainings(stores.tasks, stores.models, MemoryTrainingMachine(), 1, make.clock)
    return Versions(stores.versions, stores.models, stores.tasks, trainings, blobs, make.clock)


@pytest.mark.parametrize("applied", [False, True])
def test_a_deletion_that_dies_anywhere_is_finished_by_a_repeat(
    dynamo: Stores, core_table: Table, make: Maker, applied: bool
) -> None:
    task, blobs = make.task(), MemoryBlobs()
    dynamo.tasks.create(task)
    old, production = (published(dynamo, task, make) for _ in range(2))
    assert old.artifact is not None
    evaluation = evaluation_key(task.workspace_id, task.id, old.id)
    for key in (old.artifact.key, evaluation):
        blobs.put(key, b"...", "application/octet-stream")
    delete_with_crashes(
        core_table,
        lambda stores: versions_of(stores, make, blobs).delete(task.workspace_id, old.id),
        applied=applied,
    )
    assert blobs.objects == {}
    assert items_below(core_table, f"WS#{task.workspace_id}#MODEL#{old.id}") == []
    assert dynamo.models.find_version(task.workspace_id, task.id, 2) == production


@pytest.mark.parametrize("in_training", [False, True])
@pytest.mark.parametrize("shared", [False, True])
def test_a_file_that_another_version_has_or_might_get_stays(
    dynamo: Stores, make: Maker, shared: bool, in_training: bool
) -> None:
    task, blobs = make.task(), MemoryBlobs()
    dynamo.tasks.create(task)
    old = published(dynamo, task, make, "same")
    published(dynamo, task, make, "same" if shared else "another")
    if in_training:
        dynamo.tasks.begin_training(task, make.model(task))
    blobs.put("models/same.npy", b"...", "application/octet-stream")
    versions_of(dynamo, make, blobs).delete(task.workspace_id, old.id)
    assert ("models/same.npy" in blobs.objects) == (shared or in_training)


def test_a_version_is_never_both_activated_and_deleted(dynamo: Stores, make: Maker) -> None:
    for _ in range(6):
        task, blobs = make.task(), MemoryBlobs()
        dynamo.tasks.create(task)
        old = published(dynamo, task, make)
        published(dynamo, task, make)
        versions = versions_of(dynamo, make, blobs)
        outcomes: list[OrielError | None] = []

        def note(call: str, model_id: str = old.id, workspace_id: str = task.workspace_id) -> None:
            try:
                if call == "delete":
                    versions.delete(workspace_id, model_id)  # noqa: B023 - called at once
                else:
                    versions.activate(workspace_id, model_id, new_id())  # noqa: B023
            except OrielError as error:
                outcomes.append(error)  # noqa: B023

        with ThreadPoolExecutor(2) as pool:
            list(pool.map(note, ("delete", "activate")))
        now = dynamo.tasks.get(task.workspace_id, task.id)
        alive = dynamo.models.find_version(task.workspace_id, task.id, now.production_version)
        assert alive is not None
        assert len(outcomes) == 1  # the other one was refused


def test_a_trial_ends_that_older_code_has_written(
    dynamo: Stores, core_table: Table, make: Maker
) -> None:
    trial = Traffic(new_id(), TrafficMode.SPLIT, 3, 2, 0.25, make.now())
    task = make.task(production_version=2, latest_version=3)
    dynamo.tasks.create(task)
    dynamo.tasks.update(task.workspace_id, task.id, traffic=trial)
    written = json.loads(to_text(trial))
    del written["error_scale"]  # as if it had come later
    core_table.client.update_item(
        TableName=core_table.name,
        Key=encode(task_key(task.workspace_id, task.id)),
        UpdateExpression="SET traffic = :traffic",
        ExpressionAttributeValues=encode(
            {":traffic": json.dumps(written, sort_keys=True, separators=(",", ":"))}
        ),
    )
    found = dynamo.tasks.get(task.workspace_id, task.id)
    ended = replace(trial, ended=make.now(), reason="worse")
    dynamo.trials.end(found, ended)
    assert dynamo.tasks.get(task.workspace_id, task.id).traffic == ended
    dynamo.trials.end(found, replace(ended, reason="again"))
    assert dynamo.tasks.get(task.workspace_id, task.id).traffic == ended
