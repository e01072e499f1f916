"""The annotation hierarchy: labels and the tasks that are asked next of what carries them.

Both ends hold an item of each link, written and removed in one transaction, so that either end
finds all its links by a strongly consistent read when it goes.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from oriel.adapters.dynamodb.attributes import Item
from oriel.adapters.dynamodb.cascade import Write, remove_links
from oriel.adapters.dynamodb.keys import label_key, task_key
from oriel.adapters.dynamodb.table import CoreTable
from oriel.domain.errors import NotFound

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

FOLLOW_UP_PREFIX = "FOLLOWUP#"
LEADER_PREFIX = "LEADER#"


class _Unchanged(Exception):
    """What is asked for is so already."""


class DynamoFollowUpStore:
    """Links from labels to follow-up tasks."""

    def __init__(self, client: "DynamoDBClient", table_name: str) -> None:
        self._table = CoreTable(client, table_name)

    def add(self, workspace_id: str, label_id: str, task_id: str) -> None:
        """Let the task follow the label; again changes nothing. Raises NotFound."""
        writes = self._table.writes
        ends = _ends(workspace_id, label_id, task_id)
        follow_up, leader = (
            writes.put({**end, "label_id": label_id, "task_id": task_id}) for end in ends
        )
        self._write(workspace_id, label_id, task_id, follow_up, leader)

    def remove(self, workspace_id: str, label_id: str, task_id: str) -> None:
        """Undo `add`; where the task does not follow nothing changes. Raises NotFound."""
        ends = _ends(workspace_id, label_id, task_id)
        follow_up, leader = (self._table.writes.delete(end) for end in ends)
        self._write(workspace_id, label_id, task_id, follow_up, leader)

    def of(self, workspace_id: str, label_id: str) -> Sequence[str]:
        """Return the ids of the tasks that follow the label, oldest task first."""
        links = self._table.below(label_key(workspace_id, label_id)["pk"], FOLLOW_UP_PREFIX)
        keys = [task_key(workspace_id, link["task_id"]) for link in links]
        tasks = [item for item in self._table.find_many(keys) if not item.get("deleting")]
        return [
            item["id"] for item in sorted(tasks, key=lambda item: (item["created"], item["id"]))
        ]

    def _write(
        self, workspace_id: str, label_id: str, task_id: str, follow_up: Write, leader: Write
    ) -> None:
        check = self._table.writes.check
        unknown_label = NotFound("There is no label with this id")
        unknown_task = NotFound("There is no task with this id")
        try:
            self._table.write(
                (check(label_key(workspace_id, label_id)), unknown_label),
                (check(task_key(workspace_id, task_id)), unknown_task),
                (follow_up, _Unchanged()),
                (leader, None),
            )
        except _Unchanged:
            return


def forget_label(table: CoreTable, workspace_id: str, label_id: str) -> None:
    """Remove all links of a label that is hidden already, so that there will be no new ones."""
    _unlink(table, workspace_id, label_key(workspace_id, label_id)["pk"], FOLLOW_UP_PREFIX)


def forget_task(table: CoreTable, workspace_id: str, task_id: str) -> None:
    """Remove all links of a task that is hidden already, so that there will be no new ones."""
    _unlink(table, workspace_id, task_key(workspace_id, task_id)["pk"], LEADER_PREFIX)


def _unlink(table: CoreTable, workspace_id: str, pk: str, prefix: str) -> None:
    def other_end(link: Item) -> Write:
        ends = _ends(workspace_id, link["label_id"], link["task_id"])
        [other] = [end for end in ends if end["pk"] != pk]
        return table.writes.delete(other)

    for _ in remove_links(table, list(table.below(pk, prefix)), other_end):
        pass


def _ends(workspace_id: str, label_id: str, task_id: str) -> tuple[dict[str, str], dict[str, str]]:
    return (
        dict(label_key(workspace_id, label_id, f"{FOLLOW_UP_PREFIX}{task_id}")),
        dict(task_key(workspace_id, task_id, f"{LEADER_PREFIX}{label_id}")),
    )
