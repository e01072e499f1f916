"""Promises of uploads in the core table.

DynamoDB removes forgotten ones some time after `expires_at`; nothing relies on when.
"""

import json
from typing import TYPE_CHECKING

from oriel.adapters.dynamodb.attributes import Item
from oriel.adapters.dynamodb.table import CoreTable
from oriel.adapters.dynamodb.upload_keys import upload_key, uploads_of
from oriel.domain.clock import from_iso, to_iso
from oriel.domain.errors import Conflict, NotFound
from oriel.domain.promise import UploadPromise, UploadState

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

EXPIRES_AT = "expires_at"
"""The table's attribute of when an item may go, in seconds since 1970."""


class DynamoUploadStore:
    """Promises, each an item by itself."""

    def __init__(self, client: "DynamoDBClient", table_name: str) -> None:
        self._table = CoreTable(client, table_name)

    def create(self, promise: UploadPromise) -> None:
        """Remember a promise until it is forgotten."""
        put = self._table.writes.put(_to_item(promise))
        self._table.write((put, Conflict("The upload exists already")))

    def get(self, workspace_id: str, upload_id: str) -> UploadPromise:
        """Return a promise; raises NotFound. It may be one that should be forgotten by now."""
        item = self._table.find(upload_key(workspace_id, upload_id))
        if item is None:
            raise NotFound("There is no upload with this id")
        return _from_item(item)

    def settle(
        self, workspace_id: str, upload_id: str, state: UploadState, rejection: str | None = None
    ) -> None:
        """Note what became of a promise; one that is not WAITING stays as it is."""
        settled = Conflict("settled")
        update = self._table.writes.update(
            upload_key(workspace_id, upload_id),
            assign={"state": state.value, "rejection": rejection},
            condition="#state = :waiting",
            values={"waiting": UploadState.WAITING.value},
        )
        try:
            self._table.update(update, settled)
        except Conflict:
            return


def _to_item(promise: UploadPromise) -> Item:
    return {
        **upload_key(promise.workspace_id, promise.id),
        # Nobody reads them in order; what deletes a workspace finds them so.
        **uploads_of(promise.workspace_id).place(promise.created, promise.id),
        "id": promise.id,
        "workspace_id": promise.workspace_id,
        "created": to_iso(promise.created),
        "content_type": promise.content_type,
        "label_ids": json.dumps(promise.label_ids),
        "test_image": promise.test_image,
        "real": promise.real,
        "meta_data": json.dumps(promise.meta_data),
        "state": promise.state.value,
        "rejection": promise.rejection,
        EXPIRES_AT: int(promise.forgotten_at.timestamp()),
    }


def _from_item(item: Item) -> UploadPromise:
    return UploadPromise(
        id=item["id"],
        workspace_id=item["workspace_id"],
        created=from_iso(item["created"]),
        content_type=item["content_type"],
        label_ids=tuple(json.loads(item["label_ids"])),
        test_image=item["test_image"],
        real=item["real"],
        meta_data=json.loads(item["meta_data"]),
        state=UploadState(item["state"]),
        rejection=item.get("rejection"),
    )
