"""Changes of hundreds of images in one call."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import field

from oriel.domain.clock import Clock
from oriel.domain.errors import InvalidInput, OrielError, TemporarilyUnavailable
from oriel.domain.image_change import ImageChange, check_value
from oriel.domain.page import MAX_PAGE_SIZE, PageRequest
from oriel.image_ports import ImageStore
from oriel.label_ports import LabelStore
from oriel.values import dataclass

MAX_IMAGES = 1_000
WORKERS = 8
"""A client of DynamoDB keeps ten connections."""

DEADLINE_SECONDS = 20.0
"""What was not reached by then is reported as failed; API Gateway waits for 29 seconds."""


@dataclass(frozen=True, slots=True)
class ImagesUpdate:
    """What to change, and of which images: those named, and those that carry a label named.

    `place` is None where everything is asked for at once, empty for the first part of many, and
    else from the part before.
    """

    image_ids: Sequence[str] = ()
    label_ids: Sequence[str] = ()
    change: ImageChange = field(default_factory=ImageChange)
    place: str | None = None


@dataclass(frozen=True, slots=True)
class ImagesUpdated:
    """How many images are now as was asked, why others are not, and where the next part begins."""

    updated: int
    failed: Mapping[str, str]
    next_place: str | None = None


@dataclass(frozen=True, slots=True)
class ImageUpdates:
    """What can be done with many images at once; doing it again does no harm."""

    images: ImageStore
    labels: LabelStore
    clock: Clock
    monotonic: Callable[[], float]

    def apply(self, workspace_id: str, update: ImagesUpdate) -> ImagesUpdated:
        """Change each image by itself: one that fails stops no other.

        Raises NotFound for an unknown label, InvalidInput for a change that no image can take and
        for more images than one call may change.
        """
        self._check(workspace_id, update.change)
        image_ids, next_place = self._part(workspace_id, update)
        failed = self._change_all(workspace_id, list(dict.fromkeys(image_ids)), update.change)
        return ImagesUpdated(len(set(image_ids)) - len(failed), failed, next_place)

    def _check(self, workspace_id: str, change: ImageChange) -> None:
        both = change.remove & change.add.keys()
        if both:
            raise InvalidInput("labels-add and labels-remove name the same label")
        for label_id, value in change.add.items():
            check_value(self.labels.get(workspace_id, label_id), value)
        for label_id in change.remove:
            self.labels.get(workspace_id, label_id)

    def _part(self, workspace_id: str, update: ImagesUpdate) -> tuple[list[str], str | None]:
        """Return the images of this part, and where the next one begins."""
        if len(set(update.image_ids)) > MAX_IMAGES:
            raise InvalidInput(f"images: at most {MAX_IMAGES} in one call; send the rest in others")
        carried = sum(
            self.labels.get(workspace_id, label_id).images_count for label_id in update.label_ids
        )
        if update.place is None:
            total = len(set(update.image_ids)) + carried
            if total > MAX_IMAGES:
                raise InvalidInput(
                    f"labels: these are {total} images, and one call changes {MAX_IMAGES} at most; "
                    'send "page": "1" along, and then the "next" of each answer as the page'
                )
            return [*update.image_ids, *self._carriers(workspace_id, update.label_ids)], None
        if update.place == "":
            return list(update.image_ids), "0." if update.label_ids else None
        return self._carriers_at(workspace_id, update.label_ids, update.place)

    def _carriers(self, workspace_id: str, label_ids: Sequence[str]) -> Iterator[str]:
        place: str | None = "0." if label_ids else None
        while place is not None:
            image_ids, place = self._carriers_at(workspace_id, label_ids, place)
            yield from image_ids

    def _carriers_at(
        self, workspace_id: str, label_ids: Sequence[str], place: str
    ) -> tuple[list[str], str | None]:
        """Return images of one label; a place stays, whatever leaves the listing before it."""
        number, _, cursor = place.partition(".")
        if not (number.isascii() and number.isdigit()) or int(number[:9]) >= len(label_ids):
            raise InvalidInput("page: is not a page of this update")
        at = int(number[:9])
        request = PageRequest(MAX_PAGE_SIZE, cursor or None)
        page = self.images.carriers(workspace_id, label_ids[at], request)
        found = [carrier.image.id for carrier in page.items]
        if page.next_cursor is not None:
            return found, f"{at}.{page.next_cursor}"
        return found, f"{at + 1}." if at + 1 < len(label_ids) else None

    def _change_all(
        self, workspace_id: str, image_ids: Sequence[str], change: ImageChange
    ) -> dict[str, str]:
        """Return why images could not be changed, by id."""
        deadline = self.monotonic() + DEADLINE_SECONDS

        def attempt(image_id: str) -> OrielError | None:
            if self.monotonic() > deadline:
                return TemporarilyUnavailable("There was no time left; send this image again")
            try:
                self.images.change(workspace_id, image_id, change, self.clock())
            except OrielError as error:
                return error
            return None

        with ThreadPoolExecutor(WORKERS) as pool:
            errors = dict(zip(image_ids, pool.map(attempt, image_ids), strict=True))
        for image_id, error in errors.items():
            if isinstance(error, TemporarilyUnavailable):
                # They got into each other's way at a counter; now each has its turn.
                errors[image_id] = attempt(image_id)
        return {image_id: str(error) for image_id, error in errors.items() if error is not None}
