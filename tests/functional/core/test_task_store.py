from collections.abc import Callable
from dataclasses import replace

import pytest
from oriel.domain.abstention import Abstention, AbstentionMode, Costs
from oriel.domain.augmentation import Augmentation, TrainingSetting
from oriel.domain.errors import AlreadyTraining, InvalidInput, NotFound
from oriel.domain.ids import new_id
from oriel.domain.label import Label
from oriel.domain.page import PageRequest
from oriel.domain.task import Task, TrainStatus
from oriel.ports import TaskStore

from tests.functional.core.conftest import Stores
from tests.functional.core.things import Maker

MISSING: dict[str, Callable[[TaskStore, str, str, str], object]] = {
    "get": lambda tasks, ws, task, _: tasks.get(ws, task),
    "update": lambda tasks, ws, task, _: tasks.update(ws, task, name="other"),
    "update nothing": lambda tasks, ws, task, _: tasks.update(ws, task),
    "delete": lambda tasks, ws, task, _: tasks.delete(ws, task),
    "attach": lambda tasks, ws, task, label: tasks.attach_label(ws, task, label),
    "detach": lambda tasks, ws, task, label: tasks.detach_label(ws, task, label),
}


@pytest.fixture
def task(stores: Stores, make: Maker) -> Task:
    task = make.task(description="what kind of fastener?")
    stores.tasks.create(task)
    return task


@pytest.fixture
def label(stores: Stores, make: Maker) -> Label:
    label = make.label(output_name="Bolt", description="with a thread")
    stores.labels.create(label)
    return label


class TestTaskStore:
    def test_a_task_comes_back_as_it_was_stored(self, stores: Stores, task: Task) -> None:
        assert stores.tasks.get(task.workspace_id, task.id) == task

    @pytest.mark.parametrize(
        "setting",
        [
            Abstention(AbstentionMode.THRESHOLD, threshold=0.75),
            Abstention(AbstentionMode.COSTS, costs=Costs(0.5, 2.0, {"a": {"b": 9.0}})),
        ],
    )
    def test_what_a_task_says_of_abstention_is_kept(
        self, stores: Stores, task: Task, setting: Abstention
    ) -> None:
        changed = stores.tasks.update(task.workspace_id, task.id, abstention=setting)
        assert changed == replace(task, abstention=setting)
        assert stores.tasks.get(task.workspace_id, task.id) == changed

    @pytest.mark.parametrize("call", MISSING.values(), ids=MISSING.keys())
    @pytest.mark.parametrize("task_id", [new_id(), "", "x#META", "a" * 5000])
    def test_an_unknown_task_is_not_found(
        self, stores: Stores, label: Label, call: Callable[..., object], task_id: str
    ) -> None:
        with pytest.raises(NotFound):
            call(stores.tasks, label.workspace_id, task_id, label.id)

    @pytest.mark.parametrize("call", MISSING.values(), ids=MISSING.keys())
    def test_a_task_of_another_workspace_is_not_found(
        self, stores: Stores, task: Task, call: Callable[..., object]
    ) -> None:
        stranger = Maker()
        label = stranger.label()
        stores.labels.create(label)
        with pytest.raises(NotFound):
            call(stores.tasks, stranger.workspace_id, task.id, label.id)
        assert stores.tasks.get(task.workspace_id, task.id) == task

    def test_a_label_of_another_workspace_cannot_be_attached(
        self, stores: Stores, task: Task
    ) -> None:
        label = Maker().label()
        stores.labels.create(label)
        with pytest.raises(NotFound):
            stores.tasks.attach_label(task.workspace_id, task.id, label.id)
        assert stores.tasks.get(task.workspace_id, task.id).labels_count == 0
        assert stores.tasks.labels(task.workspace_id, task.id) == []

    def test_what_a_task_says_of_trainings_is_kept(self, stores: Stores, task: Task) -> None:
        setting = TrainingSetting(Augmentation(color=False, rotation=True))
        changed = stores.tasks.update(task.workspace_id, task.id, training=setting)
        assert changed == replace(task, training=setting)
        assert stores.tasks.get(task.workspace_id, task.id) == changed

    def test_keeping_pictures_is_off_until_it_is_switched_on(
        self, stores: Stores, task: Task
    ) -> None:
        assert not stores.tasks.get(task.workspace_id, task.id).store_images
        switched = stores.tasks.update(task.workspace_id, task.id, store_images=True)
        assert switched == replace(task, store_images=True)
        assert stores.tasks.update(task.workspace_id, task.id, name="Screws").store_images
        off = stores.tasks.update(task.workspace_id, task.id, store_images=False)
        assert off == replace(task, name="Screws")

    def test_name_and_description_change_apart(self, stores: Stores, task: Task) -> None:
        renamed = stores.tasks.update(task.workspace_id, task.id, name="Screws")
        assert renamed == replace(task, name="Screws")
        emptied = stores.tasks.update(task.workspace_id, task.id, description="")
        assert emptied == replace(task, name="Screws", description="")
        assert stores.tasks.get(task.workspace_id, task.id) == emptied

    def test_pages_list_all_tasks_oldest_first_and_once(self, stores: Stores, make: Maker) -> None:
        tasks = tuple(make.task(str(number)) for number in range(5))
        for task in reversed(tasks):
            stores.tasks.create(task)
        stores.tasks.create(Maker().task("a stranger's"))
        first = stores.tasks.list(make.workspace_id, PageRequest(2))
        second = stores.tasks.list(make.workspace_id, PageRequest(2, first.next_cursor))
        third = stores.tasks.list(make.workspace_id, PageRequest(2, second.next_cursor))
        assert first.items + second.items + third.items == tasks
        assert (first.count, second.count, third.count) == (5, 5, 5)
        assert third.next_cursor is None

    def test_a_page_that_ends_with_the_last_task_is_the_last(
        self, stores: Stores, make: Maker
    ) -> None:
        for _ in range(2):
            stores.tasks.create(make.task())
        assert stores.tasks.list(make.workspace_id, PageRequest(2)).next_cursor is None

    def test_a_fresh_workspace_lists_nothing(self, stores: Stores, make: Maker) -> None:
        page = stores.tasks.list(make.workspace_id, PageRequest())
        assert (page.items, page.count, page.next_cursor) == ((), 0, None)

    @pytest.mark.parametrize("cursor", ["", "2", "nonsense", "ä", "e30", "A" * 3000])
    def test_what_is_no_cursor_is_invalid(self, stores: Stores, task: Task, cursor: str) -> None:
        with pytest.raises(InvalidInput):
            stores.tasks.list(task.workspace_id, PageRequest(2, cursor))

    def test_labels_are_listed_in_the_order_they_were_created(
        self, stores: Stores, task: Task, make: Maker
    ) -> None:
        labels = [make.label(name) for name in ("bolt", "nut", "bolt")]
        for label in labels:
            stores.labels.create(label)
        for label in reversed(labels):
            stores.tasks.attach_label(task.workspace_id, task.id, label.id)
        expected = [replace(label, tasks_count=1) for label in labels]
        assert stores.tasks.labels(task.workspace_id, task.id) == expected
        assert stores.tasks.get(task.workspace_id, task.id).labels_count == 3

    def test_attaching_and_detaching_again_changes_nothing(
        self, stores: Stores, task: Task, label: Label
    ) -> None:
        for _ in range(2):
            stores.tasks.attach_label(task.workspace_id, task.id, label.id)
        assert stores.tasks.get(task.workspace_id, task.id).labels_count == 1
        assert stores.labels.get(task.workspace_id, label.id).tasks_count == 1
        for _ in range(2):
            stores.tasks.detach_label(task.workspace_id, task.id, label.id)
        assert stores.tasks.get(task.workspace_id, task.id).labels_count == 0
        assert stores.labels.get(task.workspace_id, label.id).tasks_count == 0

    def test_a_deleted_task_leaves_its_labels_and_is_gone(
        self, stores: Stores, task: Task, label: Label
    ) -> None:
        stores.tasks.attach_label(task.workspace_id, task.id, label.id)
        stores.tasks.delete(task.workspace_id, task.id)
        with pytest.raises(NotFound):
            stores.tasks.get(task.workspace_id, task.id)
        with pytest.raises(NotFound):
            stores.tasks.delete(task.workspace_id, task.id)
        assert stores.labels.get(task.workspace_id, label.id) == label
        assert stores.tasks.list(task.workspace_id, PageRequest()).count == 0


class TestTrainingLock:
    def test_beginning_adds_the_model_and_takes_the_lock(
        self, stores: Stores, task: Task, make: Maker
    ) -> None:
        model = make.model(task)
        stores.tasks.begin_training(task, model)
        assert stores.models.get(task.workspace_id, model.id) == model
        locked = stores.tasks.get(task.workspace_id, task.id)
        assert locked.training_model_id == model.id
        assert locked.last_train_status is TrainStatus.CREATED

    def test_a_second_training_is_refused_and_leaves_no_model(
        self, stores: Stores, task: Task, make: Maker
    ) -> None:
        first, second = make.model(task), make.model(task)
        stores.tasks.begin_training(task, first)
        with pytest.raises(AlreadyTraining):
            stores.tasks.begin_training(task, second)
        with pytest.raises(NotFound):
            stores.models.get(task.workspace_id, second.id)
        assert stores.tasks.get(task.workspace_id, task.id).training_model_id == first.id

    def test_an_unknown_task_cannot_be_trained(self, stores: Stores, make: Maker) -> None:
        task = make.task()
        with pytest.raises(NotFound):
            stores.tasks.begin_training(task, make.model(task))

    def test_a_task_in_training_cannot_be_deleted(
        self, stores: Stores, task: Task, make: Maker
    ) -> None:
        stores.tasks.begin_training(task, make.model(task))
        with pytest.raises(AlreadyTraining):
            stores.tasks.delete(task.workspace_id, task.id)
        assert stores.tasks.list(task.workspace_id, PageRequest()).count == 1
