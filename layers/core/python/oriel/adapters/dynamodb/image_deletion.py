"""Deletes images: hidden and uncounted at once, then link by link, themselves last."""

from oriel.adapters.dynamodb.annotation_items import forget_annotations
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
)
from oriel.adapters.dynamodb.table import CoreTable
from oriel.adapters.dynamodb.writes import LIVE
from oriel.domain.image import Image


class ImageDeletion:
    """Removes images and all that belongs to them."""

    def __init__(self, table: CoreTable) -> None:
        self._table = table

    def hide(self, workspace_id: str, image_id: str) -> None:
        """Take the image from all readers and counts; again changes nothing. Raises NotFound."""
        for _ in self._table.attempts():
            item = self._table.find(image_key(workspace_id, image_id))
            if item is None:
                raise unknown_image()
            if item.get("deleting") or self._hidden(image_from_item(item), item["revision"]):
                return

    def delete(self, workspace_id: str, image_id: str) -> None:
        """Remove the image, hidden or not, and everything below its key; raises NotFound."""
        self.hide(workspace_id, image_id)
        key, writes = image_key(workspace_id, image_id), self._table.writes
        links = list(self._table.below(key["pk"], CARRIED_PREFIX))
        for _ in remove_links(self._table, links, lambda link: uncount(writes, link)):
            pass
        forget_annotations(self._table, workspace_id, image_id)
        rest = [found["sk"] for found in self._table.below(key["pk"]) if found["sk"] != META]
        self._table.remove(image_key(workspace_id, image_id, sk) for sk in rest)
        self._table.remove([key])

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
