"""Sweeping a workspace: of everything that was in it, no row and no object is left."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from oriel.adapters.dynamodb.imports import DynamoImportStore
from oriel.adapters.dynamodb.uploads import DynamoUploadStore
from oriel.adapters.dynamodb.versions import DynamoVersionStore
from oriel.adapters.dynamodb.workspace_remains import ROWS_AT_ONCE, DynamoWorkspaceRemains
from oriel.domain.access import Role
from oriel.domain.annotation import Point, Verification
from oriel.domain.errors import NotFound
from oriel.domain.ids import new_id
from oriel.domain.image import original_key, thumbnail_key
from oriel.domain.imports import FileStatus, Import, ImportedFile, ImportKind
from oriel.domain.label import LabelType
from oriel.domain.model import job_prefixes, task_prefix
from oriel.domain.page import PageRequest
from oriel.domain.promise import UploadPromise, UploadState
from oriel.domain.sweep import Sweep, SweepKind, Swept
from oriel.domain.trial_record import MICRO, TrialRecord, Truth
from oriel.services.deletions import Deletions
from oriel.services.sweep_labels import LabelBroom
from oriel.services.sweep_tasks import TaskBroom
from oriel.services.sweep_workspaces import (
    GRACE,
    TRAINING_PAUSE_SECONDS,
    WorkspaceBroom,
)
from oriel.services.sweeps import SweepRequests
from oriel.services.tasks import Tasks
from oriel.services.training import Trainings

from tests.fakes.blobs import MemoryBlobs
from tests.fakes.core import MemoryCore
from tests.fakes.notifications import MemoryNotificationStore
from tests.fakes.sweeps import MemorySweepQueue, MemorySweepStore
from tests.fakes.training_machine import MemoryTrainingMachine
from tests.functional.core.accounts import found, join
from tests.functional.core.conftest import Stores, Table, dynamo_stores
from tests.functional.core.rows import KINDS_OF_ROWS, kinds_of
from tests.functional.core.scenes import delete_with_crashes
from tests.functional.core.sweeping import sweep_all
from tests.functional.core.things import Maker

HOME = new_id()


@dataclass
class Scene:
    """A workspace that holds some of everything, half deleted things too."""

    stores: Stores
    table: Table
    make: Maker = field(default_factory=Maker)
    pictures: MemoryBlobs = field(default_factory=MemoryBlobs)
    notifications: MemoryNotificationStore = field(default_factory=MemoryNotificationStore)
    artifacts: MemoryBlobs = field(default_factory=MemoryBlobs)
    datasets: MemoryBlobs = field(default_factory=MemoryBlobs)
    machine: MemoryTrainingMachine = field(default_factory=MemoryTrainingMachine)
    rows_at_once: int = ROWS_AT_ONCE

    def __post_init__(self) -> None:
        self.workspace_id = self.make.workspace_id
        self.owner = found(self.stores, self.make)
        self.stores.workspaces.rename(self.workspace_id, "Renamed since")
        join(self.stores, self.make, Role.VIEWER)
        self.label, self.proposed = self._labels()
        self.task, negative = self.make.tagging()
        self.stores.tasks.create(self.task, negative)
        self._images(negative.id)
        self._models()
        self._half_deleted()
        self._annotations()
        self._values()
        self._objects()
        self._import()
        self._promise()
        self._trial()

    def sweep(self, stores: Stores | None = None, later: timedelta = GRACE) -> Swept:
        """Sweep until nothing is left or something has to be waited for."""
        done: list[Swept] = []
        asked = self.make.now() - later
        sweep = Sweep(HOME, SweepKind.WORKSPACE, self.workspace_id, asked)
        broom = self._broom(stores or self.stores)
        while not done or (done[-1].moved and not done[-1].finished):
            done.append(broom.sweep(sweep))
        return done[-1]

    def sweep_wholly(self, stores: Stores) -> None:
        sweep = Sweep(HOME, SweepKind.WORKSPACE, self.workspace_id, self.make.now() - GRACE)
        sweep_all(self._broom(stores), sweep)

    def rows(self) -> list[tuple[str, str, str]]:
        """All rows of the table that know the workspace; only a test may scan it."""
        scanned = self.table.client.get_paginator("scan").paginate(TableName=self.table.name)
        items = [item for page in scanned for item in page["Items"]]
        return [
            (item["pk"]["S"], item["sk"]["S"], item.get("gsi1pk", {"S": ""})["S"])
            for item in items
            if self.workspace_id in str(item)
        ]

    def _broom(self, stores: Stores) -> WorkspaceBroom:
        clock, labels = self.make.clock, LabelBroom(stores.labels)
        client: Any = stores.tasks._table._client  # type: ignore[attr-defined]
        trainings = Trainings(stores.tasks, stores.models, self.machine, 1, clock)
        requests = SweepRequests(MemorySweepStore(MemoryCore()), MemorySweepQueue(), clock)
        deletions = Deletions(stores.labels, stores.tasks, labels, labels, requests, clock)
        return WorkspaceBroom(
            remains=DynamoWorkspaceRemains(client, self.table.name, self.rows_at_once),
            members=stores.members,
            tokens=stores.tokens,
            tasks=Tasks(stores.tasks, stores.labels, deletions, trainings, clock),
            task_broom=TaskBroom(
                *(stores.tasks, stores.labels, stores.models, self.artifacts, self.datasets)
            ),
            notifications=self.notifications,
            buckets=(self.pictures, self.artifacts, self.datasets),
            clock=clock,
        )

    def _labels(self) -> tuple[str, str]:
        labels = [self.make.label() for _ in range(2)]
        for label in labels:
            self.stores.labels.create(label)
        return labels[0].id, labels[1].id

    def _images(self, negative_id: str) -> None:
        for test in (False, True, False):
            image = self.make.image(test_image=test)
            self.stores.images.create(image, [self.label, negative_id], {self.proposed: None})
            self.stores.embeddings.put(self.workspace_id, image.id, "lite0-int8", b"\0\0")
            for key in (original_key, thumbnail_key):
                self.pictures.put(key(self.workspace_id, image.id), b"picture", "image/png")

    def _annotations(self) -> None:
        verified, noted = (self.make.image() for _ in range(2))
        for image in (verified, noted):
            self.stores.images.create(image, [self.label], {self.proposed: None})
        for user in (self.owner.owner.id, new_id()):
            one = Verification(new_id(), self.workspace_id, verified.id, user, self.make.now())
            self.stores.verifications.add(one)
        for data in (None, {"x": 1}):
            at = self.make.now()
            point = Point(new_id(), self.workspace_id, noted.id, "scratch", data, at)
            self.stores.points.add(point)

    def _values(self) -> None:
        """Numbers, copies of the same bytes, and an image that is gone but for its trace."""
        weight = self.make.label(type=LabelType.VALUE)
        self.stores.labels.create(weight)
        same = [self.make.image(sha256="5a" * 32) for _ in range(3)]
        for number, image in enumerate(same):
            self.stores.images.create(image, [])
            where, at = (self.workspace_id, image.id, weight.id), self.make.now()
            self.stores.images.add_label(*where, at, float(number))
        self.stores.images.delete(self.workspace_id, same[0].id)

    def _promise(self) -> None:
        uploads = DynamoUploadStore(self.table.client, self.table.name)
        for state in UploadState:
            promise = UploadPromise(new_id(), self.workspace_id, self.make.now(), "image/png")
            uploads.create(promise)
            uploads.settle(self.workspace_id, promise.id, state)

    def _models(self) -> None:
        self.model = self.make.model(self.task)
        self.stores.tasks.begin_training(self.task, self.model)
        self.stores.models.mark_started(self.workspace_id, self.model.id, "snapshot")
        self.stores.models.set_evaluated(self.make.evaluated(self.model))
        self.stores.models.publish(self.workspace_id, self.model.id, self.make.now())
        follower = self.make.task()
        self.stores.tasks.create(follower)
        self.stores.tasks.attach_label(self.workspace_id, follower.id, self.label)
        self.stores.follow_ups.add(self.workspace_id, self.label, follower.id)

    def _half_deleted(self) -> None:
        task, label, image = self.make.task(), self.make.label(), self.make.image()
        self.stores.tasks.create(task)
        model = self.make.model(task)
        self.stores.tasks.begin_training(task, model)
        self.stores.models.mark_failed(self.workspace_id, model.id, "dark", self.make.now())
        self.stores.models.entomb(self.workspace_id, model.id)
        half = self.make.model(task)
        self.stores.tasks.begin_training(task, half)
        self.stores.models.mark_failed(self.workspace_id, half.id, "dark", self.make.now())
        DynamoVersionStore(self.table.client, self.table.name).hide(self.workspace_id, half.id)
        self.stores.tasks.hide(self.workspace_id, task.id)
        self.stores.labels.create(label)
        self.stores.images.create(image, [label.id])
        self.stores.labels.hide(self.workspace_id, label.id)
        self.stores.images.hide(self.workspace_id, image.id)
        kind, asked = SweepKind.LABEL, self.make.now()
        self.stores.sweeps.request(Sweep(self.workspace_id, kind, label.id, asked))

    def _import(self) -> None:
        imports = DynamoImportStore(self.table.client, self.table.name)
        new = Import(new_id(), self.workspace_id, self.make.now(), ImportKind.ZIP)
        imports.create(new)
        files = [
            ImportedFile(one, f"{one}.png", FileStatus.DONE, image_id=new_id()) for one in (0, 1, 2)
        ]
        imports.record(self.workspace_id, new.id, files)
        assert imports.begin_file(self.workspace_id, new.id, 3)

    def _trial(self) -> None:
        record = TrialRecord(
            *(new_id(), self.workspace_id, self.task.id, new_id()),
            version=1,
            candidate=True,
            answer=frozenset({self.label}),
            created=self.make.now(),
        )
        self.stores.trials.add([record])
        self.stores.trials.count(record, Truth(record.answer, MICRO))

    def _objects(self) -> None:
        prefix = task_prefix(self.workspace_id, self.task.id)
        for key in (f"{prefix}models/1.npy", *(f"{one}x" for one in job_prefixes(self.model.id))):
            self.artifacts.put(key, b"", "application/octet-stream")
        self.datasets.put(f"{prefix}snapshots/1.json", b"{}", "application/json")
        self.pictures.put(f"ws/{self.workspace_id}/incoming/1/a.zip", b"", "application/zip")


def test_no_row_and_no_object_of_a_workspace_is_left(dynamo: Stores, core_table: Table) -> None:
    scene, other = Scene(dynamo, core_table), Scene(dynamo, core_table)
    before = other.rows()
    assert kinds_of(scene.rows()) == kinds_of(before) == KINDS_OF_ROWS
    assert scene.sweep().finished
    assert scene.rows() == []
    for bucket in (scene.pictures, scene.artifacts, scene.datasets):
        assert bucket.objects == {}
    assert scene.sweep() == Swept({}, finished=True)
    # Its users are still users, and what is another's is untouched.
    assert dynamo.members.memberships(scene.owner.owner.id) == []
    assert other.rows() == before
    assert dynamo.images.list(other.workspace_id, PageRequest()).count == 7


def test_a_closed_workspace_is_nobodys_and_takes_nobody(dynamo: Stores, core_table: Table) -> None:
    scene = Scene(dynamo, core_table)
    token = scene.owner.grant.token_hash
    assert dynamo.tokens.find_grant(token) is not None
    scene.sweep(later=timedelta(0))
    assert dynamo.tokens.find_grant(token) is None
    assert dynamo.members.members(scene.workspace_id) == []
    with pytest.raises(NotFound):
        dynamo.workspaces.get(scene.workspace_id)
    user = scene.make.user()
    with pytest.raises(NotFound):
        dynamo.members.add_new(scene.workspace_id, user, Role.OWNER, scene.make.grant(user.id))


def test_what_arrives_late_goes_too(dynamo: Stores, core_table: Table) -> None:
    scene = Scene(dynamo, core_table)
    waiting = scene.sweep(later=timedelta(0))
    assert waiting.wait_seconds is not None
    assert 800 < waiting.wait_seconds <= 900
    late = scene.make.image()
    dynamo.images.create(late, [])
    scene.pictures.put(original_key(scene.workspace_id, late.id), b"late", "image/png")
    assert scene.sweep().finished
    assert scene.rows() == []
    assert scene.pictures.objects == {}


def test_a_training_ends_before_its_workspace_goes(dynamo: Stores, core_table: Table) -> None:
    scene = Scene(dynamo, core_table)
    model = scene.make.model(scene.task)
    dynamo.tasks.begin_training(scene.task, model)
    waiting = scene.sweep()
    assert waiting.wait_seconds == TRAINING_PAUSE_SECONDS
    dynamo.models.mark_failed(scene.workspace_id, model.id, "dark", scene.make.now())
    assert scene.sweep().finished
    assert scene.rows() == []


@pytest.mark.parametrize("applied", [False, True])
def test_the_sweep_of_a_workspace_survives_crashes(
    dynamo: Stores, core_table: Table, applied: bool
) -> None:
    scene = Scene(dynamo, core_table)
    delete_with_crashes(core_table, scene.sweep_wholly, applied=applied)
    assert scene.rows() == []
    assert scene.pictures.objects == {}


def test_a_workspace_keeps_what_tells_of_another_workspaces_sweep(
    dynamo: Stores, core_table: Table
) -> None:
    scene = Scene(dynamo, core_table)
    kept = Sweep(scene.workspace_id, SweepKind.WORKSPACE, new_id(), scene.make.now())
    dynamo.sweeps.request(kept)
    scene.sweep(later=timedelta(0))
    assert dynamo.sweeps.find(scene.workspace_id, kept.subject_id) == kept
    assert dynamo_stores(core_table).sweeps.list(scene.workspace_id, PageRequest()).items == (kept,)


def test_a_partition_of_very_many_rows_goes_in_parts(dynamo: Stores, core_table: Table) -> None:
    scene = Scene(dynamo, core_table, rows_at_once=2)
    assert scene.sweep().finished
    assert scene.rows() == []
