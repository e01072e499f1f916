"""Labels in the core table."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from oriel.adapters.dynamodb.keys import counts_key, hidden_partition, label_key, labels_of
from oriel.adapters.dynamodb.label_items import label_from_item, label_to_item
from oriel.adapters.dynamodb.label_links import LabelLinks
from oriel.adapters.dynamodb.table import CoreTable
from oriel.adapters.dynamodb.transaction import Cancelled
from oriel.domain.clock import Clock, utc_now
from oriel.domain.errors import Conflict, NotFound
from oriel.domain.label import Label
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

    def hide(self, workspace_id: str, label_id: str) -> Hidden:
        """Take the label from all readers for good; no task or image can be given it any more."""
        item = self._table.find(label_key(workspace_id, label_id))
        if item is None:
            raise _unknown()
        fresh = not item.get("deleting") and self._mark(workspace_id, label_id)
        return Hidden(fresh, item["images_count"], item["tasks_count"])

    def carriers_of_hidden(self, workspace_id: str, label_id: str, limit: int) -> Sequence[str]:
        """Return ids of up to `limit` images that carry a hidden label; listings may lag."""
        return self._links.carriers(workspace_id, label_id, limit)

    def detach(self, workspace_id: str, label_id: str, limit: int) -> int:
        """Detach a hidden label from up to `limit` images and tasks; return from how many."""
        return self._links.detach(workspace_id, label_id, limit)

    def remove(self, workspace_id: str, label_id: str) -> bool:
        """Remove a hidden label itself once nothing carries it; tell whether it is gone."""
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

    def _mark(self, workspace_id: str, label_id: str) -> bool:
        """Mark the label; False where another call has done so since."""
        writes = self._table.writes
        hide = writes.update(
            label_key(workspace_id, label_id),
            assign={"deleting": True, "gsi1pk": hidden_partition(workspace_id, "LABELS")},
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
