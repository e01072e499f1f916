"""Members of a workspace."""

from oriel.account_ports import MemberStore
from oriel.domain.access import Role
from oriel.domain.clock import Clock
from oriel.domain.ids import new_id
from oriel.domain.member import Member, User
from oriel.domain.page import Page, PageRequest, cut
from oriel.domain.token import TokenGrant, hash_token, new_token
from oriel.values import dataclass

FIRST_TOKEN = "first"  # noqa: S105 - the name that listings show


@dataclass(frozen=True, slots=True)
class NewMember:
    """A member; `token` is shown here and never again, "" where the user has tokens already."""

    member: Member
    token: str = ""


@dataclass(frozen=True, slots=True)
class Members:
    """What can be done with members."""

    store: MemberStore
    clock: Clock

    def invite(self, workspace_id: str, name: str, email: str, role: Role) -> NewMember:
        """Make a user who is a member; raises NotFound, and Conflict for too many members."""
        now, token = self.clock(), new_token()
        user = User(new_id(), name, now, email)
        grant = TokenGrant(new_id(), hash_token(token), workspace_id, user.id, now, FIRST_TOKEN)
        self.store.add_new(workspace_id, user, role, grant)
        return NewMember(Member(user, role, now), token)

    def add(self, workspace_id: str, user_id: str, role: Role) -> NewMember:
        """Make a user that exists a member; raises NotFound, and Conflict (see `MemberStore`)."""
        self.store.add(workspace_id, user_id, role, self.clock())
        return NewMember(self.store.get(workspace_id, user_id))

    def list(self, workspace_id: str, page: PageRequest) -> Page[Member]:
        """Return one page of the workspace's members, oldest first."""
        return cut(self.store.members(workspace_id), page, lambda member: member.user.id)

    def set_role(self, workspace_id: str, user_id: str, role: Role) -> Member:
        """Change a member's role; raises NotFound, and Conflict for the last owner's."""
        self.store.set_role(workspace_id, user_id, role)
        return self.store.get(workspace_id, user_id)

    def remove(self, workspace_id: str, user_id: str) -> None:
        """End a membership; raises NotFound, and Conflict for the last owner."""
        self.store.remove(workspace_id, user_id)
