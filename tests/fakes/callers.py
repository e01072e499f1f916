"""What the authorizer tells the functions of a caller."""

from collections.abc import Iterable

from oriel.adapters.gateway import caller_to_context
from oriel.domain.access import Permission, Role
from oriel.domain.workspace import Caller


def context_of(
    workspace_id: str,
    user_id: str,
    role: Role = Role.OWNER,
    scopes: Iterable[Permission] = Permission,
    **others: Role,
) -> dict[str, str]:
    """The context of a member of the workspace, and of others by their ids."""
    roles = {workspace_id: role, **others}
    return caller_to_context(Caller(workspace_id, user_id, roles, frozenset(scopes)))
