"""Users, and what they are in workspaces."""

from datetime import datetime

from oriel.domain.access import Role
from oriel.values import dataclass

MAX_WORKSPACES_OF_USER = 50
"""All of them travel with each request, in what the authorizer tells the functions."""

MAX_MEMBERS = 500


@dataclass(frozen=True, slots=True)
class User:
    """A person or a machine that calls; `email` is "" where it is not known."""

    id: str
    name: str
    created: datetime
    email: str = ""


@dataclass(frozen=True, slots=True)
class Membership:
    """What a user is in a workspace."""

    workspace_id: str
    user_id: str
    role: Role
    since: datetime


@dataclass(frozen=True, slots=True)
class Member:
    """A user of a workspace."""

    user: User
    role: Role
    since: datetime
