"""What the authorizer tells the functions of a caller."""

from collections.abc import Iterable, Mapping

from oriel.adapters.gateway import caller_to_context
from oriel.domain.access import Permission, Role
from oriel.domain.workspace import Caller


def context_of(
    workspace_id: str,
    user_id: str,
    role: Role = Role.OWNER,
    scopes: Iterable[Permission] = Permission,
    others: Mapping[str, Role] | None = None,
) -> dict[str, str]:
    """The context of a member of the workspace, with other roles by workspace."""
    roles = {workspace_id: role, **(others or {})}
    return caller_to_context(Caller(workspace_id, user_id, roles, frozenset(scopes)))
