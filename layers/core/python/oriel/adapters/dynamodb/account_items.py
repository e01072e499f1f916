"""Workspaces, users, memberships and tokens as items.

A membership is two items, which every transaction changes together: one below the workspace, which
lists its members, and one below the user, which the authorizer reads. A token likewise is what its
hash opens, and an entry below the workspace that lists it.
"""

from oriel.adapters.dynamodb.account_keys import (
    member_key,
    membership_key,
    token_entry_key,
    token_key,
    user_key,
)
from oriel.adapters.dynamodb.attributes import Item
from oriel.adapters.dynamodb.keys import workspace_key
from oriel.domain.access import Permission, Role
from oriel.domain.clock import from_iso, to_iso
from oriel.domain.member import Membership, User
from oriel.domain.token import TokenGrant
from oriel.domain.workspace import Workspace


def workspace_to_item(workspace: Workspace, tokens_count: int = 0) -> Item:
    """Write a new workspace, whose only member is its owner."""
    return {
        **workspace_key(workspace.id),
        "id": workspace.id,
        "name": workspace.name,
        "created": to_iso(workspace.created),
        "owner_id": workspace.owner_id,
        "owners_count": 1,
        "members_count": 1,
        "tokens_count": tokens_count,
    }


def workspace_from_item(item: Item) -> Workspace:
    """Read a workspace."""
    return Workspace(item["id"], item["name"], from_iso(item["created"]), item["owner_id"])


def user_to_item(user: User) -> Item:
    """Write a new user, who is a member of one workspace."""
    return {
        **user_key(user.id),
        "id": user.id,
        "name": user.name,
        "email": user.email,
        "created": to_iso(user.created),
        "memberships_count": 1,
    }


def user_from_item(item: Item) -> User:
    """Read a user."""
    return User(item["id"], item["name"], from_iso(item["created"]), item["email"])


def membership_to_items(membership: Membership, tokens_count: int) -> tuple[Item, Item]:
    """Write a membership: as the workspace lists it, and as the authorizer reads it.

    The latter counts the tokens that the user has in the workspace.
    """
    # Not `role`, which is a reserved word and could not be part of a condition.
    content = {
        "workspace_id": membership.workspace_id,
        "user_id": membership.user_id,
        "member_role": membership.role.value,
        "since": to_iso(membership.since),
    }
    return (
        {**member_key(membership.workspace_id, membership.user_id), **content},
        {
            **membership_key(membership.user_id, membership.workspace_id),
            **content,
            "tokens_count": tokens_count,
        },
    )


def membership_from_item(item: Item) -> Membership:
    """Read either of a membership's items."""
    role = Role(item["member_role"])
    return Membership(item["workspace_id"], item["user_id"], role, from_iso(item["since"]))


def grant_to_items(grant: TokenGrant) -> tuple[Item, Item]:
    """Write a token: what its hash opens, and the entry that lists it."""
    content = {
        "id": grant.id,
        "token_hash": grant.token_hash,
        "workspace_id": grant.workspace_id,
        "user_id": grant.user_id,
        "created": to_iso(grant.created),
        "name": grant.name,
        "scopes": None if grant.scopes is None else ",".join(sorted(grant.scopes)),
        "expires": None if grant.expires is None else to_iso(grant.expires),
    }
    entry = token_entry_key(grant.workspace_id, grant.id)
    return {**token_key(grant.token_hash), **content}, {**entry, **content}


def grant_from_item(item: Item) -> TokenGrant:
    """Read either of a token's items."""
    scopes, expires = item.get("scopes"), item.get("expires")
    return TokenGrant(
        id=item["id"],
        token_hash=item["token_hash"],
        workspace_id=item["workspace_id"],
        user_id=item["user_id"],
        created=from_iso(item["created"]),
        name=item["name"],
        scopes=None if scopes is None else frozenset(map(Permission, scopes.split(","))),
        expires=None if expires is None else from_iso(expires),
    )
