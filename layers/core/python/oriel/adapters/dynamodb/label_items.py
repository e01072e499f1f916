"""Labels as items, and those that a task or an image links to."""

from collections.abc import Sequence

from oriel.adapters.dynamodb.attributes import Item
from oriel.adapters.dynamodb.keys import LABEL_PREFIX, label_key, labels_of
from oriel.adapters.dynamodb.table import CoreTable
from oriel.domain.clock import from_iso, to_iso
from oriel.domain.label import Label, LabelType


def label_to_item(label: Label) -> Item:
    """Write a label, listed in its workspace."""
    return {
        **label_key(label.workspace_id, label.id),
        **labels_of(label.workspace_id).place(label.created, label.id),
        "id": label.id,
        "workspace_id": label.workspace_id,
        "name": label.name,
        "type": label.type.value,
        "created": to_iso(label.created),
        "description": label.description,
        "output_name": label.output_name,
        "images_count": label.images_count,
        "tasks_count": label.tasks_count,
    }


def label_from_item(item: Item) -> Label:
    """Read a label."""
    return Label(
        id=item["id"],
        workspace_id=item["workspace_id"],
        name=item["name"],
        type=LabelType(item["type"]),
        created=from_iso(item["created"]),
        description=item["description"],
        output_name=item.get("output_name"),
        images_count=item["images_count"],
        tasks_count=item["tasks_count"],
    )


def linked_labels(table: CoreTable, workspace_id: str, pk: str) -> Sequence[Label]:
    """Return the labels that a task or an image links to, in the order they were created."""
    links = table.below(pk, LABEL_PREFIX)
    keys = [label_key(workspace_id, link["label_id"]) for link in links]
    labels = [label_from_item(item) for item in table.find_many(keys) if not item.get("deleting")]
    return sorted(labels, key=lambda label: (label.created, label.id))
