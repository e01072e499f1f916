"""Billing accounts in the usage table: one item a workspace, and one that lists it."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from oriel.adapters.dynamodb.attributes import Item, decode, encode
from oriel.adapters.dynamodb.keys import Key
from oriel.adapters.dynamodb.transaction import Cancelled, transact
from oriel.adapters.dynamodb.usage_reads import asking, find_item
from oriel.adapters.dynamodb.writes import Writes
from oriel.domain.billing.accounts import (
    BillingAccount,
    Cap,
    Scope,
    ScopeKind,
    SoldPack,
    Taken,
)
from oriel.domain.clock import from_iso, to_iso
from oriel.domain.errors import Conflict

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

BILLED = "BILLED"
"""Partition that lists all workspaces which have an account or were ever billed."""


def billing_key(workspace_id: str, sk: str) -> Key:
    """Return the key of something that belongs to how a workspace is billed."""
    return {"pk": f"WS#{workspace_id}#BILLING", "sk": sk}


def billed_key(workspace_id: str) -> Key:
    """Return the key by which a workspace is listed among those that are billed."""
    return {"pk": BILLED, "sk": f"WS#{workspace_id}"}


def taken_key(workspace_id: str, period: str, scope: Scope) -> Key:
    """Return the key of how many units (`taken`) a limited scope holds or has used of a period."""
    return billing_key(workspace_id, f"TAKEN#{period}#{scope.key}")


def account_put(writes: Writes, account: BillingAccount) -> "TransactWriteItemTypeDef":
    """Return the part of a transaction that writes an account, if nobody else did since."""
    written = replace(account, revision=account.revision + 1)
    item = {**billing_key(account.workspace_id, "ACCOUNT"), **_to_item(written)}
    if account.revision:
        return writes.put(item, "revision = :read", {"read": account.revision})
    return writes.put(item)


class DynamoAccountStore:
    """The usage table's accounts."""

    def __init__(self, client: "DynamoDBClient", table_name: str) -> None:
        self._client = client
        self._name = table_name
        self._writes = Writes(table_name)

    def find(self, workspace_id: str) -> BillingAccount | None:
        """Return the account, strongly consistent; None where none was ever written."""
        found = find_item(self._client, self._name, billing_key(workspace_id, "ACCOUNT"))
        return None if found is None else _from_item(found)

    def save(self, account: BillingAccount, begun: Sequence[Taken] = ()) -> BillingAccount:
        """Write an account that follows the revision it was read with; return it with the next.

        `begun` are the counters of scopes that nothing limited before: what they hold is replaced,
        in the same transaction. Raises Conflict where another change came first.
        """
        put = account_put(self._writes, account)
        try:
            transact(self._client, [put, self._listed(account), *self._begin(account, begun)])
        except Cancelled:
            raise Conflict("The account was changed by somebody else; try again") from None
        return replace(account, revision=account.revision + 1)

    def workspaces(self) -> Iterator[str]:
        """Yield the ids of all workspaces that have an account or were ever billed.

        Raises TemporarilyUnavailable, also after some of them.
        """
        pages = self._client.get_paginator("query").paginate(
            TableName=self._name,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues=encode({":pk": BILLED}),
            ConsistentRead=True,
        )
        with asking():
            for page in pages:
                for item in page["Items"]:
                    yield str(decode(item)["sk"]).removeprefix("WS#")

    def _listed(self, account: BillingAccount) -> "TransactWriteItemTypeDef":
        """List the workspace; whatever else is noted of it there stays."""
        workspace_id = account.workspace_id
        return self._writes.update(
            billed_key(workspace_id), assign={"workspace_id": workspace_id}, condition=""
        )

    def _begin(
        self, account: BillingAccount, begun: Sequence[Taken]
    ) -> "Iterator[TransactWriteItemTypeDef]":
        for one in begun:
            key = taken_key(account.workspace_id, one.period, one.scope)
            yield self._writes.update(key, assign={"taken": one.units}, condition="")


def _to_item(account: BillingAccount) -> Item:
    return {
        "workspace_id": account.workspace_id,
        "plan_id": account.plan_id,
        "price_version": account.price_version,
        "billing_day": account.billing_day,
        "since": _text(account.since),
        "caps": json.dumps([_cap_to_json(cap) for cap in account.caps]),
        "packs": json.dumps([_pack_to_json(pack) for pack in account.packs]),
        "customer": account.customer,
        "customer_since": _text(account.customer_since),
        "promised": account.promised,
        "revision": account.revision,
    }


def _from_item(item: Item) -> BillingAccount:
    return BillingAccount(
        workspace_id=item["workspace_id"],
        plan_id=item["plan_id"],
        price_version=item["price_version"],
        billing_day=item["billing_day"],
        since=_day(item.get("since")),
        caps=tuple(map(_cap_from_json, json.loads(item["caps"]))),
        packs=tuple(map(_pack_from_json, json.loads(item["packs"]))),
        customer=item["customer"],
        customer_since=_day(item.get("customer_since")),
        promised=item.get("promised", 0),
        revision=item["revision"],
    )


def _text(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _cap_to_json(cap: Cap) -> dict[str, Any]:
    return {
        "kind": cap.scope.kind,
        "id": cap.scope.id,
        "credits": cap.credits,
        "micros": cap.micros,
    }


def _cap_from_json(content: Mapping[str, Any]) -> Cap:
    scope = Scope(ScopeKind(content["kind"]), content["id"])
    return Cap(scope, content["credits"], content["micros"])


def _pack_to_json(pack: SoldPack) -> dict[str, Any]:
    return {
        "id": pack.id,
        "pack_id": pack.pack_id,
        "price_version": pack.price_version,
        "credits": pack.credits,
        "price_micros": pack.price_micros,
        "sold": to_iso(pack.sold),
        "used": pack.used,
    }


def _pack_from_json(content: Mapping[str, Any]) -> SoldPack:
    return SoldPack(**{**content, "sold": from_iso(content["sold"])})
