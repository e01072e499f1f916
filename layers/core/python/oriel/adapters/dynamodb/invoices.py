"""Invoices in the usage table.

What makes an invoice final is one transaction: the invoice, the deployment's next number, the row
of the ledger with the ledger's end, and the account whose packs were used. So there is no number
without its invoice, and no invoice without its row.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from oriel.adapters.dynamodb.attributes import Item, decode, encode
from oriel.adapters.dynamodb.billing_accounts import account_put
from oriel.adapters.dynamodb.invoice_items import (
    NUMBER_KEY,
    invoice_from_item,
    invoice_key,
    invoice_to_item,
    invoices_partition,
)
from oriel.adapters.dynamodb.keys import Key
from oriel.adapters.dynamodb.ledger import row_writes
from oriel.adapters.dynamodb.transaction import Cancelled, transact
from oriel.adapters.dynamodb.usage_reads import asking, find_item
from oriel.adapters.dynamodb.writes import Writes
from oriel.domain.billing.accounts import BillingAccount
from oriel.domain.billing.invoices import Invoice
from oriel.domain.billing.ledger import LedgerRow
from oriel.domain.errors import Conflict

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

R = TypeVar("R")


class DynamoInvoiceStore:
    """The usage table's invoices."""

    def __init__(self, client: "DynamoDBClient", table_name: str) -> None:
        self._client = client
        self._name = table_name
        self._writes = Writes(table_name)

    def all(self, workspace_id: str) -> Sequence[Invoice]:
        """Return a workspace's invoices, the earliest period first, strongly consistent."""
        pages = self._client.get_paginator("query").paginate(
            TableName=self._name,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues=encode({":pk": invoices_partition(workspace_id)}),
            ConsistentRead=True,
        )
        with asking():
            return [invoice_from_item(decode(item)) for page in pages for item in page["Items"]]

    def find(self, workspace_id: str, period: str) -> Invoice | None:
        """Return the invoice of the period with this key; None where there is none."""
        found = self._find(invoice_key(workspace_id, period))
        return None if found is None else invoice_from_item(found)

    def save(self, invoice: Invoice) -> Invoice:
        """Write a draft that follows the revision it was read with; return it with the next.

        Raises Conflict where another change came first, and where the invoice is final.
        """
        written = replace(invoice, revision=invoice.revision + 1)
        self._transact([self._put(invoice, written)])
        return written

    def last_number(self) -> int:
        """Return the number of the deployment's latest final invoice, 0 where there is none."""
        found = self._find(NUMBER_KEY)
        return 0 if found is None else int(found["latest"])

    def finalise(self, invoice: Invoice, account: BillingAccount | None, row: LedgerRow) -> Invoice:
        """Write a final invoice with its number, its row of the ledger and the packs it used.

        All or nothing; `account` is None where it used none. Raises Conflict where its number is
        not the next one, or the invoice, the account or the ledger has gone on since they were
        read.
        """
        written = replace(invoice, revision=invoice.revision + 1)
        self._transact(
            [
                self._put(invoice, written),
                self._take_number(invoice.number),
                *row_writes(self._writes, row),
                *([] if account is None else [account_put(self._writes, account)]),
            ]
        )
        return written

    def _put(self, read: Invoice, written: Invoice) -> "TransactWriteItemTypeDef":
        item = invoice_to_item(written)
        if not read.revision:
            return self._writes.put(item)
        return self._writes.put(
            item,
            "revision = :read AND attribute_not_exists(finalised)",
            {"read": read.revision},
        )

    def _take_number(self, number: int) -> "TransactWriteItemTypeDef":
        item = {**NUMBER_KEY, "latest": number}
        if number == 1:
            return self._writes.put(item)
        return self._writes.put(item, "latest = :before", {"before": number - 1})

    def _transact(self, writes: "Sequence[TransactWriteItemTypeDef]") -> None:
        try:
            transact(self._client, writes)
        except Cancelled:
            raise Conflict("The invoice or what it rests on was changed; try again") from None

    def _find(self, key: Key) -> Item | None:
        return find_item(self._client, self._name, key)
