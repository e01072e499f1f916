"""Labels in the core table."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from oriel.adapters.dynamodb.follow_ups import forget_label
from oriel.adapters.dynamodb.keys import counts_key, hidden_in, label_key, labels_of
from oriel.adapters.dynamodb.label_items import label_from_item, label_to_item
from oriel.adapters.dynamodb.label_links import LabelLinks
from oriel.adapters.dynamodb.search import search_page
from oriel.adapters.dynamodb.table import CoreTable
from oriel.adapters.dynamodb.transaction import Cancelled
from oriel.domain.billing.room import ANY_ROOM, Room
from oriel.domain.clock import Clock, utc_now
from oriel.domain.errors import Conflict, NotFound
from oriel.domain.label import (
    EVERY_LABEL,
    Label,
    LabelChange,
    LabelFilter,
    check_removable,
)
from oriel.domain.page import Page, PageRequest
from oriel.domain.sweep import Hidden

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class DynamoLabelStore:
    """Labels; counts are kept by whatever changes them."""

    def __init__(
        self,
        client: "DynamoDBClient",
        table_name: str,
        clock: Clock = utc_now,
    ) -> None:
        self._table = CoreTable(client, table_name)
        self._links = LabelLinks(self._table, clock)

    def create(self, label: Label, room: Room = ANY_ROOM) -> None:
        """Add a label.

        Raises Conflict where the workspace is full, PlanLimitReached where its plan is.
        """
        writes = self._table.writes
        limits = {"labels_count": room.labels}
        count = writes.count_within(counts_key(label.workspace_id), {"labels_count": 1}, limits)
        self._table.write(
            (writes.put(label_to_item(label)), Conflict("The label exists already")),
            (count, room.full()),
        )

    def get(self, workspace_id: str, label_id: str) -> Label:
        """Return the label; raises NotFound."""
        item = self._table.find(label_key(workspace_id, label_id))
        if item is None or item.get("deleting"):
            raise _unknown()
        return label_from_item(item)

    def list(
        self, workspace_id: str, page: PageRequest, wanted: LabelFilter = EVERY_LABEL
    ) -> Page[Label]:
        """Return one page of those of the workspace's labels that are wanted, oldest first."""
        if wanted.leaves_out:
            return self._search(workspace_id, page, wanted)
        items, cursor = self._table.page(labels_of(workspace_id), page)
        counts = self._table.find(counts_key(workspace_id)) or {}
        labels = tuple(label_from_item(item) for item in items)
        return Page(labels, counts.get("labels_count", 0), cursor)

    def update(self, workspace_id: str, label_id: str, change: LabelChange) -> Label:
        """Change what is given and return the label; raises NotFound."""
        changes = change.given()
        if not changes:
            return self.get(workspace_id, label_id)
        update = self._table.writes.update(label_key(workspace_id, label_id), assign=changes)
        return label_from_item(self._table.update(update, _unknown()))

    def hide(self, workspace_id: str, label_id: str) -> Hidden:
        """Take the label from all readers for good; no task or image can be given it any more.

        Raises Conflict for a negative label whose task is not hidden.
        """
        item = self._table.find(label_key(workspace_id, label_id))
        if item is None:
            raise _unknown()
        hidden = bool(item.get("deleting"))
        if not hidden:
            check_removable(label_from_item(item))
        fresh = not hidden and self._mark(workspace_id, label_id)
        return Hidden(fresh, item["images_count"], item["tasks_count"])

    def carriers_of_hidden(self, workspace_id: str, label_id: str, limit: int) -> Sequence[str]:
        """Return ids of up to `limit` images that carry a hidden label; listings may lag."""
        return self._links.carriers(workspace_id, label_id, limit)

    def detach(self, workspace_id: str, label_id: str, limit: int) -> int:
        """Detach a hidden label from up to `limit` images and tasks; return from how many."""
        return self._links.detach(workspace_id, label_id, limit)

    def remove(self, workspace_id: str, label_id: str) -> bool:
        """Remove a hidden label itself once nothing carries it; tell whether it is gone."""
        item = self._table.find(label_key(workspace_id, label_id))
        if item is None or not item.get("deleting"):
            return item is None
        forget_label(self._table, workspace_id, label_id)
        unlinked = "attribute_exists(deleting) AND images_count <= :none AND tasks_count <= :none"
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

    def _search(self, workspace_id: str, page: PageRequest, wanted: LabelFilter) -> Page[Label]:
        items, count, cursor = search_page(
            self._table,
            labels_of(workspace_id),
            page,
            lambda item: wanted.matches(item["name"], item["type"]),
        )
        return Page(tuple(label_from_item(item) for item in items), count, cursor)

    def _mark(self, workspace_id: str, label_id: str) -> bool:
        """Mark the label; False where another call has done so since."""
        writes = self._table.writes
        hide = writes.update(
            label_key(workspace_id, label_id), assign=hidden_in(workspace_id, "LABELS")
        )
        uncount = writes.count(counts_key(workspace_id), labels_count=-1)
        try:
            self._table.write((hide, _MarkedAlready()), (uncount, None))
        except _MarkedAlready:
            return False
        return True


class _MarkedAlready(Exception):
    """Another call hid the label."""


def _unknown() -> NotFound:
    return NotFound("There is no label with this id")
