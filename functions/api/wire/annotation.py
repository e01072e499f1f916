"""Verifications and points on the wire."""

from typing import Annotated, Any

from oriel.domain.annotation import Point, Verification
from oriel.domain.meta_data import checked_meta_data
from pydantic import AfterValidator, Field

from functions.api.wire.base import Answer, Moment, Name, Request

AnyJson = Annotated[Any, AfterValidator(checked_meta_data)]


class VerificationCreate(Request):
    """Says that an image's labels are right."""

    image_id: str
    user: str | None = Field(
        default=None,
        description="Id of the user who says so: the caller, who is meant where it is absent, or "
        "for an owner any member.",
    )


class VerificationAnswer(Answer):
    """A user's word that an image's labels are right."""

    id: str
    workspace: str
    image: str
    user: str
    created: Moment

    @classmethod
    def from_domain(cls, verification: Verification) -> "VerificationAnswer":
        """Answer with a verification."""
        return cls(
            id=verification.id,
            workspace=verification.workspace_id,
            image=verification.image_id,
            user=verification.user_id,
            created=verification.created,
        )


class PointCreate(Request):
    """Notes something on an image."""

    image: str = Field(description="Id of the image.")
    name: Name
    data: AnyJson = Field(default=None, description="Any JSON, up to 4096 bytes.")


class PointAnswer(Answer):
    """Something that was noted on an image."""

    id: str
    workspace: str
    image: str
    name: str
    data: Any
    created: Moment

    @classmethod
    def from_domain(cls, point: Point) -> "PointAnswer":
        """Answer with a point."""
        return cls(
            id=point.id,
            workspace=point.workspace_id,
            image=point.image_id,
            name=point.name,
            data=point.data,
            created=point.created,
        )
