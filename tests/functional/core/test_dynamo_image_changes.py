"""Changes that no transaction can hold: wherever they die, the image stays one that can change."""

from oriel.domain.image import MAX_LABELS_OF_IMAGE
from oriel.domain.image_change import ImageChange
from oriel.domain.page import PageRequest

from tests.functional.core.conftest import Stores, Table, dynamo_stores
from tests.functional.core.crashing_client import Crash, CrashingClient
from tests.functional.core.things import Maker


def change_with_crashes(table: Table, make: Maker, image_id: str, change: ImageChange) -> list[int]:
    """Repeat a change, each time dying a call later; return how many labels it left each time."""
    left = []
    for at_call in range(1, 100):
        client = CrashingClient(table.client, at_call, applied=True)
        stores = dynamo_stores(Table(client, table.name))
        try:
            stores.images.change(make.workspace_id, image_id, change, make.now())
        except Crash:
            found = dynamo_stores(table).images.labels(make.workspace_id, image_id)
            left.append(len(found))
        else:
            return left
    raise AssertionError("the change never ended")


def test_an_exchange_of_all_labels_never_leaves_too_many(
    dynamo: Stores, core_table: Table, make: Maker
) -> None:
    labels = sorted((make.label() for _ in range(2 * MAX_LABELS_OF_IMAGE)), key=lambda one: one.id)
    for label in labels:
        dynamo.labels.create(label)
    new, old = labels[:MAX_LABELS_OF_IMAGE], labels[MAX_LABELS_OF_IMAGE:]
    image = make.image()
    dynamo.images.create(image, [])
    add = ImageChange(add={label.id: None for label in old})
    dynamo.images.change(make.workspace_id, image.id, add, make.now())
    change = ImageChange(
        add={label.id: None for label in new}, remove=frozenset(label.id for label in old)
    )
    left = change_with_crashes(core_table, make, image.id, change)
    assert len(left) > 2
    assert max(left) <= MAX_LABELS_OF_IMAGE
    dynamo.images.set_flags(make.workspace_id, image.id, test_image=True)
    carried = {one.label.id for one in dynamo.images.labels(make.workspace_id, image.id)}
    assert carried == change.add.keys()
    counts = dynamo.labels.list(make.workspace_id, PageRequest(100)).items
    assert {one.id for one in counts if one.images_count == 1} == carried
    assert {one.images_count for one in counts} == {0, 1}
