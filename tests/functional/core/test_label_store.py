from dataclasses import replace

import pytest
from oriel.domain.errors import NotFound
from oriel.domain.ids import new_id
from oriel.domain.label import CarriedLabel, LabelType
from oriel.domain.page import PageRequest

from tests.functional.core.conftest import Stores
from tests.functional.core.sweeping import delete_label
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
            stores.labels.hide(make.workspace_id, label_id)

    def test_a_label_of_another_workspace_is_not_found(self, stores: Stores, make: Maker) -> None:
        label = make.label()
        stores.labels.create(label)
        with pytest.raises(NotFound):
            stores.labels.get(new_id(), label.id)
        with pytest.raises(NotFound):
            stores.labels.hide(new_id(), label.id)
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
        delete_label(stores, make.workspace_id, label.id)
        with pytest.raises(NotFound):
            stores.labels.get(make.workspace_id, label.id)
        with pytest.raises(NotFound):
            stores.labels.hide(make.workspace_id, label.id)
        assert stores.labels.list(make.workspace_id, PageRequest()).count == 1
        assert all(not stores.tasks.labels(make.workspace_id, task.id) for task in tasks)
        assert stores.tasks.get(make.workspace_id, tasks[0].id).labels_count == 0
        left = CarriedLabel(replace(other, images_count=110))
        assert all(stores.images.labels(make.workspace_id, each.id) == [left] for each in images)
        assert stores.images.list(make.workspace_id, PageRequest()).count == 110

    def test_what_is_hidden_is_gone_for_every_reader(self, stores: Stores, make: Maker) -> None:
        label, other, task, image = make.label(), make.label(), make.task(), make.image()
        for one in (label, other):
            stores.labels.create(one)
        stores.tasks.create(task)
        for one in (label, other):
            stores.tasks.attach_label(make.workspace_id, task.id, one.id)
        stores.images.create(image, [label.id, other.id])
        hidden = stores.labels.hide(make.workspace_id, label.id)
        assert (hidden.fresh, hidden.images_count, hidden.tasks_count) == (True, 1, 1)
        assert not stores.labels.hide(make.workspace_id, label.id).fresh
        seen = replace(other, images_count=1, tasks_count=1)
        assert stores.labels.list(make.workspace_id, PageRequest()).items == (seen,)
        assert stores.labels.list(make.workspace_id, PageRequest()).count == 1
        assert list(stores.tasks.labels(make.workspace_id, task.id)) == [seen]
        (carried,) = stores.images.labels(make.workspace_id, image.id)
        assert carried.label.id == other.id
        for refused in (
            lambda: stores.labels.get(make.workspace_id, label.id),
            lambda: stores.images.list(make.workspace_id, PageRequest(), label.id),
            lambda: stores.images.create(make.image(), [label.id]),
            lambda: stores.images.add_label(make.workspace_id, image.id, label.id, make.now()),
            lambda: stores.images.remove_label(make.workspace_id, image.id, label.id, make.now()),
            lambda: stores.tasks.attach_label(make.workspace_id, task.id, label.id),
        ):
            with pytest.raises(NotFound):
                refused()

    def test_a_label_that_is_not_hidden_is_not_removed(self, stores: Stores, make: Maker) -> None:
        label = make.label()
        stores.labels.create(label)
        assert not stores.labels.remove(make.workspace_id, label.id)
        assert stores.labels.get(make.workspace_id, label.id) == label

    def test_detaching_goes_as_far_as_it_is_asked_to(self, stores: Stores, make: Maker) -> None:
        label, images = make.label(), [make.image() for _ in range(5)]
        stores.labels.create(label)
        for image in images:
            stores.images.create(image, [label.id])
        stores.labels.hide(make.workspace_id, label.id)
        assert len(stores.labels.carriers_of_hidden(make.workspace_id, label.id, 4)) == 4
        assert stores.labels.detach(make.workspace_id, label.id, 2) == 2
        assert not stores.labels.remove(make.workspace_id, label.id)
        assert len(stores.labels.carriers_of_hidden(make.workspace_id, label.id, 9)) == 3
        assert stores.labels.detach(make.workspace_id, label.id, 9) == 3
        assert stores.labels.remove(make.workspace_id, label.id)
        assert stores.labels.remove(make.workspace_id, label.id)
