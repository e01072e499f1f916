"""All rows of a workspace, found through its listings: nothing here scans the table.

Whatever a workspace holds is an item of one of its listings or lies in the partition of one. So the
things of each listing go with their partitions; of a partition the item that is listed goes last,
since a repeat goes by it.
"""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import islice
from typing import TYPE_CHECKING

from oriel.adapters.dynamodb.account_keys import founded_key
from oriel.adapters.dynamodb.annotation_keys import (
    points_of,
    verifications_of,
)
from oriel.adapters.dynamodb.attributes import Item
from oriel.adapters.dynamodb.image_contents import content_partitions
from oriel.adapters.dynamodb.image_links import counted_facets
from oriel.adapters.dynamodb.keys import (
    META,
    Key,
    Listing,
    counts_key,
    entombed_of,
    hidden_images_of,
    hidden_labels_of,
    hidden_models_of,
    hidden_tasks_of,
    images_of,
    labels_of,
    sweeps_of,
    tasks_of,
    traces_of,
    workspace_key,
)
from oriel.adapters.dynamodb.table import CoreTable
from oriel.adapters.dynamodb.transaction import Cancelled
from oriel.adapters.dynamodb.upload_keys import imports_of, uploads_of
from oriel.adapters.dynamodb.writes import EXISTS
from oriel.domain.errors import NotFound
from oriel.domain.sweep import SweepKind, SweepState

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

READERS = 8
ROWS_AT_ONCE = 2000
"""Of one partition: an import has a row for each of its 100,000 files."""


class DynamoWorkspaceRemains:
    """Removes what is left of a workspace."""

    def __init__(
        self, client: "DynamoDBClient", table_name: str, rows_at_once: int = ROWS_AT_ONCE
    ) -> None:
        self._table = CoreTable(client, table_name)
        self._rows_at_once = rows_at_once

    def hide(self, workspace_id: str) -> None:
        """Close the workspace for new members and tokens; raises NotFound once it is gone."""
        hide = self._table.writes.update(
            workspace_key(workspace_id), assign={"deleting": True}, condition=EXISTS
        )
        self._table.update(hide, NotFound("There is no workspace with this id"))

    def task_ids(self, workspace_id: str, limit: int) -> Sequence[str]:
        """Return ids of up to `limit` tasks, hidden or not; the listing may lag."""
        listings = (tasks_of(workspace_id), hidden_tasks_of(workspace_id))
        found = (item for one in listings for item in self._table.listed(one, None, limit))
        return [item["id"] for item in islice(found, limit)]

    def remove_some(self, workspace_id: str, limit: int) -> Mapping[str, int]:
        """Remove up to `limit` things but tasks, each with all its rows; return how many by kind.

        Nothing removed means that no listing shows any more.
        """
        for kind, listing in self._listings(workspace_id):
            items = list(islice(self._table.listed(listing, None, limit), limit))
            if kind == "images":
                # Before the images: it is by them that a repeat finds what notes their content.
                self._remove_below(content_partitions(items))
            whole, rows = self._remove_below([item["pk"] for item in items if _may_go(item)])
            if rows:
                return {kind: whole, "rows": rows}
        return {}

    def remove(self, workspace_id: str) -> None:
        """Remove the workspace itself with its members, tokens and counters."""
        key = workspace_key(workspace_id)
        found = self._table.find(key)
        if found is not None and "founded_as" in found:
            self._free_name(workspace_id, found["founded_as"])
        whole, rows = 0, 1
        while rows and not whole:
            # Itself goes last of its partition, with the last part of that.
            whole, rows = self._remove_below([key["pk"]])

    def _free_name(self, workspace_id: str, name: str) -> None:
        """Forget that it was founded under the name, if no other was since."""
        free = self._table.writes.delete(
            founded_key(name), "workspace_id = :gone", {"gone": workspace_id}
        )
        with suppress(Cancelled):
            self._table.transact([free])

    def _listings(self, workspace_id: str) -> Iterator[tuple[str, Listing]]:
        yield "imports", imports_of(workspace_id)
        counts = self._table.find(counts_key(workspace_id)) or {}
        for facets in counted_facets(counts):
            yield "images", images_of(workspace_id, facets)
        yield "images", hidden_images_of(workspace_id)
        yield "traces", traces_of(workspace_id)
        yield "labels", labels_of(workspace_id)
        yield "labels", hidden_labels_of(workspace_id)
        yield "models", entombed_of(workspace_id)
        yield "models", hidden_models_of(workspace_id)
        yield "verifications", verifications_of(workspace_id)
        yield "points", points_of(workspace_id)
        yield "uploads", uploads_of(workspace_id)
        yield "deletions", sweeps_of(workspace_id)

    def _remove_below(self, partitions: Sequence[str]) -> tuple[int, int]:
        """Remove rows of the partitions; return how many partitions are whole gone, and rows."""
        with ThreadPoolExecutor(READERS) as readers:
            found = list(readers.map(self._keys, partitions))
        self._table.remove_many(key for keys in found for key in keys if key["sk"] != META)
        last = [key for keys in found for key in keys if key["sk"] == META]
        self._table.remove_many(last)
        return len(last), sum(map(len, found))

    def _keys(self, partition: str) -> list[Key]:
        """Return the keys of a partition; of a very large one some, without the listed item's."""
        rows = list(islice(self._table.below(partition), self._rows_at_once + 1))
        keys: list[Key] = [{"pk": row["pk"], "sk": row["sk"]} for row in rows]
        if len(keys) <= self._rows_at_once:
            return keys
        return [key for key in keys if key["sk"] != META]


def _may_go(item: Item) -> bool:
    """Keep what says how far the deletion of another workspace has come: its sweep goes by it."""
    running = item.get("state") == SweepState.RUNNING.value
    return not (running and item.get("kind") == SweepKind.WORKSPACE.value)
