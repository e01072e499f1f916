"""The parts of transactions that workspaces, members and tokens have in common.

Counters lie with the workspace and the user, and each is bounded by the transaction that raises it.
A workspace that is being deleted takes nothing new.
"""

from typing import TYPE_CHECKING, TypeAlias

from oriel.adapters.dynamodb.account_items import grant_to_items, membership_to_items
from oriel.adapters.dynamodb.account_keys import membership_key, user_key
from oriel.adapters.dynamodb.keys import workspace_key
from oriel.adapters.dynamodb.writes import EXISTS, LIVE, Writes
from oriel.domain.access import Role
from oriel.domain.errors import Conflict
from oriel.domain.member import MAX_MEMBERS, MAX_WORKSPACES_OF_USER, Membership
from oriel.domain.token import MAX_TOKENS_OF_MEMBER, MAX_TOKENS_OF_WORKSPACE, TokenGrant

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

Part: TypeAlias = "tuple[TransactWriteItemTypeDef, Exception | None]"


class NoRoom(Exception):
    """The workspace is gone, or full."""


class TooMany(Exception):
    """The user is gone, or in as many workspaces as there may be."""


class TooManyTokens(Exception):
    """The user is no member, or has as many tokens of the workspace as there may be."""


class NoMember(Exception):
    """The user is no member any more."""


def put_membership(writes: Writes, membership: Membership, tokens: int = 0) -> list[Part]:
    """Add both items of a membership of a user who gets so many tokens with it."""
    listed, read = membership_to_items(membership, tokens)
    return [
        (writes.put(listed), Conflict("The user is a member of this workspace already")),
        (writes.put(read), None),
    ]


def put_grant(writes: Writes, grant: TokenGrant) -> list[Part]:
    """Add both items of a token."""
    opened, listed = grant_to_items(grant)
    return [
        (writes.put(opened), Conflict("The token exists already")),
        (writes.put(listed), None),
    ]


def count_member(writes: Writes, workspace_id: str, role: Role, tokens: int = 0) -> Part:
    """Count a new member, with so many tokens, of a workspace that has room for it."""
    update = writes.update(
        workspace_key(workspace_id),
        add={"members_count": 1, "owners_count": int(role is Role.OWNER), "tokens_count": tokens},
        condition=f"{LIVE} AND members_count < :most_members AND tokens_count <= :most_tokens",
        values={"most_members": MAX_MEMBERS, "most_tokens": MAX_TOKENS_OF_WORKSPACE - tokens},
    )
    return update, NoRoom()


def count_token(writes: Writes, workspace_id: str) -> Part:
    """Count a new token of a workspace that has room for it."""
    update = writes.update(
        workspace_key(workspace_id),
        add={"tokens_count": 1},
        condition=f"{LIVE} AND tokens_count < :most",
        values={"most": MAX_TOKENS_OF_WORKSPACE},
    )
    return update, NoRoom()


def count_token_of_member(writes: Writes, grant: TokenGrant) -> Part:
    """Count a new token of a member who may have one more."""
    update = writes.update(
        membership_key(grant.user_id, grant.workspace_id),
        add={"tokens_count": 1},
        condition=f"{EXISTS} AND (attribute_not_exists(tokens_count) OR tokens_count < :most)",
        values={"most": MAX_TOKENS_OF_MEMBER},
    )
    return update, TooManyTokens()


def uncount_token_of_member(writes: Writes, grant: TokenGrant) -> Part:
    """Count a token down that a member had."""
    update = writes.update(
        membership_key(grant.user_id, grant.workspace_id),
        add={"tokens_count": -1},
        condition=EXISTS,
    )
    return update, NoMember()


def count_membership(writes: Writes, user_id: str) -> Part:
    """Count a workspace of a user who may have one more."""
    update = writes.update(
        user_key(user_id),
        add={"memberships_count": 1},
        condition=f"{LIVE} AND memberships_count < :most",
        values={"most": MAX_WORKSPACES_OF_USER},
    )
    return update, TooMany()


def too_many_workspaces() -> Conflict:
    """Say that a user can have no more."""
    return Conflict(f"A user can be in at most {MAX_WORKSPACES_OF_USER} workspaces")
