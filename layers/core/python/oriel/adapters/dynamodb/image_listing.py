"""Listings of images: those of the wanted facets, merged into one order, and their exact count.

Images lie in index partitions by combination of facets, and counters say which of these are not
empty. So a page reads only what it shows, and a count is a sum of counters.
"""

import heapq
from collections.abc import Callable, Iterator, Mapping
from itertools import islice

from oriel.adapters.dynamodb.attributes import Item
from oriel.adapters.dynamodb.image_items import image_from_item
from oriel.adapters.dynamodb.image_links import counted_facets, value_of
from oriel.adapters.dynamodb.image_state import unknown_label
from oriel.adapters.dynamodb.keys import (
    Listing,
    counts_key,
    image_key,
    images_of,
    images_with,
    label_key,
    to_cursor,
)
from oriel.adapters.dynamodb.table import CoreTable
from oriel.domain.facets import FacetFilter, Facets
from oriel.domain.image import Image, LabelledImage
from oriel.domain.page import Page, PageRequest


class ImageListing:
    """Reads pages of images."""

    def __init__(self, table: CoreTable) -> None:
        self._table = table

    def of_workspace(
        self, workspace_id: str, page: PageRequest, wanted: FacetFilter
    ) -> Page[Image]:
        """Return one page of the workspace's images."""
        counts = _wanted(self._table.find(counts_key(workspace_id)) or {}, wanted)
        items, cursor = self._merge(counts, lambda facets: images_of(workspace_id, facets), page)
        images = tuple(image_from_item(item) for item in items)
        return Page(images, sum(counts.values()), cursor)

    def of_label(
        self, workspace_id: str, label_id: str, page: PageRequest, wanted: FacetFilter
    ) -> Page[LabelledImage]:
        """Return one page of the images that carry a label; raises NotFound."""
        label = self._table.find(label_key(workspace_id, label_id))
        if label is None or label.get("deleting"):
            raise unknown_label()
        counts = _wanted(label, wanted)
        links, cursor = self._merge(
            counts, lambda facets: images_with(workspace_id, label_id, facets), page
        )
        keys = (image_key(workspace_id, link["image_id"]) for link in links)
        found = {
            item["id"]: image_from_item(item)
            for item in self._table.find_many(keys)
            if not item.get("deleting")
        }
        carriers = tuple(
            LabelledImage(found[link["image_id"]], label_id, value_of(link))
            for link in links
            if link["image_id"] in found
        )
        return Page(carriers, sum(counts.values()), cursor)

    def _merge(
        self,
        counts: Mapping[Facets, int],
        listing_of: Callable[[Facets], Listing],
        page: PageRequest,
    ) -> tuple[list[Item], str | None]:
        """Return one page of several partitions and the cursor of the next."""
        # One more than was asked for, so that the last page is known to be the last.
        streams = [
            self._table.listed(listing_of(facets), page.cursor, page.size + 1) for facets in counts
        ]
        found = list(islice(_in_order(streams), page.size + 1))
        if len(found) <= page.size:
            return found, None
        return found[:-1], to_cursor(found[-2]["gsi1sk"])


def _in_order(streams: list[Iterator[Item]]) -> Iterator[Item]:
    """Merge streams, each in order; what the index shows twice while it moves comes once."""
    last = None
    for item in heapq.merge(*streams, key=lambda item: str(item["gsi1sk"])):
        if item["gsi1sk"] != last:
            last = item["gsi1sk"]
            yield item


def _wanted(counts: Item, wanted: FacetFilter) -> dict[Facets, int]:
    found = counted_facets(counts)
    return {facets: count for facets, count in found.items() if wanted.takes(facets)}
