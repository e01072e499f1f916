"""Sweeping a task: its objects and what its models are made of go, what bills name stays."""

from collections.abc import Callable

import pytest
from oriel.domain.errors import NotFound
from oriel.domain.evaluation import evaluation_key
from oriel.domain.model import Model, artifact_key, job_prefixes
from oriel.domain.page import PageRequest
from oriel.domain.snapshot import snapshot_key
from oriel.domain.sweep import SweepKind, Swept
from oriel.domain.task import Task
from oriel.services.sweep_tasks import TaskBroom

from tests.fakes.blobs import MemoryBlobs
from tests.functional.core.conftest import Stores, Table
from tests.functional.core.scenes import delete_with_crashes, items_below
from tests.functional.core.sweeping import sweep_all, sweep_of
from tests.functional.core.things import Maker


class Scene:
    """Two tasks with a label in common, each with two trained models and their objects."""

    def __init__(self, stores: Stores, make: Maker) -> None:
        self.stores, self.make = stores, make
        self.artifacts, self.datasets = MemoryBlobs(), MemoryBlobs()
        self.label, self.image = make.label(), make.image()
        stores.labels.create(self.label)
        stores.images.create(self.image, [self.label.id])
        self.gone, self.kept = self.task(), self.task()

    def task(self) -> Task:
        task = self.make.task()
        self.stores.tasks.create(task)
        self.stores.tasks.attach_label(task.workspace_id, task.id, self.label.id)
        for _ in range(2):
            self.train(task)
        return task

    def train(self, task: Task) -> None:
        model, models, where = self.make.model(task), self.stores.models, task.workspace_id
        self.stores.tasks.begin_training(task, model)
        models.mark_started(where, model.id, snapshot_key(where, task.id, b"{}"))
        models.set_evaluated(self.make.evaluated(model))
        models.publish(where, model.id, self.make.now())
        keys = (
            artifact_key(where, task.id, "0" * 64, "npy"),
            evaluation_key(where, task.id, model.id),
            f"{job_prefixes(model.id)[0]}0/output/model.tar.gz",
            f"{job_prefixes(model.id)[1]}epoch-1",
        )
        for key in keys:
            self.artifacts.put(key, b"", "application/octet-stream")
        self.datasets.put(snapshot_key(where, task.id, b"{}"), b"{}", "application/json")

    def models(self, task: Task) -> list[Model]:
        listed = self.stores.models.list(task.workspace_id, task.id, PageRequest())
        return list(listed.items)

    def sweep(self, stores: Stores, slices: Callable[[Swept], None] = lambda _: None) -> None:
        stores.tasks.hide(self.make.workspace_id, self.gone.id)
        broom = TaskBroom(stores.tasks, stores.labels, stores.models, self.artifacts, self.datasets)
        sweep = sweep_of(self.make.workspace_id, SweepKind.TASK, self.gone.id)
        sweep_all(broom, sweep, slices)

    def check(self) -> None:
        where = self.make.workspace_id
        with pytest.raises(NotFound):
            self.stores.tasks.hide(where, self.gone.id)
        assert self.stores.tasks.list(where, PageRequest()).count == 1
        label = self.stores.labels.get(where, self.label.id)
        assert (label.tasks_count, label.images_count) == (1, 1)
        assert len(self.models(self.kept)) == 2
        left = [*self.artifacts.objects, *self.datasets.objects]
        names = {self.kept.id, *(model.id for model in self.models(self.kept))}
        assert len(left) == 8
        assert all(any(name in key for name in names) for key in left)


def test_everything_of_a_task_goes_but_what_bills_name(stores: Stores, make: Maker) -> None:
    scene, slices = Scene(stores, make), list[Swept]()
    models = scene.models(scene.gone)
    scene.sweep(stores, slices.append)
    scene.check()
    removed = [name for swept in slices for name, count in swept.removed.items() if count]
    assert set(removed) == {"objects", "models", "tasks"}
    for model in models:
        left = stores.models.get(make.workspace_id, model.id)
        named = (left.task_id, left.task_name, left.version, left.created, left.finished)
        assert named == (
            *(model.task_id, model.task_name, model.version, model.created, model.finished),
        )
        assert (left.artifact, left.accuracy, left.snapshot_key, dict(left.metrics)) == (
            *(None, None, None, {}),
        )


def test_entombing_again_changes_nothing(stores: Stores, make: Maker) -> None:
    scene = Scene(stores, make)
    [first, second] = scene.models(scene.gone)
    for _ in range(2):
        stores.models.entomb(make.workspace_id, first.id)
    listed = stores.models.list(make.workspace_id, scene.gone.id, PageRequest())
    assert (listed.items, listed.count) == ((second,), 1)


@pytest.mark.parametrize("applied", [False, True])
def test_the_sweep_of_a_task_survives_crashes(
    dynamo: Stores, core_table: Table, make: Maker, applied: bool
) -> None:
    scene = Scene(dynamo, make)
    delete_with_crashes(core_table, scene.sweep, applied=applied)
    scene.check()
    assert items_below(core_table, f"WS#{make.workspace_id}#TASK#{scene.gone.id}") == []
