"""Workspaces of a caller."""

from collections.abc import Sequence

from oriel.account_ports import WorkspaceStore
from oriel.domain.clock import Clock
from oriel.domain.ids import new_id
from oriel.domain.workspace import Caller, Workspace
from oriel.values import dataclass


@dataclass(frozen=True, slots=True)
class Workspaces:
    """What can be done with workspaces."""

    store: WorkspaceStore
    clock: Clock

    def create(self, user_id: str, name: str) -> Workspace:
        """Make a workspace owned by the user; raises Conflict where the user has too many."""
        workspace = Workspace(new_id(), name, self.clock(), user_id)
        self.store.create(workspace)
        return workspace

    def of(self, caller: Caller) -> Sequence[Workspace]:
        """Return the caller's workspaces, the oldest membership first."""
        return self.store.get_many(list(caller.roles))
