import struct
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from oriel.domain.errors import Conflict, InvalidInput, NotFound
from oriel.domain.facets import ANY_FACETS, FacetFilter
from oriel.domain.image import (
    MAX_LABELS_OF_IMAGE,
    MAX_LABELS_OF_UPLOAD,
    Image,
    ImageStatus,
    LabelledImage,
)
from oriel.domain.image_change import ImageChange
from oriel.domain.image_selection import ValueRange
from oriel.domain.label import NOTHING_PROPOSED, CarriedLabel
from oriel.domain.page import Page, PageRequest

from tests.fakes.core import LabelEvent, MemoryCore, cut, page_of


def sortable(number: float) -> str:
    """Write a number as text that sorts as numbers do."""
    (bits,) = struct.unpack(">q", struct.pack(">d", number + 0.0))
    return f"{bits + 2**63 if bits >= 0 else -bits - 1:016x}"


class MemoryImageStore:
    def __init__(self, core: MemoryCore) -> None:
        self._core = core

    def create(
        self,
        image: Image,
        label_ids: Sequence[str],
        proposals: Mapping[str, float | None] = NOTHING_PROPOSED,
    ) -> Image:
        truths = dict.fromkeys(label_ids)
        guesses = {label: value for label, value in proposals.items() if label not in truths}
        if len(truths) + len(guesses) > MAX_LABELS_OF_UPLOAD:
            raise InvalidInput(f"An upload takes at most {MAX_LABELS_OF_UPLOAD} labels")
        with self._core.lock:
            if image.id in self._core.images or image.id in self._core.gone_images:
                raise Conflict("The image exists already")
            for label_id in [*truths, *guesses]:
                self._core.label(image.workspace_id, label_id)
            self._core.images[image.id] = image
            self._core.contents.setdefault((image.workspace_id, image.sha256), []).append(image.id)
            for label_id in truths:
                self._attach(image.id, label_id, image.created, None)
            self._core.proposals |= {(image.id, label): guesses[label] for label in guesses}
            return self._core.image(image.workspace_id, image.id)

    def get(self, workspace_id: str, image_id: str) -> Image:
        return self._core.image(workspace_id, image_id)

    def get_many(self, workspace_id: str, image_ids: Sequence[str]) -> Mapping[str, Image]:
        found = {}
        for image_id in image_ids:
            with suppress(NotFound):
                found[image_id] = self.get(workspace_id, image_id)
        return found

    def labels(self, workspace_id: str, image_id: str) -> Sequence[CarriedLabel]:
        core = self._core
        links = {
            label: value for (image, label), value in core.image_labels.items() if image == image_id
        }
        guesses = {
            label: value for (image, label), value in core.proposals.items() if image == image_id
        }
        labels = core.seen_labels(workspace_id, links.keys() | guesses.keys())
        return [
            CarriedLabel(label, (guesses | links).get(label.id), label.id in guesses)
            for label in labels
        ]

    def list(
        self,
        workspace_id: str,
        page: PageRequest,
        label_id: str | None = None,
        facets: FacetFilter = ANY_FACETS,
    ) -> Page[Image]:
        mine = [
            self._core.pointing(image)
            for image in self._core.images.values()
            if image.workspace_id == workspace_id
            and image.id not in self._core.hidden_images
            and facets.takes(image.facets)
        ]
        if label_id is not None:
            self._core.label(workspace_id, label_id)
            mine = [image for image in mine if (image.id, label_id) in self._core.image_labels]
        return page_of(mine, page)

    def list_without(
        self, workspace_id: str, label_id: str, page: PageRequest, facets: FacetFilter = ANY_FACETS
    ) -> Page[Image]:
        everything = self.list(workspace_id, PageRequest(len(self._core.images) + 1), None, facets)
        self._core.label(workspace_id, label_id)
        carried = {image for image, label in self._core.image_labels if label == label_id}
        return page_of([image for image in everything.items if image.id not in carried], page)

    def list_valued(
        self,
        workspace_id: str,
        wanted: ValueRange,
        page: PageRequest,
        facets: FacetFilter = ANY_FACETS,
    ) -> Page[Image]:
        everything = PageRequest(len(self._core.images) + 1)
        carriers = self.list(workspace_id, everything, wanted.label_id, facets).items
        numbers = {
            image.id: self._core.image_labels[image.id, wanted.label_id] for image in carriers
        }
        found = {
            f"{sortable(number)}#{image.created.isoformat()}#{image.id}": image
            for image in carriers
            if (number := numbers[image.id]) is not None
            and wanted.at_least <= number <= wanted.at_most
        }
        places = {image.id: place for place, image in found.items()}
        listed = [image for _, image in sorted(found.items())]
        return cut(listed, page, lambda image: places[image.id])

    def carriers(self, workspace_id: str, label_id: str, page: PageRequest) -> Page[LabelledImage]:
        found = self.list(workspace_id, page, label_id)
        items = tuple(
            LabelledImage(image, label_id, self._core.image_labels[image.id, label_id])
            for image in found.items
        )
        return Page(items, found.count, found.next_cursor)

    def add_label(
        self,
        workspace_id: str,
        image_id: str,
        label_id: str,
        at: datetime,
        value: float | None = None,
    ) -> None:
        self.change(workspace_id, image_id, ImageChange(add={label_id: value}), at)

    def remove_label(self, workspace_id: str, image_id: str, label_id: str, at: datetime) -> None:
        self._core.label(workspace_id, label_id)
        self.change(workspace_id, image_id, ImageChange(remove=frozenset({label_id})), at)

    def set_flags(
        self,
        workspace_id: str,
        image_id: str,
        *,
        test_image: bool | None = None,
        real: bool | None = None,
    ) -> Image:
        change = ImageChange(test_image=test_image, real=real)
        return self.change(workspace_id, image_id, change, datetime.min.replace(tzinfo=UTC))

    def change(self, workspace_id: str, image_id: str, change: ImageChange, at: datetime) -> Image:
        with self._core.lock:
            image = self._core.image(workspace_id, image_id)
            for label_id in change.add:
                self._core.label(workspace_id, label_id)
            self._check_room(image_id, change)
            for label_id in change.remove:
                self._detach(image_id, label_id, at)
            guesses = [
                label
                for one, label in self._core.proposals
                if one == image_id and label not in self._core.hidden_labels
            ]
            for label_id in guesses if change.confirm else []:
                self._attach(image_id, label_id, at, None)
            for label_id, value in change.add.items():
                self._attach(image_id, label_id, at, value)
            changed = replace(
                image,
                test_image=image.test_image if change.test_image is None else change.test_image,
                real=image.real if change.real is None else change.real,
                verify_count=max(0, image.verify_count + change.verify),
            )
            self._core.images[image_id] = changed
            return changed

    def _check_room(self, image_id: str, change: ImageChange) -> None:
        now = {
            label
            for image, label in [*self._core.image_labels, *self._core.proposals]
            if image == image_id
        }
        after = (now - change.remove) | set(change.add)
        if len(after) > max(MAX_LABELS_OF_IMAGE, len(now)):
            raise Conflict(f"An image carries at most {MAX_LABELS_OF_IMAGE} labels; remove some")

    def set_meta_data(
        self, workspace_id: str, image_id: str, meta_data: Mapping[str, Any]
    ) -> Image:
        with self._core.lock:
            image = replace(self.get(workspace_id, image_id), meta_data=dict(meta_data))
            self._core.images[image_id] = image
            return image

    def mark_ready(self, image: Image) -> None:
        with self._core.lock:
            self._core.images[image.id] = replace(
                self.get(image.workspace_id, image.id),
                size_bytes=image.size_bytes,
                width=image.width,
                height=image.height,
                status=image.status,
                rejection=image.rejection,
                perceptual_hash=image.perceptual_hash,
                brightness=image.brightness,
                picture_key=image.picture_key,
            )

    def mark_rejected(self, workspace_id: str, image_id: str, reason: str) -> None:
        with self._core.lock:
            image = self.get(workspace_id, image_id)
            self._core.images[image_id] = replace(
                image, status=ImageStatus.REJECTED, rejection=reason
            )

    def hide(self, workspace_id: str, image_id: str) -> None:
        with self._core.lock:
            self._core.hide_image(self._core.any_image(workspace_id, image_id))

    def hidden(self, workspace_id: str, limit: int) -> Sequence[str]:
        ids = self._core.hidden_images
        mine = [one for one in ids if self._core.images[one].workspace_id == workspace_id]
        return sorted(mine)[:limit]

    def delete(self, workspace_id: str, image_id: str) -> None:
        with self._core.lock:
            self._core.hide_image(self._core.any_image(workspace_id, image_id))
            for link in [link for link in self._core.image_labels if link[0] == image_id]:
                del self._core.image_labels[link]
                self._count(link[1], -1)
            for link in [link for link in self._core.proposals if link[0] == image_id]:
                del self._core.proposals[link]
            self._core.events[:] = [
                event for event in self._core.events if event.image_id != image_id
            ]
            for key in [key for key in self._core.embeddings if key[1] == image_id]:
                del self._core.embeddings[key]
            for notes in (self._core.verifications, self._core.points):
                for one in [one for one in notes.values() if one.image_id == image_id]:
                    del notes[one.id]
            del self._core.images[image_id]
            self._core.hidden_images.discard(image_id)
            self._core.gone_images.add(image_id)

    def _attach(self, image_id: str, label_id: str, at: datetime, value: float | None) -> None:
        link = (image_id, label_id)
        proposed = self._core.proposals.pop(link, None)
        value = proposed if value is None else value
        if link not in self._core.image_labels:
            self._core.image_labels[link] = value
            self._core.events.append(LabelEvent(image_id, label_id, "added", at, value))
            self._count(label_id, 1)
        elif value is not None and self._core.image_labels[link] != value:
            self._core.image_labels[link] = value
            self._core.events.append(LabelEvent(image_id, label_id, "changed", at, value))

    def _detach(self, image_id: str, label_id: str, at: datetime) -> None:
        link = (image_id, label_id)
        self._core.proposals.pop(link, None)
        if link in self._core.image_labels:
            del self._core.image_labels[link]
            self._core.events.append(LabelEvent(image_id, label_id, "removed", at))
            self._count(label_id, -1)

    def _count(self, label_id: str, change: int) -> None:
        label = self._core.labels[label_id]
        self._core.labels[label_id] = replace(label, images_count=label.images_count + change)
