"""Takes in what callers sent straight to S3: out of quarantine, or not at all.

The picture becomes what was promised before it was sent: its caller can no longer change that. Its
image gets the upload's id. So a second delivery, or a repeat after a crash between any two writes,
makes nothing twice: the image is there already, and the object in quarantine goes last.
"""

from typing import Protocol

from oriel.domain.clock import Clock
from oriel.domain.errors import Conflict, InvalidPicture, NotFound, PayloadTooLarge
from oriel.domain.picture_limits import MAX_PICTURE_BYTES
from oriel.domain.promise import UploadPromise, UploadState
from oriel.domain.upload import Arrival
from oriel.ports import Blobs
from oriel.services.images import Images, NewImage
from oriel.upload_ports import UploadStore
from oriel.values import dataclass


class PictureCheck(Protocol):
    """Decodes what strangers sent, to see that it can be decoded."""

    def check(self, data: bytes) -> None:
        """Look at the whole picture; raises InvalidPicture with a reason for the uploader."""


@dataclass(frozen=True, slots=True)
class Arrivals:
    """What happens to an object that arrived in quarantine."""

    uploads: UploadStore
    images: Images
    blobs: Blobs
    pictures: PictureCheck
    clock: Clock

    def take(self, arrival: Arrival) -> None:
        """Make the promised image of an object, or say why not; then remove the object.

        An object that was not promised, or not lately, is removed alone.
        """
        promise = self._open_promise(arrival)
        if promise is not None:
            self._keep(promise, arrival)
        self.blobs.delete([arrival.key])

    def _open_promise(self, arrival: Arrival) -> UploadPromise | None:
        try:
            promise = self.uploads.get(arrival.workspace_id, arrival.image_id)
        except NotFound:
            return None
        late = promise.forgotten_at <= self.clock()
        return promise if promise.state is UploadState.WAITING and not late else None

    def _keep(self, promise: UploadPromise, arrival: Arrival) -> None:
        try:
            data = self.blobs.get(arrival.key, MAX_PICTURE_BYTES)
        except NotFound:
            # Another delivery has removed it, and settles the promise itself.
            return None
        except PayloadTooLarge:
            limit = MAX_PICTURE_BYTES // 1024**2
            return self._settle(promise, f"The picture holds more than {limit} MB")
        try:
            self.pictures.check(data)
            # What was checked is what is stored: the object could be replaced meanwhile.
            self.images.take_in(promise.workspace_id, promise.id, _new_image(promise, data))
        except (InvalidPicture, NotFound, Conflict) as reason:
            return self._settle(promise, str(reason))
        return self._settle(promise)

    def _settle(self, promise: UploadPromise, rejection: str | None = None) -> None:
        state = UploadState.REJECTED if rejection else UploadState.READY
        self.uploads.settle(promise.workspace_id, promise.id, state, rejection)


def _new_image(promise: UploadPromise, data: bytes) -> NewImage:
    return NewImage(
        data=data,
        label_ids=promise.label_ids,
        test_image=promise.test_image,
        real=promise.real,
        meta_data=promise.meta_data,
    )
