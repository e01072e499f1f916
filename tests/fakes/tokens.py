from collections.abc import Sequence

from oriel.domain.errors import Conflict, NotFound
from oriel.domain.token import MAX_TOKENS_OF_MEMBER, MAX_TOKENS_OF_WORKSPACE, TokenGrant

from tests.fakes.core import MemoryCore


class MemoryTokenStore:
    def __init__(self, core: MemoryCore) -> None:
        self._core = core

    def find_grant(self, token_hash: str) -> TokenGrant | None:
        return self._core.grants.get(token_hash)

    def create(self, grant: TokenGrant) -> None:
        with self._core.lock:
            if (grant.workspace_id, grant.user_id) not in self._core.memberships:
                raise NotFound("There is no workspace with this id")
            if grant.token_hash in self._core.grants:
                raise Conflict("The token exists already")
            mine = [one for one in self.list(grant.workspace_id) if one.user_id == grant.user_id]
            if len(mine) >= MAX_TOKENS_OF_MEMBER:
                raise Conflict("The member has too many tokens")
            if len(self.list(grant.workspace_id)) >= MAX_TOKENS_OF_WORKSPACE:
                raise Conflict("The workspace has too many tokens")
            self._core.grants[grant.token_hash] = grant

    def get(self, workspace_id: str, token_id: str) -> TokenGrant:
        for grant in self.list(workspace_id):
            if grant.id == token_id:
                return grant
        raise NotFound("There is no token with this id")

    def list(self, workspace_id: str) -> Sequence[TokenGrant]:
        mine = [one for one in self._core.grants.values() if one.workspace_id == workspace_id]
        return sorted(mine, key=lambda one: (one.created, one.id))

    def revoke(self, workspace_id: str, token_id: str) -> None:
        with self._core.lock:
            del self._core.grants[self.get(workspace_id, token_id).token_hash]

    def revoke_all(self, workspace_id: str) -> None:
        for grant in self.list(workspace_id):
            self.revoke(workspace_id, grant.id)
