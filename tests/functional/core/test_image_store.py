from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from oriel.domain.errors import Conflict, InvalidInput, NotFound
from oriel.domain.ids import new_id
from oriel.domain.image import MAX_LABELS_OF_UPLOAD, Image, ImageStatus
from oriel.domain.label import CarriedLabel, Label
from oriel.domain.page import PageRequest

from tests.functional.core.conftest import Stores
from tests.functional.core.things import Maker

AT = Maker().now()
MISSING: dict[str, Callable[[Stores, str, str, str], object]] = {
    "get": lambda stores, ws, image, _: stores.images.get(ws, image),
    "add label": lambda stores, ws, image, label: stores.images.add_label(ws, image, label, AT),
    "remove label": lambda stores, ws, image, label: stores.images.remove_label(
        ws, image, label, AT
    ),
    "set meta data": lambda stores, ws, image, _: stores.images.set_meta_data(ws, image, {}),
    "mark rejected": lambda stores, ws, image, _: stores.images.mark_rejected(ws, image, "why"),
    "mark ready": lambda stores, ws, image, _: stores.images.mark_ready(
        replace(Maker().image(), workspace_id=ws, id=image)
    ),
    "hide": lambda stores, ws, image, _: stores.images.hide(ws, image),
    "delete": lambda stores, ws, image, _: stores.images.delete(ws, image),
}


@pytest.fixture
def labels(stores: Stores, make: Maker) -> list[Label]:
    labels = [make.label("bolt"), make.label("nut")]
    for label in labels:
        stores.labels.create(label)
    return labels


@pytest.fixture
def image(stores: Stores, make: Maker) -> Image:
    image = make.image()
    stores.images.create(image, [])
    return image


class TestImageStore:
    def test_an_image_comes_back_as_it_was_stored(self, stores: Stores, make: Maker) -> None:
        image = make.image(test_image=True, real=False, verify_count=3)
        stores.images.create(image, [])
        assert stores.images.get(make.workspace_id, image.id) == image
        assert stores.images.labels(make.workspace_id, image.id) == []

    @pytest.mark.parametrize("call", MISSING.values(), ids=MISSING.keys())
    def test_an_unknown_image_is_not_found(
        self, stores: Stores, labels: list[Label], make: Maker, call: Callable[..., object]
    ) -> None:
        with pytest.raises(NotFound):
            call(stores, make.workspace_id, new_id(), labels[0].id)

    @pytest.mark.parametrize("call", MISSING.values(), ids=MISSING.keys())
    def test_an_image_of_another_workspace_is_not_found(
        self, stores: Stores, image: Image, call: Callable[..., object]
    ) -> None:
        stranger = Maker()
        label = stranger.label()
        stores.labels.create(label)
        with pytest.raises(NotFound):
            call(stores, stranger.workspace_id, image.id, label.id)
        assert stores.images.get(image.workspace_id, image.id) == image

    def test_an_upload_carries_its_labels_and_counts_them(
        self, stores: Stores, make: Maker, labels: list[Label]
    ) -> None:
        image = make.image()
        stores.images.create(image, [labels[1].id, labels[0].id, labels[1].id])
        counted = [replace(label, images_count=1) for label in labels]
        carried = [CarriedLabel(label) for label in counted]
        assert stores.images.labels(make.workspace_id, image.id) == carried
        assert [stores.labels.get(make.workspace_id, label.id) for label in labels] == counted

    def test_an_upload_with_an_unknown_label_leaves_nothing(
        self, stores: Stores, make: Maker, labels: list[Label]
    ) -> None:
        image = make.image()
        with pytest.raises(NotFound):
            stores.images.create(image, [labels[0].id, new_id()])
        with pytest.raises(NotFound):
            stores.images.get(make.workspace_id, image.id)
        assert stores.labels.get(make.workspace_id, labels[0].id).images_count == 0
        assert stores.images.list(make.workspace_id, PageRequest()).count == 0

    def test_an_upload_with_more_labels_than_a_transaction_holds_is_refused(
        self, stores: Stores, make: Maker
    ) -> None:
        with pytest.raises(InvalidInput):
            stores.images.create(make.image(), [new_id() for _ in range(MAX_LABELS_OF_UPLOAD + 1)])

    def test_an_upload_may_carry_as_many_labels_as_is_promised(
        self, stores: Stores, make: Maker
    ) -> None:
        labels = [make.label() for _ in range(MAX_LABELS_OF_UPLOAD)]
        for label in labels:
            stores.labels.create(label)
        image = make.image()
        stores.images.create(image, [label.id for label in labels])
        assert len(stores.images.labels(make.workspace_id, image.id)) == MAX_LABELS_OF_UPLOAD

    def test_adding_and_removing_a_label_again_changes_nothing(
        self, stores: Stores, image: Image, labels: list[Label]
    ) -> None:
        where = (image.workspace_id, image.id, labels[0].id)
        for _ in range(2):
            stores.images.add_label(*where, AT)
        assert stores.labels.get(image.workspace_id, labels[0].id).images_count == 1
        for _ in range(2):
            stores.images.remove_label(*where, AT)
        assert stores.labels.get(image.workspace_id, labels[0].id).images_count == 0
        assert stores.images.labels(image.workspace_id, image.id) == []

    def test_an_unknown_label_cannot_be_added_or_removed(
        self, stores: Stores, image: Image
    ) -> None:
        foreign = Maker().label()
        stores.labels.create(foreign)
        for label_id in (new_id(), foreign.id, "", "c" * 5000):
            with pytest.raises(NotFound):
                stores.images.add_label(image.workspace_id, image.id, label_id, AT)
            with pytest.raises(NotFound):
                stores.images.remove_label(image.workspace_id, image.id, label_id, AT)

    def test_pages_list_all_images_oldest_first_and_once(self, stores: Stores, make: Maker) -> None:
        images = tuple(make.image() for _ in range(5))
        for image in reversed(images):
            stores.images.create(image, [])
        first = stores.images.list(make.workspace_id, PageRequest(3))
        second = stores.images.list(make.workspace_id, PageRequest(3, first.next_cursor))
        assert first.items + second.items == images
        assert (first.count, second.count, second.next_cursor) == (5, 5, None)

    def test_images_of_a_label_are_paged_alike(
        self, stores: Stores, make: Maker, labels: list[Label]
    ) -> None:
        images = [make.image() for _ in range(6)]
        for image in images:
            stores.images.create(image, [])
        for image in reversed(images[1:]):
            stores.images.add_label(make.workspace_id, image.id, labels[0].id, AT)
        first = stores.images.list(make.workspace_id, PageRequest(3), labels[0].id)
        second = stores.images.list(
            make.workspace_id, PageRequest(3, first.next_cursor), labels[0].id
        )
        assert first.items + second.items == tuple(images[1:])
        assert (first.count, second.next_cursor) == (5, None)

    def test_images_of_an_unknown_label_are_not_found(self, stores: Stores, make: Maker) -> None:
        with pytest.raises(NotFound):
            stores.images.list(make.workspace_id, PageRequest(), new_id())

    def test_meta_data_is_replaced_as_a_whole(self, stores: Stores, image: Image) -> None:
        changed = stores.images.set_meta_data(image.workspace_id, image.id, {"row": 1.5})
        assert changed == replace(image, meta_data={"row": 1.5})
        assert stores.images.get(image.workspace_id, image.id) == changed

    def test_what_ingest_finds_out_is_kept_beside_the_rest(
        self, stores: Stores, image: Image
    ) -> None:
        stores.images.mark_rejected(image.workspace_id, image.id, "It cannot be decoded")
        rejected = stores.images.get(image.workspace_id, image.id)
        assert (rejected.status, rejected.rejection) == (
            ImageStatus.REJECTED,
            "It cannot be decoded",
        )
        ready = replace(
            image,
            status=ImageStatus.READY,
            width=30,
            height=28,
            perceptual_hash="f" * 16,
            brightness=127.0,
            picture_key="derived/x",
        )
        stores.images.set_meta_data(image.workspace_id, image.id, {"kept": True})
        stores.images.mark_ready(ready)
        expected = replace(ready, meta_data={"kept": True})
        assert stores.images.get(image.workspace_id, image.id) == expected

    def test_many_are_read_at_once_and_those_that_are_gone_are_missing(
        self, stores: Stores, make: Maker, image: Image
    ) -> None:
        twin, hidden = replace(make.image(), sha256=image.sha256), make.image()
        foreign = replace(make.image(), workspace_id=new_id())
        for each in (twin, hidden, foreign):
            stores.images.create(each, [])
        stores.images.hide(make.workspace_id, hidden.id)
        ids = [image.id, twin.id, hidden.id, foreign.id, new_id(), image.id]
        found = stores.images.get_many(make.workspace_id, ids)
        assert dict(found) == {image.id: image, twin.id: replace(twin, duplicate_of=image.id)}
        assert dict(stores.images.get_many(make.workspace_id, [])) == {}

    def test_a_deleted_image_is_gone_and_uncounted(
        self, stores: Stores, make: Maker, labels: list[Label]
    ) -> None:
        image, other = make.image(), make.image()
        for each in (image, other):
            stores.images.create(each, [label.id for label in labels])
            stores.embeddings.put(make.workspace_id, each.id, "lite0-int8", b"\0\x3c")
        stores.images.delete(make.workspace_id, image.id)
        with pytest.raises(NotFound):
            stores.images.get(make.workspace_id, image.id)
        with pytest.raises(NotFound):
            stores.images.delete(make.workspace_id, image.id)
        page = stores.images.list(make.workspace_id, PageRequest(), labels[0].id)
        assert (page.items, page.count) == ((other,), 1)
        assert stores.images.list(make.workspace_id, PageRequest()).count == 1
        kept = stores.embeddings.get_many(make.workspace_id, [image.id, other.id], "lite0-int8")
        assert dict(kept) == {other.id: b"\0\x3c"}

    def test_a_deleted_image_does_not_come_back(
        self, stores: Stores, make: Maker, labels: list[Label]
    ) -> None:
        image = make.image()
        stores.images.create(image, [labels[0].id])
        stores.images.delete(make.workspace_id, image.id)
        with pytest.raises(Conflict):
            stores.images.create(image, [labels[0].id])
        for gone in (stores.images.get, stores.images.hide, stores.images.delete):
            with pytest.raises(NotFound):
                gone(make.workspace_id, image.id)
        assert stores.images.list(make.workspace_id, PageRequest()).count == 0
        assert stores.images.hidden(make.workspace_id, 9) == []
        assert stores.labels.get(make.workspace_id, labels[0].id).images_count == 0

    def test_a_hidden_image_is_gone_for_readers_and_can_still_be_deleted(
        self, stores: Stores, make: Maker, labels: list[Label]
    ) -> None:
        image, other = make.image(), make.image()
        for each in (image, other):
            stores.images.create(each, [labels[0].id])
        for _ in range(2):
            stores.images.hide(make.workspace_id, image.id)
        with pytest.raises(NotFound):
            stores.images.get(make.workspace_id, image.id)
        with pytest.raises(NotFound):
            stores.images.mark_ready(image)
        with pytest.raises(NotFound):
            stores.images.add_label(make.workspace_id, image.id, labels[1].id, AT)
        page = stores.images.list(make.workspace_id, PageRequest())
        assert (page.items, page.count) == ((other,), 1)
        labelled = stores.images.list(make.workspace_id, PageRequest(), labels[0].id)
        assert labelled.items == (other,)
        stores.images.delete(make.workspace_id, image.id)
        assert stores.labels.get(make.workspace_id, labels[0].id).images_count == 1
        assert stores.images.list(make.workspace_id, PageRequest()).count == 1
        with pytest.raises(NotFound):
            stores.images.hide(make.workspace_id, image.id)

    def test_an_image_that_many_hide_at_once_is_uncounted_once(
        self, stores: Stores, make: Maker
    ) -> None:
        image, other = make.image(), make.image()
        for each in (image, other):
            stores.images.create(each, [])
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda _: stores.images.hide(make.workspace_id, image.id), range(4)))
        assert stores.images.list(make.workspace_id, PageRequest()).count == 1

    def test_counts_stay_exact_while_many_change_at_once(
        self, stores: Stores, make: Maker, labels: list[Label]
    ) -> None:
        images = [make.image() for _ in range(16)]

        def live(image: Image) -> None:
            stores.images.create(image, [labels[0].id])
            stores.images.add_label(make.workspace_id, image.id, labels[1].id, AT)
            stores.images.remove_label(make.workspace_id, image.id, labels[0].id, AT)
            if image in images[::4]:
                stores.images.delete(make.workspace_id, image.id)

        with ThreadPoolExecutor(8) as pool:
            list(pool.map(live, images))
        counts = [stores.labels.get(make.workspace_id, label.id).images_count for label in labels]
        assert counts == [0, 12]
        assert stores.images.list(make.workspace_id, PageRequest()).count == 12


class TestEmbeddingStore:
    def test_embeddings_come_back_by_image_and_backbone(self, stores: Stores, make: Maker) -> None:
        images = [make.image() for _ in range(130)]
        for number, image in enumerate(images):
            stores.images.create(image, [])
            stores.embeddings.put(make.workspace_id, image.id, "lite0-int8", bytes([number, 0]))
        stores.embeddings.put(make.workspace_id, images[0].id, "lite0-fp32", b"\7\7")
        ids = [image.id for image in images]
        found = stores.embeddings.get_many(
            make.workspace_id, [*ids, ids[0], new_id()], "lite0-int8"
        )
        assert dict(found) == {image_id: bytes([number, 0]) for number, image_id in enumerate(ids)}
        assert stores.embeddings.get_many(new_id(), ids, "lite0-int8") == {}
        assert stores.embeddings.get_many(make.workspace_id, [], "lite0-int8") == {}

    def test_an_embedding_is_replaced_and_removed(self, stores: Stores, make: Maker) -> None:
        image = make.image()
        stores.images.create(image, [])
        for vector in (b"\0\0", b"\1\1"):
            stores.embeddings.put(make.workspace_id, image.id, "lite0-int8", vector)
        found = stores.embeddings.get_many(make.workspace_id, [image.id], "lite0-int8")
        assert dict(found) == {image.id: b"\1\1"}
        for _ in range(2):
            stores.embeddings.delete(make.workspace_id, image.id, "lite0-int8")
        assert stores.embeddings.get_many(make.workspace_id, [image.id], "lite0-int8") == {}
