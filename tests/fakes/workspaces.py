from collections.abc import Sequence
from dataclasses import replace

from oriel.domain.access import Role
from oriel.domain.errors import Conflict
from oriel.domain.member import MAX_WORKSPACES_OF_USER, Membership, User
from oriel.domain.token import TokenGrant
from oriel.domain.workspace import Workspace

from tests.fakes.core import MemoryCore


class MemoryWorkspaceStore:
    def __init__(self, core: MemoryCore) -> None:
        self._core = core

    def found(
        self, workspace: Workspace, owner: User, grant: TokenGrant, replaced: str | None = None
    ) -> None:
        core = self._core
        with core.lock:
            if core.founded.get(workspace.name) != replaced:
                raise Conflict("A workspace was made under this name just now")
            taken = workspace.id in core.workspaces or owner.id in core.users
            if taken or grant.token_hash in core.grants:
                raise Conflict("It exists already")
            core.founded[workspace.name] = workspace.id
            core.users[owner.id] = owner
            core.grants[grant.token_hash] = grant
            self._open(workspace)

    def find_founded(self, name: str) -> str | None:
        return self._core.founded.get(name)

    def create(self, workspace: Workspace) -> None:
        with self._core.lock:
            if workspace.id in self._core.workspaces:
                raise Conflict("The workspace exists already")
            of_owner = [one for _, one in self._core.memberships if one == workspace.owner_id]
            if workspace.owner_id not in self._core.users:
                raise Conflict("There is no such user")
            if len(of_owner) >= MAX_WORKSPACES_OF_USER:
                raise Conflict(f"A user can be in at most {MAX_WORKSPACES_OF_USER} workspaces")
            self._open(workspace)

    def get(self, workspace_id: str) -> Workspace:
        return self._core.workspace(workspace_id)

    def get_many(self, workspace_ids: Sequence[str]) -> Sequence[Workspace]:
        known = self._core.workspaces
        return [known[one] for one in workspace_ids if one in known]

    def rename(self, workspace_id: str, name: str) -> Workspace:
        with self._core.lock:
            renamed = replace(self.get(workspace_id), name=name)
            self._core.workspaces[workspace_id] = renamed
            return renamed

    def _open(self, workspace: Workspace) -> None:
        self._core.workspaces[workspace.id] = workspace
        owner = (workspace.owner_id, Role.OWNER, workspace.created)
        self._core.join(Membership(workspace.id, *owner))
