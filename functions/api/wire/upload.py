"""Uploads straight to S3 on the wire."""

from typing import Annotated, Any

from oriel.domain.image import MAX_LABELS_OF_UPLOAD
from oriel.domain.picture_limits import MAX_PICTURE_BYTES
from oriel.domain.promise import UploadPromise, UploadState
from oriel.upload_ports import PostForm
from pydantic import Field

from functions.api.wire.base import Answer, Moment, Request
from functions.api.wire.image import MetaData

SizeBytes = Annotated[int, Field(ge=1, strict=True)]


class UploadCreate(Request):
    """A picture that will be sent straight to S3, with all that its image shall have."""

    content_type: str = Field(
        description="Such as image/jpeg; S3 takes no other.", examples=["image/jpeg"]
    )
    size_bytes: SizeBytes | None = Field(
        default=None,
        description=f"Exact size, where it is known; at most {MAX_PICTURE_BYTES}.",
    )
    labels: list[str] = Field(
        default=[], max_length=MAX_LABELS_OF_UPLOAD, description="Ids of labels to attach."
    )
    test_image: bool = False
    real: bool = True
    meta_data: MetaData = Field(default={})


class UploadAnswer(Answer):
    """What became of an upload."""

    id: str = Field(description="Of the upload, and of the image that will be made of it.")
    workspace: str
    created: Moment
    expires: Moment = Field(description="Until when S3 takes the picture.")
    state: str = Field(description="WAITING, READY or REJECTED.")
    image: str | None = Field(description="Id of the image, once the upload is READY.")
    rejection: str | None = Field(description="Why the picture could not be taken.")

    @classmethod
    def from_domain(cls, promise: UploadPromise) -> "UploadAnswer":
        """Answer with the state of an upload."""
        return cls(**_fields(promise))


class OpenUploadAnswer(UploadAnswer):
    """A form to post as multipart/form-data: all `fields`, then the picture as `file`."""

    url: str
    fields: dict[str, str]

    @classmethod
    def with_form(cls, promise: UploadPromise, form: PostForm) -> "OpenUploadAnswer":
        """Answer with an upload that can be sent now."""
        return cls(**_fields(promise), url=form.url, fields=dict(form.fields))


def _fields(promise: UploadPromise) -> dict[str, Any]:
    return {
        "id": promise.id,
        "workspace": promise.workspace_id,
        "created": promise.created,
        "expires": promise.expires,
        "state": promise.state,
        "image": promise.id if promise.state is UploadState.READY else None,
        "rejection": promise.rejection,
    }
