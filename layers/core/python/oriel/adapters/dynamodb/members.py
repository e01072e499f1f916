"""Users and memberships in the core table."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING

from oriel.adapters.dynamodb.account_items import (
    membership_from_item,
    user_from_item,
    user_to_item,
)
from oriel.adapters.dynamodb.account_keys import MEMBER_PREFIX, member_key, membership_key, user_key
from oriel.adapters.dynamodb.account_writes import (
    NoRoom,
    Part,
    TooMany,
    count_member,
    count_membership,
    put_grant,
    put_membership,
    too_many_workspaces,
)
from oriel.adapters.dynamodb.keys import Key, workspace_key
from oriel.adapters.dynamodb.table import CoreTable
from oriel.adapters.dynamodb.writes import LIVE
from oriel.domain.access import Role
from oriel.domain.errors import Conflict, NotFound, TemporarilyUnavailable
from oriel.domain.member import MAX_MEMBERS, Member, Membership, User
from oriel.domain.token import MAX_TOKENS_OF_WORKSPACE, TokenGrant

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

ATTEMPTS = 5
_AS_READ = "member_role = :was"


class _Changed(Exception):
    """Somebody changed the membership meanwhile."""


class DynamoMemberStore:
    """Users and memberships; `owners_count` of the workspace never falls below one."""

    def __init__(self, client: "DynamoDBClient", table_name: str) -> None:
        self._table = CoreTable(client, table_name)

    def get_user(self, user_id: str) -> User:
        """Return the user; raises NotFound."""
        item = self._table.find(user_key(user_id))
        if item is None:
            raise NotFound("There is no user with this id")
        return user_from_item(item)

    def memberships(self, user_id: str) -> Sequence[Membership]:
        """Return all memberships of a user, oldest first; none of an unknown user."""
        found = map(membership_from_item, self._table.below(user_key(user_id)["pk"], MEMBER_PREFIX))
        return sorted(found, key=lambda one: (one.since, one.workspace_id))

    def members(self, workspace_id: str) -> Sequence[Member]:
        """Return all members of a workspace, oldest first; none of an unknown workspace."""
        items = self._table.below(workspace_key(workspace_id)["pk"], MEMBER_PREFIX)
        found = [membership_from_item(item) for item in items]
        users = self._table.find_many(user_key(one.user_id) for one in found)
        by_id = {item["id"]: user_from_item(item) for item in users}
        members = [Member(by_id[one.user_id], one.role, one.since) for one in found]
        return sorted(members, key=lambda member: (member.since, member.user.id))

    def get(self, workspace_id: str, user_id: str) -> Member:
        """Return the member; raises NotFound."""
        membership = self._find(workspace_id, user_id)
        return Member(self.get_user(user_id), membership.role, membership.since)

    def add_new(self, workspace_id: str, user: User, role: Role, grant: TokenGrant) -> None:
        """Add a user who does not exist yet, as a member with a token, all or nothing.

        Raises NotFound for an unknown workspace, Conflict where it is full.
        """
        writes = self._table.writes
        membership = Membership(workspace_id, user.id, role, user.created)
        self._add(
            workspace_id,
            (writes.put(user_to_item(user)), Conflict("The user exists already")),
            *put_membership(writes, membership, tokens=1),
            *put_grant(writes, grant),
            count_member(writes, workspace_id, role, tokens=1),
        )

    def add(self, workspace_id: str, user_id: str, role: Role, at: datetime) -> None:
        """Make a user a member.

        Raises NotFound for an unknown workspace or user; Conflict where the user is a member, and
        where the workspace or the user has as many as there may be.
        """
        writes = self._table.writes
        try:
            self._add(
                workspace_id,
                *put_membership(writes, Membership(workspace_id, user_id, role, at)),
                count_membership(writes, user_id),
                count_member(writes, workspace_id, role),
            )
        except TooMany:
            self.get_user(user_id)
            raise too_many_workspaces() from None

    def set_role(self, workspace_id: str, user_id: str, role: Role) -> None:
        """Change a member's role; raises NotFound, and Conflict for the last owner's."""
        for _ in range(ATTEMPTS):
            was = self._find(workspace_id, user_id).role
            if was is role:
                return
            owners = (role is Role.OWNER) - (was is Role.OWNER)
            keys = _both_keys(workspace_id, user_id)
            changes = [
                self._table.writes.update(
                    key,
                    assign={"member_role": role.value},
                    condition=_AS_READ,
                    values={"was": was.value},
                )
                for key in keys
            ]
            try:
                self._table.write(
                    *((change, _Changed()) for change in changes),
                    self._count(workspace_id, owners_count=owners),
                )
            except _Changed:
                continue
            return
        raise _busy()

    def remove(self, workspace_id: str, user_id: str) -> None:
        """End a membership; the user stays. Raises NotFound, and Conflict for the last owner."""
        for _ in range(ATTEMPTS):
            was = self._find(workspace_id, user_id).role
            writes, values = self._table.writes, {"was": was.value}
            keys = _both_keys(workspace_id, user_id)
            owners = -1 if was is Role.OWNER else 0
            try:
                self._table.write(
                    *((writes.delete(key, _AS_READ, values), _Changed()) for key in keys),
                    self._count(workspace_id, owners_count=owners, members_count=-1),
                    (writes.update(user_key(user_id), add={"memberships_count": -1}), None),
                )
            except _Changed:
                continue
            return
        raise _busy()

    def dissolve(self, workspace_id: str) -> None:
        """End all memberships of a workspace that is being deleted; a repeat goes on."""
        writes = self._table.writes
        for item in self._table.below(workspace_key(workspace_id)["pk"], MEMBER_PREFIX):
            user_id = item["user_id"]
            listed, read = _both_keys(workspace_id, user_id)
            with suppress(_Changed):  # another call was here
                self._table.write(
                    (writes.delete(listed), _Changed()),
                    (writes.delete(read), None),
                    (writes.update(user_key(user_id), add={"memberships_count": -1}), None),
                )

    def _find(self, workspace_id: str, user_id: str) -> Membership:
        item = self._table.find(member_key(workspace_id, user_id))
        if item is None:
            raise NotFound("There is no member with this id in the workspace")
        return membership_from_item(item)

    def _add(self, workspace_id: str, *parts: Part) -> None:
        try:
            self._table.write(*parts)
        except NoRoom:
            item = self._table.find(workspace_key(workspace_id))
            if item is None or item.get("deleting"):
                raise NotFound("There is no workspace with this id") from None
            raise Conflict(
                f"A workspace takes at most {MAX_MEMBERS} members "
                f"and {MAX_TOKENS_OF_WORKSPACE} tokens"
            ) from None

    def _count(self, workspace_id: str, *, owners_count: int, members_count: int = 0) -> Part:
        """Change the counts; that the workspace keeps an owner is the condition, not a check."""
        condition = f"{LIVE} AND owners_count > :kept" if owners_count < 0 else LIVE
        update = self._table.writes.update(
            workspace_key(workspace_id),
            add={"owners_count": owners_count, "members_count": members_count},
            condition=condition,
            values={"kept": 1} if owners_count < 0 else {},
        )
        problem = "The last owner of a workspace cannot go: make another member an owner first"
        gone = NotFound("There is no workspace with this id")
        return update, Conflict(problem) if owners_count < 0 else gone


def _both_keys(workspace_id: str, user_id: str) -> tuple[Key, Key]:
    return member_key(workspace_id, user_id), membership_key(user_id, workspace_id)


def _busy() -> TemporarilyUnavailable:
    return TemporarilyUnavailable("Others are changing this member; try again")
