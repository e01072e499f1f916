"""Holds in the usage table: one item beside the key's reply, and counters of limited scopes.

A hold that took from counters is listed by the sparse index `holds` until it is gone. One that only
keeps a second request with its key away gives nothing back, and the table's time to live drops it.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from oriel.adapters.dynamodb.attributes import Item, decode, encode
from oriel.adapters.dynamodb.billing_accounts import taken_key
from oriel.adapters.dynamodb.keys import Key
from oriel.adapters.dynamodb.transaction import CONDITION_FAILED, Cancelled, transact
from oriel.adapters.dynamodb.usage_items import REPLY, request_partition
from oriel.adapters.dynamodb.usage_reads import asking, find_item
from oriel.adapters.dynamodb.writes import NEW, Writes
from oriel.adapters.held import hold_from_fields, hold_to_fields
from oriel.domain.billing.accounts import Scope
from oriel.domain.billing.holds import Changes, Hold, KeyTaken, NoRoom
from oriel.domain.clock import to_iso
from oriel.domain.errors import TemporarilyUnavailable
from oriel.domain.usage import RequestKey

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

HOLD = "HOLD"
HOLDS_INDEX = "holds"
RELEASED_AT_ONCE = 25

_FORGOTTEN_AFTER = timedelta(days=1)
_PATIENCE_SECONDS = 2.0
"""A request that waits longer for its hold would not be answered in time."""
_KEY_ITEMS = 2


class DynamoHoldStore:
    """The usage table's holds."""

    def __init__(self, client: "DynamoDBClient", table_name: str) -> None:
        self._client = client
        self._name = table_name
        self._writes = HoldWrites(table_name)

    def hold(self, hold: Hold, most: Mapping[Scope, int]) -> None:
        """Write a hold and take its units, all or nothing; `most` is what each scope may reach.

        Raises KeyTaken where the key has a reply or a hold, else NoRoom where a scope has too
        little left; TemporarilyUnavailable, after which it may have been written all the same.
        """
        scopes = list(hold.taken)
        try:
            self._write(self._writes.hold(hold, most))
        except Cancelled as cancelled:
            failed = [reason == CONDITION_FAILED for reason in cancelled.reasons]
            if any(failed[:_KEY_ITEMS]):
                raise KeyTaken from None
            full = zip(scopes, failed[_KEY_ITEMS:], strict=False)
            raise NoRoom(scope for scope, is_full in full if is_full) from None

    def find(self, workspace_id: str, key: RequestKey) -> Hold | None:
        """Return the hold of a key, strongly consistent; None where it has none."""
        found = find_item(self._client, self._name, hold_key(workspace_id, key))
        return None if found is None else _from_item(found)

    def release(self, hold: Hold) -> bool:
        """Remove a hold and give back its units; False where it was gone already."""
        try:
            self._write(self._writes.settle(hold, hold.released))
        except Cancelled:
            return False
        return True

    def ended(self, workspace_id: str, now: datetime) -> Sequence[Hold]:
        """Return holds that took units and have ended, a page of the oldest; it may lag behind."""
        before = {":pk": _listed_at(workspace_id), ":now": f"{to_iso(now)}~"}
        with asking():
            page = self._client.query(
                TableName=self._name,
                IndexName=HOLDS_INDEX,
                KeyConditionExpression="holdspk = :pk AND holdssk <= :now",
                ExpressionAttributeValues=encode(before),
                Limit=RELEASED_AT_ONCE,
            )
        return [_from_item(decode(item)) for item in page["Items"]]

    def taken(self, workspace_id: str, period: str, scopes: Iterable[Scope]) -> Mapping[Scope, int]:
        """Return what the scopes hold or have used of a period, strongly consistent."""
        keys = {taken_key(workspace_id, period, scope)["sk"]: scope for scope in scopes}
        asked: Any = [encode(taken_key(workspace_id, period, scope)) for scope in keys.values()]
        with asking():
            found = self._client.batch_get_item(
                RequestItems={self._name: {"Keys": asked, "ConsistentRead": True}}
            )
        if found.get("UnprocessedKeys"):
            raise TemporarilyUnavailable("The usage table is busy; try again")
        items = map(decode, found["Responses"].get(self._name, ()))
        units = {keys[item["sk"]]: item["taken"] for item in items}
        return {scope: units.get(scope, 0) for scope in keys.values()}

    def _write(self, items: "Sequence[TransactWriteItemTypeDef]") -> None:
        try:
            transact(self._client, items, longest=_PATIENCE_SECONDS)
        except ClientError as error:
            raise TemporarilyUnavailable("The usage table does not take it now") from error


class HoldWrites:
    """Makes the parts of transactions that write holds and counters."""

    def __init__(self, table_name: str) -> None:
        self._writes = Writes(table_name)

    def hold(self, hold: Hold, most: Mapping[Scope, int]) -> "list[TransactWriteItemTypeDef]":
        """Take a hold: first what says that the key is free, then each scope's counter."""
        reply = {"pk": request_partition(hold.workspace_id, hold.key), "sk": REPLY}
        return [
            self._writes.put(_to_item(hold)),
            self._writes.check(reply, NEW),
            *(self._take(hold, scope, most[scope]) for scope in hold.taken),
        ]

    def settle(self, hold: Hold, changes: Changes) -> "list[TransactWriteItemTypeDef]":
        """Remove a hold that is still there, and change the counters."""
        key = hold_key(hold.workspace_id, hold.key)
        gone = self._writes.delete(key, "id = :id", {"id": hold.id})
        return [gone, *self.change(hold.workspace_id, changes)]

    def change(self, workspace_id: str, changes: Changes) -> "list[TransactWriteItemTypeDef]":
        """Change counters, whatever they say."""
        return [
            self._writes.update(
                taken_key(workspace_id, period, scope), add={"taken": units}, condition=""
            )
            for (period, scope), units in changes.items()
        ]

    def _take(self, hold: Hold, scope: Scope, most: int) -> "TransactWriteItemTypeDef":
        units = hold.taken[scope]
        room = most - units
        enough = "taken <= :room"
        return self._writes.update(
            taken_key(hold.workspace_id, hold.period.key, scope),
            add={"taken": units},
            condition=enough if room < 0 else f"attribute_not_exists(taken) OR {enough}",
            values={"room": room},
        )


def hold_key(workspace_id: str, key: RequestKey) -> Key:
    """Return where the hold of a request key lies."""
    return {"pk": request_partition(workspace_id, key), "sk": HOLD}


def _listed_at(workspace_id: str) -> str:
    return f"WS#{workspace_id}"


def _to_item(hold: Hold) -> Item:
    listed = {
        "holdspk": _listed_at(hold.workspace_id),
        "holdssk": f"{to_iso(hold.ends)}#{hold.key}",
    }
    forgotten = {"expires_at": int((hold.ends + _FORGOTTEN_AFTER).timestamp())}
    fields = hold_to_fields(hold)
    return {
        **hold_key(hold.workspace_id, hold.key),
        "workspace_id": hold.workspace_id,
        "request_key": hold.key,
        **fields,
        "taken_by": json.dumps(fields["taken_by"]),
        **(listed if hold.taken else forgotten),
    }


def _from_item(item: Item) -> Hold:
    fields = {**item, "taken_by": json.loads(item["taken_by"])}
    return hold_from_fields(item["workspace_id"], RequestKey(item["request_key"]), fields)
