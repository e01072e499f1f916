"""Images with the very same bytes: all but the oldest living one say which that is."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from oriel.domain.errors import NotFound
from oriel.domain.image import Image
from oriel.domain.page import PageRequest

from tests.functional.core.conftest import Stores, Table, dynamo_stores
from tests.functional.core.crashing_client import Crash, CrashingClient
from tests.functional.core.scenes import items_below
from tests.functional.core.things import Maker

SHA256 = "5" * 64


def same(stores: Stores, make: Maker, count: int) -> list[Image]:
    images = [make.image(sha256=SHA256) for _ in range(count)]
    for image in images:
        stores.images.create(image, [])
    return images


def marks(stores: Stores, images: list[Image]) -> list[str | None]:
    """What each image says by itself; listings have to say the same."""
    found = [stores.images.get(image.workspace_id, image.id) for image in images]
    page = stores.images.list(images[0].workspace_id, PageRequest())
    listed = {image.id: image.duplicate_of for image in page.items}
    assert [listed[image.id] for image in found] == [image.duplicate_of for image in found]
    return [image.duplicate_of for image in found]


def test_all_but_the_oldest_are_marked(stores: Stores, make: Maker) -> None:
    first, *others = same(stores, make, 3)
    stores.images.create(make.image(), [])
    assert marks(stores, [first, *others]) == [None, first.id, first.id]
    (stranger,) = same(stores, Maker(), 1)
    assert marks(stores, [stranger]) == [None]


def test_the_mark_is_told_as_soon_as_it_is_made(stores: Stores, make: Maker) -> None:
    first, *others = [stores.images.create(make.image(sha256=SHA256), []) for _ in range(3)]
    assert [image.duplicate_of for image in (first, *others)] == [None, first.id, first.id]
    assert stores.images.create(make.image(), []).duplicate_of is None


def test_a_change_keeps_the_mark(stores: Stores, make: Maker) -> None:
    first, second = same(stores, make, 2)
    where = (make.workspace_id, second.id)
    assert stores.images.set_flags(*where, test_image=True).duplicate_of == first.id
    assert stores.images.set_meta_data(*where, {}).duplicate_of == first.id


def test_the_mark_is_handed_on_by_age(stores: Stores, make: Maker) -> None:
    images = same(stores, make, 4)
    stores.images.delete(make.workspace_id, images[1].id)
    assert marks(stores, [images[0], *images[2:]]) == [None, images[0].id, images[0].id]
    stores.images.hide(make.workspace_id, images[0].id)
    assert marks(stores, images[2:]) == [None, images[2].id]
    stores.images.delete(make.workspace_id, images[0].id)
    stores.images.delete(make.workspace_id, images[2].id)
    assert marks(stores, images[3:]) == [None]
    stores.images.delete(make.workspace_id, images[3].id)
    again = same(stores, make, 2)
    assert marks(stores, again) == [None, again[0].id]


@pytest.mark.parametrize("applied", [False, True])
def test_the_mark_is_handed_on_through_any_crash(
    dynamo: Stores, core_table: Table, make: Maker, applied: bool
) -> None:
    images = same(dynamo, make, 3)
    for at_call in range(1, 50):
        client = CrashingClient(core_table.client, at_call, applied)
        try:
            dynamo_stores(Table(client, core_table.name)).images.delete(
                make.workspace_id, images[0].id
            )
        except Crash:
            # Whatever was done: those that are there agree on one that is there.
            living = dynamo.images.list(make.workspace_id, PageRequest()).items
            oldest = living[0]
            assert [one.duplicate_of for one in living[1:]] == [oldest.id] * (len(living) - 1)
            continue
        except NotFound:
            assert applied
        break
    assert marks(dynamo, images[1:]) == [None, images[1].id]
    for image in images[1:]:
        dynamo.images.delete(make.workspace_id, image.id)
    assert items_below(core_table, f"WS#{make.workspace_id}#CONTENT#{SHA256}") == []


def test_many_that_come_and_go_at_once_agree_in_the_end(stores: Stores, make: Maker) -> None:
    images = [make.image(sha256=SHA256) for _ in range(16)]

    def live(image: Image) -> None:
        stores.images.create(image, [])
        if image in images[::2]:
            stores.images.delete(make.workspace_id, image.id)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(live, images))
    found = marks(stores, images[1::2])
    (oldest,) = [image for image, mark in zip(images[1::2], found, strict=True) if mark is None]
    assert [mark for mark in found if mark is not None] == [oldest.id] * 7
