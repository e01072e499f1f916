"""Values, proposals and flags of images: the same in memory and on DynamoDB."""

from dataclasses import replace
from typing import Any

import pytest
from oriel.domain.errors import Conflict, NotFound
from oriel.domain.facets import FacetFilter
from oriel.domain.ids import new_id
from oriel.domain.image import MAX_LABELS_OF_IMAGE, MAX_LABELS_OF_UPLOAD, Image, LabelledImage
from oriel.domain.image_change import ImageChange
from oriel.domain.label import CarriedLabel, Label, LabelType
from oriel.domain.page import PageRequest

from tests.functional.core.conftest import Stores
from tests.functional.core.sweeping import delete_label
from tests.functional.core.things import Maker

AT = Maker().now()


@pytest.fixture
def image(stores: Stores, make: Maker) -> Image:
    image = make.image()
    stores.images.create(image, [])
    return image


def new_label(stores: Stores, make: Maker, **changes: Any) -> Label:
    label = make.label(**changes)
    stores.labels.create(label)
    return label


def carried(stores: Stores, image: Image) -> dict[str, tuple[float | None, bool]]:
    found = stores.images.labels(image.workspace_id, image.id)
    return {one.label.id: (one.value, one.proposal) for one in found}


def count(stores: Stores, label: Label) -> int:
    return stores.labels.get(label.workspace_id, label.id).images_count


class TestValues:
    @pytest.mark.parametrize("value", [4.73, -0.0, 5e-324, -1.7976931348623157e308, 12.0])
    def test_a_number_comes_back_as_it_was_given(
        self, stores: Stores, make: Maker, image: Image, value: float
    ) -> None:
        label = new_label(stores, make, type=LabelType.VALUE)
        stores.images.add_label(make.workspace_id, image.id, label.id, AT, value)
        counted = replace(label, images_count=1)
        assert stores.images.labels(make.workspace_id, image.id) == [CarriedLabel(counted, value)]
        page = stores.images.carriers(make.workspace_id, label.id, PageRequest())
        assert (page.items, page.count) == ((LabelledImage(image, label.id, value),), 1)

    def test_adding_again_changes_the_number_and_counts_once(
        self, stores: Stores, make: Maker, image: Image
    ) -> None:
        label = new_label(stores, make, type=LabelType.VALUE)
        for value in (None, 1.5, 2.5, None):
            stores.images.add_label(make.workspace_id, image.id, label.id, AT, value)
        assert carried(stores, image) == {label.id: (2.5, False)}
        assert count(stores, label) == 1


class TestProposals:
    def test_a_proposal_is_shown_and_neither_counted_nor_listed(
        self, stores: Stores, make: Maker
    ) -> None:
        truth, guess = new_label(stores, make), new_label(stores, make)
        image = make.image()
        stores.images.create(image, [truth.id], {guess.id: None, truth.id: None})
        assert carried(stores, image) == {truth.id: (None, False), guess.id: (None, True)}
        assert (count(stores, truth), count(stores, guess)) == (1, 0)
        listed = stores.images.list(make.workspace_id, PageRequest(), guess.id)
        learnt = stores.images.carriers(make.workspace_id, guess.id, PageRequest())
        assert (listed.items, listed.count) == ((), 0)
        assert (learnt.items, learnt.count) == ((), 0)

    def test_an_unknown_proposal_leaves_nothing(self, stores: Stores, make: Maker) -> None:
        image = make.image()
        with pytest.raises(NotFound):
            stores.images.create(image, [], {new_id(): None})
        assert stores.images.list(make.workspace_id, PageRequest()).count == 0

    def test_adding_the_label_or_confirming_makes_it_ground_truth(
        self, stores: Stores, make: Maker
    ) -> None:
        labels = [new_label(stores, make) for _ in range(3)]
        image = make.image()
        stores.images.create(image, [], {label.id: None for label in labels})
        stores.images.add_label(make.workspace_id, image.id, labels[0].id, AT)
        assert [count(stores, label) for label in labels] == [1, 0, 0]
        for _ in range(2):
            stores.images.change(make.workspace_id, image.id, ImageChange(confirm=True), AT)
            assert [count(stores, label) for label in labels] == [1, 1, 1]
        assert set(carried(stores, image).values()) == {(None, False)}

    def test_a_proposed_number_becomes_ground_truth_with_its_label(
        self, stores: Stores, make: Maker
    ) -> None:
        labels = [new_label(stores, make, type=LabelType.VALUE) for _ in range(3)]
        image = make.image()
        stores.images.create(image, [], {label.id: 4.75 for label in labels})
        assert set(carried(stores, image).values()) == {(4.75, True)}
        stores.images.add_label(make.workspace_id, image.id, labels[0].id, AT, 5.5)
        stores.images.add_label(make.workspace_id, image.id, labels[1].id, AT)
        stores.images.change(make.workspace_id, image.id, ImageChange(confirm=True), AT)
        assert carried(stores, image) == {
            labels[0].id: (5.5, False),
            labels[1].id: (4.75, False),
            labels[2].id: (4.75, False),
        }

    def test_thirty_proposals_are_confirmed_at_once(self, stores: Stores, make: Maker) -> None:
        labels = [new_label(stores, make) for _ in range(MAX_LABELS_OF_UPLOAD)]
        image = make.image()
        stores.images.create(image, [], {label.id: None for label in labels})
        stores.images.change(make.workspace_id, image.id, ImageChange(confirm=True), AT)
        assert [count(stores, label) for label in labels] == [1] * MAX_LABELS_OF_UPLOAD

    def test_a_proposal_is_dropped_and_goes_with_its_image_or_label(
        self, stores: Stores, make: Maker
    ) -> None:
        labels = [new_label(stores, make) for _ in range(3)]
        images = [make.image(), make.image()]
        for image in images:
            stores.images.create(image, [], {label.id: None for label in labels})
        stores.images.remove_label(make.workspace_id, images[0].id, labels[0].id, AT)
        assert carried(stores, images[0]).keys() == {labels[1].id, labels[2].id}
        delete_label(stores, make.workspace_id, labels[1].id)
        assert carried(stores, images[0]).keys() == {labels[2].id}
        assert carried(stores, images[1]).keys() == {labels[0].id, labels[2].id}
        for image in images:
            stores.images.delete(make.workspace_id, image.id)
        for label in (labels[0], labels[2]):
            delete_label(stores, make.workspace_id, label.id)
        assert stores.labels.list(make.workspace_id, PageRequest()).count == 0


class TestFlags:
    def test_flags_move_the_image_and_its_labels(self, stores: Stores, make: Maker) -> None:
        label, other = new_label(stores, make), make.image()
        image = make.image(meta_data={"kept": 1})
        for each in (image, other):
            stores.images.create(each, [label.id])
        changed = stores.images.set_flags(make.workspace_id, image.id, test_image=True)
        assert changed == replace(image, test_image=True)
        assert stores.images.get(make.workspace_id, image.id) == changed
        for label_id in (None, label.id):
            where = (make.workspace_id, PageRequest(), label_id)
            marked = stores.images.list(*where, FacetFilter(test=True))
            unmarked = stores.images.list(*where, FacetFilter(test=False))
            both = stores.images.list(*where)
            assert (marked.items, marked.count) == ((changed,), 1)
            assert (unmarked.items, unmarked.count) == ((other,), 1)
            assert (both.items, both.count) == ((other, changed), 2)
        back = stores.images.set_flags(make.workspace_id, image.id, test_image=False, real=False)
        assert back == replace(image, real=False)
        assert stores.images.list(make.workspace_id, PageRequest(), label.id).count == 2

    def test_an_image_with_as_many_labels_as_it_may_carry_still_moves(
        self, stores: Stores, make: Maker, image: Image
    ) -> None:
        labels = [new_label(stores, make) for _ in range(MAX_LABELS_OF_IMAGE + 1)]
        add = {label.id: None for label in labels[1:]}
        stores.images.change(make.workspace_id, image.id, ImageChange(add=add), AT)
        with pytest.raises(Conflict):
            stores.images.add_label(make.workspace_id, image.id, labels[0].id, AT)
        stores.images.set_flags(make.workspace_id, image.id, real=False)
        for label in labels[1:]:
            page = stores.images.list(
                make.workspace_id, PageRequest(), label.id, FacetFilter(real=False)
            )
            assert page.count == 1
        stores.images.remove_label(make.workspace_id, image.id, labels[1].id, AT)
        stores.images.add_label(make.workspace_id, image.id, labels[0].id, AT)
        assert count(stores, labels[0]) == 1
