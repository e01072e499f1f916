"""Deleting on DynamoDB: what is linked to many things goes in steps that survive a crash."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from oriel.domain.errors import NotFound
from oriel.domain.image import original_key
from oriel.domain.page import PageRequest
from oriel.domain.sweep import SweepKind, Swept
from oriel.services.deletions import Deletions
from oriel.services.images import Images
from oriel.services.sweep_labels import LabelBroom
from oriel.services.sweeps import SweepRequests
from oriel.services.tasks import Tasks
from oriel.services.training import Trainings

from tests.fakes.blobs import MemoryBlobs
from tests.fakes.core import MemoryCore
from tests.fakes.sweeps import MemorySweepQueue, MemorySweepStore
from tests.fakes.training_machine import MemoryTrainingMachine
from tests.functional.core.conftest import Stores, Table, dynamo_stores
from tests.functional.core.crashing_client import Crash, CrashingClient, LaggingClient
from tests.functional.core.rows import only_a_trace_is_left
from tests.functional.core.scenes import LABELS, Scene, delete_with_crashes, items_below
from tests.functional.core.sweeping import (
    delete_label,
    is_gone,
    sweep_all,
    sweep_of,
    wipe_label,
)


@pytest.mark.parametrize("applied", [False, True])
class TestDeletionSurvivesCrashes:
    def test_of_an_image(self, dynamo: Stores, core_table: Table, applied: bool) -> None:
        scene = Scene(dynamo)
        gone, kept = scene.images
        delete_with_crashes(
            core_table,
            lambda stores: stores.images.delete(scene.workspace_id, gone.id),
            applied=applied,
        )
        page = dynamo.images.list(scene.workspace_id, PageRequest())
        assert (page.items, page.count) == ((kept,), 1)
        assert scene.images_counts() == [1] * LABELS
        assert only_a_trace_is_left(core_table, scene.workspace_id, gone.id)

    def test_of_an_image_with_its_pictures(
        self, dynamo: Stores, core_table: Table, applied: bool
    ) -> None:
        scene, blobs = Scene(dynamo), MemoryBlobs()
        gone, kept = scene.images
        for image in scene.images:
            blobs.put(original_key(scene.workspace_id, image.id), b"picture", "image/png")

        def delete(stores: Stores) -> None:
            images = Images(stores.images, stores.labels, blobs, scene.make.clock)
            images.delete(scene.workspace_id, gone.id)

        delete_with_crashes(core_table, delete, applied=applied)
        assert list(blobs.objects) == [original_key(scene.workspace_id, kept.id)]
        assert dynamo.images.list(scene.workspace_id, PageRequest()).count == 1
        assert scene.images_counts() == [1] * LABELS
        assert only_a_trace_is_left(core_table, scene.workspace_id, gone.id)

    def test_of_a_task(self, dynamo: Stores, core_table: Table, applied: bool) -> None:
        scene = Scene(dynamo)
        gone = scene.tasks[0]
        delete_with_crashes(
            core_table,
            lambda stores: stores.tasks.delete(scene.workspace_id, gone.id),
            applied=applied,
        )
        assert dynamo.tasks.list(scene.workspace_id, PageRequest()).count == 1
        assert scene.tasks_counts() == [1] * LABELS
        assert items_below(core_table, f"WS#{scene.workspace_id}#TASK#{gone.id}") == []

    def test_of_a_tagging_task_with_its_negative_label(
        self, dynamo: Stores, core_table: Table, applied: bool
    ) -> None:
        scene = Scene(dynamo)
        task, negative = scene.make.tagging()
        dynamo.tasks.create(task, negative)
        dynamo.follow_ups.add(scene.workspace_id, scene.labels[0].id, task.id)
        dynamo.follow_ups.add(scene.workspace_id, negative.id, scene.tasks[0].id)
        for image in scene.images:
            dynamo.images.add_label(scene.workspace_id, image.id, negative.id, scene.make.now())

        def delete(stores: Stores) -> None:
            machine, clock = MemoryTrainingMachine(), scene.make.clock
            trainings = Trainings(stores.tasks, stores.models, machine, 1, clock)
            sweeps = SweepRequests(MemorySweepStore(MemoryCore()), MemorySweepQueue(), clock)
            broom = LabelBroom(stores.labels)
            deletions = Deletions(stores.labels, stores.tasks, broom, broom, sweeps, clock)
            service = Tasks(stores.tasks, stores.labels, deletions, trainings, clock)
            service.delete(scene.workspace_id, task.id)

        delete_with_crashes(core_table, delete, applied=applied)
        assert dynamo.tasks.list(scene.workspace_id, PageRequest()).count == len(scene.tasks)
        assert dynamo.labels.list(scene.workspace_id, PageRequest()).count == LABELS
        assert scene.images_counts() == [len(scene.images)] * LABELS
        for pk in (f"TASK#{task.id}", f"LABEL#{negative.id}"):
            assert items_below(core_table, f"WS#{scene.workspace_id}#{pk}") == []
        for kept in (f"LABEL#{scene.labels[0].id}", f"TASK#{scene.tasks[0].id}"):
            left = items_below(core_table, f"WS#{scene.workspace_id}#{kept}")
            assert not [item for item in left if "FOLLOWUP" in item["sk"]["S"]]
            assert not [item for item in left if "LEADER" in item["sk"]["S"]]

    def test_of_a_label(self, dynamo: Stores, core_table: Table, applied: bool) -> None:
        scene = Scene(dynamo, images=60)
        gone = scene.labels.pop()
        delete_with_crashes(
            core_table,
            lambda stores: delete_label(stores, scene.workspace_id, gone.id),
            applied=applied,
        )
        assert dynamo.labels.list(scene.workspace_id, PageRequest()).count == LABELS - 1
        assert scene.images_counts() == [60] * (LABELS - 1)
        for image in scene.images:
            assert len(dynamo.images.labels(scene.workspace_id, image.id)) == LABELS - 1
        for task in scene.tasks:
            assert dynamo.tasks.get(scene.workspace_id, task.id).labels_count == LABELS - 1


class TestHiddenWhileItGoes:
    """What is half deleted is gone for every reader, and takes no new links."""

    def test_a_label(self, dynamo: Stores, core_table: Table) -> None:
        scene = Scene(dynamo)
        gone = scene.labels[0]
        crashing = CrashingClient(core_table.client, 3, applied=False)
        with pytest.raises(Crash):
            delete_label(
                dynamo_stores(Table(crashing, core_table.name)), scene.workspace_id, gone.id
            )
        with pytest.raises(NotFound):
            dynamo.labels.get(scene.workspace_id, gone.id)
        with pytest.raises(NotFound):
            dynamo.images.list(scene.workspace_id, PageRequest(), gone.id)
        other = scene.make.image()
        with pytest.raises(NotFound):
            dynamo.images.create(other, [gone.id])
        assert gone.id not in {
            carried.label.id
            for carried in dynamo.images.labels(scene.workspace_id, scene.images[0].id)
        }
        assert gone.id not in {
            label.id for label in dynamo.tasks.labels(scene.workspace_id, scene.tasks[0].id)
        }
        assert dynamo.labels.list(scene.workspace_id, PageRequest()).count == LABELS - 1

    def test_an_image(self, dynamo: Stores, core_table: Table) -> None:
        scene = Scene(dynamo)
        gone = scene.images[0]
        crashing = CrashingClient(core_table.client, 5, applied=False)
        with pytest.raises(Crash):
            dynamo_stores(Table(crashing, core_table.name)).images.delete(
                scene.workspace_id, gone.id
            )
        with pytest.raises(NotFound):
            dynamo.images.get(scene.workspace_id, gone.id)
        with pytest.raises(NotFound):
            dynamo.images.mark_ready(gone)
        labelled = dynamo.images.list(scene.workspace_id, PageRequest(), scene.labels[0].id)
        assert gone not in labelled.items
        assert dynamo.images.list(scene.workspace_id, PageRequest()).count == 1


class TestLabelDeletion:
    def test_waits_until_the_index_shows_every_link(
        self, dynamo: Stores, core_table: Table
    ) -> None:
        scene, slices = Scene(dynamo), list[Swept]()
        lagging = LaggingClient(core_table.client, stale_queries=6)
        stores = dynamo_stores(Table(lagging, core_table.name))
        gone = scene.labels[0].id
        stores.labels.hide(scene.workspace_id, gone)
        sweep = sweep_of(scene.workspace_id, SweepKind.LABEL, gone)
        sweep_all(LabelBroom(stores.labels), sweep, slices.append)
        assert [swept.moved for swept in slices] == [False, False, False, True]
        for image in scene.images:
            assert len(dynamo.images.labels(scene.workspace_id, image.id)) == LABELS - 1

    def test_passes_over_links_that_the_index_still_shows(
        self, dynamo: Stores, core_table: Table
    ) -> None:
        scene = Scene(dynamo)
        gone = scene.labels[0]
        pk = f"WS#{scene.workspace_id}#LABEL#{gone.id}#IMAGES#t0r1v0"
        lagging = LaggingClient(core_table.client, stale_queries=1)
        lagging.remembered = core_table.client.query(
            TableName=core_table.name,
            IndexName="gsi1",
            KeyConditionExpression="gsi1pk = :pk",
            ExpressionAttributeValues={":pk": {"S": pk}},
        )["Items"]
        dynamo.images.remove_label(
            scene.workspace_id, scene.images[0].id, gone.id, scene.make.now()
        )
        delete_label(dynamo_stores(Table(lagging, core_table.name)), scene.workspace_id, gone.id)
        assert scene.stores.images.labels(scene.workspace_id, scene.images[1].id) != []
        assert is_gone(dynamo, scene.workspace_id, gone.id)

    def test_two_sweepers_at_once_take_nothing_twice(self, dynamo: Stores) -> None:
        scene = Scene(dynamo, images=120)
        gone = scene.labels.pop()
        dynamo.labels.hide(scene.workspace_id, gone.id)
        sweep = sweep_of(scene.workspace_id, SweepKind.LABEL, gone.id)
        with ThreadPoolExecutor(3) as threads:
            done = [threads.submit(sweep_all, LabelBroom(dynamo.labels), sweep) for _ in range(3)]
        assert [one.result() for one in done] == [None] * 3
        assert scene.images_counts() == [120] * (LABELS - 1)
        for task in scene.tasks:
            assert dynamo.tasks.get(scene.workspace_id, task.id).labels_count == LABELS - 1

    def test_is_kept_as_an_event_of_each_image(self, dynamo: Stores, core_table: Table) -> None:
        scene = Scene(dynamo)
        gone = scene.labels[0]
        delete_label(dynamo, scene.workspace_id, gone.id)
        items = items_below(core_table, f"WS#{scene.workspace_id}#IMAGE#{scene.images[0].id}")
        changes = [
            item["change"]["S"]
            for item in items
            if item["sk"]["S"].startswith("EVENT#") and item["label_id"]["S"] == gone.id
        ]
        assert sorted(changes) == ["added", "removed"]


@pytest.mark.parametrize("applied", [False, True])
def test_a_wipe_survives_crashes(dynamo: Stores, core_table: Table, applied: bool) -> None:
    scene, blobs = Scene(dynamo, images=3), MemoryBlobs()
    gone = scene.labels.pop()
    kept = scene.make.image()
    dynamo.images.create(kept, [scene.labels[0].id])
    for image in [*scene.images, kept]:
        blobs.put(original_key(scene.workspace_id, image.id), b"picture", "image/png")
    delete_with_crashes(
        core_table,
        lambda stores: wipe_label(stores, scene.workspace_id, gone.id, blobs),
        applied=applied,
    )
    page = dynamo.images.list(scene.workspace_id, PageRequest())
    assert ([image.id for image in page.items], page.count) == ([kept.id], 1)
    assert scene.images_counts() == [1, 0]
    assert list(blobs.objects) == [original_key(scene.workspace_id, kept.id)]
    for image in scene.images:
        assert only_a_trace_is_left(core_table, scene.workspace_id, image.id)
    for task in scene.tasks:
        assert dynamo.tasks.get(scene.workspace_id, task.id).labels_count == LABELS - 1
