from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from oriel.domain.annotation import Point, Verification
from oriel.domain.errors import Conflict, InvalidInput, NotFound
from oriel.domain.facets import FacetFilter
from oriel.domain.ids import new_id
from oriel.domain.image import Image
from oriel.domain.page import PageRequest

from tests.functional.core.conftest import Stores
from tests.functional.core.sweeping import delete_label, is_gone
from tests.functional.core.things import Maker


@pytest.fixture
def image(stores: Stores, make: Maker) -> Image:
    image = make.image()
    stores.images.create(image, [])
    return image


def verification(make: Maker, image: Image, user_id: str | None = None) -> Verification:
    user_id = user_id or new_id()
    return Verification(new_id(), make.workspace_id, image.id, user_id, make.now())


def point(make: Maker, image: Image, data: object = None) -> Point:
    return Point(new_id(), make.workspace_id, image.id, "scratch", data, make.now())


def verify_count(stores: Stores, image: Image) -> int:
    return stores.images.get(image.workspace_id, image.id).verify_count


class TestVerificationStore:
    def test_a_verification_is_counted_on_its_image_and_moves_it_in_listings(
        self, stores: Stores, make: Maker, image: Image
    ) -> None:
        found = [stores.verifications.add(verification(make, image)) for _ in range(2)]
        assert verify_count(stores, image) == 2
        page = stores.images.list(make.workspace_id, PageRequest(), None, FacetFilter(verified=2))
        assert ([one.id for one in page.items], page.count) == ([image.id], 1)
        assert stores.verifications.of_image(make.workspace_id, image.id) == tuple(found)
        listed = stores.verifications.list(make.workspace_id, PageRequest())
        assert (listed.items, listed.count) == (tuple(found), 2)

    def test_a_user_verifies_an_image_once(self, stores: Stores, make: Maker, image: Image) -> None:
        user_id = new_id()
        first = stores.verifications.add(verification(make, image, user_id))
        again = stores.verifications.add(verification(make, image, user_id))
        assert again == first
        assert verify_count(stores, image) == 1
        assert stores.verifications.list(make.workspace_id, PageRequest()).count == 1

    def test_calls_at_the_same_time_make_one_verification_of_a_user(
        self, stores: Stores, make: Maker, image: Image
    ) -> None:
        users = [new_id(), new_id()]
        calls = [verification(make, image, user_id) for user_id in users * 3]
        with ThreadPoolExecutor(3) as pool:
            answers = set(pool.map(stores.verifications.add, calls))
        assert answers == set(stores.verifications.of_image(make.workspace_id, image.id))
        assert {one.user_id for one in answers} == set(users)
        assert verify_count(stores, image) == len(answers) == 2

    @pytest.mark.parametrize("again", [False, True])
    def test_proposals_become_ground_truth(self, stores: Stores, make: Maker, again: bool) -> None:
        label, image, user_id = make.label(), make.image(), new_id()
        stores.labels.create(label)
        stores.images.create(image, [], {label.id: None})
        for _ in range(1 + again):
            stores.verifications.add(verification(make, image, user_id))
        [carried] = stores.images.labels(make.workspace_id, image.id)
        assert (carried.label.id, carried.proposal) == (label.id, False)
        assert stores.labels.get(make.workspace_id, label.id).images_count == 1

    def test_a_proposal_whose_label_is_being_deleted_holds_nothing_up(
        self, stores: Stores, make: Maker
    ) -> None:
        image, gone, kept = make.image(), make.label(), make.label()
        for label in (gone, kept):
            stores.labels.create(label)
        stores.images.create(image, [], {gone.id: None, kept.id: None})
        stores.labels.hide(make.workspace_id, gone.id)
        stores.verifications.add(verification(make, image))
        assert verify_count(stores, image) == 1
        [carried] = stores.images.labels(make.workspace_id, image.id)
        assert (carried.label.id, carried.proposal) == (kept.id, False)
        delete_label(stores, make.workspace_id, gone.id)
        assert is_gone(stores, make.workspace_id, gone.id)

    def test_one_that_is_taken_back_is_uncounted_and_labels_stay(
        self, stores: Stores, make: Maker
    ) -> None:
        label, image = make.label(), make.image()
        stores.labels.create(label)
        stores.images.create(image, [label.id])
        gone, kept = (stores.verifications.add(verification(make, image)) for _ in range(2))
        stores.verifications.remove(make.workspace_id, gone.id)
        with pytest.raises(NotFound):
            stores.verifications.remove(make.workspace_id, gone.id)
        assert verify_count(stores, image) == 1
        assert stores.verifications.of_image(make.workspace_id, image.id) == (kept,)
        assert stores.verifications.list(make.workspace_id, PageRequest()).count == 1
        assert stores.labels.get(make.workspace_id, label.id).images_count == 1
        anew = stores.verifications.add(verification(make, image, gone.user_id))
        assert anew.id != gone.id

    def test_pages_list_all_oldest_first(self, stores: Stores, make: Maker, image: Image) -> None:
        found = tuple(stores.verifications.add(verification(make, image)) for _ in range(3))
        first = stores.verifications.list(make.workspace_id, PageRequest(2))
        second = stores.verifications.list(make.workspace_id, PageRequest(2, first.next_cursor))
        assert first.items + second.items == found
        assert (first.count, second.next_cursor) == (3, None)
        with pytest.raises(InvalidInput):
            stores.verifications.list(make.workspace_id, PageRequest(2, "nonsense"))


class TestPointStore:
    @pytest.mark.parametrize("data", [None, 5, 0.25, "text", [], {"x": [1, {"": None}]}, "\u00e4"])
    def test_a_point_comes_back_as_it_was_stored(
        self, stores: Stores, make: Maker, image: Image, data: object
    ) -> None:
        made = point(make, image, data)
        stores.points.add(made)
        assert stores.points.of_image(make.workspace_id, image.id) == (made,)
        listed = stores.points.list(make.workspace_id, PageRequest())
        assert (listed.items, listed.count) == ((made,), 1)

    def test_points_are_listed_oldest_first_and_removed_one_by_one(
        self, stores: Stores, make: Maker, image: Image
    ) -> None:
        made = [point(make, image, number) for number in range(4)]
        for one in made:
            stores.points.add(one)
        stores.points.remove(make.workspace_id, made.pop(1).id)
        assert stores.points.of_image(make.workspace_id, image.id) == tuple(made)
        first = stores.points.list(make.workspace_id, PageRequest(2))
        second = stores.points.list(make.workspace_id, PageRequest(2, first.next_cursor))
        assert first.items + second.items == tuple(made)
        assert (first.count, second.next_cursor) == (3, None)

    def test_points_do_not_disturb_what_the_image_is(
        self, stores: Stores, make: Maker, image: Image
    ) -> None:
        stores.points.add(point(make, image))
        assert stores.images.get(make.workspace_id, image.id) == image


FOREIGN: dict[str, Callable[[Stores, Maker, Image], object]] = {
    "verify": lambda stores, who, image: stores.verifications.add(verification(who, image)),
    "verifications": lambda stores, who, image: stores.verifications.of_image(
        who.workspace_id, image.id
    ),
    "add point": lambda stores, who, image: stores.points.add(point(who, image)),
    "points": lambda stores, who, image: stores.points.of_image(who.workspace_id, image.id),
}


class TestBoth:
    @pytest.mark.parametrize("call", FOREIGN.values(), ids=FOREIGN.keys())
    def test_an_image_that_is_unknown_hidden_or_anothers_is_not_found(
        self, stores: Stores, make: Maker, image: Image, call: Callable[..., object]
    ) -> None:
        with pytest.raises(NotFound):
            call(stores, Maker(), image)
        with pytest.raises(NotFound):
            call(stores, make, replace(image, id=new_id()))
        with pytest.raises(NotFound):
            call(stores, make, replace(image, id="no id"))
        stores.images.hide(make.workspace_id, image.id)
        with pytest.raises(NotFound):
            call(stores, make, image)

    def test_what_is_anothers_cannot_be_removed(
        self, stores: Stores, make: Maker, image: Image
    ) -> None:
        mine, note = verification(make, image), point(make, image)
        stores.verifications.add(mine)
        stores.points.add(note)
        for workspace_id, known, noted in (
            (new_id(), mine.id, note.id),
            (make.workspace_id, new_id(), new_id()),
            (make.workspace_id, "no id", "no id"),
        ):
            with pytest.raises(NotFound):
                stores.verifications.remove(workspace_id, known)
            with pytest.raises(NotFound):
                stores.points.remove(workspace_id, noted)
        assert stores.verifications.of_image(make.workspace_id, image.id) == (mine,)
        assert stores.points.of_image(make.workspace_id, image.id) == (note,)

    def test_they_go_with_their_image(self, stores: Stores, make: Maker, image: Image) -> None:
        known = [stores.verifications.add(verification(make, image)) for _ in range(3)]
        notes = [point(make, image) for _ in range(60)]
        for note in notes:
            stores.points.add(note)
        stores.images.hide(make.workspace_id, image.id)
        assert stores.verifications.list(make.workspace_id, PageRequest()).items == ()
        assert stores.points.list(make.workspace_id, PageRequest()).items == ()
        with pytest.raises(NotFound):
            stores.verifications.remove(make.workspace_id, known[0].id)
        with pytest.raises(NotFound):
            stores.points.remove(make.workspace_id, notes[0].id)
        stores.images.delete(make.workspace_id, image.id)
        assert stores.verifications.list(make.workspace_id, PageRequest()).count == 0
        assert stores.points.list(make.workspace_id, PageRequest()).count == 0

    def test_an_image_holds_a_bounded_number_of_points(
        self, stores: Stores, make: Maker, image: Image
    ) -> None:
        for _ in range(500):
            stores.points.add(point(make, image))
        with pytest.raises(Conflict, match="500"):
            stores.points.add(point(make, image))
        assert len(stores.points.of_image(make.workspace_id, image.id)) == 500
