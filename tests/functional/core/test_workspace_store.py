import pytest
from oriel.domain.errors import Conflict, NotFound
from oriel.domain.ids import new_id
from oriel.domain.workspace import TokenGrant, Workspace, hash_token, new_token

from tests.functional.core.conftest import Stores
from tests.functional.core.things import Maker


def a_grant(make: Maker, token: str) -> TokenGrant:
    return TokenGrant(hash_token(token), make.workspace_id, new_id(), make.now())


class TestWorkspaceStore:
    def test_a_workspace_and_its_grant_come_back_as_they_were_stored(
        self, stores: Stores, make: Maker
    ) -> None:
        workspace = Workspace(make.workspace_id, "Screws & Söhne", make.now())
        grant = a_grant(make, new_token())
        stores.workspaces.create(workspace, grant)
        assert stores.workspaces.get(workspace.id) == workspace
        assert stores.workspaces.find_grant(grant.token_hash) == grant

    def test_an_unknown_workspace_is_not_found(self, stores: Stores) -> None:
        with pytest.raises(NotFound):
            stores.workspaces.get(new_id())

    def test_an_unknown_token_opens_nothing(self, stores: Stores) -> None:
        assert stores.workspaces.find_grant(hash_token(new_token())) is None

    def test_a_workspace_is_not_made_where_its_token_exists(
        self, stores: Stores, make: Maker
    ) -> None:
        token = new_token()
        taken = a_grant(make, token)
        stores.workspaces.create(Workspace(make.workspace_id, "first", make.now()), taken)
        second = Workspace(new_id(), "second", make.now())
        with pytest.raises(Conflict):
            stores.workspaces.create(second, a_grant(make, token))
        with pytest.raises(NotFound):
            stores.workspaces.get(second.id)
        assert stores.workspaces.find_grant(taken.token_hash) == taken
