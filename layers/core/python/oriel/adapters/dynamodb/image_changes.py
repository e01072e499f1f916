"""Changes an image's labels and flags: what it carries, where that is listed, and all counters.

A change is planned against the state that was read and written in one transaction on condition
that the state is still the same; otherwise it is read and planned again. Only a change that no
transaction can hold is done in steps, labels first, each of which is a whole change by itself.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

from oriel.adapters.dynamodb.image_edits import MAX_PARTS_OF_LABEL, LabelEdit
from oriel.adapters.dynamodb.image_links import counter
from oriel.adapters.dynamodb.image_parts import Part, Stale
from oriel.adapters.dynamodb.image_state import ImageState, note_leaving, read_state
from oriel.adapters.dynamodb.keys import counts_key, facets_code, image_key, images_of
from oriel.adapters.dynamodb.table import CoreTable
from oriel.adapters.dynamodb.writes import LIVE
from oriel.domain.image import Image
from oriel.domain.image_change import ImageChange

MAX_PARTS = 100
"""What DynamoDB takes in one transaction."""


class ImageChanges:
    """Writes changes of images."""

    def __init__(self, table: CoreTable) -> None:
        self._table = table

    def apply(
        self,
        workspace_id: str,
        image_id: str,
        change: ImageChange,
        at: datetime,
        beside: Callable[[ImageState], Sequence[Part]] = lambda _: (),
    ) -> Image:
        """Do all of a change and return the image.

        `beside` makes writes that happen in the same transaction as the change, or in the last one
        of its steps; there may be eight. Raises NotFound, Conflict, and the errors beside those.
        """
        for _ in self._table.attempts():
            try:
                return self._write(workspace_id, image_id, change, at, beside)
            except Stale:
                continue
        raise AssertionError("attempts raises when they are used up")

    def _write(
        self,
        workspace_id: str,
        image_id: str,
        change: ImageChange,
        at: datetime,
        beside: Callable[[ImageState], Sequence[Part]],
    ) -> Image:
        while True:
            state = read_state(self._table, workspace_id, image_id)
            if change.confirm:
                state = note_leaving(self._table, state)
            target, others = state.after(change), beside(state)
            parts = self._labels(state, target, change, at)
            if not (parts or others) and target.image == state.image:
                return state.image
            parts = [*self._image(state, target), *parts, *others]
            if len(parts) <= MAX_PARTS:
                self._table.write(*parts)
                return target.image
            self._table.write(*self._some_labels(state, change, at))

    def _some_labels(self, state: ImageState, change: ImageChange, at: datetime) -> list[Part]:
        """As much of what a change does to labels as fits; a repeat of it finds the rest.

        Removals come first: an image that carried too many for a while could be left so by a crash.
        """
        target = state.after_labels_of(change)
        most = MAX_PARTS - MAX_PARTS_OF_LABEL
        return [*self._image(state, target), *self._labels(state, target, change, at, most)]

    def _image(self, state: ImageState, target: ImageState) -> list[Part]:
        """Count the revision up, set the flags and, where these change, the place in listings."""
        image, writes = target.image, self._table.writes
        old, new = facets_code(state.image.facets), facets_code(image.facets)
        assign = {
            "test_image": image.test_image,
            "real": image.real,
            "verify_count": image.verify_count,
            "gsi1pk": images_of(image.workspace_id, image.facets).partition,
        }
        mark = writes.update(
            image_key(image.workspace_id, image.id),
            assign={} if old == new else assign,
            add={"revision": 1},
            condition=f"{LIVE} AND revision = :seen",
            values={"seen": state.revision},
        )
        if old == new:
            return [(mark, Stale())]
        counts = {counter(old): -1, counter(new): 1}
        return [(mark, Stale()), (writes.count(counts_key(image.workspace_id), **counts), None)]

    def _labels(
        self,
        state: ImageState,
        target: ImageState,
        change: ImageChange,
        at: datetime,
        most: int | None = None,
    ) -> list[Part]:
        parts: list[Part] = []
        asked = change.add.keys() | change.remove
        labels = state.carried.keys() | target.carried.keys()
        for label_id in sorted(labels, key=lambda label: (label in target.carried, label)):
            if most is not None and len(parts) >= most:
                break
            before, after = state.carried.get(label_id), target.carried.get(label_id)
            edit = LabelEdit(target.image, label_id, before, after, asked=label_id in asked)
            parts += edit.parts(self._table.writes, at)
        return parts
