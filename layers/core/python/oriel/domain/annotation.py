"""Annotation: who verified an image, and points that people set on it."""

from datetime import datetime
from typing import Any

from oriel.values import dataclass

MAX_POINTS_OF_IMAGE = 500
"""All points of an image are one page."""


@dataclass(frozen=True, slots=True)
class Verification:
    """A user's word that an image's labels are right; there is one for each user and image."""

    id: str
    workspace_id: str
    image_id: str
    user_id: str
    created: datetime


@dataclass(frozen=True, slots=True)
class Point:
    """Something that a person noted on an image; what `data` holds is the noter's business."""

    id: str
    workspace_id: str
    image_id: str
    name: str
    data: Any
    created: datetime
