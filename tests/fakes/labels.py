from datetime import datetime

from oriel.domain.clock import Clock, utc_now
from oriel.domain.errors import Conflict
from oriel.domain.label import Label
from oriel.domain.page import Page, PageRequest

from tests.fakes.core import MemoryCore, page_of
from tests.fakes.images import MemoryImageStore
from tests.fakes.tasks import MemoryTaskStore


class MemoryLabelStore:
    def __init__(self, core: MemoryCore, clock: Clock = utc_now) -> None:
        self._core = core
        self._clock = clock

    def create(self, label: Label) -> None:
        with self._core.lock:
            if label.id in self._core.labels:
                raise Conflict("The label exists already")
            self._core.labels[label.id] = label

    def get(self, workspace_id: str, label_id: str) -> Label:
        return self._core.label(workspace_id, label_id)

    def list(self, workspace_id: str, page: PageRequest) -> Page[Label]:
        mine = [label for label in self._core.labels.values() if label.workspace_id == workspace_id]
        return page_of(mine, page)

    def delete(self, workspace_id: str, label_id: str) -> None:
        with self._core.lock:
            self.get(workspace_id, label_id)
            self._detach(workspace_id, label_id, self._clock())
            del self._core.labels[label_id]

    def _detach(self, workspace_id: str, label_id: str, at: datetime) -> None:
        tasks, images = MemoryTaskStore(self._core), MemoryImageStore(self._core)
        for task_id, linked in list(self._core.task_labels):
            if linked == label_id:
                tasks.detach_label(workspace_id, task_id, label_id)
        for image_id, linked in list(self._core.image_labels):
            if linked == label_id:
                images.remove_label(workspace_id, image_id, label_id, at)
        self._core.proposals -= {one for one in self._core.proposals if one[1] == label_id}
