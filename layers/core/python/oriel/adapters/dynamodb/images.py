"""Images and their labels in the core table."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Any

from oriel.adapters.dynamodb.attributes import Item
from oriel.adapters.dynamodb.cascade import Write, remove_links
from oriel.adapters.dynamodb.image_items import (
    event_of,
    image_from_item,
    image_to_item,
    link_of,
    meta_data_to_text,
    seen_attributes,
)
from oriel.adapters.dynamodb.keys import (
    LABEL_PREFIX,
    META,
    counts_key,
    hidden_images_of,
    hidden_partition,
    image_key,
    images_of,
    images_with,
    label_key,
    link_sk,
)
from oriel.adapters.dynamodb.label_items import linked_labels
from oriel.adapters.dynamodb.table import CoreTable
from oriel.adapters.dynamodb.writes import EXISTS
from oriel.domain.errors import Conflict, InvalidInput, NotFound
from oriel.domain.image import MAX_LABELS_OF_UPLOAD, Image, ImageStatus
from oriel.domain.label import Label
from oriel.domain.page import Page, PageRequest

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class _Unchanged(Exception):
    """What is asked for is so already."""


class DynamoImageStore:
    """Images; a label's link, its count and the event of the change are one transaction."""

    def __init__(self, client: "DynamoDBClient", table_name: str) -> None:
        self._table = CoreTable(client, table_name)

    def create(self, image: Image, label_ids: Sequence[str]) -> None:
        """Add an image with its labels and count it, all or nothing.

        Raises NotFound for an unknown label, InvalidInput for more labels than a transaction holds.
        """
        wanted = dict.fromkeys(label_ids)
        if len(wanted) > MAX_LABELS_OF_UPLOAD:
            raise InvalidInput(f"An upload takes at most {MAX_LABELS_OF_UPLOAD} labels")
        writes = self._table.writes
        parts: list[tuple[Write, Exception | None]] = [
            (writes.put(image_to_item(image)), Conflict("The image exists already")),
            (writes.count(counts_key(image.workspace_id), images_count=1), None),
        ]
        for label_id in wanted:
            parts += [
                (self._count_label(image.workspace_id, label_id, 1), _unknown_label()),
                (writes.put(link_of(image, label_id)), None),
                (self._event(image, label_id, "added", image.created), None),
            ]
        self._table.write(*parts)

    def get(self, workspace_id: str, image_id: str) -> Image:
        """Return the image; raises NotFound."""
        item = self._table.find(image_key(workspace_id, image_id))
        if item is None or item.get("deleting"):
            raise _unknown_image()
        return image_from_item(item)

    def labels(self, workspace_id: str, image_id: str) -> Sequence[Label]:
        """Return the labels that the image carries, in the order they were created."""
        return linked_labels(self._table, workspace_id, image_key(workspace_id, image_id)["pk"])

    def list(
        self, workspace_id: str, page: PageRequest, label_id: str | None = None
    ) -> Page[Image]:
        """Return one page of the workspace's images, or of one label's, oldest first."""
        if label_id is not None:
            return self._list_labelled(workspace_id, page, label_id)
        items, cursor = self._table.page(images_of(workspace_id), page)
        counts = self._table.find(counts_key(workspace_id)) or {}
        images = tuple(image_from_item(item) for item in items)
        return Page(images, counts.get("images_count", 0), cursor)

    def add_label(self, workspace_id: str, image_id: str, label_id: str, at: datetime) -> None:
        """Attach a label; again changes nothing. Raises NotFound."""
        image = self.get(workspace_id, image_id)
        writes = self._table.writes
        self._change(
            (writes.check(image_key(workspace_id, image_id)), _unknown_image()),
            (self._count_label(workspace_id, label_id, 1), _unknown_label()),
            (writes.put(link_of(image, label_id)), _Unchanged()),
            (self._event(image, label_id, "added", at), None),
        )

    def remove_label(self, workspace_id: str, image_id: str, label_id: str, at: datetime) -> None:
        """Detach a label; where the image does not carry it nothing changes. Raises NotFound."""
        image = self.get(workspace_id, image_id)
        writes = self._table.writes
        link = image_key(workspace_id, image_id, link_sk(label_id))
        self._change(
            (writes.check(image_key(workspace_id, image_id)), _unknown_image()),
            (self._count_label(workspace_id, label_id, -1), _unknown_label()),
            (writes.delete(link), _Unchanged()),
            (self._event(image, label_id, "removed", at), None),
        )

    def set_meta_data(
        self, workspace_id: str, image_id: str, meta_data: Mapping[str, Any]
    ) -> Image:
        """Replace the meta data as a whole and return the image; raises NotFound."""
        return self._set(workspace_id, image_id, {"meta_data": meta_data_to_text(meta_data)})

    def mark_ready(self, image: Image) -> None:
        """Store what ingest found out (size, hash, picture key, status); raises NotFound."""
        self._set(image.workspace_id, image.id, seen_attributes(image))

    def mark_rejected(self, workspace_id: str, image_id: str, reason: str) -> None:
        """Note why the picture could not be taken; raises NotFound."""
        rejected = {"status": ImageStatus.REJECTED.value, "rejection": reason}
        self._set(workspace_id, image_id, rejected)

    def hide(self, workspace_id: str, image_id: str) -> None:
        """Mark the image as deleted and uncount it; again changes nothing. Raises NotFound."""
        item = self._table.find(image_key(workspace_id, image_id))
        if item is None:
            raise _unknown_image()
        if item.get("deleting"):
            return
        writes = self._table.writes
        mark = writes.update(
            image_key(workspace_id, image_id),
            assign={"deleting": True, "gsi1pk": hidden_partition(workspace_id, "IMAGES")},
        )
        uncount = writes.count(counts_key(workspace_id), images_count=-1)
        # Another call may have marked it since.
        self._change((mark, _Unchanged()), (uncount, None))

    def delete(self, workspace_id: str, image_id: str) -> None:
        """Remove the image, hidden or not, its label links, events and embeddings.

        A repeat goes on where it stopped. Raises NotFound once the image is really gone.
        """
        self.hide(workspace_id, image_id)
        key = image_key(workspace_id, image_id)
        links = list(self._table.below(key["pk"], LABEL_PREFIX))
        for _ in remove_links(self._table, links, self._uncount_label):
            pass
        rest = [found["sk"] for found in self._table.below(key["pk"]) if found["sk"] != META]
        self._table.remove(image_key(workspace_id, image_id, sk) for sk in rest)
        self._table.remove([key])

    def hidden(self, workspace_id: str, limit: int) -> Sequence[str]:
        """Return ids of up to `limit` images that are half deleted; the listing may lag."""
        listed = self._table.listed(hidden_images_of(workspace_id), None, limit)
        return [item["id"] for item in islice(listed, limit)]

    def _list_labelled(self, workspace_id: str, page: PageRequest, label_id: str) -> Page[Image]:
        label = self._table.find(label_key(workspace_id, label_id))
        if label is None or label.get("deleting"):
            raise _unknown_label()
        links, cursor = self._table.page(images_with(workspace_id, label_id), page)
        found = {
            item["id"]: image_from_item(item)
            for item in self._table.find_many(
                image_key(workspace_id, link["image_id"]) for link in links
            )
            if not item.get("deleting")
        }
        images = tuple(found[link["image_id"]] for link in links if link["image_id"] in found)
        return Page(images, label["images_count"], cursor)

    def _change(self, *parts: tuple[Write, Exception | None]) -> None:
        try:
            self._table.write(*parts)
        except _Unchanged:
            return

    def _set(self, workspace_id: str, image_id: str, attributes: Item) -> Image:
        update = self._table.writes.update(image_key(workspace_id, image_id), assign=attributes)
        return image_from_item(self._table.update(update, _unknown_image()))

    def _count_label(self, workspace_id: str, label_id: str, change: int) -> Write:
        return self._table.writes.update(
            label_key(workspace_id, label_id), add={"images_count": change}
        )

    def _uncount_label(self, link: Item) -> Write:
        return self._table.writes.update(
            label_key(link["workspace_id"], link["label_id"]),
            add={"images_count": -1},
            condition=EXISTS,
        )

    def _event(self, image: Image, label_id: str, change: str, at: datetime) -> Write:
        pk = image_key(image.workspace_id, image.id)["pk"]
        return self._table.writes.event(event_of(pk, label_id, change, at))


def _unknown_image() -> NotFound:
    return NotFound("There is no image with this id")


def _unknown_label() -> NotFound:
    return NotFound("There is no label with this id")
