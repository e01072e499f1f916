"""Deleting what very many images carry: the answer comes at once, the sweep goes in slices.

SWEEP_IMAGES says how many images; 10,000 take minutes on the emulator.
"""

import os
import time

import pytest
from oriel.adapters.dynamodb.attributes import encode
from oriel.adapters.dynamodb.image_items import image_to_item
from oriel.adapters.dynamodb.image_links import counter, link_of
from oriel.adapters.dynamodb.keys import counts_key, facets_code, label_key
from oriel.domain.page import PageRequest
from oriel.domain.sweep import SweepKind, SweepState
from oriel.services.deletions import Deletions
from oriel.services.images import Images
from oriel.services.sweep_labels import LabelBroom, WipeBroom
from oriel.services.sweeps import Broom, Sweeper, SweepRequests

from tests.fakes.blobs import MemoryBlobs
from tests.fakes.sweeps import MemorySweepQueue
from tests.functional.core.conftest import Stores, Table
from tests.functional.core.things import Maker

IMAGES = int(os.environ.get("SWEEP_IMAGES", "600"))
REMOVED_BY_THE_REQUEST = 98
"""At most, however many there are: the caller waits for it."""


def fill(table: Table, make: Maker, label_id: str) -> None:
    """Write images that carry the label as the store would, but by batch."""
    images = [make.image() for _ in range(IMAGES)]
    items = [item for one in images for item in (image_to_item(one), link_of(one, label_id, None))]
    for start in range(0, len(items), 25):
        puts = [{"PutRequest": {"Item": encode(item)}} for item in items[start : start + 25]]
        table.client.batch_write_item(RequestItems={table.name: puts})
    by_facets = counter(facets_code(images[0].facets))
    for key in (label_key(make.workspace_id, label_id), counts_key(make.workspace_id)):
        table.client.update_item(
            TableName=table.name,
            Key=encode(key),
            UpdateExpression="ADD images_count :n, #f :n",
            ExpressionAttributeNames={"#f": by_facets},
            ExpressionAttributeValues={":n": {"N": str(IMAGES)}},
        )


@pytest.mark.parametrize("wipe", [False, True], ids=["delete", "wipe"])
def test_a_label_on_very_many_images(dynamo: Stores, core_table: Table, wipe: bool) -> None:
    make, queue = Maker(), MemorySweepQueue()
    label = make.label()
    dynamo.labels.create(label)
    fill(core_table, make, label.id)
    images = Images(dynamo.images, dynamo.labels, MemoryBlobs(), make.clock)
    brooms: tuple[Broom, Broom] = (
        LabelBroom(dynamo.labels),
        WipeBroom(dynamo.labels, images),
    )
    requests = SweepRequests(dynamo.sweeps, queue, make.clock)
    deletions = Deletions(dynamo.labels, dynamo.tasks, *brooms, requests, make.clock)
    started = time.monotonic()
    (deletions.wipe_label if wipe else deletions.delete_label)(make.workspace_id, label.id)
    begun = dynamo.sweeps.find(make.workspace_id, label.id)
    assert begun is not None
    assert begun.state is SweepState.RUNNING
    assert sum(begun.removed.values()) <= REMOVED_BY_THE_REQUEST
    assert dynamo.labels.list(make.workspace_id, PageRequest()).count == 0
    kinds = dict(zip((SweepKind.LABEL, SweepKind.LABEL_WIPE), brooms, strict=True))
    sweeper = Sweeper(dynamo.sweeps, queue, kinds, make.clock)
    slices = 0
    while waiting := queue.deliver():
        for workspace_id, subject_id, _ in waiting:
            sweeper.work(workspace_id, subject_id, lambda: False)
            slices += 1
    print(f"{IMAGES} images in {slices} slices, {time.monotonic() - started:.1f} s")  # noqa: T201
    sweep = dynamo.sweeps.find(make.workspace_id, label.id)
    what = "images" if wipe else "links"
    assert sweep is not None
    assert (sweep.state, sweep.removed) == (SweepState.DONE, {what: IMAGES, "labels": 1})
    assert slices > 1
    left = dynamo.images.list(make.workspace_id, PageRequest()).count
    assert left == (0 if wipe else IMAGES)
