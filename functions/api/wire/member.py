"""Members of a workspace on the wire."""

from typing import Annotated

from oriel.domain.access import Role
from oriel.domain.member import Member
from oriel.services.members import NewMember
from pydantic import Field, StringConstraints

from functions.api.wire.base import Answer, Moment, Name, Request

Email = Annotated[str, StringConstraints(max_length=254, pattern=r"^[^@\s]+@[^@\s]+$")]


class MemberAnswer(Answer):
    """A user of a workspace."""

    id: str = Field(description="Id of the user.")
    name: str
    email: str = Field(description="Empty where it is not known; nothing is ever sent there.")
    role: Role
    created: Moment = Field(description="Since when the user is a member.")

    @classmethod
    def from_domain(cls, member: Member) -> "MemberAnswer":
        """Answer with a member."""
        return cls(
            id=member.user.id,
            name=member.user.name,
            email=member.user.email,
            role=member.role,
            created=member.since,
        )


class NewMemberAnswer(MemberAnswer):
    """A new member."""

    token: str | None = Field(
        description="The new user's first token, shown only now; null for a user that existed."
    )

    @classmethod
    def of(cls, new: NewMember) -> "NewMemberAnswer":
        """Answer with a new member."""
        shown = MemberAnswer.from_domain(new.member).model_dump()
        return cls(**shown, token=new.token or None)


class MemberCreate(Request):
    """A new member: a new user by `name`, or one that exists by `user_id`."""

    role: Role = Field(examples=["annotator"])
    name: Name | None = Field(default=None, examples=["Ada"])
    email: Email | None = None
    user_id: str | None = None


class MemberUpdate(Request):
    """Another role."""

    role: Role = Field(examples=["annotator"])
