"""Workspaces and the tokens that open them."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime

TOKEN_BYTES = 20
"""A token is 40 hexadecimal characters: the public client sends 70 and more otherwise."""

DEFAULT_WORKSPACE = "Default"
"""What the public client calls the caller's own workspace where it knows no id."""


@dataclass(frozen=True, slots=True)
class Workspace:
    """The unit of isolation and of billing: everything else belongs to exactly one."""

    id: str
    name: str
    created: datetime


@dataclass(frozen=True, slots=True)
class TokenGrant:
    """What a token opens. The token itself is shown once and never stored."""

    token_hash: str
    workspace_id: str
    user_id: str
    created: datetime
    revoked: bool = False


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks, as the authorizer established it."""

    workspace_id: str
    user_id: str


def new_token() -> str:
    """Return a fresh random token of 40 hexadecimal characters."""
    return secrets.token_hex(TOKEN_BYTES)


def hash_token(token: str) -> str:
    """Return the SHA-256 of a token in hexadecimal; tokens are random, so no salt is needed."""
    return hashlib.sha256(token.encode()).hexdigest()
