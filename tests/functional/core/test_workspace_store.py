from dataclasses import replace

import pytest
from oriel.domain.access import Role
from oriel.domain.errors import Conflict, NotFound
from oriel.domain.ids import new_id
from oriel.domain.member import MAX_WORKSPACES_OF_USER, Membership

from tests.functional.core.accounts import elsewhere, found
from tests.functional.core.conftest import Stores
from tests.functional.core.things import Maker


class TestWorkspaceStore:
    def test_what_was_founded_comes_back_as_it_was_stored(
        self, stores: Stores, make: Maker
    ) -> None:
        made = found(stores, make)
        workspace, owner = made.workspace, made.owner
        assert stores.workspaces.get(workspace.id) == workspace
        assert stores.workspaces.find_founded(workspace.name) == workspace.id
        assert stores.members.get_user(owner.id) == owner
        assert stores.members.memberships(owner.id) == [
            Membership(workspace.id, owner.id, Role.OWNER, workspace.created)
        ]
        assert stores.tokens.find_grant(made.grant.token_hash) == made.grant

    def test_an_unknown_workspace_is_not_found(self, stores: Stores) -> None:
        with pytest.raises(NotFound):
            stores.workspaces.get(new_id())
        with pytest.raises(NotFound):
            stores.workspaces.rename(new_id(), "ghost")
        assert stores.workspaces.get_many([new_id()]) == []
        assert stores.workspaces.find_founded(new_id()) is None

    def test_a_name_founds_one_workspace_and_then_nothing(
        self, stores: Stores, make: Maker
    ) -> None:
        first, second = found(stores, make), Maker()
        owner = second.user()
        workspace = second.workspace(owner.id, name=first.workspace.name)
        for replaced in (None, new_id()):
            with pytest.raises(Conflict):
                stores.workspaces.found(workspace, owner, second.grant(owner.id), replaced)
        with pytest.raises(NotFound):
            stores.workspaces.get(workspace.id)
        with pytest.raises(NotFound):
            stores.members.get_user(owner.id)
        assert stores.members.memberships(owner.id) == []
        assert stores.workspaces.find_founded(workspace.name) == first.workspace.id

    def test_a_name_passes_on_from_the_workspace_that_is_replaced(
        self, stores: Stores, make: Maker
    ) -> None:
        first, second = found(stores, make), Maker()
        owner = second.user()
        workspace = second.workspace(owner.id, name=first.workspace.name)
        grant = second.grant(owner.id)
        stores.workspaces.found(workspace, owner, grant, replaced=first.workspace.id)
        assert stores.workspaces.find_founded(workspace.name) == workspace.id

    def test_nothing_is_founded_where_the_token_exists(self, stores: Stores, make: Maker) -> None:
        taken, second = found(stores, make), Maker()
        owner = second.user()
        workspace = second.workspace(owner.id)
        grant = second.grant(owner.id, token_hash=taken.grant.token_hash)
        with pytest.raises(Conflict):
            stores.workspaces.found(workspace, owner, grant)
        with pytest.raises(NotFound):
            stores.workspaces.get(workspace.id)
        assert stores.workspaces.find_founded(workspace.name) is None
        assert stores.tokens.find_grant(taken.grant.token_hash) == taken.grant

    def test_a_user_makes_more_workspaces(self, stores: Stores, make: Maker) -> None:
        made = found(stores, make)
        second = make.workspace(made.owner.id, id=new_id())
        stores.workspaces.create(second)
        ids = [made.workspace.id, second.id]
        assert [one.workspace_id for one in stores.members.memberships(made.owner.id)] == ids
        asked = [second.id, new_id(), made.workspace.id]
        assert stores.workspaces.get_many(asked) == [second, made.workspace]
        with pytest.raises(Conflict):
            stores.workspaces.create(second)

    def test_a_user_has_only_so_many_workspaces(self, stores: Stores, make: Maker) -> None:
        owner = found(stores, make).owner
        for _ in range(MAX_WORKSPACES_OF_USER - 1):
            stores.workspaces.create(make.workspace(owner.id, id=new_id()))
        one_more = make.workspace(owner.id, id=new_id())
        with pytest.raises(Conflict, match=str(MAX_WORKSPACES_OF_USER)):
            stores.workspaces.create(one_more)
        with pytest.raises(NotFound):
            stores.workspaces.get(one_more.id)
        other = elsewhere(stores)
        with pytest.raises(Conflict, match=str(MAX_WORKSPACES_OF_USER)):
            stores.members.add(other.workspace.id, owner.id, Role.VIEWER, make.now())

    def test_a_workspace_is_renamed(self, stores: Stores, make: Maker) -> None:
        workspace = found(stores, make).workspace
        renamed = replace(workspace, name="Nuts")
        assert stores.workspaces.rename(workspace.id, "Nuts") == renamed
        assert stores.workspaces.get(workspace.id) == renamed
