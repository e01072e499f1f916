from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from oriel.domain.errors import Conflict, InvalidInput
from oriel.domain.image import MAX_LABELS_OF_UPLOAD, Image, ImageStatus
from oriel.domain.label import Label
from oriel.domain.page import Page, PageRequest

from tests.fakes.core import LabelEvent, MemoryCore, page_of


class MemoryImageStore:
    def __init__(self, core: MemoryCore) -> None:
        self._core = core

    def create(self, image: Image, label_ids: Sequence[str]) -> None:
        wanted = dict.fromkeys(label_ids)
        if len(wanted) > MAX_LABELS_OF_UPLOAD:
            raise InvalidInput(f"An upload takes at most {MAX_LABELS_OF_UPLOAD} labels")
        with self._core.lock:
            if image.id in self._core.images:
                raise Conflict("The image exists already")
            for label_id in wanted:
                self._core.label(image.workspace_id, label_id)
            self._core.images[image.id] = image
            for label_id in wanted:
                self.add_label(image.workspace_id, image.id, label_id, image.created)

    def get(self, workspace_id: str, image_id: str) -> Image:
        return self._core.image(workspace_id, image_id)

    def labels(self, workspace_id: str, image_id: str) -> Sequence[Label]:
        linked = [label for image, label in self._core.image_labels if image == image_id]
        return self._core.seen_labels(workspace_id, linked)

    def list(
        self, workspace_id: str, page: PageRequest, label_id: str | None = None
    ) -> Page[Image]:
        mine = [
            image
            for image in self._core.images.values()
            if image.workspace_id == workspace_id and image.id not in self._core.hidden_images
        ]
        if label_id is not None:
            self._core.label(workspace_id, label_id)
            mine = [image for image in mine if (image.id, label_id) in self._core.image_labels]
        return page_of(mine, page)

    def add_label(self, workspace_id: str, image_id: str, label_id: str, at: datetime) -> None:
        with self._core.lock:
            self._check(workspace_id, image_id, label_id)
            if (image_id, label_id) not in self._core.image_labels:
                self._core.image_labels.add((image_id, label_id))
                self._changed(image_id, label_id, "added", at)

    def remove_label(self, workspace_id: str, image_id: str, label_id: str, at: datetime) -> None:
        with self._core.lock:
            self._check(workspace_id, image_id, label_id)
            if (image_id, label_id) in self._core.image_labels:
                self._core.image_labels.remove((image_id, label_id))
                self._changed(image_id, label_id, "removed", at)

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
                sha256=image.sha256,
                width=image.width,
                height=image.height,
                status=image.status,
                rejection=image.rejection,
                perceptual_hash=image.perceptual_hash,
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
            self._core.hidden_images.add(self._core.any_image(workspace_id, image_id).id)

    def hidden(self, workspace_id: str, limit: int) -> Sequence[str]:
        ids = self._core.hidden_images
        mine = [one for one in ids if self._core.images[one].workspace_id == workspace_id]
        return sorted(mine)[:limit]

    def delete(self, workspace_id: str, image_id: str) -> None:
        with self._core.lock:
            self._core.any_image(workspace_id, image_id)
            for pair in [pair for pair in self._core.image_labels if pair[0] == image_id]:
                self._core.image_labels.remove(pair)
                self._count(pair[1], -1)
            self._core.events[:] = [
                event for event in self._core.events if event.image_id != image_id
            ]
            for key in [key for key in self._core.embeddings if key[1] == image_id]:
                del self._core.embeddings[key]
            del self._core.images[image_id]
            self._core.hidden_images.discard(image_id)

    def _check(self, workspace_id: str, image_id: str, label_id: str) -> None:
        self._core.image(workspace_id, image_id)
        self._core.label(workspace_id, label_id)

    def _changed(self, image_id: str, label_id: str, change: str, at: datetime) -> None:
        self._core.events.append(LabelEvent(image_id, label_id, change, at))
        self._count(label_id, 1 if change == "added" else -1)

    def _count(self, label_id: str, change: int) -> None:
        label = self._core.labels[label_id]
        self._core.labels[label_id] = replace(label, images_count=label.images_count + change)
