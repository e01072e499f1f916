"""Tasks as items."""

from oriel.adapters.dynamodb.attributes import Item
from oriel.adapters.dynamodb.keys import link_sk, task_key, tasks_of, tasks_with
from oriel.adapters.dynamodb.task_settings import (
    abstention_from_text,
    activation_from_text,
    to_text,
    traffic_from_text,
    training_from_text,
)
from oriel.domain.clock import from_iso, to_iso
from oriel.domain.task import Task, TaskType, TrainStatus


def task_to_item(task: Task) -> Item:
    """Write a task, listed in its workspace."""
    return {
        **task_key(task.workspace_id, task.id),
        **tasks_of(task.workspace_id).place(task.created, task.id),
        "id": task.id,
        "workspace_id": task.workspace_id,
        "name": task.name,
        "type": task.type.value,
        "created": to_iso(task.created),
        "description": task.description,
        "production_version": task.production_version,
        "latest_version": task.latest_version,
        "last_train_status": task.last_train_status.value,
        "training_model_id": task.training_model_id,
        "labels_count": task.labels_count,
        "store_images": task.store_images,
        "negative_label_id": task.negative_label_id,
        "models_count": 0,
        "production_since": None
        if task.production_since is None
        else to_iso(task.production_since),
        "production_set_by": task.production_set_by,
        "production_reason": task.production_reason,
        "activation": to_text(task.activation),
        "training": to_text(task.training),
        "abstention": to_text(task.abstention),
        "traffic": None if task.traffic is None else to_text(task.traffic),
    }


def task_link(task: Task, label_id: str) -> Item:
    """Write the link from a task to a label, listed among the label's tasks."""
    return {
        **task_key(task.workspace_id, task.id, link_sk(label_id)),
        **tasks_with(task.workspace_id, label_id).place(task.created, task.id),
        "workspace_id": task.workspace_id,
        "task_id": task.id,
        "label_id": label_id,
    }


def task_from_item(item: Item) -> Task:
    """Read a task."""
    return Task(
        id=item["id"],
        workspace_id=item["workspace_id"],
        name=item["name"],
        type=TaskType(item["type"]),
        created=from_iso(item["created"]),
        description=item["description"],
        production_version=item["production_version"],
        latest_version=item["latest_version"],
        last_train_status=TrainStatus(item["last_train_status"]),
        training_model_id=item.get("training_model_id"),
        labels_count=item["labels_count"],
        store_images=item.get("store_images", False),
        negative_label_id=item.get("negative_label_id"),
        production_since=from_iso(item["production_since"]) if "production_since" in item else None,
        production_set_by=item.get("production_set_by"),
        production_reason=item.get("production_reason"),
        activation=activation_from_text(item.get("activation")),
        abstention=abstention_from_text(item.get("abstention")),
        traffic=traffic_from_text(item.get("traffic")),
        training=training_from_text(item.get("training")),
    )
