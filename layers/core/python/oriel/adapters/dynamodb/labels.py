"""Labels in the core table."""

import time
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from oriel.adapters.dynamodb.attributes import Item
from oriel.adapters.dynamodb.cascade import Write, remove_links
from oriel.adapters.dynamodb.image_links import counted_facets, counter, event_of
from oriel.adapters.dynamodb.keys import (
    META,
    Listing,
    counts_key,
    facets_code,
    images_with,
    label_key,
    labels_of,
    proposals_of,
    task_key,
    tasks_with,
)
from oriel.adapters.dynamodb.label_items import label_from_item, label_to_item
from oriel.adapters.dynamodb.table import CoreTable
from oriel.adapters.dynamodb.transaction import Cancelled
from oriel.adapters.dynamodb.writes import EXISTS
from oriel.domain.clock import Clock, utc_now
from oriel.domain.errors import Conflict, NotFound, TemporarilyUnavailable
from oriel.domain.label import Label
from oriel.domain.page import Page, PageRequest

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

DELETE_SECONDS = 15.0
"""How long one call detaches a label from its images; API Gateway waits for 29 seconds."""

_LINKS_A_QUERY = 1000
_INDEX_LAG_SECONDS = 0.1


class DynamoLabelStore:
    """Labels; counts are kept by whatever changes them."""

    def __init__(
        self,
        client: "DynamoDBClient",
        table_name: str,
        clock: Clock = utc_now,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._table = CoreTable(client, table_name, sleep)
        self._clock = clock
        self._monotonic = monotonic
        self._sleep = sleep

    def create(self, label: Label) -> None:
        """Add a label."""
        writes = self._table.writes
        self._table.write(
            (writes.put(label_to_item(label)), Conflict("The label exists already")),
            (writes.count(counts_key(label.workspace_id), labels_count=1), None),
        )

    def get(self, workspace_id: str, label_id: str) -> Label:
        """Return the label; raises NotFound."""
        item = self._table.find(label_key(workspace_id, label_id))
        if item is None or item.get("deleting"):
            raise _unknown()
        return label_from_item(item)

    def list(self, workspace_id: str, page: PageRequest) -> Page[Label]:
        """Return one page of the workspace's labels, oldest first."""
        items, cursor = self._table.page(labels_of(workspace_id), page)
        counts = self._table.find(counts_key(workspace_id)) or {}
        labels = tuple(label_from_item(item) for item in items)
        return Page(labels, counts.get("labels_count", 0), cursor)

    def delete(self, workspace_id: str, label_id: str) -> None:
        """Remove the label from all tasks and images, then itself. Raises NotFound.

        Raises TemporarilyUnavailable where one call is not enough; a repeat goes on.
        """
        item = self._table.find(label_key(workspace_id, label_id))
        if item is None:
            raise _unknown()
        if not item.get("deleting"):
            self._hide(workspace_id, label_id)
        deadline = self._monotonic() + DELETE_SECONDS
        while not self._remove_unlinked(workspace_id, label_id):
            if not self._detach_all(workspace_id, label_id, deadline):
                # The counts are exact and the index lags behind them: wait until it shows the rest.
                self._sleep(_INDEX_LAG_SECONDS)
            if self._monotonic() > deadline:
                raise TemporarilyUnavailable(
                    "The label is hidden, but still on many images; delete it again to go on"
                )

    def _hide(self, workspace_id: str, label_id: str) -> None:
        writes = self._table.writes
        hide = writes.update(
            label_key(workspace_id, label_id),
            assign={"deleting": True},
            remove=["gsi1pk", "gsi1sk"],
        )
        uncount = writes.count(counts_key(workspace_id), labels_count=-1)
        self._table.write((hide, _unknown()), (uncount, None))

    def _remove_unlinked(self, workspace_id: str, label_id: str) -> bool:
        """Remove the label itself once nothing links to it."""
        unlinked = "images_count <= :none AND tasks_count <= :none"
        unproposed = "(attribute_not_exists(proposals_count) OR proposals_count <= :none)"
        remove = self._table.writes.delete(
            label_key(workspace_id, label_id),
            f"attribute_not_exists(pk) OR ({unlinked} AND {unproposed})",
            {"none": 0},
        )
        try:
            self._table.transact([remove])
        except Cancelled:
            return False
        return True

    def _detach_all(self, workspace_id: str, label_id: str, deadline: float) -> int:
        """Detach from what the index shows until the deadline; return from how many."""
        removed = 0
        for listing, beside, counters in self._linked(workspace_id, label_id):
            links = self._table.listed(listing, None, _LINKS_A_QUERY)
            for count in remove_links(
                self._table, links, beside, self._uncounting(workspace_id, label_id, counters)
            ):
                removed += count
                if self._monotonic() > deadline:
                    return removed
        return removed

    def _linked(
        self, workspace_id: str, label_id: str
    ) -> Iterator[tuple[Listing, Callable[[Item], Write], Sequence[str]]]:
        """Yield what links to a label, with the write beside each link and what counts them."""
        where = (workspace_id, label_id)
        label = self._table.find(label_key(*where)) or {}
        for facets in counted_facets(label):
            counters = ("images_count", counter(facets_code(facets)))
            yield images_with(*where, facets), self._event, counters
        if label.get("proposals_count"):
            yield proposals_of(*where), self._check_image, ("proposals_count",)
        yield tasks_with(*where), self._uncount_task, ("tasks_count",)

    def _uncounting(
        self, workspace_id: str, label_id: str, counters: Sequence[str]
    ) -> Callable[[int], tuple[Write, ...]]:
        return lambda count: (
            self._table.writes.update(
                label_key(workspace_id, label_id),
                add=dict.fromkeys(counters, -count),
                condition=EXISTS,
            ),
        )

    def _check_image(self, link: Item) -> Write:
        """Nothing but the proposal changes; the cascade wants a write beside each link."""
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


def _unknown() -> NotFound:
    return NotFound("There is no label with this id")
