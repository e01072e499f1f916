"""Deletes images: hidden and uncounted at once, then link by link, themselves last.

For a while a trace of each stays in its place: whoever makes images by ids that follow from what
they are made of (uploads, imports, stored answers) may come again, and must not bring back what its
owner has deleted.
"""

from datetime import timedelta

from oriel.adapters.dynamodb.annotation_items import forget_annotations
from oriel.adapters.dynamodb.attributes import Item
from oriel.adapters.dynamodb.cascade import remove_links
from oriel.adapters.dynamodb.image_contents import leaving
from oriel.adapters.dynamodb.image_items import image_from_item
from oriel.adapters.dynamodb.image_links import counter, uncount
from oriel.adapters.dynamodb.image_parts import Part, Stale
from oriel.adapters.dynamodb.image_state import unknown_image
from oriel.adapters.dynamodb.keys import (
    CARRIED_PREFIX,
    META,
    counts_key,
    facets_code,
    hidden_partition,
    image_key,
    traces_of,
)
from oriel.adapters.dynamodb.table import CoreTable
from oriel.adapters.dynamodb.uploads import EXPIRES_AT
from oriel.adapters.dynamodb.writes import LIVE
from oriel.domain.clock import Clock
from oriel.domain.image import Image

REMEMBERED = timedelta(days=14)
"""Twice as long as S3 keeps what imports are made of, the longest that anything comes again."""


class ImageDeletion:
    """Removes images and all that belongs to them."""

    def __init__(self, table: CoreTable, clock: Clock) -> None:
        self._table = table
        self._clock = clock

    def hide(self, workspace_id: str, image_id: str) -> None:
        """Take the image from all readers and counts; again changes nothing. Raises NotFound."""
        for _ in self._table.attempts():
            item = self._table.find(image_key(workspace_id, image_id))
            if item is None or item.get("gone"):
                raise unknown_image()
            if item.get("deleting") or self._hidden(image_from_item(item), item["revision"]):
                return

    def delete(self, workspace_id: str, image_id: str) -> None:
        """Remove the image, hidden or not, and everything below its key; a trace stays.

        Raises NotFound.
        """
        self.hide(workspace_id, image_id)
        key, writes = image_key(workspace_id, image_id), self._table.writes
        links = list(self._table.below(key["pk"], CARRIED_PREFIX))
        for _ in remove_links(self._table, links, lambda link: uncount(writes, link)):
            pass
        forget_annotations(self._table, workspace_id, image_id)
        rest = [found["sk"] for found in self._table.below(key["pk"]) if found["sk"] != META]
        self._table.remove(image_key(workspace_id, image_id, sk) for sk in rest)
        self._table.put(self._trace(workspace_id, image_id))

    def _trace(self, workspace_id: str, image_id: str) -> Item:
        """Write that the id is used up, until DynamoDB removes it."""
        now = self._clock()
        return {
            **image_key(workspace_id, image_id),
            **traces_of(workspace_id).place(now, image_id),
            "id": image_id,
            "workspace_id": workspace_id,
            "deleting": True,
            "gone": True,
            EXPIRES_AT: int((now + REMEMBERED).timestamp()),
        }

    def _hidden(self, image: Image, revision: int) -> bool:
        """Hide an image that is still as it was read; False where it is not."""
        try:
            self._table.write(*self._hiding(image, revision), *leaving(self._table, image))
        except Stale:
            return False
        return True

    def _hiding(self, image: Image, revision: int) -> list[Part]:
        """Mark an image that is still as it was read."""
        writes = self._table.writes
        mark = writes.update(
            image_key(image.workspace_id, image.id),
            assign={"deleting": True, "gsi1pk": hidden_partition(image.workspace_id, "IMAGES")},
            condition=f"{LIVE} AND revision = :seen",
            values={"seen": revision},
        )
        counts = {"images_count": -1, counter(facets_code(image.facets)): -1}
        return [(mark, Stale()), (writes.count(counts_key(image.workspace_id), **counts), None)]
