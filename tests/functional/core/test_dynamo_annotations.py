"""Verifications and points on DynamoDB when a call dies at any of its requests."""

from collections.abc import Callable

import pytest
from oriel.domain.errors import NotFound
from oriel.domain.ids import new_id
from oriel.domain.page import PageRequest

from tests.functional.core.conftest import Stores, Table, dynamo_stores
from tests.functional.core.crashing_client import Crash, CrashingClient
from tests.functional.core.rows import only_a_trace_is_left
from tests.functional.core.scenes import delete_with_crashes, items_below
from tests.functional.core.test_annotation_stores import point, verification, verify_count
from tests.functional.core.things import Maker


def until_done(table: Table, call: Callable[[Stores], object], applied: bool) -> None:
    """Repeat a call until it is through; each repeat dies one request later."""
    for at_call in range(1, 50):
        client = CrashingClient(table.client, at_call, applied)
        try:
            call(dynamo_stores(Table(client, table.name)))
        except Crash:
            continue
        return
    pytest.fail("the call never ended")


@pytest.mark.parametrize("applied", [False, True])
def test_verifying_counts_once_wherever_it_dies(
    dynamo: Stores, core_table: Table, make: Maker, applied: bool
) -> None:
    label, image, user_id = make.label(), make.image(), new_id()
    dynamo.labels.create(label)
    dynamo.images.create(image, [], {label.id: None})
    until_done(
        core_table,
        lambda stores: stores.verifications.add(verification(make, image, user_id)),
        applied,
    )
    assert verify_count(dynamo, image) == 1
    assert len(dynamo.verifications.of_image(make.workspace_id, image.id)) == 1
    listed = dynamo.verifications.list(make.workspace_id, PageRequest())
    assert (len(listed.items), listed.count) == (1, 1)
    assert dynamo.labels.get(make.workspace_id, label.id).images_count == 1


@pytest.mark.parametrize("applied", [False, True])
def test_taking_back_uncounts_once_wherever_it_dies(
    dynamo: Stores, core_table: Table, make: Maker, applied: bool
) -> None:
    image = make.image()
    dynamo.images.create(image, [])
    gone, kept = (dynamo.verifications.add(verification(make, image)) for _ in range(2))

    def remove(stores: Stores) -> None:
        try:
            stores.verifications.remove(make.workspace_id, gone.id)
        except NotFound:
            assert applied

    until_done(core_table, remove, applied)
    assert verify_count(dynamo, image) == 1
    assert dynamo.verifications.of_image(make.workspace_id, image.id) == (kept,)
    assert dynamo.verifications.list(make.workspace_id, PageRequest()).count == 1


@pytest.mark.parametrize("applied", [False, True])
def test_an_image_takes_its_annotations_along_wherever_its_deletion_dies(
    dynamo: Stores, core_table: Table, make: Maker, applied: bool
) -> None:
    image, other = make.image(), make.image()
    for one in (image, other):
        dynamo.images.create(one, [])
    known = [dynamo.verifications.add(verification(make, image)) for _ in range(2)]
    notes = [point(make, image) for _ in range(2)]
    for note in notes:
        dynamo.points.add(note)
    kept = dynamo.verifications.add(verification(make, other))
    delete_with_crashes(
        core_table,
        lambda stores: stores.images.delete(make.workspace_id, image.id),
        applied=applied,
    )
    left = [
        *(f"VERIFICATION#{one.id}" for one in known),
        *(f"POINT#{one.id}" for one in notes),
    ]
    for pk in left:
        assert items_below(core_table, f"WS#{make.workspace_id}#{pk}") == []
    assert only_a_trace_is_left(core_table, make.workspace_id, image.id)
    listed = dynamo.verifications.list(make.workspace_id, PageRequest())
    assert (listed.items, listed.count) == ((kept,), 1)
    assert dynamo.points.list(make.workspace_id, PageRequest()).count == 0
