"""Ledgers in the usage table: rows that are only ever added, each with the head that it moves.

Whoever appends reads the head, makes the row that follows it, and writes both on the condition that
the head is still the one that was read. So there is one order of rows, and nothing between them.
"""

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from oriel.adapters.dynamodb.attributes import decode, encode
from oriel.adapters.dynamodb.billing_accounts import billed_key
from oriel.adapters.dynamodb.ledger_items import (
    head_from_item,
    head_key,
    head_to_item,
    ledger_partition,
    row_from_item,
    row_to_item,
)
from oriel.adapters.dynamodb.transaction import Cancelled, transact
from oriel.adapters.dynamodb.usage_reads import asking, find_item
from oriel.adapters.dynamodb.writes import NEW, Writes
from oriel.domain.billing.ledger import GENESIS, ChainHead, LedgerRow
from oriel.domain.errors import Conflict

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

MOST_ROW_WRITES = 3


def row_writes(writes: Writes, row: LedgerRow) -> "list[TransactWriteItemTypeDef]":
    """Return the parts of a transaction that append a row: up to three, the head's first.

    A workspace's first row lists it among those that are billed.
    """
    follows = {"condition": "row_hash = :previous", "values": {"previous": row.previous}}
    first = row.previous == GENESIS
    head = writes.put(head_to_item(row), **({"condition": NEW} if first else follows))
    appended = [head, writes.put(row_to_item(row))]
    if first:
        workspace = {"workspace_id": row.workspace_id}
        appended.append(writes.update(billed_key(row.workspace_id), assign=workspace, condition=""))
    return appended


class DynamoLedgerStore:
    """The usage table's ledgers."""

    def __init__(self, client: "DynamoDBClient", table_name: str) -> None:
        self._client = client
        self._name = table_name
        self._writes = Writes(table_name)

    def head(self, workspace_id: str) -> ChainHead | None:
        """Return where the ledger ends, strongly consistent; None where it has no row."""
        found = find_item(self._client, self._name, head_key(workspace_id))
        return None if found is None else head_from_item(found)

    def append(self, row: LedgerRow) -> None:
        """Write a row that follows the head; raises Conflict where the ledger has gone on."""
        try:
            transact(self._client, row_writes(self._writes, row))
        except Cancelled:
            raise Conflict("The ledger has gone on") from None

    def rows(
        self, workspace_id: str, first: date | None = None, last: date | None = None
    ) -> Iterator[LedgerRow]:
        """Yield the rows of the days from `first` to `last`, both included, in their order.

        Raises UnreadableRow where it comes to what was never written as a row, and
        TemporarilyUnavailable.
        """
        between = {
            ":pk": ledger_partition(workspace_id),
            ":first": (first or date.min).isoformat(),
            ":last": f"{(last or date.max).isoformat()}~",
        }
        pages = self._client.get_paginator("query").paginate(
            TableName=self._name,
            KeyConditionExpression="pk = :pk AND sk BETWEEN :first AND :last",
            ExpressionAttributeValues=encode(between),
            ConsistentRead=True,
        )
        with asking():
            for page in pages:
                yield from (row_from_item(decode(item)) for item in page["Items"])
