"""The first workspace, its owner and the owner's token: what ops make, and nobody else can.

The name is taken with the workspace, so that an invocation that is repeated, by a person or by the
AWS CLI after a timeout, makes no second one. It never touches a workspace that exists, except that
an owner of it can be given a new token where ops say so.
"""

from oriel.account_ports import MemberStore, TokenStore, WorkspaceStore
from oriel.domain.access import Role
from oriel.domain.clock import Clock
from oriel.domain.errors import Conflict, InvalidInput, NotFound
from oriel.domain.ids import new_id
from oriel.domain.member import User
from oriel.domain.token import TokenGrant, hash_token, new_token
from oriel.domain.workspace import MAX_NAME_LENGTH, Workspace
from oriel.values import dataclass

FIRST_TOKEN = "bootstrap"  # noqa: S105 - the name that listings show
OWNER_NAME = "Owner"


@dataclass(frozen=True, slots=True)
class OwnerToken:
    """A workspace's owner; this is the only place where the token is ever seen."""

    workspace_id: str
    user_id: str
    token: str


@dataclass(frozen=True, slots=True)
class Bootstrap:
    """Makes workspaces out of nothing."""

    workspaces: WorkspaceStore
    members: MemberStore
    tokens: TokenStore
    clock: Clock

    def found(self, name: str, owner_name: str = OWNER_NAME, email: str = "") -> OwnerToken:
        """Make a workspace, its owner and the owner's token.

        Raises InvalidInput for the name; Conflict where a workspace was founded under it.
        """
        name = _checked(name)
        known = self.workspaces.find_founded(name)
        if known is not None and self._exists(known):
            raise Conflict(
                f"The workspace {known} was made under this name. Ask with "
                '"new_token": true for another token of its owner, or choose another name'
            )
        now, token = self.clock(), new_token()
        owner = User(new_id(), owner_name, now, email)
        workspace = Workspace(new_id(), name, now, owner.id)
        grant = _grant(workspace.id, owner.id, token, self.clock)
        self.workspaces.found(workspace, owner, grant, replaced=known)
        return OwnerToken(workspace.id, owner.id, token)

    def replace_token(self, name: str) -> OwnerToken:
        """Give the longest-standing owner another token; those that there are stay good.

        Raises InvalidInput for the name, NotFound where no workspace was founded under it.
        """
        workspace_id = self.workspaces.find_founded(_checked(name))
        if workspace_id is None or not self._exists(workspace_id):
            raise NotFound("No workspace was made under this name")
        members = self.members.members(workspace_id)
        owner = next(member.user for member in members if member.role is Role.OWNER)
        token = new_token()
        self.tokens.create(_grant(workspace_id, owner.id, token, self.clock))
        return OwnerToken(workspace_id, owner.id, token)

    def _exists(self, workspace_id: str) -> bool:
        return bool(self.workspaces.get_many([workspace_id]))


def _checked(name: str) -> str:
    if not 0 < len(name.strip()) <= MAX_NAME_LENGTH:
        raise InvalidInput(f"workspace_name must have 1 to {MAX_NAME_LENGTH} characters")
    return name.strip()


def _grant(workspace_id: str, user_id: str, token: str, clock: Clock) -> TokenGrant:
    return TokenGrant(
        id=new_id(),
        token_hash=hash_token(token),
        workspace_id=workspace_id,
        user_id=user_id,
        created=clock(),
        name=FIRST_TOKEN,
    )
