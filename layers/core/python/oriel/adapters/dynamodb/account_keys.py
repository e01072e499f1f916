"""Keys of users, members and tokens (docs/adr/0007-accounts.md)."""

import hashlib

from oriel.adapters.dynamodb.keys import META, Key, known_form

MEMBER_PREFIX = "MEMBER#"
TOKEN_PREFIX = "TOKEN#"  # noqa: S105 - a part of keys


def token_key(token_hash: str) -> Key:
    """Key of what a token opens."""
    return {"pk": f"TOKEN#{token_hash}", "sk": META}


def member_key(workspace_id: str, user_id: str) -> Key:
    """Key of what a user is in a workspace, as the workspace lists it."""
    return {"pk": f"WS#{workspace_id}", "sk": f"{MEMBER_PREFIX}{known_form(user_id, 'user')}"}


def token_entry_key(workspace_id: str, token_id: str) -> Key:
    """Key of a token, as the workspace lists it."""
    return {"pk": f"WS#{workspace_id}", "sk": f"{TOKEN_PREFIX}{known_form(token_id, 'token')}"}


def user_key(user_id: str) -> Key:
    """Key of a user."""
    return {"pk": f"USER#{known_form(user_id, 'user')}", "sk": META}


def membership_key(user_id: str, workspace_id: str) -> Key:
    """Key of what a user is in a workspace, beside the user, where the authorizer may read."""
    return {**user_key(user_id), "sk": f"{MEMBER_PREFIX}{workspace_id}"}


def founded_key(name: str) -> Key:
    """Key of the workspace that was founded under a name; a name may be longer than a key."""
    return {"pk": f"FOUNDED#{hashlib.sha256(name.encode()).hexdigest()}", "sk": META}
