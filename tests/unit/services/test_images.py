import pytest
from oriel.domain.errors import InvalidPicture, NotFound, PayloadTooLarge, TemporarilyUnavailable
from oriel.domain.ids import new_id
from oriel.domain.image import Image, derived_keys, original_key
from oriel.domain.picture_limits import MAX_PICTURE_BYTES
from oriel.services.images import Images, NewImage

from tests.fakes.blobs import MemoryBlobs
from tests.fakes.core import MemoryCore
from tests.fakes.images import MemoryImageStore
from tests.fakes.labels import MemoryLabelStore
from tests.functional.api.conftest import png
from tests.functional.core.things import Maker


class FailingImageStore(MemoryImageStore):
    """Cannot take images; `error` says why."""

    error: Exception

    def create(self, _image: Image, _label_ids: object, _proposals: object = ()) -> Image:
        raise self.error


@pytest.fixture
def core() -> MemoryCore:
    return MemoryCore()


@pytest.fixture
def blobs() -> MemoryBlobs:
    return MemoryBlobs()


def images_of(core: MemoryCore, blobs: MemoryBlobs, make: Maker, error: Exception) -> Images:
    store = FailingImageStore(core)
    store.error = error
    return Images(store, MemoryLabelStore(core), blobs, make.clock)


def test_the_picture_is_stored_before_its_image_is_known(
    core: MemoryCore, blobs: MemoryBlobs
) -> None:
    make = Maker()
    images = images_of(core, blobs, make, TemporarilyUnavailable("busy"))
    with pytest.raises(TemporarilyUnavailable):
        images.upload(make.workspace_id, NewImage(png(2, 2)))
    # The image may have been taken all the same: its bytes must be there.
    assert len(blobs.objects) == 1
    assert core.images == {}


def test_a_label_that_vanishes_meanwhile_leaves_no_picture(
    core: MemoryCore, blobs: MemoryBlobs
) -> None:
    make = Maker()
    with pytest.raises(NotFound):
        images_of(core, blobs, make, NotFound("label")).upload(
            make.workspace_id, NewImage(png(2, 2))
        )
    assert blobs.objects == {}


def test_a_picture_over_10_mb_is_refused(core: MemoryCore, blobs: MemoryBlobs) -> None:
    make = Maker()
    images = Images(MemoryImageStore(core), MemoryLabelStore(core), blobs, make.clock)
    data = png(2, 2)
    padded = data + bytes(MAX_PICTURE_BYTES - len(data))
    image = images.upload(make.workspace_id, NewImage(padded))
    assert image.size_bytes == MAX_PICTURE_BYTES
    assert blobs.objects[original_key(make.workspace_id, image.id)] == padded
    with pytest.raises(PayloadTooLarge, match="10 MB"):
        images.upload(make.workspace_id, NewImage(padded + b"\0"))
    with pytest.raises(InvalidPicture):
        images.upload(make.workspace_id, NewImage(b"no picture"))
    assert len(blobs.objects) == 1


def test_an_image_is_hidden_before_its_pictures_go_and_removed_after_them(
    core: MemoryCore, blobs: MemoryBlobs
) -> None:
    make, order = Maker(), list[str]()

    class Store(MemoryImageStore):
        def hide(self, workspace_id: str, image_id: str) -> None:
            order.append(f"hide with {len(blobs.objects)} objects")
            super().hide(workspace_id, image_id)

        def delete(self, workspace_id: str, image_id: str) -> None:
            order.append(f"delete with {len(blobs.objects)} objects")
            super().delete(workspace_id, image_id)

    images = Images(Store(core), MemoryLabelStore(core), blobs, make.clock)
    image = images.upload(make.workspace_id, NewImage(png(2, 2)))
    images.delete(make.workspace_id, image.id)
    assert order == ["hide with 1 objects", "delete with 0 objects"]
    assert core.images == {}


def test_a_deletion_that_met_an_outage_is_finished_by_a_repeat(
    core: MemoryCore, blobs: MemoryBlobs
) -> None:
    make, outages = Maker(), [TemporarilyUnavailable("busy")]

    class Store(MemoryImageStore):
        def delete(self, workspace_id: str, image_id: str) -> None:
            if outages:
                raise outages.pop()
            super().delete(workspace_id, image_id)

    images = Images(Store(core), MemoryLabelStore(core), blobs, make.clock)
    image = images.upload(make.workspace_id, NewImage(png(2, 2)))
    with pytest.raises(TemporarilyUnavailable):
        images.delete(make.workspace_id, image.id)
    with pytest.raises(NotFound):
        images.store.get(make.workspace_id, image.id)
    images.delete(make.workspace_id, image.id)
    assert (core.images, blobs.objects) == ({}, {})
    with pytest.raises(NotFound):
        images.delete(make.workspace_id, image.id)


def test_what_ingest_wrote_until_the_image_was_hidden_goes_with_it(
    core: MemoryCore, blobs: MemoryBlobs
) -> None:
    make = Maker()

    class Store(MemoryImageStore):
        def hide(self, workspace_id: str, image_id: str) -> None:
            for key in derived_keys(workspace_id, image_id):
                blobs.put(key, b"late", "image/jpeg")
            super().hide(workspace_id, image_id)

    images = Images(Store(core), MemoryLabelStore(core), blobs, make.clock)
    image = images.upload(make.workspace_id, NewImage(png(2, 2)))
    images.delete(make.workspace_id, image.id)
    assert blobs.objects == {}


def test_pictures_of_another_workspace_cannot_be_deleted(
    core: MemoryCore, blobs: MemoryBlobs
) -> None:
    make = Maker()
    images = Images(MemoryImageStore(core), MemoryLabelStore(core), blobs, make.clock)
    image = images.upload(make.workspace_id, NewImage(png(2, 2)))
    with pytest.raises(NotFound):
        images.delete(new_id(), image.id)
    assert len(blobs.objects) == 1
