from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from oriel.domain.activation import Activation, ActivationPolicy
from oriel.domain.errors import Conflict, NotFound
from oriel.domain.export import Export
from oriel.domain.ids import new_id
from oriel.domain.model import Model
from oriel.domain.page import PageRequest
from oriel.domain.task import NO_VERSION, Task, TaskType, TrainStatus

from tests.functional.core.conftest import Stores
from tests.functional.core.things import Maker

AT = Maker().now()
EXPORT = Export(sha256="ab" * 32, size_bytes=5_000_000, parity=1.5e-7)
FOREIGN: dict[str, Callable[[Stores, str, Model], object]] = {
    "get": lambda stores, ws, model: stores.models.get(ws, model.id),
    "start": lambda stores, ws, model: stores.models.mark_started(ws, model.id, "snapshot"),
    "evaluate": lambda stores, ws, model: stores.models.set_evaluated(
        replace(model, workspace_id=ws)
    ),
    "publish": lambda stores, ws, model: stores.models.publish(ws, model.id, AT),
    "export": lambda stores, ws, model: stores.models.set_exported(ws, model.id, EXPORT),
    "fail": lambda stores, ws, model: stores.models.mark_failed(ws, model.id, "why", AT),
}


@pytest.fixture
def task(stores: Stores, make: Maker) -> Task:
    task = make.task()
    stores.tasks.create(task)
    return task


@pytest.fixture
def model(stores: Stores, task: Task, make: Maker) -> Model:
    return begin(stores, task, make)


def begin(stores: Stores, task: Task, make: Maker) -> Model:
    """Begin a training and take it to where it can be published."""
    model = make.model(task)
    stores.tasks.begin_training(task, model)
    stores.models.mark_started(task.workspace_id, model.id, "snapshot")
    started = stores.models.get(task.workspace_id, model.id)
    stores.models.set_evaluated(make.evaluated(started))
    return stores.models.get(task.workspace_id, model.id)


class TestModelStore:
    @pytest.mark.parametrize("call", FOREIGN.values(), ids=FOREIGN.keys())
    def test_a_model_of_another_workspace_is_not_found(
        self, stores: Stores, model: Model, call: Callable[..., object]
    ) -> None:
        with pytest.raises(NotFound):
            call(stores, new_id(), model)
        with pytest.raises(NotFound):
            call(stores, model.workspace_id, replace(model, id=new_id()))
        assert stores.models.get(model.workspace_id, model.id) == model

    def test_a_started_training_shows_on_model_and_task(
        self, stores: Stores, task: Task, make: Maker
    ) -> None:
        model = make.model(task)
        stores.tasks.begin_training(task, model)
        for _ in range(2):
            stores.models.mark_started(task.workspace_id, model.id, "snapshot")
        assert stores.models.get(task.workspace_id, model.id) == replace(
            model, train_status=TrainStatus.IN_TRAINING, snapshot_key="snapshot"
        )
        shown = stores.tasks.get(task.workspace_id, task.id).last_train_status
        assert shown is TrainStatus.IN_TRAINING

    def test_an_evaluated_model_keeps_what_was_measured(
        self, stores: Stores, task: Task, make: Maker
    ) -> None:
        model = make.evaluated(begin(stores, task, make))
        stores.models.set_evaluated(model)
        assert stores.models.get(task.workspace_id, model.id) == model

    def test_a_model_that_answers_a_number_has_no_accuracy(
        self, stores: Stores, task: Task, make: Maker
    ) -> None:
        model = make.evaluated(begin(stores, task, make))
        assert model.artifact is not None
        artifact = replace(model.artifact, task_type=TaskType.REGRESSION)
        model = replace(model, artifact=artifact, accuracy=None, metrics={"r2": 0.75})
        stores.models.set_evaluated(model)
        assert stores.models.get(task.workspace_id, model.id) == model

    def test_publishing_sets_version_production_and_frees_the_lock(
        self, stores: Stores, task: Task, model: Model
    ) -> None:
        published = stores.models.publish(task.workspace_id, model.id, AT)
        reason = published.production_reason
        assert reason
        assert published == replace(
            model,
            version=1,
            train_status=TrainStatus.TRAINED,
            finished=AT,
            production_reason=reason,
        )
        assert stores.models.get(task.workspace_id, model.id) == published
        assert stores.models.find_version(task.workspace_id, task.id, 1) == published
        assert stores.tasks.get(task.workspace_id, task.id) == replace(
            task,
            production_version=1,
            production_since=AT,
            production_reason=reason,
            latest_version=1,
            last_train_status=TrainStatus.TRAINED,
        )

    @pytest.mark.parametrize("export", [EXPORT, Export(failure="It answers differently")])
    def test_a_published_model_says_what_became_of_its_export(
        self, stores: Stores, model: Model, export: Export
    ) -> None:
        published = stores.models.publish(model.workspace_id, model.id, AT)
        for _ in range(2):
            stores.models.set_exported(model.workspace_id, model.id, export)
        expected = replace(published, export=export)
        assert stores.models.get(model.workspace_id, model.id) == expected

    def test_a_model_that_is_not_published_has_no_export(
        self, stores: Stores, model: Model
    ) -> None:
        with pytest.raises(NotFound):
            stores.models.set_exported(model.workspace_id, model.id, EXPORT)
        assert stores.models.get(model.workspace_id, model.id).export is None

    def test_what_is_left_of_a_deleted_tasks_model_gets_no_export(
        self, stores: Stores, model: Model
    ) -> None:
        stores.models.publish(model.workspace_id, model.id, AT)
        stores.models.set_exported(model.workspace_id, model.id, EXPORT)
        stores.models.entomb(model.workspace_id, model.id)
        assert stores.models.get(model.workspace_id, model.id).export is None
        with pytest.raises(NotFound):
            stores.models.set_exported(model.workspace_id, model.id, EXPORT)

    def test_a_version_that_is_withheld_is_published_and_does_not_answer(
        self, stores: Stores, task: Task, model: Model, make: Maker
    ) -> None:
        stores.models.publish(task.workspace_id, model.id, AT)
        manual = Activation(ActivationPolicy.MANUAL)
        before = stores.tasks.update(task.workspace_id, task.id, activation=manual)
        second = begin(stores, task, make)
        published = stores.models.publish(task.workspace_id, second.id, make.now())
        assert stores.models.find_version(task.workspace_id, task.id, 2) == published
        assert published.production_reason
        assert stores.tasks.get(task.workspace_id, task.id) == replace(
            before, latest_version=2, production_reason=published.production_reason
        )

    def test_publishing_again_changes_nothing(
        self, stores: Stores, task: Task, model: Model, make: Maker
    ) -> None:
        first = stores.models.publish(task.workspace_id, model.id, AT)
        assert stores.models.publish(task.workspace_id, model.id, make.now()) == first
        assert stores.tasks.get(task.workspace_id, task.id).latest_version == 1

    def test_two_publishers_of_one_model_give_it_one_version(
        self, stores: Stores, task: Task, model: Model
    ) -> None:
        with ThreadPoolExecutor(4) as pool:
            published = list(
                pool.map(lambda _: stores.models.publish(task.workspace_id, model.id, AT), range(4))
            )
        assert {each.version for each in published} == {1}
        assert stores.tasks.get(task.workspace_id, task.id).latest_version == 1

    def test_versions_count_up_and_stay_reachable(
        self, stores: Stores, task: Task, make: Maker
    ) -> None:
        models = []
        for expected in (1, 2):
            model = begin(stores, task, make)
            models.append(stores.models.publish(task.workspace_id, model.id, AT))
            assert models[-1].version == expected
        for model in models:
            version = model.version or 0
            assert stores.models.find_version(task.workspace_id, task.id, version) == model
        assert stores.models.find_version(task.workspace_id, task.id, 3) is None
        assert stores.models.find_version(new_id(), task.id, 1) is None

    def test_a_model_that_does_not_hold_the_lock_cannot_be_published(
        self, stores: Stores, task: Task, model: Model, make: Maker
    ) -> None:
        stores.models.mark_failed(task.workspace_id, model.id, "given up", AT)
        second = begin(stores, task, make)
        with pytest.raises(Conflict):
            stores.models.publish(task.workspace_id, model.id, AT)
        with pytest.raises(Conflict):
            stores.models.mark_started(task.workspace_id, model.id, "late snapshot")
        with pytest.raises(Conflict):
            stores.models.set_evaluated(make.evaluated(model))
        assert stores.tasks.get(task.workspace_id, task.id).training_model_id == second.id

    def test_a_model_that_was_not_evaluated_cannot_be_published(
        self, stores: Stores, task: Task, make: Maker
    ) -> None:
        model = make.model(task)
        stores.tasks.begin_training(task, model)
        with pytest.raises(Conflict):
            stores.models.publish(task.workspace_id, model.id, AT)
        assert stores.tasks.get(task.workspace_id, task.id).production_version == NO_VERSION

    def test_a_failure_frees_the_lock_and_leaves_production(
        self, stores: Stores, task: Task, model: Model, make: Maker
    ) -> None:
        stores.models.publish(task.workspace_id, model.id, AT)
        second = begin(stores, task, make)
        for reason in ("out of memory", "a second reason"):
            stores.models.mark_failed(task.workspace_id, second.id, reason, AT)
        assert stores.models.get(task.workspace_id, second.id) == replace(
            second, train_status=TrainStatus.FAILED, failure="out of memory", finished=AT
        )
        after = stores.tasks.get(task.workspace_id, task.id)
        assert (after.production_version, after.training_model_id) == (1, None)
        assert after.last_train_status is TrainStatus.FAILED

    def test_a_published_model_cannot_fail(self, stores: Stores, task: Task, model: Model) -> None:
        published = stores.models.publish(task.workspace_id, model.id, AT)
        stores.models.mark_failed(task.workspace_id, model.id, "too late", AT)
        assert stores.models.get(task.workspace_id, model.id) == published
        with pytest.raises(Conflict):
            stores.models.set_evaluated(published)

    def test_pages_list_all_models_of_a_task_oldest_first(
        self, stores: Stores, task: Task, make: Maker
    ) -> None:
        ids = []
        for _ in range(3):
            model = begin(stores, task, make)
            stores.models.mark_failed(task.workspace_id, model.id, "again", AT)
            ids.append(model.id)
        first = stores.models.list(task.workspace_id, task.id, PageRequest(2))
        second = stores.models.list(task.workspace_id, task.id, PageRequest(2, first.next_cursor))
        assert [model.id for model in first.items + second.items] == ids
        assert (first.count, second.next_cursor) == (3, None)

    def test_versions_of_a_deleted_task_are_gone_and_its_models_stay(
        self, stores: Stores, task: Task, model: Model
    ) -> None:
        published = stores.models.publish(task.workspace_id, model.id, AT)
        stores.tasks.delete(task.workspace_id, task.id)
        assert stores.models.find_version(task.workspace_id, task.id, 1) is None
        assert stores.models.get(task.workspace_id, model.id) == published
