"""What all requests and answers have in common."""

from datetime import datetime
from typing import Annotated, Any

from oriel.domain.clock import to_iso
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    PlainSerializer,
    PlainValidator,
    StringConstraints,
    WithJsonSchema,
    model_validator,
)

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Text = Annotated[str, StringConstraints(max_length=2000)]
Moment = Annotated[
    datetime,
    PlainSerializer(to_iso, return_type=str),
    WithJsonSchema({"type": "string", "format": "date-time"}, mode="serialization"),
]


def _file(value: object) -> bytes:
    if not isinstance(value, bytes):
        raise ValueError("must be sent as a file of multipart/form-data")  # noqa: TRY004 - pydantic's
    return value


FileContent = Annotated[
    bytes,
    PlainValidator(_file),
    WithJsonSchema({"type": "string", "contentMediaType": "application/octet-stream"}),
]
"""The bytes of a file in a form; JSON has none."""


class Answer(BaseModel):
    """Something that is answered."""

    model_config = ConfigDict(frozen=True)


class Request(BaseModel):
    """Something that is asked; unknown fields are ignored, and null is the same as absent."""

    model_config = ConfigDict(frozen=True)

    workspace: str | None = Field(
        default=None,
        description='Absent or "Default" for the token\'s own workspace, or an id of yours.',
    )

    @model_validator(mode="before")
    @classmethod
    def _drop_null(cls, content: Any) -> Any:
        if not isinstance(content, dict):
            return content
        return {name: value for name, value in content.items() if value is not None}


class LabelReference(Request):
    """Names a label."""

    label_id: str
