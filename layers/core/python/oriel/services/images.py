"""Training images: uploads, and where their pictures can be fetched."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import field
from typing import Any

from oriel.domain.clock import Clock
from oriel.domain.errors import Conflict, NotFound, PayloadTooLarge
from oriel.domain.ids import new_id
from oriel.domain.image import Image, ImageStatus, derived_keys, original_key, thumbnail_key
from oriel.domain.image_change import check_value
from oriel.domain.image_selection import ImageSelection
from oriel.domain.page import Page, PageRequest
from oriel.domain.picture_header import PictureHeader, read_header
from oriel.domain.picture_limits import MAX_PICTURE_BYTES
from oriel.image_ports import ImageStore
from oriel.label_ports import LabelStore
from oriel.ports import Blobs
from oriel.values import dataclass

LINK_SECONDS = 3600


@dataclass(frozen=True, slots=True)
class NewImage:
    """What a caller sends in: the file as it is, and what is known of it."""

    data: bytes
    label_ids: Sequence[str] = ()
    test_image: bool = False
    real: bool = True
    meta_data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PictureLinks:
    """URLs that anyone may fetch for an hour."""

    picture: str
    thumbnail: str


@dataclass(frozen=True, slots=True)
class Images:
    """What can be done with training images."""

    store: ImageStore
    labels: LabelStore
    blobs: Blobs
    clock: Clock

    def upload(self, workspace_id: str, new: NewImage) -> Image:
        """Take a picture in with its labels; ingest looks at it afterwards.

        Raises InvalidPicture, PayloadTooLarge, NotFound for an unknown label, and InvalidInput for
        one that needs a number.
        """
        header = _check(new.data)
        for label_id in set(new.label_ids):
            check_value(self.labels.get(workspace_id, label_id), None)
        return self._store(self._image(workspace_id, new_id(), new, header), new)

    def take_in(self, workspace_id: str, image_id: str, new: NewImage) -> Image:
        """Take in a picture whose image has its id already; again changes nothing.

        Raises InvalidPicture, PayloadTooLarge, NotFound for an unknown label, and Conflict where
        the image was there and is being deleted.
        """
        header = _check(new.data)
        try:
            return self.store.get(workspace_id, image_id)
        except NotFound:
            image = self._image(workspace_id, image_id, new, header)
        try:
            return self._store(image, new)
        except Conflict:
            return self._taken_meanwhile(workspace_id, image_id)

    def _taken_meanwhile(self, workspace_id: str, image_id: str) -> Image:
        try:
            return self.store.get(workspace_id, image_id)
        except NotFound:
            # Its pictures are gone or about to go, and nobody would look for them once more.
            self.blobs.delete([original_key(workspace_id, image_id)])
            raise Conflict("The image of this picture was deleted") from None

    def _store(self, image: Image, new: NewImage) -> Image:
        key = original_key(image.workspace_id, image.id)
        # The object goes first: what the caller is told of, and what listings show, always has its
        # bytes. A crash in between leaves an object that nobody was told of; its notification finds
        # no image, comes again a few times, and ends in the dead letters, which names the object.
        # An outage leaves it too: the write may still be applied, even after a look that finds
        # nothing, and an image without its bytes would be worse.
        self.blobs.put(key, new.data, image.content_type)
        try:
            return self.store.create(image, new.label_ids)
        except NotFound:
            # A label vanished meanwhile.
            self.blobs.delete([key])
            raise

    def links(self, image: Image) -> PictureLinks:
        """Sign URLs of the picture and its thumbnail, both the original until ingest is done."""
        picture = image.picture_key or original_key(image.workspace_id, image.id)
        thumbnail = picture
        if image.status is ImageStatus.READY:
            thumbnail = thumbnail_key(image.workspace_id, image.id)
        return PictureLinks(
            picture=self.blobs.sign_get(picture, LINK_SECONDS),
            thumbnail=self.blobs.sign_get(thumbnail, LINK_SECONDS),
        )

    def list(self, workspace_id: str, wanted: ImageSelection, page: PageRequest) -> Page[Image]:
        """Return one page of the images that are asked for; raises NotFound."""
        if wanted.is_empty:
            self.labels.get(workspace_id, str(wanted.without_label_id))
            return Page((), 0)
        if wanted.values is not None:
            return self.store.list_valued(workspace_id, wanted.values, page, wanted.facets)
        if wanted.without_label_id is not None:
            without = wanted.without_label_id
            return self.store.list_without(workspace_id, without, page, wanted.facets)
        return self.store.list(workspace_id, page, wanted.label_id, wanted.facets)

    def edit(
        self,
        workspace_id: str,
        image_id: str,
        *,
        meta_data: Mapping[str, Any] | None = None,
        test_image: bool | None = None,
        real: bool | None = None,
    ) -> Image:
        """Change what is given and return the image; raises NotFound."""
        if test_image is not None or real is not None:
            self.store.set_flags(workspace_id, image_id, test_image=test_image, real=real)
        if meta_data is not None:
            return self.store.set_meta_data(workspace_id, image_id, meta_data)
        return self.store.get(workspace_id, image_id)

    def add_label(
        self, workspace_id: str, image_id: str, label_id: str, value: float | None = None
    ) -> Image:
        """Attach a label, or change its number.

        Raises NotFound, InvalidInput where the label needs a number or takes none, and Conflict
        where the image carries too many.
        """
        check_value(self.labels.get(workspace_id, label_id), value)
        self.store.add_label(workspace_id, image_id, label_id, self.clock(), value)
        return self.store.get(workspace_id, image_id)

    def remove_label(self, workspace_id: str, image_id: str, label_id: str) -> Image:
        """Detach a label; raises NotFound."""
        self.store.remove_label(workspace_id, image_id, label_id, self.clock())
        return self.store.get(workspace_id, image_id)

    def delete(self, workspace_id: str, image_id: str) -> None:
        """Remove an image and all its pictures; raises NotFound.

        A repeat after a crash or an outage goes on where it stopped.
        """
        # Hidden first: no reader and no training ever meets an image without its pictures, and
        # ingest, if it is not through yet, finds no image and removes what it has written. The
        # item goes last, as it is what a repeat goes by.
        self.store.hide(workspace_id, image_id)
        derived = derived_keys(workspace_id, image_id)
        self.blobs.delete([original_key(workspace_id, image_id), *derived])
        self.store.delete(workspace_id, image_id)

    def _image(
        self, workspace_id: str, image_id: str, new: NewImage, header: PictureHeader
    ) -> Image:
        return Image(
            id=image_id,
            workspace_id=workspace_id,
            created=self.clock(),
            content_type=header.content_type,
            size_bytes=len(new.data),
            sha256=hashlib.sha256(new.data).hexdigest(),
            width=header.width,
            height=header.height,
            test_image=new.test_image,
            real=new.real,
            meta_data=new.meta_data,
        )


def _check(data: bytes) -> PictureHeader:
    if len(data) > MAX_PICTURE_BYTES:
        raise PayloadTooLarge(f"A picture may hold at most {MAX_PICTURE_BYTES // 1024**2} MB")
    return read_header(data)
