"""Something to delete, its rows, and deletions that die at every call."""

from collections.abc import Callable
from typing import Any

import pytest
from oriel.domain.errors import NotFound

from tests.functional.core.conftest import Stores, Table, dynamo_stores
from tests.functional.core.crashing_client import Crash, CrashingClient
from tests.functional.core.things import Maker

LABELS = 3


class Scene:
    """Labels, tasks and images that are all linked to each other."""

    def __init__(self, stores: Stores, images: int = 2) -> None:
        self.stores = stores
        self.make = make = Maker()
        self.workspace_id = make.workspace_id
        self.labels = [make.label() for _ in range(LABELS)]
        self.tasks = [make.task() for _ in range(2)]
        self.images = [make.image() for _ in range(images)]
        for label in self.labels:
            stores.labels.create(label)
        for task in self.tasks:
            stores.tasks.create(task)
            for label in self.labels:
                stores.tasks.attach_label(make.workspace_id, task.id, label.id)
        for image in self.images:
            stores.images.create(image, [label.id for label in self.labels])
            stores.embeddings.put(make.workspace_id, image.id, "lite0-int8", b"\0\0")

    def images_counts(self) -> list[int]:
        labels = self.stores.labels
        return [labels.get(self.workspace_id, label.id).images_count for label in self.labels]

    def tasks_counts(self) -> list[int]:
        labels = self.stores.labels
        return [labels.get(self.workspace_id, label.id).tasks_count for label in self.labels]


def items_below(table: Table, pk: str) -> list[Any]:
    found = table.client.query(
        TableName=table.name,
        KeyConditionExpression="pk = :pk",
        ExpressionAttributeValues={":pk": {"S": pk}},
    )
    return list(found["Items"])


def delete_with_crashes(table: Table, delete: Callable[[Stores], None], *, applied: bool) -> None:
    """Repeat a deletion until it is through; each repeat dies one call later than the one before.

    `applied`: the call at which it dies takes effect all the same.
    """
    for at_call in range(1, 100):
        client = CrashingClient(table.client, at_call, applied)
        try:
            delete(dynamo_stores(Table(client, table.name)))
        except Crash:
            continue
        except NotFound:
            assert applied  # its last step took effect before the crash
        assert at_call > 2
        return
    pytest.fail("the deletion never ended")
