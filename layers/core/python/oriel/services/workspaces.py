"""Makes workspaces with their first token."""

from dataclasses import dataclass

from oriel.domain.clock import Clock
from oriel.domain.errors import InvalidInput
from oriel.domain.ids import new_id
from oriel.domain.workspace import TokenGrant, Workspace, hash_token, new_token
from oriel.ports import WorkspaceStore

MAX_NAME_LENGTH = 200


@dataclass(frozen=True, slots=True)
class NewWorkspace:
    """A fresh workspace; this is the only place where its token is ever seen."""

    workspace: Workspace
    user_id: str
    token: str


@dataclass(frozen=True, slots=True)
class Workspaces:
    """Makes workspaces."""

    store: WorkspaceStore
    clock: Clock

    def create(self, name: str) -> NewWorkspace:
        """Make a workspace, its owner and the owner's token; raises InvalidInput for the name."""
        if not 0 < len(name.strip()) <= MAX_NAME_LENGTH:
            raise InvalidInput(f"workspace_name must have 1 to {MAX_NAME_LENGTH} characters")
        now, token = self.clock(), new_token()
        workspace = Workspace(new_id(), name.strip(), now)
        grant = TokenGrant(hash_token(token), workspace.id, new_id(), now)
        self.store.create(workspace, grant)
        return NewWorkspace(workspace, grant.user_id, token)
