"""Promises: what was said about a picture before it was sent straight to S3.

The promise comes first and lies where its caller cannot reach it, so that what arrives can only
become what was promised.
"""

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from oriel.values import dataclass

FORM_LIFE = timedelta(minutes=5)
"""How long S3 takes the picture; a transfer that has begun by then is finished."""

PROMISE_LIFE = timedelta(days=1)
"""How long a promise is remembered, kept or not; notifications of S3 may come late."""


class UploadState(StrEnum):
    """What became of a promise."""

    WAITING = "WAITING"
    READY = "READY"
    REJECTED = "REJECTED"


@dataclass(frozen=True, slots=True)
class UploadPromise:
    """A picture that is expected; the image made of it has the same id.

    `rejection` says in words why what arrived was REJECTED.
    """

    id: str
    workspace_id: str
    created: datetime
    content_type: str
    label_ids: tuple[str, ...] = ()
    test_image: bool = False
    real: bool = True
    meta_data: Mapping[str, Any] = field(default_factory=dict)
    state: UploadState = UploadState.WAITING
    rejection: str | None = None

    @property
    def expires(self) -> datetime:
        """When S3 stops to take the picture."""
        return self.created + FORM_LIFE

    @property
    def forgotten_at(self) -> datetime:
        """From when on nobody knows of it."""
        return self.created + PROMISE_LIFE
