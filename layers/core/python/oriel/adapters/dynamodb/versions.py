"""The versions of tasks in the core table: activated and removed by one transaction each."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from oriel.adapters.dynamodb.attributes import Item
from oriel.adapters.dynamodb.cascade import Write
from oriel.adapters.dynamodb.keys import (
    VERSION_PREFIX,
    hidden_in,
    model_key,
    task_key,
    version_sk,
)
from oriel.adapters.dynamodb.model_items import model_from_item
from oriel.adapters.dynamodb.table import CoreTable
from oriel.adapters.dynamodb.task_items import task_from_item
from oriel.adapters.dynamodb.writes import EXISTS, LIVE
from oriel.domain.activation import chosen
from oriel.domain.clock import to_iso
from oriel.domain.errors import Conflict, NotFound, NotTrained
from oriel.domain.model import Model, check_deletable

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_UNHELD = "(attribute_not_exists(training_model_id) OR training_model_id <> :model)"
_NO_VERSION_AT_ALL = 0
"""What no task's production version ever is."""


class DynamoVersionStore:
    """Versions: a pointer below the task for each, and the task's attribute for production."""

    def __init__(self, client: "DynamoDBClient", table_name: str) -> None:
        self._table = CoreTable(client, table_name)

    def activate(
        self, workspace_id: str, task_id: str, version: int, user_id: str, at: datetime
    ) -> None:
        """Make a published version the task's production version and note who did it and when.

        Raises NotFound for an unknown task, NotTrained where the version does not exist.
        """
        writes = self._table.writes
        change = {
            "production_version": version,
            "production_since": to_iso(at),
            "production_set_by": user_id,
            "production_reason": chosen(version),
        }
        pointer = task_key(workspace_id, task_id, version_sk(version))
        self._table.write(
            (
                writes.update(task_key(workspace_id, task_id), assign=change),
                NotFound("There is no task with this id"),
            ),
            (writes.check(pointer, EXISTS), NotTrained(f"The task has no version {version}")),
        )

    def artifact_keys(self, workspace_id: str, task_id: str) -> Mapping[int, str]:
        """Return the keys of the artifacts of all versions, strongly consistent."""
        pointers = self._table.below(task_key(workspace_id, task_id)["pk"], VERSION_PREFIX)
        return {
            int(pointer["sk"].removeprefix(VERSION_PREFIX)): pointer["artifact_key"]
            for pointer in pointers
        }

    def hide(self, workspace_id: str, model_id: str) -> Model:
        """Take a model and its version from all readers and return the model.

        Again changes nothing. Raises NotFound; Conflict for the production version and for a model
        in training.
        """
        item = self._table.find(model_key(workspace_id, model_id))
        if item is None:
            raise NotFound("There is no model with this id")
        model = model_from_item(item)
        if not item.get("deleting"):
            self._hide(model)
        return model

    def remove(self, workspace_id: str, model_id: str) -> None:
        """Remove a model that is hidden; one that is gone is no error."""
        gone_or_hidden = f"NOT {EXISTS} OR attribute_exists(deleting)"
        remove = self._table.writes.delete(model_key(workspace_id, model_id), gone_or_hidden)
        self._table.write((remove, Conflict("The model is not hidden")))

    def _hide(self, model: Model) -> None:
        task = self._table.find(task_key(model.workspace_id, model.task_id))
        if task is None or task.get("deleting"):
            raise Conflict("The model's task is deleted; what is left of the model stays for bills")
        check_deletable(model, task_from_item(task))
        changed = Conflict("The model has changed meanwhile; look at it again")
        self._table.write(*((write, changed) for write in self._hiding(model, task)))

    def _hiding(self, model: Model, task: Item) -> Sequence[Write]:
        writes, workspace_id = self._table.writes, model.workspace_id
        # A trial that has begun since may be of this version.
        seen = {"traffic": task["traffic"]} if "traffic" in task else {}
        same = "traffic = :traffic" if seen else "attribute_not_exists(traffic)"
        hide = writes.update(
            model_key(workspace_id, model.id),
            assign=hidden_in(workspace_id, "MODELS"),
            condition=f"{LIVE} AND train_status = :status",
            values={"status": model.train_status.value},
        )
        count = writes.update(
            task_key(workspace_id, model.task_id),
            add={"models_count": -1},
            condition=f"{LIVE} AND production_version <> :version AND {_UNHELD} AND {same}",
            values={"version": model.version or _NO_VERSION_AT_ALL, "model": model.id, **seen},
        )
        if model.version is None:
            return [hide, count]
        pointer = task_key(workspace_id, model.task_id, version_sk(model.version))
        return [hide, count, writes.delete(pointer)]
