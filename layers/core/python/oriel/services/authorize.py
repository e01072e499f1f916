"""Finds out who asks from the Authorization header."""

import re

from oriel.domain.errors import Unauthenticated
from oriel.domain.workspace import Caller, hash_token
from oriel.ports import WorkspaceStore

# The public client sends `Token`, and `JWT` before long ones; both are looked up alike.
_HEADER = re.compile(r"\s*(?:Token|JWT)\s+(?P<token>[0-9a-f]{40})\s*", re.IGNORECASE)


def authorize(store: WorkspaceStore, header: str | None) -> Caller:
    """Return whose token the header holds; raises Unauthenticated and never repeats the header."""
    found = _HEADER.fullmatch(header or "")
    if found is None:
        raise Unauthenticated("Invalid token.")
    grant = store.find_grant(hash_token(found["token"].lower()))
    if grant is None or grant.revoked:
        raise Unauthenticated("Invalid token.")
    return Caller(grant.workspace_id, grant.user_id)
