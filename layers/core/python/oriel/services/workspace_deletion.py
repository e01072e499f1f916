"""Deleting a workspace: it is closed at once, and everything in it goes by a sweep."""

from collections.abc import Iterator
from contextlib import suppress

from oriel.account_ports import MemberStore, TokenStore
from oriel.domain.clock import Clock
from oriel.domain.errors import Conflict, NotFound, TemporarilyUnavailable
from oriel.domain.page import MAX_PAGE_SIZE, PageRequest
from oriel.domain.sweep import Sweep, SweepKind, SweepState
from oriel.domain.task import Task
from oriel.domain.workspace import Caller
from oriel.ports import TaskStore
from oriel.services.training import Trainings
from oriel.sweep_ports import Sweeps, SweepStore, WorkspaceRemains
from oriel.values import dataclass


@dataclass(frozen=True, slots=True)
class WorkspaceDeletion:
    """Closes workspaces and has them swept."""

    remains: WorkspaceRemains
    members: MemberStore
    tokens: TokenStore
    tasks: TaskStore
    trainings: Trainings
    sweeps: Sweeps
    store: SweepStore
    clock: Clock

    def delete(self, caller: Caller, workspace_id: str) -> None:
        """Close the workspace for everybody and have it removed.

        Raises Conflict for the workspace of the caller's token and for the caller's only one;
        AlreadyTraining while one of its tasks is in training; NotFound.
        """
        home = _home(caller, workspace_id)
        for task in self._tasks_of(workspace_id):
            self.trainings.settle(task)
        # Asked for first: once its memberships are over nobody could ask again.
        asked = Sweep(home, SweepKind.WORKSPACE, workspace_id, self.clock())
        self.sweeps.request(asked)
        with suppress(TemporarilyUnavailable):  # the sweep does it too, only later
            self.remains.hide(workspace_id)
            self.members.dissolve(workspace_id)
            self.tokens.revoke_all(workspace_id)

    def resume(self, workspace_id: str, subject_id: str) -> Sweep:
        """Let a deletion go on that failed or was not heard of, and return it; raises NotFound."""
        known = self.store.find(workspace_id, subject_id)
        if known is None:
            raise NotFound("There is no deletion of a thing with this id")
        if known.state is not SweepState.DONE:
            self.sweeps.request(known)
        return self.store.find(workspace_id, subject_id) or known

    def _tasks_of(self, workspace_id: str) -> Iterator[Task]:
        cursor: str | None = None
        while True:
            page = self.tasks.list(workspace_id, PageRequest(MAX_PAGE_SIZE, cursor))
            yield from page.items
            cursor = page.next_cursor
            if cursor is None:
                return


def _home(caller: Caller, workspace_id: str) -> str:
    """Return the workspace where the caller can look at the sweep; raises Conflict."""
    others = [one for one in caller.roles if one != workspace_id]
    if not others:
        raise Conflict("This is your only workspace: make another one first")
    if workspace_id == caller.workspace_id:
        raise Conflict("This is the token's own workspace: use a token of another workspace")
    return caller.workspace_id if caller.workspace_id in others else others[0]
