"""What the services need of the outside world for workspaces, users and tokens (see ports.py)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from oriel.domain.access import Role
from oriel.domain.member import Member, Membership, User
from oriel.domain.token import TokenGrant
from oriel.domain.workspace import Workspace


class WorkspaceStore(Protocol):
    """Workspaces. Everything is strongly consistent."""

    def found(
        self, workspace: Workspace, owner: User, grant: TokenGrant, replaced: str | None = None
    ) -> None:
        """Add a workspace, its owner and the owner's token, and take the name; all or nothing.

        Raises Conflict where the name is taken by another than the workspace `replaced`.
        """

    def find_founded(self, name: str) -> str | None:
        """Return the id of the workspace that was founded under the name, None for none."""

    def create(self, workspace: Workspace) -> None:
        """Add a workspace whose owner is a user that exists.

        Raises Conflict where the user has as many workspaces as there may be.
        """

    def get(self, workspace_id: str) -> Workspace:
        """Return the workspace; raises NotFound."""

    def get_many(self, workspace_ids: Sequence[str]) -> Sequence[Workspace]:
        """Return those of the workspaces that exist, in the order of the ids."""

    def rename(self, workspace_id: str, name: str) -> Workspace:
        """Change the name and return the workspace; raises NotFound."""


class MemberStore(Protocol):
    """Users and their memberships. Everything is strongly consistent.

    A workspace always has an owner: what would leave it without one is a Conflict, whatever
    happens at the same time.
    """

    def get_user(self, user_id: str) -> User:
        """Return the user; raises NotFound."""

    def memberships(self, user_id: str) -> Sequence[Membership]:
        """Return all memberships of a user, oldest first; none of an unknown user."""

    def members(self, workspace_id: str) -> Sequence[Member]:
        """Return all members of a workspace, oldest first; none of an unknown workspace."""

    def get(self, workspace_id: str, user_id: str) -> Member:
        """Return the member; raises NotFound."""

    def add_new(self, workspace_id: str, user: User, role: Role, grant: TokenGrant) -> None:
        """Add a user who does not exist yet, as a member with a token, all or nothing.

        Raises NotFound for an unknown workspace, Conflict where it is full.
        """

    def add(self, workspace_id: str, user_id: str, role: Role, at: datetime) -> None:
        """Make a user a member.

        Raises NotFound for an unknown workspace or user; Conflict where the user is a member, and
        where the workspace or the user has as many as there may be.
        """

    def set_role(self, workspace_id: str, user_id: str, role: Role) -> None:
        """Change a member's role; raises NotFound, and Conflict for the last owner's."""

    def remove(self, workspace_id: str, user_id: str) -> None:
        """End a membership; the user stays. Raises NotFound, and Conflict for the last owner."""

    def dissolve(self, workspace_id: str) -> None:
        """End all memberships of a workspace that is being deleted; a repeat goes on."""


class TokenStore(Protocol):
    """Tokens. Everything is strongly consistent."""

    def find_grant(self, token_hash: str) -> TokenGrant | None:
        """Return what the token of this hash opens, None where it is unknown or was revoked."""

    def create(self, grant: TokenGrant) -> None:
        """Add a token; raises NotFound where its user is no member, Conflict for too many."""

    def get(self, workspace_id: str, token_id: str) -> TokenGrant:
        """Return a token of the workspace; raises NotFound."""

    def list(self, workspace_id: str) -> Sequence[TokenGrant]:
        """Return all tokens of the workspace, oldest first."""

    def revoke(self, workspace_id: str, token_id: str) -> None:
        """Make the token open nothing any more and forget it; raises NotFound."""

    def revoke_all(self, workspace_id: str) -> None:
        """Revoke all tokens of a workspace that is being deleted; a repeat goes on."""
