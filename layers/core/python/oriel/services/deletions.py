"""Deletions of what may be linked to very many things.

The thing is hidden first, so that nobody sees it when the answer arrives. What is small goes within
the request; the rest is left to a sweep.
"""

from contextlib import suppress

from oriel.domain.clock import Clock
from oriel.domain.errors import NotFound, TemporarilyUnavailable
from oriel.domain.sweep import Hidden, Sweep, SweepKind
from oriel.domain.task import Task, TrainStatus
from oriel.label_ports import LabelStore
from oriel.ports import TaskStore
from oriel.services.sweeps import Broom
from oriel.sweep_ports import Sweeps
from oriel.values import dataclass

LINKS_AT_ONCE = 98
"""Two transactions."""

IMAGES_AT_ONCE = 10
ROUNDS_AT_ONCE = 3


@dataclass(frozen=True, slots=True)
class Deletions:
    """Deletes labels and tasks; `detach` and `wipe` are how the sweeper does it too."""

    labels: LabelStore
    tasks: TaskStore
    detach: Broom
    wipe: Broom
    sweeps: Sweeps
    clock: Clock

    def delete_label(self, workspace_id: str, label_id: str) -> None:
        """Remove a label from all tasks and images, then itself; raises NotFound."""
        hidden = self.labels.hide(workspace_id, label_id)
        sweep = Sweep(workspace_id, SweepKind.LABEL, label_id, self.clock())
        small = hidden.images_count + hidden.tasks_count <= LINKS_AT_ONCE
        self._finish(sweep, hidden, self.detach, small=small)

    def wipe_label(self, workspace_id: str, label_id: str) -> None:
        """Remove a label and all its images; raises NotFound."""
        hidden = self.labels.hide(workspace_id, label_id)
        sweep = Sweep(workspace_id, SweepKind.LABEL_WIPE, label_id, self.clock())
        small = hidden.images_count <= IMAGES_AT_ONCE and hidden.tasks_count <= LINKS_AT_ONCE
        self._finish(sweep, hidden, self.wipe, small=small)

    def delete_negative(self, workspace_id: str, label_id: str) -> None:
        """Remove a negative label that was hidden with its task; one that is gone is no error."""
        try:
            hidden = self.labels.hide(workspace_id, label_id)
        except NotFound:
            return
        sweep = Sweep(workspace_id, SweepKind.LABEL, label_id, self.clock())
        small = hidden.images_count + hidden.tasks_count <= LINKS_AT_ONCE
        if not (small and _at_once(sweep, self.detach)):
            self.sweeps.request(sweep)

    def finish_task(self, task: Task) -> None:
        """Remove a hidden task now where it was never trained, else soon.

        Its links, which labels count, go now in any case, if they can.
        """
        # Whatever is not done here the sweep does.
        with suppress(TemporarilyUnavailable):
            if task.last_train_status is TrainStatus.NOT_TRAINED:
                self.tasks.delete(task.workspace_id, task.id)
                return
            self.tasks.unlink(task.workspace_id, task.id)
        self.sweeps.request(Sweep(task.workspace_id, SweepKind.TASK, task.id, self.clock()))

    def _finish(self, sweep: Sweep, hidden: Hidden, broom: Broom, *, small: bool) -> None:
        """Remove what is left of it now or, where that could take long, soon.

        What was hidden before may be on its way already, and in another way: a wipe must not lose
        its images to a plain deletion. The sweep knows.
        """
        if not (hidden.fresh and small and _at_once(sweep, broom)):
            self.sweeps.request(sweep)


def _at_once(sweep: Sweep, broom: Broom) -> bool:
    """Try to finish within the request; False where that has to wait for something."""
    try:
        return any(broom.sweep(sweep).finished for _ in range(ROUNDS_AT_ONCE))
    except TemporarilyUnavailable:
        return False
