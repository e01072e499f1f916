"""Workspaces, and who asks for what lies in them."""

from collections.abc import Mapping, Sequence
from dataclasses import field
from datetime import datetime

from oriel.domain.access import PERMISSIONS_OF, Permission, Role
from oriel.domain.errors import Forbidden, NotFound
from oriel.values import dataclass

DEFAULT_WORKSPACE = "Default"
"""What the public client calls the token's own workspace where it knows no id."""

MAX_NAME_LENGTH = 200


@dataclass(frozen=True, slots=True)
class Workspace:
    """The unit of isolation and of billing: everything else belongs to exactly one.

    `owner_id` is the user who made it.
    """

    id: str
    name: str
    created: datetime
    owner_id: str


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks, as the authorizer established it; nothing of it comes from the request itself.

    `workspace_id` is the token's own workspace, `roles` are the user's in each workspace, the
    oldest membership first, `token_id` names the token, `scopes` what it may be used for at most.
    """

    workspace_id: str
    user_id: str
    roles: Mapping[str, Role] = field(default_factory=dict)
    scopes: frozenset[Permission] = frozenset()
    token_expires: datetime | None = None
    token_id: str = ""

    def means_default(self, named: str | None) -> bool:
        """Tell whether a request that names this means the token's own workspace."""
        return not named or named in {DEFAULT_WORKSPACE, self.workspace_id}

    def workspace(self, named: str | None) -> str:
        """Return the id of the workspace that a request names; raises NotFound."""
        chosen = named if named and not self.means_default(named) else self.workspace_id
        if chosen in self.roles:
            return chosen
        if chosen == self.workspace_id:
            raise NotFound("You are no member of the token's own workspace: name another one")
        raise NotFound("There is no workspace with this id")

    def workspaces(self, named: str | None) -> Sequence[str]:
        """Return where to look for a thing of some id, in this order; raises NotFound.

        Who names a workspace means that one. Who names none, or the default one, means the thing,
        wherever among the caller's workspaces it lies.
        """
        if not self.means_default(named):
            return [self.workspace(named)]
        own = [self.workspace_id] if self.workspace_id in self.roles else []
        return own + [one for one in self.roles if one != self.workspace_id]

    def require(self, workspace_id: str, permission: Permission) -> None:
        """Raise Forbidden where role or token do not permit it, saying which of them."""
        self.require_scope(permission)
        role = self.roles[workspace_id]
        if permission not in PERMISSIONS_OF[role]:
            able = [str(one) for one in Role if permission in PERMISSIONS_OF[one]]
            raise Forbidden(
                f"Your role in this workspace is {role}; this needs the role {' or '.join(able)}"
            )

    def require_scope(self, permission: Permission) -> None:
        """Raise Forbidden where the token may not be used for it, whatever the user's role is."""
        if permission not in self.scopes:
            raise Forbidden(f"This token does not have the scope {permission}, which this needs")

    def may(self, workspace_id: str, permission: Permission) -> bool:
        """Tell whether `require` would let it pass."""
        return permission in self.scopes & PERMISSIONS_OF[self.roles[workspace_id]]
