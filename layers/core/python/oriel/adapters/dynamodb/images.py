"""Images and their labels in the core table."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING, Any

from oriel.adapters.dynamodb.attributes import Item
from oriel.adapters.dynamodb.image_changes import ImageChanges
from oriel.adapters.dynamodb.image_contents import read_image, read_images
from oriel.adapters.dynamodb.image_creation import ImageCreation
from oriel.adapters.dynamodb.image_deletion import ImageDeletion
from oriel.adapters.dynamodb.image_items import (
    meta_data_to_text,
    seen_attributes,
)
from oriel.adapters.dynamodb.image_links import (
    value_of,
)
from oriel.adapters.dynamodb.image_listing import ImageListing
from oriel.adapters.dynamodb.image_state import unknown_image, unknown_label
from oriel.adapters.dynamodb.keys import (
    CARRIED_PREFIX,
    PROPOSAL_PREFIX,
    hidden_images_of,
    image_key,
    label_key,
)
from oriel.adapters.dynamodb.label_items import find_labels
from oriel.adapters.dynamodb.table import CoreTable
from oriel.adapters.dynamodb.value_listing import ValueListing
from oriel.domain.clock import Clock, utc_now
from oriel.domain.facets import ANY_FACETS, FacetFilter
from oriel.domain.image import Image, ImageStatus, LabelledImage
from oriel.domain.image_change import ImageChange
from oriel.domain.image_selection import ValueRange
from oriel.domain.label import NOTHING_PROPOSED, CarriedLabel
from oriel.domain.page import Page, PageRequest

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_NEVER = datetime.min.replace(tzinfo=UTC)


class DynamoImageStore:
    """Images; a label's link, its counts and the event of the change are one transaction."""

    def __init__(self, client: "DynamoDBClient", table_name: str, clock: Clock = utc_now) -> None:
        self._table = CoreTable(client, table_name)
        self._creation = ImageCreation(self._table)
        self._deletion = ImageDeletion(self._table, clock)
        self._changes = ImageChanges(self._table)
        self._listing = ImageListing(self._table)
        self._values = ValueListing(self._table, self._listing)

    def create(
        self,
        image: Image,
        label_ids: Sequence[str],
        proposals: Mapping[str, float | None] = NOTHING_PROPOSED,
    ) -> Image:
        """Add an image with its labels and count it, all or nothing.

        Raises NotFound for an unknown label, InvalidInput for more labels than a transaction holds.
        """
        return self._creation.create(image, label_ids, proposals)

    def get(self, workspace_id: str, image_id: str) -> Image:
        """Return the image; raises NotFound."""
        item = self._table.find(image_key(workspace_id, image_id))
        if item is None or item.get("deleting"):
            raise unknown_image()
        return read_image(self._table, item)

    def get_many(self, workspace_id: str, image_ids: Sequence[str]) -> Mapping[str, Image]:
        """Return those of the images that there are, by id."""
        items = self._table.find_many(image_key(workspace_id, one) for one in image_ids)
        found = read_images(self._table, (item for item in items if not item.get("deleting")))
        return {image.id: image for image in found}

    def labels(self, workspace_id: str, image_id: str) -> Sequence[CarriedLabel]:
        """Return the labels that the image carries, in the order they were created."""
        pk = image_key(workspace_id, image_id)["pk"]
        links = {link["label_id"]: link for link in self._table.below(pk, CARRIED_PREFIX)}
        return [
            CarriedLabel(
                label,
                value_of(links[label.id]),
                proposal=links[label.id]["sk"].startswith(PROPOSAL_PREFIX),
            )
            for label in find_labels(self._table, workspace_id, links)
        ]

    def list(
        self,
        workspace_id: str,
        page: PageRequest,
        label_id: str | None = None,
        facets: FacetFilter = ANY_FACETS,
    ) -> Page[Image]:
        """Return one page of the workspace's images, or of one label's, oldest first."""
        if label_id is None:
            return self._listing.of_workspace(workspace_id, page, facets)
        found = self._listing.of_label(workspace_id, label_id, page, facets)
        images = tuple(carrier.image for carrier in found.items)
        return Page(images, found.count, found.next_cursor)

    def list_without(
        self, workspace_id: str, label_id: str, page: PageRequest, facets: FacetFilter = ANY_FACETS
    ) -> Page[Image]:
        """Return one page of the images that do not carry the label; raises NotFound."""
        return self._listing.without_label(workspace_id, label_id, page, facets)

    def list_valued(
        self,
        workspace_id: str,
        wanted: ValueRange,
        page: PageRequest,
        facets: FacetFilter = ANY_FACETS,
    ) -> Page[Image]:
        """Return one page of the images with a number in the range; raises NotFound."""
        return self._values.page(workspace_id, wanted, page, facets)

    def carriers(self, workspace_id: str, label_id: str, page: PageRequest) -> Page[LabelledImage]:
        """Return one page of the images that carry the label as ground truth; raises NotFound."""
        return self._listing.of_label(workspace_id, label_id, page, ANY_FACETS)

    def add_label(
        self,
        workspace_id: str,
        image_id: str,
        label_id: str,
        at: datetime,
        value: float | None = None,
    ) -> None:
        """Attach a label, or change its number; again changes nothing. Raises NotFound."""
        self._check_label(workspace_id, label_id)
        self.change(workspace_id, image_id, ImageChange(add={label_id: value}), at)

    def remove_label(self, workspace_id: str, image_id: str, label_id: str, at: datetime) -> None:
        """Detach a label; where the image does not carry it nothing changes. Raises NotFound."""
        self._check_label(workspace_id, label_id)
        self.change(workspace_id, image_id, ImageChange(remove=frozenset({label_id})), at)

    def set_flags(
        self,
        workspace_id: str,
        image_id: str,
        *,
        test_image: bool | None = None,
        real: bool | None = None,
    ) -> Image:
        """Change the flags that are given and return the image; raises NotFound."""
        change = ImageChange(test_image=test_image, real=real)
        # A change of flags leaves no event, so that its time matters to nobody.
        return self.change(workspace_id, image_id, change, _NEVER)

    def change(self, workspace_id: str, image_id: str, change: ImageChange, at: datetime) -> Image:
        """Do all of a change and return the image; raises NotFound, Conflict."""
        return self._changes.apply(workspace_id, image_id, change, at)

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
        self._deletion.hide(workspace_id, image_id)

    def delete(self, workspace_id: str, image_id: str) -> None:
        """Remove the image, hidden or not, its label links, annotations, events and embeddings.

        A repeat goes on where it stopped. For a while its id stays used up. Raises NotFound once it
        is really gone.
        """
        self._deletion.delete(workspace_id, image_id)

    def hidden(self, workspace_id: str, limit: int) -> Sequence[str]:
        """Return ids of up to `limit` images that are half deleted; the listing may lag."""
        listed = self._table.listed(hidden_images_of(workspace_id), None, limit)
        return [item["id"] for item in islice(listed, limit)]

    def _check_label(self, workspace_id: str, label_id: str) -> None:
        """A change that changes nothing writes nothing, and so would not find out."""
        label = self._table.find(label_key(workspace_id, label_id))
        if label is None or label.get("deleting"):
            raise unknown_label()

    def _set(self, workspace_id: str, image_id: str, attributes: Item) -> Image:
        update = self._table.writes.update(image_key(workspace_id, image_id), assign=attributes)
        return read_image(self._table, self._table.update(update, unknown_image()))
