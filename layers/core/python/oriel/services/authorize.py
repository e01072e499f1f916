"""Finds out who asks from the Authorization header."""

import re

from oriel.account_ports import MemberStore, TokenStore
from oriel.domain.clock import Clock
from oriel.domain.errors import Unauthenticated
from oriel.domain.token import hash_token
from oriel.domain.workspace import Caller

# The public client sends `Token`, and `JWT` before long ones; both are looked up alike.
_HEADER = re.compile(r"\s*(?:Token|JWT)\s+(?P<token>[0-9a-f]{40})\s*", re.IGNORECASE)


def authorize(tokens: TokenStore, members: MemberStore, clock: Clock, header: str | None) -> Caller:
    """Return whose token the header holds and what the user is in which workspace.

    Raises Unauthenticated, also for a user who is in no workspace any more, and never repeats the
    header.
    """
    found = _HEADER.fullmatch(header or "")
    if found is None:
        raise Unauthenticated("Invalid token.")
    grant = tokens.find_grant(hash_token(found["token"].lower()))
    if grant is None or not grant.is_good(clock()):
        raise Unauthenticated("Invalid token.")
    memberships = members.memberships(grant.user_id)
    if not memberships:
        raise Unauthenticated("Invalid token.")
    return Caller(
        workspace_id=grant.workspace_id,
        user_id=grant.user_id,
        roles={one.workspace_id: one.role for one in memberships},
        scopes=grant.permits(),
        token_expires=grant.expires,
        token_id=grant.id,
    )
