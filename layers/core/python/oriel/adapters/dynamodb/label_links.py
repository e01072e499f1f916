"""What links to a label that is hidden, and how it is detached."""

from collections.abc import Callable, Sequence
from itertools import islice

from oriel.adapters.dynamodb.attributes import Item
from oriel.adapters.dynamodb.cascade import Write, remove_links
from oriel.adapters.dynamodb.image_items import event_of
from oriel.adapters.dynamodb.keys import (
    Listing,
    images_with,
    label_key,
    task_key,
    tasks_with,
)
from oriel.adapters.dynamodb.table import CoreTable
from oriel.adapters.dynamodb.writes import EXISTS
from oriel.domain.clock import Clock

HIDDEN = "attribute_exists(deleting)"


class LabelLinks:
    """The links of labels, as the index lists them."""

    def __init__(self, table: CoreTable, clock: Clock) -> None:
        self._table = table
        self._clock = clock

    def carriers(self, workspace_id: str, label_id: str, limit: int) -> Sequence[str]:
        """Return ids of up to `limit` images that carry the label."""
        links = self._listed(images_with(workspace_id, label_id), limit)
        return [link["image_id"] for link in links]

    def detach(self, workspace_id: str, label_id: str, limit: int) -> int:
        """Detach a hidden label from up to `limit` images and tasks; return from how many."""
        removed = 0
        for listing, beside, counter in (
            (images_with(workspace_id, label_id), self._event, "images_count"),
            (tasks_with(workspace_id, label_id), self._uncount_task, "tasks_count"),
        ):
            links = self._listed(listing, limit - removed)
            together = self._uncounting(workspace_id, label_id, counter)
            removed += sum(remove_links(self._table, links, beside, together))
        return removed

    def _listed(self, listing: Listing, limit: int) -> list[Item]:
        if limit <= 0:
            return []
        return list(islice(self._table.listed(listing, None, limit), limit))

    def _uncounting(
        self, workspace_id: str, label_id: str, counter: str
    ) -> Callable[[int], tuple[Write, ...]]:
        return lambda count: (
            self._table.writes.update(
                label_key(workspace_id, label_id), add={counter: -count}, condition=HIDDEN
            ),
        )

    def _event(self, link: Item) -> Write:
        return self._table.writes.event(
            event_of(link["pk"], link["label_id"], "removed", self._clock())
        )

    def _uncount_task(self, link: Item) -> Write:
        return self._table.writes.update(
            task_key(link["workspace_id"], link["task_id"]),
            add={"labels_count": -1},
            condition=EXISTS,
        )
