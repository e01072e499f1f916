from collections.abc import Sequence
from dataclasses import replace

from oriel.domain.billing.room import ANY_ROOM, Room
from oriel.domain.clock import Clock, utc_now
from oriel.domain.label import (
    EVERY_LABEL,
    Label,
    LabelChange,
    LabelFilter,
    check_removable,
)
from oriel.domain.page import Page, PageRequest
from oriel.domain.sweep import Hidden

from tests.fakes.core import LabelEvent, MemoryCore, page_of


class MemoryLabelStore:
    def __init__(self, core: MemoryCore, clock: Clock = utc_now) -> None:
        self._core = core
        self._clock = clock

    def create(self, label: Label, room: Room = ANY_ROOM) -> None:
        with self._core.lock:
            self._core.add_label(label, room)

    def get(self, workspace_id: str, label_id: str) -> Label:
        return self._core.label(workspace_id, label_id)

    def list(
        self, workspace_id: str, page: PageRequest, wanted: LabelFilter = EVERY_LABEL
    ) -> Page[Label]:
        mine = self._core.seen_labels(workspace_id, self._core.labels)
        return page_of([one for one in mine if wanted.matches(one.name, one.type)], page)

    def update(self, workspace_id: str, label_id: str, change: LabelChange) -> Label:
        with self._core.lock:
            label = replace(self.get(workspace_id, label_id), **change.given())
            self._core.labels[label_id] = label
            return label

    def hide(self, workspace_id: str, label_id: str) -> Hidden:
        with self._core.lock:
            label = self._core.any_label(workspace_id, label_id)
            fresh = label_id not in self._core.hidden_labels
            if fresh:
                check_removable(label)
            self._core.hidden_labels.add(label_id)
            return Hidden(fresh, label.images_count, label.tasks_count)

    def carriers_of_hidden(self, workspace_id: str, label_id: str, limit: int) -> Sequence[str]:
        with self._core.lock:
            self._core.any_label(workspace_id, label_id)
            linked = [
                image_id for image_id, linked in self._core.image_labels if linked == label_id
            ]
            return sorted(linked)[:limit]

    def detach(self, workspace_id: str, label_id: str, limit: int) -> int:
        with self._core.lock:
            images = self.carriers_of_hidden(workspace_id, label_id, limit)
            for image_id in images:
                del self._core.image_labels[image_id, label_id]
                self._core.events.append(LabelEvent(image_id, label_id, "removed", self._clock()))
                self._count(label_id, images_count=-1)
            for one in [one for one in self._core.proposals if one[1] == label_id]:
                del self._core.proposals[one]
            tasks = sorted(task for task, linked in self._core.task_labels if linked == label_id)
            tasks = tasks[: limit - len(images)]
            for task_id in tasks:
                self._core.task_labels.remove((task_id, label_id))
                self._count(label_id, tasks_count=-1)
                task = self._core.tasks[task_id]
                self._core.tasks[task_id] = replace(task, labels_count=task.labels_count - 1)
            return len(images) + len(tasks)

    def remove(self, workspace_id: str, label_id: str) -> bool:
        with self._core.lock:
            label = self._core.labels.get(label_id)
            if label is None or label.workspace_id != workspace_id:
                return True
            if label_id not in self._core.hidden_labels or label.images_count + label.tasks_count:
                return False
            del self._core.labels[label_id]
            self._core.hidden_labels.discard(label_id)
            self._core.follow_ups = {one for one in self._core.follow_ups if one[0] != label_id}
            return True

    def _count(self, label_id: str, *, images_count: int = 0, tasks_count: int = 0) -> None:
        label = self._core.labels[label_id]
        self._core.labels[label_id] = replace(
            label,
            images_count=label.images_count + images_count,
            tasks_count=label.tasks_count + tasks_count,
        )
