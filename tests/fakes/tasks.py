from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Unpack

from oriel.domain.billing.room import ANY_ROOM, Room
from oriel.domain.errors import AlreadyTraining, Conflict
from oriel.domain.label import Label
from oriel.domain.model import Model
from oriel.domain.page import Page, PageRequest
from oriel.domain.search import is_like
from oriel.domain.task import Task, TaskChanges, TrainStatus

from tests.fakes.core import MemoryCore, page_of


class MemoryTaskStore:
    def __init__(self, core: MemoryCore) -> None:
        self._core = core

    def create(self, task: Task, negative: Label | None = None, room: Room = ANY_ROOM) -> None:
        with self._core.lock:
            if task.id in self._core.tasks:
                raise Conflict("The task exists already")
            if len(self._mine(task.workspace_id)) >= room.tasks:
                raise room.full()
            if negative is not None:
                self._core.add_label(negative, room)
                self._core.task_labels.add((task.id, negative.id))
            self._core.tasks[task.id] = task

    def get(self, workspace_id: str, task_id: str) -> Task:
        return self._core.task(workspace_id, task_id)

    def list(self, workspace_id: str, page: PageRequest, search: str = "") -> Page[Task]:
        mine = self._mine(workspace_id)
        return page_of([task for task in mine if is_like(task.name, search)], page)

    def update(self, workspace_id: str, task_id: str, **changes: Unpack[TaskChanges]) -> Task:
        with self._core.lock:
            given: Any = {name: value for name, value in changes.items() if value is not None}
            task = replace(self.get(workspace_id, task_id), **given)
            self._core.tasks[task_id] = task
            return task

    def hide(self, workspace_id: str, task_id: str) -> Task:
        with self._core.lock:
            task = self._core.any_task(workspace_id, task_id)
            if task.training_model_id is not None:
                raise AlreadyTraining("A training of this task is under way")
            self._core.hidden_tasks.add(task_id)
            if task.negative_label_id is not None:
                self._core.hidden_labels.add(task.negative_label_id)
            return task

    def unlink(self, workspace_id: str, task_id: str) -> None:
        with self._core.lock:
            self._core.any_task(workspace_id, task_id)
            for pair in [pair for pair in self._core.task_labels if pair[0] == task_id]:
                self._core.task_labels.remove(pair)
                self._count(*pair, -1)
            self._core.follow_ups = {one for one in self._core.follow_ups if one[1] != task_id}
            self._core.trial_records = {
                key: one for key, one in self._core.trial_records.items() if one.task_id != task_id
            }

    def delete(self, workspace_id: str, task_id: str) -> None:
        with self._core.lock:
            self.hide(workspace_id, task_id)
            self.unlink(workspace_id, task_id)
            del self._core.tasks[task_id]
            self._core.hidden_tasks.discard(task_id)

    def attach_label(self, workspace_id: str, task_id: str, label_id: str) -> None:
        with self._core.lock:
            self._check(workspace_id, task_id, label_id)
            if (task_id, label_id) not in self._core.task_labels:
                self._core.task_labels.add((task_id, label_id))
                self._count(task_id, label_id, 1)

    def detach_label(self, workspace_id: str, task_id: str, label_id: str) -> None:
        with self._core.lock:
            self._check(workspace_id, task_id, label_id)
            if (task_id, label_id) in self._core.task_labels:
                self._core.task_labels.remove((task_id, label_id))
                self._count(task_id, label_id, -1)

    def labels(self, workspace_id: str, task_id: str) -> Sequence[Label]:
        linked = [label for task, label in self._core.task_labels if task == task_id]
        return self._core.seen_labels(workspace_id, linked)

    def begin_training(self, task: Task, model: Model) -> None:
        with self._core.lock:
            now = self.get(task.workspace_id, task.id)
            if now.training_model_id is not None:
                raise AlreadyTraining("A training of this task is under way")
            if model.id in self._core.models:
                raise Conflict("The model exists already")
            self._core.models[model.id] = model
            self._core.tasks[task.id] = replace(
                now, training_model_id=model.id, last_train_status=TrainStatus.CREATED
            )

    def _mine(self, workspace_id: str) -> Sequence[Task]:
        return [
            task
            for task in self._core.tasks.values()
            if task.workspace_id == workspace_id and task.id not in self._core.hidden_tasks
        ]

    def _check(self, workspace_id: str, task_id: str, label_id: str) -> None:
        self._core.task(workspace_id, task_id)
        self._core.label(workspace_id, label_id)

    def _count(self, task_id: str, label_id: str, change: int) -> None:
        task, label = self._core.tasks[task_id], self._core.labels[label_id]
        self._core.tasks[task_id] = replace(task, labels_count=task.labels_count + change)
        self._core.labels[label_id] = replace(label, tasks_count=label.tasks_count + change)
