from concurrent.futures import ThreadPoolExecutor

import pytest
from oriel.domain.access import Role
from oriel.domain.errors import Conflict, NotFound
from oriel.domain.ids import new_id
from oriel.domain.member import Member, Membership

from tests.functional.core.accounts import elsewhere, found, join
from tests.functional.core.conftest import Stores
from tests.functional.core.things import Maker


def roles(stores: Stores, make: Maker) -> dict[str, Role]:
    return {one.user.id: one.role for one in stores.members.members(make.workspace_id)}


class TestMemberStore:
    def test_a_new_member_is_a_user_with_a_token(self, stores: Stores, make: Maker) -> None:
        owner, user = found(stores, make).owner, make.user(email="")
        grant = make.grant(user.id)
        stores.members.add_new(make.workspace_id, user, Role.EDITOR, grant)
        member = Member(user, Role.EDITOR, user.created)
        assert stores.members.get(make.workspace_id, user.id) == member
        assert [one.user for one in stores.members.members(make.workspace_id)] == [owner, user]
        assert stores.tokens.find_grant(grant.token_hash) == grant

    def test_an_existing_user_joins_another_workspace(self, stores: Stores, make: Maker) -> None:
        mine, other = found(stores, make), elsewhere(stores)
        since = make.now()
        stores.members.add(other.workspace.id, mine.owner.id, Role.VIEWER, since)
        joined = Membership(other.workspace.id, mine.owner.id, Role.VIEWER, since)
        assert stores.members.memberships(mine.owner.id)[1] == joined
        assert stores.members.get(other.workspace.id, mine.owner.id).role is Role.VIEWER

    def test_who_is_a_member_does_not_become_one_again(self, stores: Stores, make: Maker) -> None:
        user = (found(stores, make), join(stores, make, Role.EDITOR))[1]
        with pytest.raises(Conflict, match="already"):
            stores.members.add(make.workspace_id, user.id, Role.OWNER, make.now())
        assert roles(stores, make)[user.id] is Role.EDITOR

    @pytest.mark.parametrize("unknown", [new_id(), "no id", "x" * 3000])
    def test_who_or_what_is_unknown_is_not_found(
        self, stores: Stores, make: Maker, unknown: str
    ) -> None:
        owner = found(stores, make).owner
        workspace_id, at = make.workspace_id, make.now()
        members = stores.members
        for ask in (
            lambda: members.get_user(unknown),
            lambda: members.get(workspace_id, unknown),
            lambda: members.add(workspace_id, unknown, Role.VIEWER, at),
            lambda: members.set_role(workspace_id, unknown, Role.VIEWER),
            lambda: members.remove(workspace_id, unknown),
            lambda: members.add(new_id(), owner.id, Role.VIEWER, at),
        ):
            with pytest.raises(NotFound):
                ask()
        assert roles(stores, make) == {owner.id: Role.OWNER}
        assert stores.members.members(new_id()) == []

    def test_nobody_is_made_for_an_unknown_workspace(self, stores: Stores, make: Maker) -> None:
        user = make.user()
        with pytest.raises(NotFound):
            stores.members.add_new(make.workspace_id, user, Role.VIEWER, make.grant(user.id))
        with pytest.raises(NotFound):
            stores.members.get_user(user.id)

    def test_a_role_is_changed_for_the_workspace_and_for_the_authorizer(
        self, stores: Stores, make: Maker
    ) -> None:
        found(stores, make)
        user = join(stores, make, Role.VIEWER)
        for role in (Role.ANNOTATOR, Role.OWNER, Role.OWNER, Role.EDITOR):
            stores.members.set_role(make.workspace_id, user.id, role)
            assert roles(stores, make)[user.id] is role
            [membership] = stores.members.memberships(user.id)
            assert membership.role is role

    def test_who_is_removed_is_gone_for_both_and_may_come_back(
        self, stores: Stores, make: Maker
    ) -> None:
        owner = found(stores, make).owner
        user = join(stores, make, Role.OWNER)
        stores.members.remove(make.workspace_id, user.id)
        assert roles(stores, make) == {owner.id: Role.OWNER}
        assert stores.members.memberships(user.id) == []
        with pytest.raises(NotFound):
            stores.members.remove(make.workspace_id, user.id)
        stores.members.add(make.workspace_id, user.id, Role.VIEWER, make.now())
        assert roles(stores, make) == {owner.id: Role.OWNER, user.id: Role.VIEWER}

    def test_a_workspace_that_is_deleted_loses_all_members_and_no_other_does(
        self, stores: Stores, make: Maker
    ) -> None:
        mine, other = found(stores, make), elsewhere(stores)
        for role in Role:
            join(stores, make, role)
        stores.members.add(other.workspace.id, mine.owner.id, Role.OWNER, make.now())
        for _ in range(2):
            stores.members.dissolve(make.workspace_id)
            assert stores.members.members(make.workspace_id) == []
            [left] = stores.members.memberships(mine.owner.id)
            assert left.workspace_id == other.workspace.id
        assert len(stores.members.members(other.workspace.id)) == 2
        stores.members.remove(other.workspace.id, mine.owner.id)

    def test_the_last_owner_stays_one(self, stores: Stores, make: Maker) -> None:
        owner = found(stores, make).owner
        join(stores, make, Role.EDITOR)
        with pytest.raises(Conflict, match="last owner"):
            stores.members.remove(make.workspace_id, owner.id)
        with pytest.raises(Conflict, match="last owner"):
            stores.members.set_role(make.workspace_id, owner.id, Role.EDITOR)
        assert roles(stores, make)[owner.id] is Role.OWNER
        second = join(stores, make, Role.OWNER)
        stores.members.set_role(make.workspace_id, owner.id, Role.EDITOR)
        with pytest.raises(Conflict, match="last owner"):
            stores.members.remove(make.workspace_id, second.id)

    @pytest.mark.parametrize("way", ["remove", "demote"])
    def test_of_two_owners_who_go_at_once_one_stays(
        self, stores: Stores, make: Maker, way: str
    ) -> None:
        owners = [found(stores, make).owner, join(stores, make, Role.OWNER)]

        def leave(user_id: str) -> bool:
            try:
                if way == "remove":
                    stores.members.remove(make.workspace_id, user_id)
                else:
                    stores.members.set_role(make.workspace_id, user_id, Role.VIEWER)
            except Conflict:
                return False
            return True

        for _ in range(5):
            with ThreadPoolExecutor(2) as both:
                left = list(both.map(leave, [owner.id for owner in owners]))
            assert sorted(left) == [False, True]
            gone = owners[left.index(True)]
            kept = owners[left.index(False)]
            assert [u for u, role in roles(stores, make).items() if role is Role.OWNER] == [kept.id]
            if way == "remove":
                stores.members.add(make.workspace_id, gone.id, Role.OWNER, make.now())
            else:
                stores.members.set_role(make.workspace_id, gone.id, Role.OWNER)
