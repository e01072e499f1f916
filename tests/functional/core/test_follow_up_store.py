import pytest
from oriel.domain.errors import NotFound
from oriel.domain.ids import new_id
from oriel.domain.label import Label
from oriel.domain.task import Task

from tests.functional.core.conftest import Stores
from tests.functional.core.sweeping import delete_label
from tests.functional.core.things import Maker


@pytest.fixture
def label(stores: Stores, make: Maker) -> Label:
    label = make.label()
    stores.labels.create(label)
    return label


@pytest.fixture
def tasks(stores: Stores, make: Maker) -> list[Task]:
    tasks = [make.task() for _ in range(3)]
    for task in tasks:
        stores.tasks.create(task)
    return tasks


class TestFollowUpStore:
    def test_follow_up_tasks_are_named_oldest_first_and_once(
        self, stores: Stores, label: Label, tasks: list[Task]
    ) -> None:
        for task in (*reversed(tasks), tasks[0]):
            stores.follow_ups.add(label.workspace_id, label.id, task.id)
        found = stores.follow_ups.of(label.workspace_id, label.id)
        assert found == [task.id for task in tasks]

    def test_taking_one_off_again_changes_nothing(
        self, stores: Stores, label: Label, tasks: list[Task]
    ) -> None:
        for task in tasks:
            stores.follow_ups.add(label.workspace_id, label.id, task.id)
        for _ in range(2):
            stores.follow_ups.remove(label.workspace_id, label.id, tasks[1].id)
        found = stores.follow_ups.of(label.workspace_id, label.id)
        assert found == [tasks[0].id, tasks[2].id]

    @pytest.mark.parametrize("change", ["add", "remove"])
    def test_what_is_unknown_or_of_another_workspace_is_not_found(
        self, stores: Stores, label: Label, tasks: list[Task], change: str
    ) -> None:
        stranger = Maker()
        theirs, label_of_theirs = stranger.task(), stranger.label()
        stores.tasks.create(theirs)
        stores.labels.create(label_of_theirs)
        call = getattr(stores.follow_ups, change)
        for label_id, task_id in (
            (label.id, theirs.id),
            (label_of_theirs.id, tasks[0].id),
            (label.id, new_id()),
            (new_id(), tasks[0].id),
            ("no id", tasks[0].id),
            (label.id, "no id"),
        ):
            with pytest.raises(NotFound):
                call(label.workspace_id, label_id, task_id)
        assert stores.follow_ups.of(label.workspace_id, label.id) == []

    def test_a_deleted_task_follows_nothing_any_more(
        self, stores: Stores, label: Label, tasks: list[Task]
    ) -> None:
        for task in tasks:
            stores.follow_ups.add(label.workspace_id, label.id, task.id)
        stores.tasks.hide(label.workspace_id, tasks[0].id)
        stores.tasks.delete(label.workspace_id, tasks[1].id)
        assert stores.follow_ups.of(label.workspace_id, label.id) == [tasks[2].id]
        with pytest.raises(NotFound):
            stores.follow_ups.add(label.workspace_id, label.id, tasks[0].id)

    def test_a_deleted_label_is_followed_by_nothing_and_the_tasks_stay(
        self, stores: Stores, label: Label, tasks: list[Task]
    ) -> None:
        for task in tasks:
            stores.follow_ups.add(label.workspace_id, label.id, task.id)
        delete_label(stores, label.workspace_id, label.id)
        assert stores.follow_ups.of(label.workspace_id, label.id) == []
        for task in tasks:
            assert stores.tasks.get(label.workspace_id, task.id) == task
            stores.tasks.delete(label.workspace_id, task.id)
