"""What an image is and carries now, and what it will be and carry after a change."""

from collections.abc import Mapping
from dataclasses import replace

from oriel.adapters.dynamodb.attributes import Item
from oriel.adapters.dynamodb.image_contents import read_image
from oriel.adapters.dynamodb.image_links import value_of
from oriel.adapters.dynamodb.keys import (
    CARRIED_PREFIX,
    PROPOSAL_PREFIX,
    facets_code,
    image_key,
    label_key,
)
from oriel.adapters.dynamodb.table import CoreTable
from oriel.domain.errors import Conflict, NotFound
from oriel.domain.image import MAX_LABELS_OF_IMAGE, Image
from oriel.domain.image_change import ImageChange
from oriel.values import dataclass


@dataclass(frozen=True, slots=True)
class Carried:
    """How an image carries a label: where its link counts, with which number, or as a proposal."""

    facets: str | None = None
    value: float | None = None

    @property
    def proposal(self) -> bool:
        """Tell whether it is not ground truth."""
        return self.facets is None


@dataclass(frozen=True, slots=True)
class ImageState:
    """An image with all that it carries, by label; every change of it counts the revision up.

    Proposals of labels that are `leaving`, being deleted, stay what they are.
    """

    image: Image
    revision: int
    carried: Mapping[str, Carried]
    leaving: frozenset[str] = frozenset()

    def after(self, change: ImageChange) -> "ImageState":
        """Return what a change makes of it; raises Conflict where that were too many labels."""
        carried = {label: one for label, one in self.carried.items() if label not in change.remove}
        changed = self._flagged(change)
        place = facets_code(changed.facets)
        for label, one in carried.items():
            if not one.proposal or (change.confirm and label not in self.leaving):
                carried[label] = Carried(place, one.value)
        for label, value in change.add.items():
            known = self.carried.get(label, Carried()).value
            carried[label] = Carried(place, known if value is None else value)
        if len(carried) > max(MAX_LABELS_OF_IMAGE, len(self.carried)):
            raise Conflict(f"An image carries at most {MAX_LABELS_OF_IMAGE} labels; remove some")
        return replace(self, image=changed, carried=carried)

    def after_labels_of(self, change: ImageChange) -> "ImageState":
        """Return what the part of a change that concerns labels makes of it."""
        return self.after(ImageChange(change.add, change.remove, confirm=change.confirm))

    def _flagged(self, change: ImageChange) -> Image:
        image = self.image
        return replace(
            image,
            test_image=image.test_image if change.test_image is None else change.test_image,
            real=image.real if change.real is None else change.real,
            verify_count=max(0, image.verify_count + change.verify),
        )


def read_state(table: CoreTable, workspace_id: str, image_id: str) -> ImageState:
    """Read an image and what it carries; raises NotFound."""
    key = image_key(workspace_id, image_id)
    # The image first: a change that comes in between has another revision than the one seen here.
    item = table.find(key)
    if item is None or item.get("deleting"):
        raise unknown_image()
    links = table.below(key["pk"], CARRIED_PREFIX)
    carried = {link["label_id"]: _carried(link) for link in links}
    return ImageState(read_image(table, item), item["revision"], carried)


def note_leaving(table: CoreTable, state: ImageState) -> ImageState:
    """Look which of the proposed labels are being deleted."""
    proposed = {label for label, one in state.carried.items() if one.proposal}
    found = table.find_many(label_key(state.image.workspace_id, label) for label in proposed)
    live = {item["id"] for item in found if not item.get("deleting")}
    return replace(state, leaving=frozenset(proposed - live))


def unknown_image() -> NotFound:
    """Say that there is no such image."""
    return NotFound("There is no image with this id")


def unknown_label() -> NotFound:
    """Say that there is no such label."""
    return NotFound("There is no label with this id")


def _carried(link: Item) -> Carried:
    if link["sk"].startswith(PROPOSAL_PREFIX):
        return Carried(value=value_of(link))
    return Carried(link["facets"], value_of(link))
