"""What links to a label that is hidden, and how it is detached."""

from collections.abc import Callable, Iterator, Sequence
from itertools import islice

from oriel.adapters.dynamodb.attributes import Item
from oriel.adapters.dynamodb.cascade import Write, remove_links
from oriel.adapters.dynamodb.image_links import counted_facets, counter, event_of
from oriel.adapters.dynamodb.keys import (
    META,
    Listing,
    facets_code,
    images_with,
    label_key,
    proposals_of,
    task_key,
    tasks_with,
)
from oriel.adapters.dynamodb.table import CoreTable
from oriel.adapters.dynamodb.writes import EXISTS
from oriel.domain.clock import Clock
from oriel.domain.facets import Facets

HIDDEN = "attribute_exists(deleting)"


class LabelLinks:
    """The links of labels, as the index lists them."""

    def __init__(self, table: CoreTable, clock: Clock) -> None:
        self._table = table
        self._clock = clock

    def carriers(self, workspace_id: str, label_id: str, limit: int) -> Sequence[str]:
        """Return ids of up to `limit` images that carry the label."""
        found: list[str] = []
        for facets in self._facets(self._label(workspace_id, label_id)):
            listing = images_with(workspace_id, label_id, facets)
            found += [link["image_id"] for link in self._listed(listing, limit - len(found))]
        return found

    def detach(self, workspace_id: str, label_id: str, limit: int) -> int:
        """Detach a hidden label from up to `limit` images and tasks; return from how many."""
        removed = 0
        for listing, beside, counters in self._linking(workspace_id, label_id):
            links = self._listed(listing, limit - removed)
            together = self._uncounting(workspace_id, label_id, counters)
            removed += sum(remove_links(self._table, links, beside, together))
        return removed

    def _linking(
        self, workspace_id: str, label_id: str
    ) -> Iterator[tuple[Listing, Callable[[Item], Write], Sequence[str]]]:
        """Yield the listings of links, with the write beside each and what counts them."""
        where = (workspace_id, label_id)
        label = self._label(*where)
        for facets in self._facets(label):
            counters = ("images_count", counter(facets_code(facets)))
            yield images_with(*where, facets), self._event, counters
        if label.get("proposals_count"):
            yield proposals_of(*where), self._nothing, ("proposals_count",)
        yield tasks_with(*where), self._uncount_task, ("tasks_count",)

    def _label(self, workspace_id: str, label_id: str) -> Item:
        return self._table.find(label_key(workspace_id, label_id)) or {}

    def _facets(self, label: Item) -> Sequence[Facets]:
        return list(counted_facets(label))

    def _listed(self, listing: Listing, limit: int) -> list[Item]:
        if limit <= 0:
            return []
        return list(islice(self._table.listed(listing, None, limit), limit))

    def _uncounting(
        self, workspace_id: str, label_id: str, counters: Sequence[str]
    ) -> Callable[[int], tuple[Write, ...]]:
        return lambda count: (
            self._table.writes.update(
                label_key(workspace_id, label_id),
                add=dict.fromkeys(counters, -count),
                condition=HIDDEN,
            ),
        )

    def _nothing(self, link: Item) -> Write:
        """A proposal leaves no trace: the write that a cascade wants beside it changes nothing."""
        return self._table.writes.check({"pk": link["pk"], "sk": META}, EXISTS)

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
