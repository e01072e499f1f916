"""Takes uploads in: looks at the picture once, and keeps all that later steps need of it.

Every write goes to a place that the image's id names and holds what the picture's bytes determine,
and the image becomes READY last. So a repeat after a crash between any two writes, or a second
delivery, ends in the same state.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Protocol

from oriel.domain.errors import InvalidPicture, NotFound, PayloadTooLarge, TemporarilyUnavailable
from oriel.domain.image import Image, ImageStatus, derived_keys, picture_key, thumbnail_key
from oriel.domain.picture_limits import MAX_PICTURE_BYTES
from oriel.domain.upload import Upload
from oriel.image_ports import EmbeddingStore, ImageStore
from oriel.ports import Blobs
from oriel.values import dataclass

THUMBNAIL_TYPE = "image/jpeg"


@dataclass(frozen=True, slots=True)
class ServedCopy:
    """An upright copy without metadata; `extension` has no dot."""

    data: bytes
    content_type: str
    extension: str


@dataclass(frozen=True, slots=True)
class Picture:
    """What was seen in the bytes of an upload.

    `width` and `height` are in pixels after EXIF orientation; `brightness` is the mean luminance, 0
    to 255; `served` is None where the original may be served as it is; `thumbnail` is a small JPEG.
    `model_input` is the embedder's business.
    """

    width: int
    height: int
    sha256: str
    perceptual_hash: str
    brightness: float
    served: ServedCopy | None
    thumbnail: bytes
    model_input: Any


class PictureReader(Protocol):
    """Looks at what strangers uploaded."""

    def read(self, data: bytes) -> Picture:
        """Decode a picture; raises InvalidPicture with a reason that the uploader may see."""


class Embedder(Protocol):
    """One backbone."""

    @property
    def name(self) -> str:
        """The backbone's name."""

    def embed(self, model_inputs: Sequence[Any]) -> Sequence[bytes]:
        """Return an embedding (little-endian float16) an input, in order."""


@dataclass(frozen=True, slots=True)
class Seen:
    """An upload whose picture was read and whose embedding is still to be made."""

    upload: Upload
    image: Image
    size_bytes: int
    picture: Picture


@dataclass(frozen=True, slots=True)
class Ingest:
    """The three phases of taking uploads in: look at each, embed all at once, finish each."""

    images: ImageStore
    embeddings: EmbeddingStore
    blobs: Blobs
    reader: PictureReader
    embedder: Embedder

    def look(self, upload: Upload) -> Seen | None:
        """Read an upload; None where nothing is left to do.

        A picture that cannot be taken is marked REJECTED with the reason. Raises
        TemporarilyUnavailable where the object is there and its image is not yet.
        """
        image = self._image_of(upload)
        if image is None:
            return None
        try:
            data = self.blobs.get(upload.key, MAX_PICTURE_BYTES)
            return Seen(upload, image, len(data), self.reader.read(data))
        except PayloadTooLarge:
            limit = MAX_PICTURE_BYTES // 1024**2
            self._reject(upload, f"The picture holds more than {limit} MB")
        except InvalidPicture as reason:
            self._reject(upload, str(reason))
        return None

    def embed(self, seen: Sequence[Seen]) -> Sequence[bytes]:
        """Return the embeddings of all pictures that were looked at."""
        return self.embedder.embed([one.picture.model_input for one in seen])

    def finish(self, seen: Seen, vector: bytes) -> None:
        """Store what was made of a picture and mark its image READY."""
        upload = seen.upload
        thumbnail = thumbnail_key(upload.workspace_id, upload.image_id)
        self.blobs.put(thumbnail, seen.picture.thumbnail, THUMBNAIL_TYPE)
        copy = self._store_copy(upload, seen.picture.served)
        self.embeddings.put(upload.workspace_id, upload.image_id, self.embedder.name, vector)
        try:
            self.images.mark_ready(_ready(seen, copy))
        except NotFound:
            self.blobs.delete([thumbnail, copy] if copy else [thumbnail])
            self.embeddings.delete(upload.workspace_id, upload.image_id, self.embedder.name)

    def _store_copy(self, upload: Upload, served: ServedCopy | None) -> str | None:
        if served is None:
            return None
        key = picture_key(upload.workspace_id, upload.image_id, served.extension)
        self.blobs.put(key, served.data, served.content_type)
        return key

    def _image_of(self, upload: Upload) -> Image | None:
        """Return the upload's image, None where both were deleted meanwhile.

        An earlier attempt may have been writing just then, and have died before it could see that.
        """
        try:
            return self.images.get(upload.workspace_id, upload.image_id)
        except NotFound:
            if not self._is_stored(upload):
                self._forget(upload)
                return None
            raise TemporarilyUnavailable("the upload has no image yet") from None

    def _forget(self, upload: Upload) -> None:
        self.blobs.delete(derived_keys(upload.workspace_id, upload.image_id))
        self.embeddings.delete(upload.workspace_id, upload.image_id, self.embedder.name)

    def _is_stored(self, upload: Upload) -> bool:
        try:
            self.blobs.get(upload.key, MAX_PICTURE_BYTES)
        except NotFound:
            return False
        except PayloadTooLarge:
            return True
        return True

    def _reject(self, upload: Upload, reason: str) -> None:
        try:
            self.images.mark_rejected(upload.workspace_id, upload.image_id, reason)
        except NotFound:
            return


def _ready(seen: Seen, copy: str | None) -> Image:
    picture = seen.picture
    return replace(
        seen.image,
        status=ImageStatus.READY,
        rejection=None,
        width=picture.width,
        height=picture.height,
        size_bytes=seen.size_bytes,
        sha256=picture.sha256,
        perceptual_hash=picture.perceptual_hash,
        brightness=picture.brightness,
        picture_key=copy,
    )
