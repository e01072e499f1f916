"""Training images."""

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime
from enum import StrEnum
from typing import Any

from oriel.domain.facets import Facets
from oriel.values import dataclass

MAX_LABELS_OF_UPLOAD = 30
"""An upload with its labels is one transaction; more can be added afterwards."""

MAX_LABELS_OF_IMAGE = 45
"""Ground truth and proposals together: a change of flags rewrites them all in one transaction."""

SERVED_EXTENSIONS = ("jpg", "png")
"""What a copy that is served may be encoded as."""


class ImageStatus(StrEnum):
    """How far ingest has come with an upload."""

    PENDING = "PENDING"
    READY = "READY"
    REJECTED = "REJECTED"


@dataclass(frozen=True, slots=True)
class Image:
    """A picture of a workspace.

    `width` and `height` are in pixels as displayed (after EXIF orientation) once ingest has seen
    the picture, and as the header has them before. `sha256` is of the uploaded bytes, hexadecimal.
    `perceptual_hash` (64 bits, hexadecimal) and `brightness` (mean luminance, 0 to 255) are None
    until ingest has seen the picture; older pictures stay without a brightness.
    `picture_key` names the copy that is served, None while that is the original.
    `rejection` says in words why a REJECTED picture could not be taken. `duplicate_of` is the id of
    the oldest living image with the very same bytes, None where that is this one.
    """

    id: str
    workspace_id: str
    created: datetime
    content_type: str
    size_bytes: int
    sha256: str
    width: int
    height: int
    status: ImageStatus = ImageStatus.PENDING
    rejection: str | None = None
    test_image: bool = False
    real: bool = True
    meta_data: Mapping[str, Any] = field(default_factory=dict)
    verify_count: int = 0
    perceptual_hash: str | None = None
    brightness: float | None = None
    picture_key: str | None = None
    duplicate_of: str | None = None

    @property
    def facets(self) -> Facets:
        """What listings can be narrowed by."""
        return Facets(self.test_image, self.real, self.verify_count)


@dataclass(frozen=True, slots=True)
class LabelledImage:
    """An image that carries a label, with the number that a label of the type value gives it."""

    image: Image
    label_id: str
    value: float | None = None


def original_key(workspace_id: str, image_id: str) -> str:
    """Name the object that holds an upload, byte for byte as it came.

    Only keys below `ws/` notify ingest; what ingest writes lives below `derived/` (see
    docs/adr/0003-object-keys.md).
    """
    return f"ws/{workspace_id}/images/{image_id}"


def picture_key(workspace_id: str, image_id: str, extension: str) -> str:
    """Name the copy that is served: oriented, without metadata; unique in its last segment."""
    return f"derived/ws/{workspace_id}/pictures/{image_id}.{extension}"


def derived_keys(workspace_id: str, image_id: str) -> list[str]:
    """Name every object that ingest may ever write for an image."""
    copies = [picture_key(workspace_id, image_id, extension) for extension in SERVED_EXTENSIONS]
    return [thumbnail_key(workspace_id, image_id), *copies]


def thumbnail_key(workspace_id: str, image_id: str) -> str:
    """Name the thumbnail; unique in its last segment."""
    return f"derived/ws/{workspace_id}/thumbnails/{image_id}.jpg"
