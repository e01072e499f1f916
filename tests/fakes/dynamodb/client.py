"""DynamoDB in this process: items, conditions, transactions, queries and sparse indexes.

It has boto3's names and errors, so that the real adapters run on it, with thousands of transactions
a second. Transactions happen one after another; all reads are of the present moment.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from threading import Lock
from typing import Any, TypeAlias

from botocore.exceptions import ClientError

from tests.fakes.dynamodb.expressions import Item, Scope, holds, updated

Place: TypeAlias = tuple[str, str]

PAGE = 50
"""Items; DynamoDB's end at 1 MiB."""
MOST_ITEMS = 100


class MemoryDynamoDB:
    """One client of all tables."""

    def __init__(self, page: int = PAGE) -> None:
        self._page = page
        self._lock = Lock()
        self._tables: dict[str, dict[Place, Item]] = defaultdict(dict)
        self._partitions: dict[tuple[str, str, str], dict[Place, Item]] = defaultdict(dict)
        self._tokens: set[str] = set()

    def get_item(self, TableName: str, Key: Item, **_: Any) -> dict[str, Any]:  # noqa: N803
        found = self._tables[TableName].get(_place(Key))
        return {} if found is None else {"Item": dict(found)}

    def batch_get_item(self, RequestItems: Mapping[str, Any]) -> dict[str, Any]:  # noqa: N803
        found = {
            table: [self.get_item(table, key) for key in wanted["Keys"]]
            for table, wanted in RequestItems.items()
        }
        present = {
            table: [one["Item"] for one in some if "Item" in one] for table, some in found.items()
        }
        return {"Responses": present, "UnprocessedKeys": {}}

    def put_item(self, **request: Any) -> dict[str, Any]:
        self._one("Put", request)
        return {}

    def delete_item(self, **request: Any) -> dict[str, Any]:
        self._one("Delete", request)
        return {}

    def update_item(self, **request: Any) -> dict[str, Any]:
        self._one("Update", request)
        return {"Attributes": dict(self._tables[request["TableName"]][_place(request["Key"])])}

    def transact_write_items(self, **request: Any) -> dict[str, Any]:
        writes = [next(iter(one.items())) for one in request["TransactItems"]]
        places = {(of["TableName"], *_place(_key(of))) for _, of in writes}
        if len(places) != len(writes) or len(writes) > MOST_ITEMS:
            raise _refused("ValidationException", "TransactWriteItems")
        with self._lock:
            if request["ClientRequestToken"] in self._tokens:
                return {}
            met = [self._holds(of) for _, of in writes]
            if not all(met):
                codes = [{"Code": "None" if one else "ConditionalCheckFailed"} for one in met]
                raise _refused(
                    "TransactionCanceledException", "TransactWriteItems", CancellationReasons=codes
                )
            for kind, of in writes:
                self._apply(kind, of)
            self._tokens.add(request["ClientRequestToken"])
        return {}

    def query(self, **request: Any) -> dict[str, Any]:
        index = request.get("IndexName", "")
        values = request["ExpressionAttributeValues"]
        names = request.get("ExpressionAttributeNames", {})
        condition = request["KeyConditionExpression"]
        found = sorted(
            (_order(item, index), item)
            for item in self._partition(request["TableName"], index, condition, values)
            if holds(condition, Scope(item, names, values))
        )
        if "ExclusiveStartKey" in request:
            start = _order(request["ExclusiveStartKey"], index)
            found = [one for one in found if one[0] > start]
        page = [item for _, item in found[: min(request.get("Limit", self._page), self._page)]]
        if len(page) == len(found):
            return {"Items": page}
        keys = ("pk", "sk", f"{index}pk", f"{index}sk")
        return {"Items": page, "LastEvaluatedKey": {name: page[-1][name] for name in keys}}

    def _partition(
        self, table: str, index: str, condition: str, values: Mapping[str, Any]
    ) -> list[Item]:
        """Return what lies in the partition that the condition begins with."""
        begins = re.match(rf"{index}pk = (:\w+)", condition)
        if begins is None:
            raise NotImplementedError(condition)
        partition = values[begins[1]]["S"]
        with self._lock:
            return list(self._partitions[table, f"{index}pk", partition].values())

    def get_paginator(self, operation: str) -> "_Paginator":
        assert operation == "query"
        return _Paginator(self)

    def _one(self, kind: str, request: Mapping[str, Any]) -> None:
        with self._lock:
            if not self._holds(request):
                raise _refused("ConditionalCheckFailedException", f"{kind}Item")
            self._apply(kind, request)

    def _holds(self, of: Mapping[str, Any]) -> bool:
        return holds(of.get("ConditionExpression"), self._scope(of))

    def _scope(self, of: Mapping[str, Any]) -> Scope:
        stored = self._tables[of["TableName"]].get(_place(_key(of)), {})
        names = of.get("ExpressionAttributeNames", {})
        return Scope(stored, names, of.get("ExpressionAttributeValues", {}))

    def _apply(self, kind: str, of: Mapping[str, Any]) -> None:
        match kind:
            case "Put":
                self._store(of["TableName"], _place(_key(of)), dict(of["Item"]))
            case "Delete":
                self._store(of["TableName"], _place(_key(of)), None)
            case "Update":
                item = {**of["Key"], **updated(of["UpdateExpression"], self._scope(of))}
                self._store(of["TableName"], _place(_key(of)), item)
            case "ConditionCheck":
                pass
            case _:
                raise NotImplementedError(kind)

    def _store(self, table: str, place: Place, item: Item | None) -> None:
        """Replace what lies there; an index lists what has both of its keys."""
        for stored, there in ((self._tables[table].pop(place, {}), False), (item or {}, True)):
            for name, value in stored.items():
                if not name.endswith("pk") or f"{name[:-2]}sk" not in stored:
                    continue
                if there:
                    self._partitions[table, name, value["S"]][place] = stored
                else:
                    del self._partitions[table, name, value["S"]][place]
        if item is not None:
            self._tables[table][place] = item


class _Paginator:
    def __init__(self, client: MemoryDynamoDB) -> None:
        self._client = client

    def paginate(self, **request: Any) -> Iterator[dict[str, Any]]:
        while True:
            page = self._client.query(**request)
            yield page
            if "LastEvaluatedKey" not in page:
                return
            request["ExclusiveStartKey"] = page["LastEvaluatedKey"]


def _key(of: Mapping[str, Any]) -> Item:
    key: Item = of["Item"] if "Item" in of else of["Key"]
    return key


def _place(key: Mapping[str, Any]) -> Place:
    return key["pk"]["S"], key["sk"]["S"]


def _order(item: Mapping[str, Any], index: str) -> tuple[str, str, str]:
    return item[f"{index}sk"]["S"], item["pk"]["S"], item["sk"]["S"]


def _refused(code: str, operation: str, **more: Any) -> ClientError:
    response: Any = {"Error": {"Code": code, "Message": ""}, **more}
    return ClientError(response, operation)
