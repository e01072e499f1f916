"""Models in the core table, and the one write that makes a model live."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING

from oriel.adapters.dynamodb.attributes import Item
from oriel.adapters.dynamodb.cascade import Write
from oriel.adapters.dynamodb.keys import (
    entombed_of,
    model_key,
    models_of,
    task_key,
    version_sk,
)
from oriel.adapters.dynamodb.model_items import (
    evaluated_attributes,
    exported_attributes,
    model_from_item,
)
from oriel.adapters.dynamodb.table import CoreTable
from oriel.adapters.dynamodb.task_items import task_from_item
from oriel.adapters.dynamodb.transaction import Cancelled
from oriel.adapters.dynamodb.writes import EXISTS, LIVE
from oriel.domain.activation import decide
from oriel.domain.clock import to_iso
from oriel.domain.errors import Conflict, NotFound, TemporarilyUnavailable
from oriel.domain.export import Export
from oriel.domain.model import Model
from oriel.domain.page import Page, PageRequest
from oriel.domain.task import TrainStatus

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

PUBLISH_ATTEMPTS = 5

HELD = f"{LIVE} AND training_model_id = :holder"
OPEN = f"{EXISTS} AND train_status IN (:created, :training)"
_OPEN_STATES = {
    "created": TrainStatus.CREATED.value,
    "training": TrainStatus.IN_TRAINING.value,
}


class _Entombed(Exception):
    """It has been done already."""


class DynamoModelStore:
    """Models; the lock and the versions lie with their task."""

    def __init__(self, client: "DynamoDBClient", table_name: str) -> None:
        self._table = CoreTable(client, table_name)

    def get(self, workspace_id: str, model_id: str) -> Model:
        """Return the model; raises NotFound."""
        item = self._table.find(model_key(workspace_id, model_id))
        if item is None or item.get("deleting"):
            raise NotFound("There is no model with this id")
        return model_from_item(item)

    def find_version(self, workspace_id: str, task_id: str, version: int) -> Model | None:
        """Return the published model of this version, None where there is none."""
        pointer = self._table.find(task_key(workspace_id, task_id, version_sk(version)))
        if pointer is None:
            return None
        try:
            return self.get(workspace_id, pointer["model_id"])
        except NotFound:
            return None  # deleted since the pointer was read

    def list(self, workspace_id: str, task_id: str, page: PageRequest) -> Page[Model]:
        """Return one page of the task's models, oldest first."""
        items, cursor = self._table.page(models_of(workspace_id, task_id), page)
        task = self._table.find(task_key(workspace_id, task_id)) or {}
        models = tuple(model_from_item(item) for item in items)
        return Page(models, task.get("models_count", len(models)), cursor)

    def mark_started(self, workspace_id: str, model_id: str, snapshot_key: str) -> None:
        """Note that the training has its snapshot: model and task are IN_TRAINING.

        Raises NotFound; Conflict where the model no longer holds the task's training lock.
        """
        model = self.get(workspace_id, model_id)
        status = TrainStatus.IN_TRAINING.value
        changes = {"train_status": status, "snapshot_key": snapshot_key}
        self._table.write(
            (self._change_open(model, changes), _ended()),
            (self._change_task(model, {"last_train_status": status}), _ended()),
        )

    def set_evaluated(self, model: Model) -> None:
        """Store artifact, accuracy and metrics of a model that is still in training.

        Raises NotFound; Conflict where it was published or failed.
        """
        self.get(model.workspace_id, model.id)
        self._table.write((self._change_open(model, evaluated_attributes(model)), _ended()))

    def set_exported(self, workspace_id: str, model_id: str, export: Export) -> None:
        """Note what became of a published model's export; raises NotFound."""
        change = self._table.writes.update(
            model_key(workspace_id, model_id),
            assign=exported_attributes(export),
            condition=f"{LIVE} AND attribute_exists(published_version) AND gsi1pk <> :tombs",
            values={"tombs": entombed_of(workspace_id).partition},
        )
        self._table.write((change, NotFound("There is no published model with this id")))

    def entomb(self, workspace_id: str, model_id: str) -> None:
        """Leave of a deleted task's model what bills name; again changes nothing."""
        model = self.get(workspace_id, model_id)
        tomb = self._table.writes.update(
            model_key(workspace_id, model_id),
            assign={"metrics": "{}", "gsi1pk": entombed_of(workspace_id).partition},
            remove=["artifact", "accuracy", "snapshot_key", "export"],
            condition=f"{EXISTS} AND gsi1pk <> :tombs",
            values={"tombs": entombed_of(workspace_id).partition},
        )
        uncount = self._table.writes.update(
            task_key(workspace_id, model.task_id), add={"models_count": -1}, condition=EXISTS
        )
        with suppress(_Entombed):
            self._table.write((tomb, _Entombed()), (uncount, None))

    def publish(self, workspace_id: str, model_id: str, at: datetime) -> Model:
        """Give the model the next version and free the lock, all or nothing.

        The task's policy decides whether it becomes the production version, in the same write.
        Again for a published model it changes nothing. Raises NotFound; Conflict where the model
        does not hold the training lock or has not been evaluated.
        """
        task_id = self.get(workspace_id, model_id).task_id
        for _ in range(PUBLISH_ATTEMPTS):
            # The task is read before the model: a lock that somebody's publication has freed
            # since belongs to a model that then shows its version.
            found = self._table.find(task_key(workspace_id, task_id))
            model = self.get(workspace_id, model_id)
            if model.version is not None:
                return model
            task = _publishable(model, found)
            try:
                self._table.transact(self._publication(model, task, at))
            except Cancelled:
                continue  # somebody was faster: look again
            return self.get(workspace_id, model_id)
        raise TemporarilyUnavailable("The model could not be published now; try again")

    def mark_failed(self, workspace_id: str, model_id: str, reason: str, at: datetime) -> None:
        """Set FAILED with the reason and free the lock; production stays. Published models stay.

        Again for a failed model it changes nothing. Raises NotFound.
        """
        model = self.get(workspace_id, model_id)
        if model.version is not None or model.train_status is TrainStatus.FAILED:
            return
        failed = TrainStatus.FAILED.value
        change = self._change_open(
            model, {"train_status": failed, "failure": reason, "finished": to_iso(at)}
        )
        free = self._change_task(model, {"last_train_status": failed, "training_model_id": None})
        try:
            self._table.transact([change, free])
        except Cancelled:
            self._fail_without_lock(model, change)

    def _fail_without_lock(self, model: Model, change: Write) -> None:
        """Fail a model whose task is gone; anything else has been settled by somebody else."""
        settled = Conflict("settled")
        try:
            self._table.write((change, settled))
        except Conflict:
            self.get(model.workspace_id, model.id)

    def _publication(self, model: Model, found: Item, at: datetime) -> Sequence[Write]:
        task = task_from_item(found)
        version, trained = task.latest_version + 1, TrainStatus.TRAINED.value
        decision = decide(task.activation, version, task.in_production, model.metrics)
        task_changes = {
            "latest_version": version,
            "last_train_status": trained,
            "training_model_id": None,
            "production_reason": decision.reason,
        }
        if decision.activate:
            task_changes |= {
                "production_version": version,
                "production_since": to_iso(at),
                "production_set_by": None,
            }
        model_changes = {
            "published_version": version,
            "train_status": trained,
            "finished": to_iso(at),
            "production_reason": decision.reason,
        }
        pointer = {
            **task_key(model.workspace_id, model.task_id, version_sk(version)),
            "model_id": model.id,
            "artifact_key": None if model.artifact is None else model.artifact.key,
        }
        return [
            self._change_decided(model, found, task_changes),
            self._change_open(model, model_changes),
            self._table.writes.put(pointer),
        ]

    def _change_task(self, model: Model, changes: Item) -> Write:
        return self._table.writes.update(
            task_key(model.workspace_id, model.task_id),
            assign=changes,
            condition=HELD,
            values={"holder": model.id},
        )

    def _change_decided(self, model: Model, found: Item, changes: Item) -> Write:
        """Change the task where it is as it was when it was decided what to do."""
        policy = found.get("activation")
        same = "activation = :policy" if policy else "attribute_not_exists(activation)"
        return self._table.writes.update(
            task_key(model.workspace_id, model.task_id),
            assign=changes,
            condition=f"{HELD} AND production_version = :production AND {same}",
            values={
                "holder": model.id,
                "production": found["production_version"],
                **({"policy": policy} if policy else {}),
            },
        )

    def _change_open(self, model: Model, changes: Item) -> Write:
        return self._table.writes.update(
            model_key(model.workspace_id, model.id),
            assign=changes,
            condition=OPEN,
            values=_OPEN_STATES,
        )


def _publishable(model: Model, task: Item | None) -> Item:
    """Return the task, whose lock the model must hold."""
    if task is None or task.get("deleting"):
        raise NotFound("There is no task with this id")
    if task.get("training_model_id") != model.id:
        raise _ended()
    if model.artifact is None:
        raise Conflict("The model has not been evaluated")
    return task


def _ended() -> Conflict:
    return Conflict("The training of this model has ended")
