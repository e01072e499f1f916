from dataclasses import replace

import pytest
from oriel.domain.errors import NotFound
from oriel.domain.ids import new_id
from oriel.domain.label import CarriedLabel, LabelType
from oriel.domain.page import PageRequest

from tests.functional.core.conftest import Stores
from tests.functional.core.things import Maker


class TestLabelStore:
    def test_a_label_comes_back_as_it_was_stored(self, stores: Stores, make: Maker) -> None:
        plain = make.label()
        full = make.label("nut", description="M8", output_name="Nut", type=LabelType.TAG)
        none = make.label("no tag", type=LabelType.TAG, negative_for_task=new_id())
        for label in (plain, full, none):
            stores.labels.create(label)
            assert stores.labels.get(make.workspace_id, label.id) == label

    @pytest.mark.parametrize("label_id", [new_id(), "", "b" * 5000])
    def test_an_unknown_label_is_not_found(
        self, stores: Stores, make: Maker, label_id: str
    ) -> None:
        with pytest.raises(NotFound):
            stores.labels.get(make.workspace_id, label_id)
        with pytest.raises(NotFound):
            stores.labels.delete(make.workspace_id, label_id)

    def test_a_label_of_another_workspace_is_not_found(self, stores: Stores, make: Maker) -> None:
        label = make.label()
        stores.labels.create(label)
        with pytest.raises(NotFound):
            stores.labels.get(new_id(), label.id)
        with pytest.raises(NotFound):
            stores.labels.delete(new_id(), label.id)
        assert stores.labels.get(make.workspace_id, label.id) == label

    def test_pages_list_all_labels_oldest_first_and_once(self, stores: Stores, make: Maker) -> None:
        labels = tuple(make.label("same name") for _ in range(3))
        for label in labels:
            stores.labels.create(label)
        first = stores.labels.list(make.workspace_id, PageRequest(2))
        second = stores.labels.list(make.workspace_id, PageRequest(2, first.next_cursor))
        assert first.items + second.items == labels
        assert (first.count, second.next_cursor) == (3, None)

    def test_deleting_detaches_from_every_task_and_image(self, stores: Stores, make: Maker) -> None:
        label, other = make.label(), make.label()
        stores.labels.create(label)
        stores.labels.create(other)
        tasks = [make.task() for _ in range(3)]
        for task in tasks:
            stores.tasks.create(task)
            stores.tasks.attach_label(make.workspace_id, task.id, label.id)
        images = [make.image() for _ in range(110)]
        for image in images:
            stores.images.create(image, [label.id, other.id])
        stores.labels.delete(make.workspace_id, label.id)
        with pytest.raises(NotFound):
            stores.labels.get(make.workspace_id, label.id)
        with pytest.raises(NotFound):
            stores.labels.delete(make.workspace_id, label.id)
        assert stores.labels.list(make.workspace_id, PageRequest()).count == 1
        assert all(not stores.tasks.labels(make.workspace_id, task.id) for task in tasks)
        assert stores.tasks.get(make.workspace_id, tasks[0].id).labels_count == 0
        left = CarriedLabel(replace(other, images_count=110))
        assert all(stores.images.labels(make.workspace_id, each.id) == [left] for each in images)
        assert stores.images.list(make.workspace_id, PageRequest()).count == 110
