from oriel.domain.errors import Conflict, NotFound
from oriel.domain.workspace import TokenGrant, Workspace

from tests.fakes.core import MemoryCore


class MemoryWorkspaceStore:
    def __init__(self, core: MemoryCore) -> None:
        self._core = core

    def create(self, workspace: Workspace, grant: TokenGrant) -> None:
        with self._core.lock:
            if workspace.id in self._core.workspaces:
                raise Conflict("The workspace exists already")
            if grant.token_hash in self._core.grants:
                raise Conflict("The token exists already")
            self._core.workspaces[workspace.id] = workspace
            self._core.grants[grant.token_hash] = grant

    def get(self, workspace_id: str) -> Workspace:
        if workspace_id not in self._core.workspaces:
            raise NotFound("There is no workspace with this id")
        return self._core.workspaces[workspace_id]

    def find_grant(self, token_hash: str) -> TokenGrant | None:
        return self._core.grants.get(token_hash)
