from collections.abc import Callable
from dataclasses import replace

import pytest
from oriel.domain.errors import Conflict, NotFound, NotTrained
from oriel.domain.ids import new_id
from oriel.domain.model import Model
from oriel.domain.page import PageRequest
from oriel.domain.task import Task

from tests.functional.core.conftest import Stores
from tests.functional.core.things import Maker

AT = Maker().now()
USER = new_id()
FOREIGN: dict[str, Callable[[Stores, str, Model], object]] = {
    "activate": lambda stores, ws, model: stores.versions.activate(ws, model.task_id, 1, USER, AT),
    "hide": lambda stores, ws, model: stores.versions.hide(ws, model.id),
}


@pytest.fixture
def task(stores: Stores, make: Maker) -> Task:
    task = make.task()
    stores.tasks.create(task)
    return task


@pytest.fixture
def models(stores: Stores, task: Task, make: Maker) -> list[Model]:
    """Versions 1 and 2."""
    return [published(stores, task, make) for _ in range(2)]


def published(stores: Stores, task: Task, make: Maker, content: str = "") -> Model:
    """Publish the task's next version; its artifact is named by its content."""
    model = make.model(task)
    stores.tasks.begin_training(task, model)
    evaluated = make.evaluated(model)
    assert evaluated.artifact is not None
    artifact = replace(evaluated.artifact, key=f"models/{content or model.id}.npy")
    stores.models.set_evaluated(replace(evaluated, artifact=artifact))
    return stores.models.publish(task.workspace_id, model.id, AT)


class TestActivation:
    def test_sets_the_production_version_and_who_did_it_and_when(
        self, stores: Stores, task: Task, models: list[Model], make: Maker
    ) -> None:
        before, at = stores.tasks.get(task.workspace_id, task.id), make.now()
        stores.versions.activate(task.workspace_id, task.id, 1, USER, at)
        assert stores.tasks.get(task.workspace_id, task.id) == replace(
            before,
            production_version=1,
            production_since=at,
            production_set_by=USER,
            production_reason="Version 1 was activated by a user",
        )
        assert before.production_version == models[1].version

    def test_is_overtaken_by_the_next_version(
        self, stores: Stores, task: Task, models: list[Model], make: Maker
    ) -> None:
        stores.versions.activate(task.workspace_id, task.id, models[0].version or 0, USER, AT)
        published(stores, task, make)
        now = stores.tasks.get(task.workspace_id, task.id)
        assert (now.production_version, now.production_set_by) == (3, None)

    @pytest.mark.parametrize("version", [3, 99_999_999])
    def test_of_a_version_that_does_not_exist_changes_nothing(
        self, stores: Stores, task: Task, models: list[Model], version: int
    ) -> None:
        with pytest.raises(NotTrained):
            stores.versions.activate(task.workspace_id, task.id, version, USER, AT)
        now = stores.tasks.get(task.workspace_id, task.id)
        assert now.production_version == len(models)

    def test_of_a_deleted_task_is_not_found(
        self, stores: Stores, task: Task, models: list[Model]
    ) -> None:
        stores.tasks.hide(task.workspace_id, task.id)
        with pytest.raises(NotFound):
            stores.versions.activate(task.workspace_id, task.id, len(models), USER, AT)


class TestDeletion:
    @pytest.mark.parametrize("call", FOREIGN.values(), ids=FOREIGN.keys())
    def test_another_workspace_finds_nothing(
        self, stores: Stores, task: Task, models: list[Model], call: Callable[..., object]
    ) -> None:
        with pytest.raises(NotFound):
            call(stores, new_id(), models[0])
        assert stores.models.get(task.workspace_id, models[0].id) == models[0]
        assert stores.tasks.get(task.workspace_id, task.id).production_version == 2

    def test_takes_a_version_from_every_reader(
        self, stores: Stores, task: Task, models: list[Model]
    ) -> None:
        old, production = models
        for _ in range(2):
            assert stores.versions.hide(task.workspace_id, old.id) == old
        with pytest.raises(NotFound):
            stores.models.get(task.workspace_id, old.id)
        assert stores.models.find_version(task.workspace_id, task.id, 1) is None
        listed = stores.models.list(task.workspace_id, task.id, PageRequest())
        assert (listed.items, listed.count) == ((production,), 1)
        with pytest.raises(NotTrained):
            stores.versions.activate(task.workspace_id, task.id, 1, USER, AT)
        for _ in range(2):
            stores.versions.remove(task.workspace_id, old.id)
        with pytest.raises(NotFound):
            stores.versions.hide(task.workspace_id, old.id)

    def test_never_gives_its_number_to_another(
        self, stores: Stores, task: Task, models: list[Model], make: Maker
    ) -> None:
        stores.versions.activate(task.workspace_id, task.id, 1, USER, AT)
        stores.versions.hide(task.workspace_id, models[1].id)
        assert published(stores, task, make).version == 3

    def test_names_the_artifacts_of_the_versions_that_are_left(
        self, stores: Stores, task: Task, models: list[Model]
    ) -> None:
        keys = [model.artifact.key for model in models if model.artifact is not None]
        found = stores.versions.artifact_keys(task.workspace_id, task.id)
        assert found == {1: keys[0], 2: keys[1]}
        stores.versions.hide(task.workspace_id, models[0].id)
        assert stores.versions.artifact_keys(task.workspace_id, task.id) == {2: keys[1]}
        assert stores.versions.artifact_keys(new_id(), task.id) == {}

    def test_of_the_production_version_is_refused(
        self, stores: Stores, task: Task, models: list[Model]
    ) -> None:
        with pytest.raises(Conflict, match="activate another version first"):
            stores.versions.hide(task.workspace_id, models[1].id)
        stores.versions.activate(task.workspace_id, task.id, 1, USER, AT)
        with pytest.raises(Conflict):
            stores.versions.hide(task.workspace_id, models[0].id)
        stores.versions.hide(task.workspace_id, models[1].id)
        assert stores.tasks.get(task.workspace_id, task.id).production_version == 1

    def test_of_a_model_in_training_is_refused_until_it_has_failed(
        self, stores: Stores, task: Task, make: Maker
    ) -> None:
        model = make.model(task)
        stores.tasks.begin_training(task, model)
        with pytest.raises(Conflict, match="in training"):
            stores.versions.hide(task.workspace_id, model.id)
        stores.models.mark_failed(task.workspace_id, model.id, "gave up", AT)
        stores.versions.hide(task.workspace_id, model.id)
        assert stores.models.list(task.workspace_id, task.id, PageRequest()).count == 0

    def test_of_a_deleted_tasks_model_is_refused_as_bills_name_it(
        self, stores: Stores, task: Task, models: list[Model]
    ) -> None:
        stores.tasks.hide(task.workspace_id, task.id)
        with pytest.raises(Conflict, match="deleted"):
            stores.versions.hide(task.workspace_id, models[0].id)
        assert stores.models.get(task.workspace_id, models[0].id) == models[0]

    def test_removes_nothing_that_is_not_hidden(
        self, stores: Stores, task: Task, models: list[Model]
    ) -> None:
        with pytest.raises(Conflict):
            stores.versions.remove(task.workspace_id, models[0].id)
        stores.versions.remove(new_id(), models[0].id)
        assert stores.models.get(task.workspace_id, models[0].id) == models[0]
