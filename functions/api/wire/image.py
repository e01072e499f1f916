"""Training images on the wire."""

from collections.abc import Sequence
from typing import Annotated, Any

from oriel.domain.image import MAX_LABELS_OF_UPLOAD, Image
from oriel.domain.label import CarriedLabel
from oriel.domain.meta_data import checked_meta_data
from oriel.services.images import PictureLinks
from oriel.services.records import decode_base64
from pydantic import AfterValidator, ConfigDict, Field, model_validator

from functions.api.wire.base import Answer, FileContent, Moment, Request
from functions.api.wire.label import CarriedLabelAnswer

MetaData = Annotated[dict[str, Any], AfterValidator(checked_meta_data)]


class ImageCreate(Request):
    """An upload."""

    model_config = ConfigDict(
        json_schema_extra={"oneOf": [{"required": ["base64"]}, {"required": ["img_path"]}]}
    )

    base64: str | None = Field(
        default=None, description="The picture's file, with or without a data-URI prefix."
    )
    img_path: FileContent | None = Field(
        default=None, description="In a form: the picture's file itself, instead of `base64`."
    )
    labels: list[str] = Field(
        default=[], max_length=MAX_LABELS_OF_UPLOAD, description="Ids of labels to attach."
    )
    test_image: bool = False
    real: bool = True
    meta_data: MetaData = Field(default={})

    @model_validator(mode="after")
    def _one_picture(self) -> "ImageCreate":
        if (self.base64 is None) == (self.img_path is None):
            raise ValueError("either base64 or, in a form, the file img_path must be sent")
        return self

    def picture(self) -> bytes:
        """Return the picture's bytes; raises InvalidPicture and PayloadTooLarge."""
        return decode_base64(self.base64 or "") if self.img_path is None else self.img_path


class ImageUpdate(Request):
    """What of an image can be changed; `meta_data` is replaced as a whole."""

    meta_data: MetaData | None = Field(default=None, examples=[{"shelf": 4}])
    test_image: bool | None = None
    real: bool | None = None


class ImageAnswer(Answer):
    """An image; its URLs can be fetched by anyone for an hour."""

    id: str
    workspace: str
    created: Moment
    img_path: str
    thumb_img_path: str
    img_width: int
    img_height: int
    status: str = Field(description="PENDING until the picture was looked at, READY or REJECTED.")
    rejection: str | None
    test_image: bool
    real: bool
    verify_count: int = Field(serialization_alias="verifyCount")
    meta_data: dict[str, Any]
    duplicate_of: str | None = Field(
        description="Id of the oldest image with the same bytes; null where that is this one."
    )

    @classmethod
    def from_domain(cls, image: Image, links: PictureLinks) -> "ImageAnswer":
        """Answer with an image."""
        return cls(**_fields(image, links))


class ImageDetailAnswer(ImageAnswer):
    """An image with the labels it carries and those proposed."""

    labels: list[CarriedLabelAnswer]

    @classmethod
    def with_labels(
        cls, image: Image, links: PictureLinks, labels: Sequence[CarriedLabel]
    ) -> "ImageDetailAnswer":
        """Answer with an image and its labels."""
        listed = [CarriedLabelAnswer.of(label) for label in labels]
        return cls(**_fields(image, links), labels=listed)


def _fields(image: Image, links: PictureLinks) -> dict[str, Any]:
    return {
        "id": image.id,
        "workspace": image.workspace_id,
        "created": image.created,
        "img_path": links.picture,
        "thumb_img_path": links.thumbnail,
        "img_width": image.width,
        "img_height": image.height,
        "status": image.status,
        "rejection": image.rejection,
        "test_image": image.test_image,
        "real": image.real,
        "verify_count": image.verify_count,
        "meta_data": image.meta_data,
        "duplicate_of": image.duplicate_of,
    }
