"""Uploads straight to S3: first the promise, then the form that lets its picture in."""

from collections.abc import Mapping, Sequence
from dataclasses import field
from typing import Any

from oriel.domain.clock import Clock
from oriel.domain.errors import InvalidInput, NotFound, PayloadTooLarge
from oriel.domain.ids import new_id
from oriel.domain.image_change import check_value
from oriel.domain.picture_header import ACCEPTED_TYPES
from oriel.domain.picture_limits import MAX_PICTURE_BYTES
from oriel.domain.promise import FORM_LIFE, UploadPromise
from oriel.domain.upload import incoming_key
from oriel.label_ports import LabelStore
from oriel.upload_ports import IncomingObjects, PostForm, PostTerms, UploadStore
from oriel.values import dataclass


@dataclass(frozen=True, slots=True)
class NewUpload:
    """What is known of a picture that is still to come; `size_bytes` None where that is not."""

    content_type: str
    label_ids: Sequence[str] = ()
    test_image: bool = False
    real: bool = True
    meta_data: Mapping[str, Any] = field(default_factory=dict)
    size_bytes: int | None = None


@dataclass(frozen=True, slots=True)
class Uploads:
    """Promises and their forms."""

    store: UploadStore
    labels: LabelStore
    incoming: IncomingObjects
    clock: Clock

    def promise(self, workspace_id: str, new: NewUpload) -> tuple[UploadPromise, PostForm]:
        """Remember what is to come and sign a form for it.

        Raises InvalidInput for the type and for a label that needs a number, PayloadTooLarge for
        the size, NotFound for a label.
        """
        _check(new)
        for label_id in set(new.label_ids):
            check_value(self.labels.get(workspace_id, label_id), None)
        promise = UploadPromise(
            id=new_id(),
            workspace_id=workspace_id,
            created=self.clock(),
            content_type=new.content_type,
            label_ids=tuple(dict.fromkeys(new.label_ids)),
            test_image=new.test_image,
            real=new.real,
            meta_data=new.meta_data,
        )
        # Before anybody can send the picture.
        self.store.create(promise)
        return promise, self.incoming.sign_post(_terms(promise, new.size_bytes))

    def get(self, workspace_id: str, upload_id: str) -> UploadPromise:
        """Return a promise; raises NotFound, also once it is to be forgotten."""
        promise = self.store.get(workspace_id, upload_id)
        if promise.forgotten_at <= self.clock():
            raise NotFound("There is no upload with this id")
        return promise


def _check(new: NewUpload) -> None:
    if new.content_type not in ACCEPTED_TYPES:
        raise InvalidInput(f"content_type must be one of {', '.join(sorted(ACCEPTED_TYPES))}")
    if new.size_bytes is not None and new.size_bytes > MAX_PICTURE_BYTES:
        raise PayloadTooLarge(f"A picture may hold at most {MAX_PICTURE_BYTES // 1024**2} MB")


def _terms(promise: UploadPromise, size_bytes: int | None) -> PostTerms:
    return PostTerms(
        key=incoming_key(promise.workspace_id, promise.id),
        content_type=promise.content_type,
        min_bytes=size_bytes or 1,
        max_bytes=size_bytes or MAX_PICTURE_BYTES,
        expires_seconds=int(FORM_LIFE.total_seconds()),
    )
