"""What uploads straight to S3 and imports need of the outside world.

As in `oriel.ports`, what lies in another workspace is `NotFound`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from oriel.domain.promise import UploadPromise, UploadState


@dataclass(frozen=True, slots=True)
class PostForm:
    """A form with which anyone may put an object into S3; its last field, `file`, is the object."""

    url: str
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class PostTerms:
    """What S3 holds an upload to.

    A `key` that ends in `/` stands for every key below it. `content_type` is exact, None where any
    will do. Sizes are in bytes, both ends included.
    """

    key: str
    content_type: str | None
    min_bytes: int
    max_bytes: int
    expires_seconds: int


class IncomingObjects(Protocol):
    """The quarantine: where callers put objects themselves."""

    def sign_post(self, terms: PostTerms) -> PostForm:
        """Return a form that S3 takes until it expires, on these terms alone."""


class UploadStore(Protocol):
    """Promises of uploads."""

    def create(self, promise: UploadPromise) -> None:
        """Remember a promise until it is forgotten."""

    def get(self, workspace_id: str, upload_id: str) -> UploadPromise:
        """Return a promise; raises NotFound. It may be one that should be forgotten by now."""

    def settle(
        self, workspace_id: str, upload_id: str, state: UploadState, rejection: str | None = None
    ) -> None:
        """Note what became of a promise; one that is not WAITING stays as it is."""
