"""Tasks and which labels may answer them."""

from dataclasses import dataclass

from oriel.domain.clock import Clock
from oriel.domain.errors import AlreadyTraining, Conflict, InvalidInput
from oriel.domain.ids import new_id
from oriel.domain.task import LABEL_TYPE_OF, MAX_LABELS_OF_TASK, Task, TaskType
from oriel.ports import LabelStore, TaskStore
from oriel.services.training import Trainings


@dataclass(frozen=True, slots=True)
class Tasks:
    """What can be done with tasks."""

    store: TaskStore
    labels: LabelStore
    trainings: Trainings
    clock: Clock

    def create(
        self,
        workspace_id: str,
        name: str,
        kind: TaskType,
        description: str = "",
        *,
        store_images: bool = False,
    ) -> Task:
        """Make a task; raises InvalidInput for a kind that cannot be trained."""
        if kind is not TaskType.MULTI_CLASS:
            raise InvalidInput(f"type must be {TaskType.MULTI_CLASS}; {kind} tasks are not offered")
        task = Task(
            *(new_id(), workspace_id, name, kind, self.clock(), description),
            store_images=store_images,
        )
        self.store.create(task)
        return task

    def attach_label(self, workspace_id: str, task_id: str, label_id: str) -> Task:
        """Let a label answer a task; again changes nothing.

        Raises NotFound, InvalidInput for the wrong kind, and Conflict for too many labels.
        """
        task = self.store.get(workspace_id, task_id)
        label = self.labels.get(workspace_id, label_id)
        wanted = LABEL_TYPE_OF[task.type]
        if label.type is not wanted:
            raise InvalidInput(f"A {task.type} task takes labels of type {wanted}")
        if task.labels_count >= MAX_LABELS_OF_TASK and not self._answers(task, label_id):
            raise Conflict(f"A task takes at most {MAX_LABELS_OF_TASK} labels")
        self.store.attach_label(workspace_id, task_id, label_id)
        return self.store.get(workspace_id, task_id)

    def detach_label(self, workspace_id: str, task_id: str, label_id: str) -> Task:
        """Undo `attach_label`; raises NotFound."""
        self.store.detach_label(workspace_id, task_id, label_id)
        return self.store.get(workspace_id, task_id)

    def delete(self, workspace_id: str, task_id: str) -> None:
        """Remove a task; raises NotFound, and AlreadyTraining while it is really in training."""
        try:
            self.store.delete(workspace_id, task_id)
        except AlreadyTraining:
            self.trainings.settle(self.store.get(workspace_id, task_id))
            self.store.delete(workspace_id, task_id)

    def _answers(self, task: Task, label_id: str) -> bool:
        attached = self.store.labels(task.workspace_id, task.id)
        return label_id in {label.id for label in attached}
