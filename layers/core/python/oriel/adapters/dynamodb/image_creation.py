"""Adds images: with their labels, what is proposed, all counts and their content, or not at all."""

from collections.abc import Mapping, Sequence

from oriel.adapters.dynamodb.attributes import Item
from oriel.adapters.dynamodb.image_contents import joining
from oriel.adapters.dynamodb.image_items import image_to_item
from oriel.adapters.dynamodb.image_links import (
    count_label,
    counter,
    counts_of,
    event_of,
    link_of,
    proposal_of,
)
from oriel.adapters.dynamodb.image_parts import Part, Stale
from oriel.adapters.dynamodb.image_state import unknown_label
from oriel.adapters.dynamodb.keys import counts_key, facets_code, image_key
from oriel.adapters.dynamodb.table import CoreTable
from oriel.adapters.dynamodb.writes import LIVE
from oriel.domain.errors import Conflict, InvalidInput
from oriel.domain.image import MAX_LABELS_OF_UPLOAD, Image


class ImageCreation:
    """Writes new images."""

    def __init__(self, table: CoreTable) -> None:
        self._table = table

    def create(
        self, image: Image, label_ids: Sequence[str], proposals: Mapping[str, float | None]
    ) -> Image:
        """Add an image; raises NotFound for an unknown label, and InvalidInput for too many."""
        truths = dict.fromkeys(label_ids)
        guesses = {label: value for label, value in proposals.items() if label not in truths}
        if len(truths) + len(guesses) > MAX_LABELS_OF_UPLOAD:
            raise InvalidInput(f"An upload takes at most {MAX_LABELS_OF_UPLOAD} labels")
        labels: list[Part] = []
        for label_id in truths:
            labels += [*self._linking(link_of(image, label_id, None)), self._event(image, label_id)]
        for label_id, value in guesses.items():
            labels += self._linking(proposal_of(image, label_id, value))
        for _ in self._table.attempts():
            # Whether its bytes are there already may change until it is written.
            marked, content = joining(self._table, image)
            try:
                self._table.write(*self._image(marked), *content, *labels)
            except Stale:
                continue
            return marked
        raise AssertionError("attempts raises when they are used up")

    def _image(self, image: Image) -> Sequence[Part]:
        writes = self._table.writes
        item = {**image_to_item(image), "duplicate": image.duplicate_of is not None}
        counts = {"images_count": 1, counter(facets_code(image.facets)): 1}
        return [
            (writes.put(item), _there_already()),
            (writes.count(counts_key(image.workspace_id), **counts), None),
        ]

    def _linking(self, link: Item) -> Sequence[Part]:
        writes = self._table.writes
        count = count_label(
            writes, link["workspace_id"], link["label_id"], counts_of(link, 1), LIVE
        )
        return [(count, unknown_label()), (writes.put(link), _there_already())]

    def _event(self, image: Image, label_id: str) -> Part:
        pk = image_key(image.workspace_id, image.id)["pk"]
        return self._table.writes.event(event_of(pk, label_id, "added", image.created)), None


def _there_already() -> Conflict:
    return Conflict("The image exists already")
