"""Tasks and which labels may answer them."""

from dataclasses import replace
from typing import Any, Unpack

from oriel.domain.abstention import Abstention
from oriel.domain.billing.room import Room
from oriel.domain.clock import Clock
from oriel.domain.errors import AlreadyTraining, Conflict, InvalidInput
from oriel.domain.ids import new_id
from oriel.domain.label import Label, LabelType, check_removable
from oriel.domain.task import (
    LABEL_TYPE_OF,
    MAX_LABELS_OF_TASK,
    Task,
    TaskSettings,
    TaskType,
    check_abstention,
)
from oriel.label_ports import LabelStore
from oriel.ports import TaskStore
from oriel.services.deletions import Deletions
from oriel.services.training import Trainings
from oriel.values import dataclass


@dataclass(frozen=True, slots=True)
class Tasks:
    """What can be done with tasks."""

    store: TaskStore
    labels: LabelStore
    deletions: Deletions
    trainings: Trainings
    clock: Clock

    def create(
        self,
        workspace_id: str,
        name: str,
        kind: TaskType,
        description: str = "",
        *,
        room: Room,
        **settings: Unpack[TaskSettings],
    ) -> Task:
        """Make a task; a tagging task brings its negative label.

        Raises Conflict for too many, PlanLimitReached for more than the plan has room for, and
        InvalidInput for a setting that its type does not have.
        """
        check_abstention(kind, settings.get("abstention"))
        given: Any = {name: value for name, value in settings.items() if value is not None}
        task = Task(new_id(), workspace_id, name, kind, self.clock(), description, **given)
        if kind is TaskType.MULTI_LABEL:
            negative = _negative_label(task)
            task = replace(task, negative_label_id=negative.id, labels_count=1)
            self.store.create(task, negative, room)
        else:
            self.store.create(task, room=room)
        return task

    def check(self, workspace_id: str, task_id: str, abstention: Abstention | None) -> None:
        """Raise NotFound, and InvalidInput for a setting that the task's type does not have."""
        if abstention is not None:
            check_abstention(self.store.get(workspace_id, task_id).type, abstention)

    def attach_label(self, workspace_id: str, task_id: str, label_id: str) -> Task:
        """Let a label answer a task; again changes nothing.

        Raises NotFound, InvalidInput for the wrong kind, and Conflict for too many labels.
        """
        task = self.store.get(workspace_id, task_id)
        label = self.labels.get(workspace_id, label_id)
        wanted = LABEL_TYPE_OF[task.type]
        if label.type is not wanted:
            raise InvalidInput(
                f"label_id: a {task.type} task takes labels of the type {wanted}; "
                f"'{label.name}' is of the type {label.type}"
            )
        if label.negative_for_task not in {None, task.id}:
            raise Conflict(f"The label '{label.name}' is the negative label of another task")
        if task.labels_count >= MAX_LABELS_OF_TASK and not self._answers(task, label_id):
            raise Conflict(f"A task takes at most {MAX_LABELS_OF_TASK} labels")
        self.store.attach_label(workspace_id, task_id, label_id)
        return self.store.get(workspace_id, task_id)

    def detach_label(self, workspace_id: str, task_id: str, label_id: str) -> Task:
        """Undo `attach_label`; raises NotFound, and Conflict for the task's negative label."""
        task = self.store.get(workspace_id, task_id)
        if label_id == task.negative_label_id:
            check_removable(self.labels.get(workspace_id, label_id))
        self.store.detach_label(workspace_id, task_id, label_id)
        return self.store.get(workspace_id, task_id)

    def delete(self, workspace_id: str, task_id: str) -> None:
        """Remove a task with its negative label; other labels and all images stay.

        What its models are made of goes with it; what bills name of them stays. Raises NotFound,
        and AlreadyTraining while it is really in training. A repeat after a crash goes on: the
        task itself goes last.
        """
        hidden = self.hide(workspace_id, task_id)
        if hidden.negative_label_id is not None:
            self.deletions.delete_negative(workspace_id, hidden.negative_label_id)
        self.deletions.finish_task(hidden)

    def hide(self, workspace_id: str, task_id: str) -> Task:
        """Take a task from all readers; raises as `delete` does."""
        try:
            return self.store.hide(workspace_id, task_id)
        except AlreadyTraining:
            self.trainings.settle(self.store.get(workspace_id, task_id))
            return self.store.hide(workspace_id, task_id)

    def _answers(self, task: Task, label_id: str) -> bool:
        attached = self.store.labels(task.workspace_id, task.id)
        return label_id in {label.id for label in attached}


def _negative_label(task: Task) -> Label:
    """Make the label of pictures that have none of a task's tags, named after the task."""
    return Label(
        new_id(),
        task.workspace_id,
        task.name,
        LabelType.TAG,
        task.created,
        tasks_count=1,
        negative_for_task=task.id,
    )
