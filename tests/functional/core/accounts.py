"""A workspace with an owner, and more users."""

from dataclasses import dataclass

from oriel.domain.access import Role
from oriel.domain.ids import new_id
from oriel.domain.member import User
from oriel.domain.token import TokenGrant
from oriel.domain.workspace import Workspace

from tests.functional.core.conftest import Stores
from tests.functional.core.things import Maker


@dataclass(frozen=True)
class Founded:
    workspace: Workspace
    owner: User
    grant: TokenGrant


def found(stores: Stores, make: Maker) -> Founded:
    owner = make.user()
    workspace, grant = make.workspace(owner.id), make.grant(owner.id)
    stores.workspaces.found(workspace, owner, grant)
    return Founded(workspace, owner, grant)


def elsewhere(stores: Stores) -> Founded:
    """Another workspace, of another user."""
    return found(stores, Maker(new_id()))


def join(stores: Stores, make: Maker, role: Role) -> User:
    user = make.user()
    stores.members.add_new(make.workspace_id, user, role, make.grant(user.id))
    return user
