"""Labels as items, and those that are linked to."""

from collections.abc import Iterable, Sequence

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
        "negative_for_task": label.negative_for_task,
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
        negative_for_task=item.get("negative_for_task"),
    )


def linked_labels(table: CoreTable, workspace_id: str, pk: str) -> Sequence[Label]:
    """Return the labels that a task links to, in the order they were created."""
    links = table.below(pk, LABEL_PREFIX)
    return find_labels(table, workspace_id, [link["label_id"] for link in links])


def find_labels(table: CoreTable, workspace_id: str, label_ids: Iterable[str]) -> Sequence[Label]:
    """Return those of the labels that there are, in the order they were created."""
    found = table.find_many(label_key(workspace_id, label_id) for label_id in label_ids)
    labels = [label_from_item(item) for item in found if not item.get("deleting")]
    return sorted(labels, key=lambda label: (label.created, label.id))
