"""Listings of images: those of the wanted facets, in one order, and how many there are.

Images lie in index partitions by combination of facets, and counters say which of these are not
empty. So a page reads only what it shows, and a count is a sum of counters.
"""

from collections.abc import Iterable, Iterator

from oriel.adapters.dynamodb.attributes import Item
from oriel.adapters.dynamodb.cursors import to_cursor
from oriel.adapters.dynamodb.image_contents import read_images
from oriel.adapters.dynamodb.image_links import counted_facets, value_of
from oriel.adapters.dynamodb.image_state import unknown_label
from oriel.adapters.dynamodb.image_streams import after, cut, stream
from oriel.adapters.dynamodb.keys import counts_key, image_key, images_of, images_with, label_key
from oriel.adapters.dynamodb.table import INDEX, CoreTable
from oriel.domain.facets import FacetFilter, Facets
from oriel.domain.image import Image, LabelledImage
from oriel.domain.page import Page, PageRequest

MAX_LOOKED_AT = 2_000
"""How many images a page of those without a label looks at: then it ends, however short it is."""

_PLACE = f"{INDEX}sk"


class ImageListing:
    """Reads pages of images, oldest first."""

    def __init__(self, table: CoreTable, looks_at: int = MAX_LOOKED_AT) -> None:
        self._table = table
        self._looks_at = looks_at

    def of_workspace(
        self, workspace_id: str, page: PageRequest, wanted: FacetFilter
    ) -> Page[Image]:
        """Return one page of the workspace's images."""
        counts = self._counts(workspace_id, wanted)
        images = self._images(workspace_id, counts, page, page.size + 1)
        items, cursor = cut(images, page, _PLACE)
        return Page(tuple(read_images(self._table, items)), sum(counts.values()), cursor)

    def of_label(
        self, workspace_id: str, label_id: str, page: PageRequest, wanted: FacetFilter
    ) -> Page[LabelledImage]:
        """Return one page of the images that carry a label; raises NotFound."""
        counts = self.label_counts(workspace_id, label_id, wanted)
        links = self._links(workspace_id, label_id, counts, page)
        items, cursor = cut(links, page, _PLACE)
        found = self.find(workspace_id, (link["image_id"] for link in items))
        carriers = tuple(
            LabelledImage(found[link["image_id"]], label_id, value_of(link))
            for link in items
            if link["image_id"] in found
        )
        return Page(carriers, sum(counts.values()), cursor)

    def without_label(
        self, workspace_id: str, label_id: str, page: PageRequest, wanted: FacetFilter
    ) -> Page[Image]:
        """Return one page of the images that do not carry a label; raises NotFound.

        All images and those of the label are walked side by side.
        """
        carrying = self.label_counts(workspace_id, label_id, wanted)
        counts = self._counts(workspace_id, wanted)
        images = self._images(workspace_id, counts, page, min(2 * page.size, self._looks_at) + 1)
        links = self._links(workspace_id, label_id, carrying, page)
        items, cursor = _cut_without(
            images, (link[_PLACE] for link in links), page.size, self._looks_at
        )
        count = max(0, sum(counts.values()) - sum(carrying.values()))
        return Page(tuple(read_images(self._table, items)), count, cursor)

    def label_counts(
        self, workspace_id: str, label_id: str, wanted: FacetFilter
    ) -> dict[Facets, int]:
        """Return how many images carry a label, by the wanted facets; raises NotFound."""
        label = self._table.find(label_key(workspace_id, label_id))
        if label is None or label.get("deleting"):
            raise unknown_label()
        return _wanted(label, wanted)

    def find(self, workspace_id: str, image_ids: Iterable[str]) -> dict[str, Image]:
        """Return those of the images that there are, by id."""
        keys = (image_key(workspace_id, image_id) for image_id in image_ids)
        items = [item for item in self._table.find_many(keys) if not item.get("deleting")]
        return {image.id: image for image in read_images(self._table, items)}

    def _counts(self, workspace_id: str, wanted: FacetFilter) -> dict[Facets, int]:
        return _wanted(self._table.find(counts_key(workspace_id)) or {}, wanted)

    def _images(
        self, workspace_id: str, facets: Iterable[Facets], page: PageRequest, at_once: int
    ) -> Iterator[Item]:
        partitions = [images_of(workspace_id, one).partition for one in facets]
        return stream(self._table, INDEX, partitions, after(page), at_once)

    def _links(
        self, workspace_id: str, label_id: str, facets: Iterable[Facets], page: PageRequest
    ) -> Iterator[Item]:
        partitions = [images_with(workspace_id, label_id, one).partition for one in facets]
        return stream(self._table, INDEX, partitions, after(page), page.size + 1)


def _cut_without(
    images: Iterator[Item], places: Iterator[str], size: int, at_most: int
) -> tuple[list[Item], str | None]:
    """Take one page of the images that are at none of the places, and the cursor of the next."""
    found: list[Item] = []
    taken, last = next(places, None), ""
    for looked_at, image in enumerate(images):
        if looked_at == at_most:
            return found, to_cursor(last)
        place = image[_PLACE]
        while taken is not None and taken < place:
            taken = next(places, None)
        if taken != place:
            if len(found) == size:
                return found, to_cursor(last)
            found.append(image)
        last = place
    return found, None


def _wanted(counts: Item, wanted: FacetFilter) -> dict[Facets, int]:
    found = counted_facets(counts)
    return {facets: count for facets, count in found.items() if wanted.takes(facets)}
