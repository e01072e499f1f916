"""Pictures of requests that are sent again are kept once, and never against their owner's will."""

import pytest
from oriel.domain.page import PageRequest

from tests.functional.inference import test_stored
from tests.functional.inference.test_stored import record, store
from tests.functional.inference.world import WORKSPACE, World


@pytest.fixture(autouse=True)
def labels(world: World) -> None:
    test_stored.add_labels(world)


def test_a_picture_that_its_owner_deleted_is_not_stored_again(world: World) -> None:
    world.usage.faults = ["before"]
    world.outbox.is_down = True
    assert store(world, record(), key="order-1").code == 503
    (kept,) = world.images.list(WORKSPACE, PageRequest()).items
    world.images.delete(WORKSPACE, kept.id)
    world.blobs.objects.clear()
    world.outbox.is_down = False
    (again,) = store(world, record(), key="order-1").records
    assert again["_store_error"] == "The stored picture was deleted"
    assert "_stored_image_id" not in again
    assert world.blobs.objects == {}
    assert world.images.list(WORKSPACE, PageRequest()).count == 0


def test_a_repeat_with_its_key_keeps_nothing_twice(world: World) -> None:
    first = store(world, record(), record(), key="order-1")
    again = store(world, record(), record(), key="order-1")
    assert again.body == first.body
    assert again.headers["Idempotent-Replayed"] == "true"
    assert world.images.list(WORKSPACE, PageRequest()).count == 2
    assert world.billed() == 2


def test_a_repeat_after_an_answer_that_could_not_be_billed_keeps_nothing_twice(
    world: World,
) -> None:
    world.usage.faults = ["before"]
    world.outbox.is_down = True
    assert store(world, record(), key="order-1").code == 503
    (kept,) = world.images.list(WORKSPACE, PageRequest()).items
    world.outbox.is_down = False
    (answered,) = store(world, record(), key="order-1").records
    assert answered["_stored_image_id"] == kept.id
    assert world.images.list(WORKSPACE, PageRequest()).count == 1
    assert world.billed() == 1
