"""Tokens: what they look like, and what is kept of them."""

import hashlib
import secrets
from datetime import datetime

from oriel.domain.access import Permission
from oriel.values import dataclass

TOKEN_BYTES = 20
"""A token is 40 hexadecimal characters: the public client sends 70 and more otherwise."""

MAX_TOKENS_OF_WORKSPACE = 500
MAX_TOKENS_OF_MEMBER = 50
"""In one workspace: nobody can use up what all of its members share."""


@dataclass(frozen=True, slots=True)
class TokenGrant:
    """What a token opens. The token itself is shown once and never stored.

    `workspace_id` is the token's own workspace, where "Default" leads. `scopes` None permits
    whatever the user's roles do, `expires` None is never.
    """

    id: str
    token_hash: str
    workspace_id: str
    user_id: str
    created: datetime
    name: str = ""
    scopes: frozenset[Permission] | None = None
    expires: datetime | None = None

    def is_good(self, now: datetime) -> bool:
        """Tell whether it has not expired."""
        return self.expires is None or now < self.expires

    def permits(self) -> frozenset[Permission]:
        """Return what it may be used for at most."""
        return frozenset(Permission) if self.scopes is None else self.scopes


def new_token() -> str:
    """Return a fresh random token of 40 hexadecimal characters."""
    return secrets.token_hex(TOKEN_BYTES)


def hash_token(token: str) -> str:
    """Return the SHA-256 of a token in hexadecimal; tokens are random, so no salt is needed."""
    return hashlib.sha256(token.encode()).hexdigest()
