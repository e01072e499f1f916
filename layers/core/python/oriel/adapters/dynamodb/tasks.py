"""Tasks, their labels and their training lock in the core table."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Unpack

from oriel.adapters.dynamodb.attributes import Item
from oriel.adapters.dynamodb.cascade import Write, remove_links
from oriel.adapters.dynamodb.follow_ups import forget_task
from oriel.adapters.dynamodb.keys import (
    LABEL_PREFIX,
    META,
    counts_key,
    hidden_in,
    label_key,
    link_sk,
    task_key,
    tasks_of,
)
from oriel.adapters.dynamodb.label_items import label_to_item, linked_labels
from oriel.adapters.dynamodb.model_items import model_to_item
from oriel.adapters.dynamodb.search import search_page
from oriel.adapters.dynamodb.table import CoreTable
from oriel.adapters.dynamodb.task_items import task_from_item, task_link, task_to_item
from oriel.adapters.dynamodb.task_settings import changes_to_item
from oriel.adapters.dynamodb.writes import EXISTS, LIVE
from oriel.domain.billing.room import ANY_ROOM, Room
from oriel.domain.errors import AlreadyTraining, Conflict, NotFound
from oriel.domain.label import Label
from oriel.domain.model import Model
from oriel.domain.page import Page, PageRequest
from oriel.domain.search import is_like
from oriel.domain.task import Task, TaskChanges, TrainStatus

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

UNLOCKED = f"{LIVE} AND attribute_not_exists(training_model_id)"


class _Unchanged(Exception):
    """What is asked for is so already."""


class DynamoTaskStore:
    """Tasks; the training lock is the attribute `training_model_id` of the task itself."""

    def __init__(self, client: "DynamoDBClient", table_name: str) -> None:
        self._table = CoreTable(client, table_name)

    def create(self, task: Task, negative: Label | None = None, room: Room = ANY_ROOM) -> None:
        """Add a task, with its negative label where it has one, all or nothing.

        Raises Conflict where the workspace is full, PlanLimitReached where its plan is.
        """
        writes = self._table.writes
        changes = {"tasks_count": 1} if negative is None else {"tasks_count": 1, "labels_count": 1}
        limits = {"tasks_count": room.tasks, "labels_count": room.labels}
        count = writes.count_within(
            counts_key(task.workspace_id), changes, {name: limits[name] for name in changes}
        )
        parts: list[tuple[Write, Exception | None]] = [
            (writes.put(task_to_item(task)), Conflict("The task exists already")),
            (count, room.full()),
        ]
        if negative is not None:
            link = task_link(task, negative.id)
            parts += [(writes.put(label_to_item(negative)), None), (writes.put(link), None)]
        self._table.write(*parts)

    def get(self, workspace_id: str, task_id: str) -> Task:
        """Return the task, strongly consistent; raises NotFound."""
        return task_from_item(self._find(workspace_id, task_id))

    def list(self, workspace_id: str, page: PageRequest, search: str = "") -> Page[Task]:
        """Return one page of the workspace's tasks with the text in their names, oldest first."""
        if search:
            return self._search(workspace_id, page, search)
        items, cursor = self._table.page(tasks_of(workspace_id), page)
        counts = self._table.find(counts_key(workspace_id)) or {}
        tasks = tuple(task_from_item(item) for item in items)
        return Page(tasks, counts.get("tasks_count", 0), cursor)

    def update(self, workspace_id: str, task_id: str, **changes: Unpack[TaskChanges]) -> Task:
        """Change what is given and return the task; raises NotFound."""
        given = changes_to_item(changes)
        if not given:
            return self.get(workspace_id, task_id)
        update = self._table.writes.update(task_key(workspace_id, task_id), assign=given)
        return task_from_item(self._table.update(update, _unknown_task()))

    def hide(self, workspace_id: str, task_id: str) -> Task:
        """Take the task and its negative label from all readers and return the task.

        Again changes nothing. Raises NotFound; AlreadyTraining while a training runs.
        """
        item = self._table.find(task_key(workspace_id, task_id))
        if item is None:
            raise _unknown_task()
        task = task_from_item(item)
        if not item.get("deleting"):
            self._hide(task)
        return task

    def unlink(self, workspace_id: str, task_id: str) -> None:
        """Remove the links of a hidden task to labels, and its versions."""
        key = task_key(workspace_id, task_id)
        links = list(self._table.below(key["pk"], LABEL_PREFIX))
        for _ in remove_links(self._table, links, self._uncount_label):
            pass
        forget_task(self._table, workspace_id, task_id)
        rest = [found["sk"] for found in self._table.below(key["pk"]) if found["sk"] != META]
        self._table.remove(task_key(workspace_id, task_id, sk) for sk in rest)

    def delete(self, workspace_id: str, task_id: str) -> None:
        """Remove the task, hidden or not, its label links and its versions.

        Its negative label is only hidden; labels, images and models stay. Raises NotFound;
        AlreadyTraining while a training runs. A repeat after a crash goes on.
        """
        self.hide(workspace_id, task_id)
        self.unlink(workspace_id, task_id)
        self._table.remove([task_key(workspace_id, task_id)])

    def attach_label(self, workspace_id: str, task_id: str, label_id: str) -> None:
        """Let the label answer the task; again changes nothing. Raises NotFound."""
        task = self.get(workspace_id, task_id)
        link = self._table.writes.put(task_link(task, label_id))
        self._change_labels(workspace_id, task_id, label_id, 1, link)

    def detach_label(self, workspace_id: str, task_id: str, label_id: str) -> None:
        """Undo `attach_label`; where it is not attached nothing changes. Raises NotFound."""
        link = task_key(workspace_id, task_id, link_sk(label_id))
        self._change_labels(workspace_id, task_id, label_id, -1, self._table.writes.delete(link))

    def labels(self, workspace_id: str, task_id: str) -> Sequence[Label]:
        """Return all labels of the task, in the order in which they were created."""
        return linked_labels(self._table, workspace_id, task_key(workspace_id, task_id)["pk"])

    def begin_training(self, task: Task, model: Model) -> None:
        """Add the model and take the task's training lock, both or neither.

        Raises AlreadyTraining where another model holds the lock; NotFound.
        """
        lock = self._table.writes.update(
            task_key(task.workspace_id, task.id),
            assign={
                "training_model_id": model.id,
                "last_train_status": TrainStatus.CREATED.value,
            },
            add={"models_count": 1},
            condition=UNLOCKED,
        )
        add = self._table.writes.put(model_to_item(model))
        try:
            self._table.write((lock, _Locked()), (add, Conflict("The model exists already")))
        except _Locked:
            self._find(task.workspace_id, task.id)
            raise _training() from None

    def _find(self, workspace_id: str, task_id: str) -> Item:
        item = self._table.find(task_key(workspace_id, task_id))
        if item is None or item.get("deleting"):
            raise _unknown_task()
        return item

    def _search(self, workspace_id: str, page: PageRequest, search: str) -> Page[Task]:
        items, count, cursor = search_page(
            self._table, tasks_of(workspace_id), page, lambda item: is_like(item["name"], search)
        )
        return Page(tuple(task_from_item(item) for item in items), count, cursor)

    def _hide(self, task: Task) -> None:
        workspace_id = task.workspace_id
        hide = self._table.writes.update(
            task_key(workspace_id, task.id),
            assign=hidden_in(workspace_id, "TASKS"),
            condition=UNLOCKED,
        )
        changes = {"tasks_count": -1}
        parts: list[tuple[Write, Exception | None]] = [(hide, _Locked())]
        if task.negative_label_id is not None:
            changes["labels_count"] = -1
            hide_negative = self._table.writes.update(
                label_key(workspace_id, task.negative_label_id),
                assign=hidden_in(workspace_id, "LABELS"),
            )
            parts.append((hide_negative, None))
        uncount = self._table.writes.count(counts_key(workspace_id), **changes)
        try:
            self._table.write(*parts, (uncount, None))
        except _Locked:
            self._find(workspace_id, task.id)
            raise _training() from None

    def _change_labels(
        self, workspace_id: str, task_id: str, label_id: str, change: int, link: Write
    ) -> None:
        update = self._table.writes.update
        try:
            self._table.write(
                (
                    update(task_key(workspace_id, task_id), add={"labels_count": change}),
                    _unknown_task(),
                ),
                (
                    update(label_key(workspace_id, label_id), add={"tasks_count": change}),
                    _unknown_label(),
                ),
                (link, _Unchanged()),
            )
        except _Unchanged:
            return

    def _uncount_label(self, link: Item) -> Write:
        return self._table.writes.update(
            label_key(link["workspace_id"], link["label_id"]),
            add={"tasks_count": -1},
            condition=EXISTS,
        )


class _Locked(Exception):
    """The task is gone, or a training holds it."""


def _unknown_task() -> NotFound:
    return NotFound("There is no task with this id")


def _unknown_label() -> NotFound:
    return NotFound("There is no label with this id")


def _training() -> AlreadyTraining:
    return AlreadyTraining("A training of this task is under way; wait until it has finished")
