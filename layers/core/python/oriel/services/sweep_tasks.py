"""How tasks are swept, with what their models are made of."""

from collections.abc import Sequence
from contextlib import suppress

from oriel.domain.errors import NotFound
from oriel.domain.model import job_prefixes, task_prefix
from oriel.domain.page import PageRequest
from oriel.domain.sweep import Sweep, SweepKind, Swept
from oriel.domain.task import Task
from oriel.label_ports import LabelStore
from oriel.ports import Blobs, TaskStore
from oriel.services.sweep_labels import LabelBroom
from oriel.training_ports import ModelStore
from oriel.values import dataclass

MODELS_A_SLICE = 20


@dataclass(frozen=True, slots=True)
class TaskBroom:
    """Removes a hidden task, its negative label and its objects; labels and images stay.

    Of its models stays what bills name.
    """

    tasks: TaskStore
    labels: LabelStore
    models: ModelStore
    artifacts: Blobs
    datasets: Blobs

    def sweep(self, sweep: Sweep) -> Swept:
        """Remove the next that is left; the task itself goes last, as a repeat goes by it."""
        workspace_id, task_id = sweep.workspace_id, sweep.subject_id
        try:
            task = self.tasks.hide(workspace_id, task_id)
        except NotFound:
            return Swept({}, finished=True)
        for step in (self._negative_label, self._objects, self._models):
            swept = step(task)
            if not swept.finished:
                return swept
        with suppress(NotFound):  # somebody else was faster
            self.tasks.delete(workspace_id, task_id)
        return Swept({"tasks": 1}, finished=True)

    def _negative_label(self, task: Task) -> Swept:
        if task.negative_label_id is None:
            return Swept({}, finished=True)
        try:
            self.labels.hide(task.workspace_id, task.negative_label_id)
        except NotFound:
            return Swept({}, finished=True)
        kind, asked = SweepKind.LABEL, task.created
        sweep = Sweep(task.workspace_id, kind, task.negative_label_id, asked)
        swept = LabelBroom(self.labels).sweep(sweep)
        return Swept(swept.removed, finished=False)

    def _objects(self, task: Task) -> Swept:
        prefix = task_prefix(task.workspace_id, task.id)
        removed = sum(bucket.delete_below(prefix) for bucket in (self.artifacts, self.datasets))
        return Swept({"objects": removed}, finished=not removed)

    def _models(self, task: Task) -> Swept:
        page = self.models.list(task.workspace_id, task.id, PageRequest(MODELS_A_SLICE))
        for model in page.items:
            removed = self._job_objects(job_prefixes(model.id))
            if removed:
                return Swept({"objects": removed})
            self.models.entomb(task.workspace_id, model.id)
        # The count is exact and the listing lags behind it.
        return Swept({"models": len(page.items)}, finished=page.count == 0)

    def _job_objects(self, prefixes: Sequence[str]) -> int:
        return sum(map(self.artifacts.delete_below, prefixes))
