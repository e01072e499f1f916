"""Tokens on the wire."""

from typing import Annotated

from oriel.domain.access import Permission
from oriel.domain.token import TokenGrant
from oriel.services.tokens import NewToken
from pydantic import AwareDatetime, BeforeValidator, Field

from functions.api.wire.base import Answer, Moment, Name, Request


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("must be a string such as 2027-01-01T00:00:00Z")  # noqa: TRY004 - pydantic's
    return value


Expiry = Annotated[AwareDatetime, BeforeValidator(_text, json_schema_input_type=AwareDatetime)]


class TokenAnswer(Answer):
    """A token, without what opens anything."""

    id: str
    name: str
    scopes: list[Permission] = Field(description="What it may be used for, if the role permits it.")
    created: Moment
    expires: Moment | None
    user: str = Field(description="Id of the user whose token it is.")
    workspace: str = Field(description="Where it leads if no workspace is named.")

    @classmethod
    def from_domain(cls, grant: TokenGrant) -> "TokenAnswer":
        """Answer with a token."""
        return cls(
            id=grant.id,
            name=grant.name,
            scopes=sorted(grant.permits()),
            created=grant.created,
            expires=grant.expires,
            user=grant.user_id,
            workspace=grant.workspace_id,
        )


class NewTokenAnswer(TokenAnswer):
    """A new token."""

    token: str = Field(description="The token itself, 40 hexadecimal characters; shown only now.")

    @classmethod
    def of(cls, new: NewToken) -> "NewTokenAnswer":
        """Answer with a new token."""
        return cls(**TokenAnswer.from_domain(new.grant).model_dump(), token=new.token)


class TokenCreate(Request):
    """A new token for the caller."""

    name: Name
    scopes: list[Permission] | None = Field(
        default=None,
        max_length=len(Permission),
        description="Absent: all that the token which asks has.",
    )
    expires: Expiry | None = Field(
        default=None,
        description="With an offset or Z. Absent: when the token which asks does, if it does.",
    )
