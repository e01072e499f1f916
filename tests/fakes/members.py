from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from oriel.domain.access import Role
from oriel.domain.errors import Conflict, NotFound
from oriel.domain.member import MAX_MEMBERS, MAX_WORKSPACES_OF_USER, Member, Membership, User
from oriel.domain.token import MAX_TOKENS_OF_WORKSPACE, TokenGrant

from tests.fakes.core import MemoryCore


class MemoryMemberStore:
    def __init__(self, core: MemoryCore) -> None:
        self._core = core

    def get_user(self, user_id: str) -> User:
        if user_id not in self._core.users:
            raise NotFound("There is no user with this id")
        return self._core.users[user_id]

    def memberships(self, user_id: str) -> Sequence[Membership]:
        mine = [one for one in self._core.memberships.values() if one.user_id == user_id]
        return sorted(mine, key=lambda one: (one.since, one.workspace_id))

    def members(self, workspace_id: str) -> Sequence[Member]:
        members = [self._member(one) for one in self._of(workspace_id)]
        return sorted(members, key=lambda member: (member.since, member.user.id))

    def get(self, workspace_id: str, user_id: str) -> Member:
        return self._member(self._core.membership(workspace_id, user_id))

    def add_new(self, workspace_id: str, user: User, role: Role, grant: TokenGrant) -> None:
        with self._core.lock:
            self._check_room(workspace_id, tokens=1)
            if user.id in self._core.users or grant.token_hash in self._core.grants:
                raise Conflict("It exists already")
            self._core.users[user.id] = user
            self._core.grants[grant.token_hash] = grant
            self._core.join(Membership(workspace_id, user.id, role, user.created))

    def add(self, workspace_id: str, user_id: str, role: Role, at: datetime) -> None:
        with self._core.lock:
            self._check_room(workspace_id)
            self.get_user(user_id)
            if (workspace_id, user_id) in self._core.memberships:
                raise Conflict("The user is a member of this workspace already")
            if len(self.memberships(user_id)) >= MAX_WORKSPACES_OF_USER:
                raise Conflict(f"A user can be in at most {MAX_WORKSPACES_OF_USER} workspaces")
            self._core.join(Membership(workspace_id, user_id, role, at))

    def set_role(self, workspace_id: str, user_id: str, role: Role) -> None:
        with self._core.lock:
            was = self._core.membership(workspace_id, user_id)
            if role is not Role.OWNER:
                self._check_owner_left(was)
            self._core.join(replace(was, role=role))

    def remove(self, workspace_id: str, user_id: str) -> None:
        with self._core.lock:
            self._check_owner_left(self._core.membership(workspace_id, user_id))
            del self._core.memberships[workspace_id, user_id]

    def dissolve(self, workspace_id: str) -> None:
        with self._core.lock:
            for one in self._of(workspace_id):
                del self._core.memberships[workspace_id, one.user_id]

    def _of(self, workspace_id: str) -> list[Membership]:
        return [one for one in self._core.memberships.values() if one.workspace_id == workspace_id]

    def _member(self, membership: Membership) -> Member:
        user = self._core.users[membership.user_id]
        return Member(user, membership.role, membership.since)

    def _check_room(self, workspace_id: str, tokens: int = 0) -> None:
        self._core.workspace(workspace_id)
        grants = [one for one in self._core.grants.values() if one.workspace_id == workspace_id]
        full = len(self._of(workspace_id)) >= MAX_MEMBERS
        if full or len(grants) + tokens > MAX_TOKENS_OF_WORKSPACE:
            raise Conflict("The workspace is full")

    def _check_owner_left(self, leaving: Membership) -> None:
        owners = {o.user_id for o in self._of(leaving.workspace_id) if o.role is Role.OWNER}
        if owners == {leaving.user_id}:
            raise Conflict("The last owner of a workspace cannot go")
