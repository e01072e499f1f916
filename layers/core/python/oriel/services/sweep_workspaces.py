"""How workspaces are swept."""

from collections.abc import Sequence
from datetime import timedelta

from oriel.account_ports import MemberStore, TokenStore
from oriel.domain.clock import Clock
from oriel.domain.errors import AlreadyTraining, NotFound
from oriel.domain.sweep import Sweep, SweepKind, Swept
from oriel.notification_ports import NotificationStore
from oriel.ports import Blobs
from oriel.services.sweeps import Broom
from oriel.services.tasks import Tasks
from oriel.sweep_ports import WorkspaceRemains
from oriel.values import dataclass

THINGS_A_SLICE = 200
TASKS_A_SLICE = 10
TRAINING_PAUSE_SECONDS = 300

GRACE = timedelta(minutes=15)
"""Who was let in before may still be heard: the gateway keeps a token's permission for a minute, a
request takes up to half of one, and an upload's notification comes again for some."""


@dataclass(frozen=True, slots=True)
class WorkspaceBroom:
    """Removes everything of a closed workspace: objects first, then rows, then itself.

    `buckets` are those of images, models and datasets.
    """

    remains: WorkspaceRemains
    members: MemberStore
    tokens: TokenStore
    tasks: Tasks
    task_broom: Broom
    notifications: NotificationStore
    buckets: Sequence[Blobs]
    clock: Clock

    def sweep(self, sweep: Sweep) -> Swept:
        """Remove the next that is left."""
        try:
            self.remains.hide(sweep.subject_id)
        except NotFound:
            return Swept({}, finished=True)
        self.members.dissolve(sweep.subject_id)
        self.tokens.revoke_all(sweep.subject_id)
        self.notifications.remove_all(sweep.subject_id)
        return self._tasks(sweep) or self._objects(sweep) or self._rows(sweep)

    def _tasks(self, sweep: Sweep) -> Swept | None:
        """Sweep a task; one in training has to end first, as its job goes on writing."""
        workspace_id = sweep.subject_id
        held = False
        for task_id in self.remains.task_ids(workspace_id, TASKS_A_SLICE):
            try:
                self.tasks.hide(workspace_id, task_id)
            except AlreadyTraining:
                held = True
                continue
            except NotFound:
                continue  # the listing still shows what is gone
            one = Sweep(workspace_id, SweepKind.TASK, task_id, sweep.requested)
            return Swept(self.task_broom.sweep(one).removed)
        return Swept({}, wait_seconds=TRAINING_PAUSE_SECONDS) if held else None

    def _objects(self, sweep: Sweep) -> Swept | None:
        prefixes = (f"ws/{sweep.subject_id}/", f"derived/ws/{sweep.subject_id}/")
        removed = sum(bucket.delete_below(prefix) for bucket in self.buckets for prefix in prefixes)
        return Swept({"objects": removed}) if removed else None

    def _rows(self, sweep: Sweep) -> Swept:
        removed = self.remains.remove_some(sweep.subject_id, THINGS_A_SLICE)
        if removed:
            return Swept(removed)
        left = sweep.requested + GRACE - self.clock()
        if left > timedelta(0):
            # 900 seconds at most: the longest that a message may be delayed.
            return Swept({}, wait_seconds=max(1, int(left.total_seconds())))
        self.remains.remove(sweep.subject_id)
        return Swept({"workspaces": 1}, finished=True)
