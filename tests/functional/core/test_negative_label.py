from dataclasses import replace

import pytest
from oriel.domain.errors import Conflict, NotFound
from oriel.domain.label import Label
from oriel.domain.page import PageRequest
from oriel.domain.task import Task

from tests.functional.core.conftest import Stores
from tests.functional.core.sweeping import delete_label
from tests.functional.core.things import Maker

Tagging = tuple[Task, Label]


@pytest.fixture
def tagging(stores: Stores, make: Maker) -> Tagging:
    task, negative = make.tagging()
    stores.tasks.create(task, negative)
    return task, negative


class TestNegativeLabel:
    def test_comes_with_its_task(self, stores: Stores, make: Maker, tagging: Tagging) -> None:
        task, negative = tagging
        assert stores.tasks.get(make.workspace_id, task.id) == task
        assert stores.labels.get(make.workspace_id, negative.id) == negative
        assert stores.tasks.labels(make.workspace_id, task.id) == [negative]
        assert stores.labels.list(make.workspace_id, PageRequest()).items == (negative,)
        assert stores.labels.list(make.workspace_id, PageRequest()).count == 1

    def test_does_not_come_where_its_task_cannot(
        self, stores: Stores, make: Maker, tagging: Tagging
    ) -> None:
        task, negative = make.tagging()
        with pytest.raises(Conflict):
            stores.tasks.create(replace(task, id=tagging[0].id), negative)
        with pytest.raises(NotFound):
            stores.labels.get(make.workspace_id, negative.id)
        assert stores.labels.list(make.workspace_id, PageRequest()).count == 1

    def test_cannot_be_deleted_by_itself(
        self, stores: Stores, make: Maker, tagging: Tagging
    ) -> None:
        _, negative = tagging
        with pytest.raises(Conflict, match="goes with its task"):
            delete_label(stores, make.workspace_id, negative.id)
        assert stores.labels.get(make.workspace_id, negative.id) == negative

    def test_is_hidden_with_its_task_and_can_then_be_deleted(
        self, stores: Stores, make: Maker, tagging: Tagging
    ) -> None:
        task, negative = tagging
        image = make.image()
        stores.images.create(image, [negative.id])
        for _ in range(2):
            hidden = stores.tasks.hide(make.workspace_id, task.id)
            assert hidden.negative_label_id == negative.id
        with pytest.raises(NotFound):
            stores.tasks.get(make.workspace_id, task.id)
        with pytest.raises(NotFound):
            stores.labels.get(make.workspace_id, negative.id)
        assert stores.tasks.list(make.workspace_id, PageRequest()).count == 0
        assert stores.labels.list(make.workspace_id, PageRequest()).count == 0
        assert stores.images.labels(make.workspace_id, image.id) == []
        delete_label(stores, make.workspace_id, negative.id)
        stores.tasks.delete(make.workspace_id, task.id)
        for gone in (stores.tasks.hide, stores.tasks.delete):
            with pytest.raises(NotFound):
                gone(make.workspace_id, task.id)
        assert stores.images.get(make.workspace_id, image.id) == image
