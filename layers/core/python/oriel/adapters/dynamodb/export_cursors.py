"""How much was told to others, in the usage table: one item for each workspace and day."""

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from oriel.adapters.dynamodb.attributes import Item, decode, encode
from oriel.adapters.dynamodb.transaction import Cancelled, transact
from oriel.adapters.dynamodb.usage_reads import asking
from oriel.adapters.dynamodb.writes import Writes
from oriel.domain.billing.exports import ExportCursor
from oriel.domain.clock import from_iso, to_iso
from oriel.domain.errors import Conflict, TemporarilyUnavailable

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class DynamoExportCursors:
    """The usage table's cursors."""

    def __init__(self, client: "DynamoDBClient", table_name: str) -> None:
        self._client = client
        self._name = table_name
        self._writes = Writes(table_name)

    def find(self, workspace_id: str, first: date, last: date) -> Mapping[date, ExportCursor]:
        """Return the cursors of the days from `first` to `last` that have one, consistently."""
        between = {
            ":pk": _partition(workspace_id),
            ":first": first.isoformat(),
            ":last": last.isoformat(),
        }
        pages = self._client.get_paginator("query").paginate(
            TableName=self._name,
            KeyConditionExpression="pk = :pk AND sk BETWEEN :first AND :last",
            ExpressionAttributeValues=encode(between),
            ConsistentRead=True,
        )
        with asking():
            items = [decode(item) for page in pages for item in page["Items"]]
        found = [_from_item(workspace_id, item) for item in items]
        return {cursor.day: cursor for cursor in found}

    def save(self, cursor: ExportCursor) -> None:
        """Write a cursor that follows the revision before its own; raises Conflict."""
        item = _to_item(cursor)
        if cursor.revision > 1:
            read = {"read": cursor.revision - 1}
            put = self._writes.put(item, "revision = :read", read)
        else:
            put = self._writes.put(item)
        try:
            transact(self._client, [put])
        except Cancelled:
            raise Conflict("Somebody else tells of this day just now") from None
        except ClientError as error:
            raise TemporarilyUnavailable("The usage table does not take it now") from error


def _partition(workspace_id: str) -> str:
    return f"WS#{workspace_id}#EXPORT"


def _to_item(cursor: ExportCursor) -> Item:
    return {
        "pk": _partition(cursor.workspace_id),
        "sk": cursor.day.isoformat(),
        "sent": cursor.sent,
        "pending": cursor.pending,
        "begun": None if cursor.begun is None else to_iso(cursor.begun),
        "revision": cursor.revision,
    }


def _from_item(workspace_id: str, item: Item) -> ExportCursor:
    return ExportCursor(
        workspace_id=workspace_id,
        day=date.fromisoformat(item["sk"]),
        sent=item["sent"],
        pending=item["pending"],
        begun=from_iso(item["begun"]) if "begun" in item else None,
        revision=item["revision"],
    )
