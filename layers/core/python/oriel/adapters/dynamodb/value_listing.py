"""Listings of images by the number that a label gives them: a range of the second index."""

from collections.abc import Sequence

from oriel.adapters.dynamodb.image_links import sortable, values_with
from oriel.adapters.dynamodb.image_listing import ImageListing
from oriel.adapters.dynamodb.image_streams import after, cut, stream
from oriel.adapters.dynamodb.table import CoreTable, Span
from oriel.domain.facets import FacetFilter
from oriel.domain.image import Image
from oriel.domain.image_selection import MAX_COUNTED_VALUES, ValueRange
from oriel.domain.page import Page, PageRequest

INDEX = "gsi2"
_BEHIND = "~"
"""Added to a number it comes behind all places with that number."""


class ValueListing:
    """Reads pages of images, least number first and oldest first among equals."""

    def __init__(self, table: CoreTable, listing: ImageListing) -> None:
        self._table = table
        self._listing = listing

    def page(
        self, workspace_id: str, wanted: ValueRange, page: PageRequest, facets: FacetFilter
    ) -> Page[Image]:
        """Return one page of the images with a number in the range; raises NotFound."""
        label_id = wanted.label_id
        counts = self._listing.label_counts(workspace_id, label_id, facets)
        partitions = [values_with(workspace_id, label_id, one) for one in counts]
        low, high = sortable(wanted.at_least), sortable(wanted.at_most) + _BEHIND
        if low > high:
            return Page((), 0)
        begin = max(low, after(page, numbered=True)[0])
        links = stream(self._table, INDEX, partitions, (min(begin, high), high), page.size + 1)
        items, cursor = cut(links, page, f"{INDEX}sk")
        ids = [link[f"{INDEX}sk"].rpartition("#")[2] for link in items]
        found = self._listing.find(workspace_id, ids)
        images = tuple(found[image_id] for image_id in ids if image_id in found)
        return Page(images, self._count(partitions, (low, high)), cursor)

    def _count(self, partitions: Sequence[str], span: Span) -> int:
        count = 0
        for partition in partitions:
            left = MAX_COUNTED_VALUES - count
            count += self._table.count_between(INDEX, partition, span, left)
        return count
