"""The core table: strongly consistent reads, conditional writes, and pages of its listings.

Throttling and outages come out as TemporarilyUnavailable, broken conditions as the error that the
caller names beside the write.
"""

import random
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from botocore.exceptions import BotoCoreError, ClientError

from oriel.adapters.dynamodb.attributes import Item, decode, encode
from oriel.adapters.dynamodb.cursors import place_below, to_cursor
from oriel.adapters.dynamodb.keys import Key, Listing
from oriel.adapters.dynamodb.transaction import (
    CONDITION_FAILED,
    CONDITION_FAILED_ALONE,
    FIRST_PAUSE_SECONDS,
    PASSING_ERRORS,
    Cancelled,
    transact,
)
from oriel.adapters.dynamodb.writes import Writes
from oriel.domain.errors import TemporarilyUnavailable
from oriel.domain.page import PageRequest

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

INDEX = "gsi1"
BATCH_GET_KEYS = 100
BATCH_WRITE_KEYS = 25
ATTEMPTS = 8
_CONFLICT = "TransactionConflictException"

Span: TypeAlias = tuple[str, str]
"""From which sort key to which, both included."""

R = TypeVar("R")


class CoreTable:
    """Reads and writes plain items."""

    def __init__(
        self,
        client: "DynamoDBClient",
        name: str,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._client = client
        self._name = name
        self._sleep = sleep
        self.writes = Writes(name)

    def find(self, key: Key) -> Item | None:
        """Return the item, None where there is none."""
        found = _ask(
            lambda: self._client.get_item(
                TableName=self._name, Key=encode(key), ConsistentRead=True
            )
        )
        return decode(found["Item"]) if "Item" in found else None

    def find_many(self, keys: Iterable[Key]) -> list[Item]:
        """Return the items that there are, in no order."""
        wanted = list({(key["pk"], key["sk"]): encode(key) for key in keys}.values())
        return [
            item
            for start in range(0, len(wanted), BATCH_GET_KEYS)
            for item in self._find_batch(wanted[start : start + BATCH_GET_KEYS])
        ]

    def below(self, pk: str, prefix: str = "") -> Iterator[Item]:
        """Yield the items of a partition whose sort keys begin with the prefix, in their order."""
        condition, values = "pk = :pk", {":pk": pk}
        if prefix:
            condition, values = f"{condition} AND begins_with(sk, :sk)", {**values, ":sk": prefix}
        yield from self._query(
            KeyConditionExpression=condition,
            ExpressionAttributeValues=encode(values),
            ConsistentRead=True,
        )

    def page(self, listing: Listing, request: PageRequest) -> tuple[list[Item], str | None]:
        """Return one page of a listing and the cursor of the next, None after the last."""
        items = []
        # One more than was asked for, so that the last page is known to be the last.
        for item in self.listed(listing, request.cursor, request.size + 1):
            items.append(item)
            if len(items) > request.size:
                return items[:-1], to_cursor(items[-2]["gsi1sk"])
        return items, None

    def page_below(
        self, pk: str, prefix: str, request: PageRequest
    ) -> tuple[list[Item], str | None]:
        """Return one page of a partition's items whose sort keys begin with the prefix."""
        start: Item = {}
        if request.cursor is not None:
            place = place_below(request.cursor, prefix)
            start = {"ExclusiveStartKey": encode({"pk": pk, "sk": place})}
        found = self._query(
            KeyConditionExpression="pk = :pk AND begins_with(sk, :sk)",
            ExpressionAttributeValues=encode({":pk": pk, ":sk": prefix}),
            ConsistentRead=True,
            Limit=request.size + 1,
            **start,
        )
        items = list(islice(found, request.size + 1))
        if len(items) <= request.size:
            return items, None
        return items[:-1], to_cursor(items[-2]["sk"])

    def listed(self, listing: Listing, cursor: str | None, at_once: int) -> Iterator[Item]:
        """Yield the items of a listing after the cursor, `at_once` a request."""
        start: Item = (
            {} if cursor is None else {"ExclusiveStartKey": encode(listing.start_after(cursor))}
        )
        yield from self._query(
            IndexName=INDEX,
            KeyConditionExpression="gsi1pk = :partition",
            ExpressionAttributeValues=encode({":partition": listing.partition}),
            Limit=at_once,
            **start,
        )

    def listed_parts(self, listing: Listing, attributes: Sequence[str]) -> Iterator[Item]:
        """Yield some attributes of all items of a listing, in its order."""
        names = {f"#{name}": name for name in attributes}
        yield from self._query(
            IndexName=INDEX,
            KeyConditionExpression="gsi1pk = :partition",
            ExpressionAttributeValues=encode({":partition": listing.partition}),
            ProjectionExpression=", ".join(names),
            ExpressionAttributeNames=names,
        )

    def between(self, index: str, partition: str, span: Span, at_once: int) -> Iterator[Item]:
        """Yield what an index lists within a span, `at_once` a request."""
        yield from self._query(**_between(index, partition, span), Limit=at_once)

    def count_between(self, index: str, partition: str, span: Span, at_most: int) -> int:
        """Count what an index lists within a span; reads no further than to `at_most`."""
        request: Any = {**_between(index, partition, span), "Select": "COUNT"}
        count = 0
        while count < at_most:
            found = self._ask_query({**request, "Limit": at_most - count})
            count += found["Count"]
            if "LastEvaluatedKey" not in found:
                break
            request["ExclusiveStartKey"] = found["LastEvaluatedKey"]
        return count

    def write(self, *parts: "tuple[TransactWriteItemTypeDef, Exception | None]") -> None:
        """Write all or nothing; of the conditions that fail, the first one's error is raised."""
        try:
            self.transact([write for write, _ in parts])
        except Cancelled as cancelled:
            for (_, error), reason in zip(parts, cancelled.reasons, strict=False):
                if reason == CONDITION_FAILED and error is not None:
                    raise error from None
            raise

    def transact(self, writes: "Sequence[TransactWriteItemTypeDef]") -> None:
        """Write all or nothing; raises Cancelled with the reasons."""
        transact(self._client, writes, self._sleep)

    def update(self, update: "TransactWriteItemTypeDef", otherwise: Exception) -> Item:
        """Do one update by itself and return the whole new item."""
        request = update["Update"]
        try:
            changed = self._write(
                lambda: self._client.update_item(**request, ReturnValues="ALL_NEW")
            )
        except ClientError as error:
            if error.response["Error"]["Code"] == CONDITION_FAILED_ALONE:
                raise otherwise from None
            raise
        return decode(changed["Attributes"])

    def put(self, item: Item) -> None:
        """Store or replace an item."""
        self._write(lambda: self._client.put_item(TableName=self._name, Item=encode(item)))

    def remove(self, keys: Iterable[Key]) -> None:
        """Remove items; those that are not there are no error."""
        for key in keys:
            self._delete(encode(key))

    def attempts(self) -> Iterator[int]:
        """Pause between attempts; raises TemporarilyUnavailable after the last."""
        for attempt in range(ATTEMPTS):
            yield attempt
            self._pause(attempt)
        raise _busy()

    def remove_many(self, keys: Iterable[Key]) -> None:
        """Remove items many at a time, in no order; those that are not there are no error."""
        remaining = iter({(key["pk"], key["sk"]): encode(key) for key in keys}.values())
        while batch := list(islice(remaining, BATCH_WRITE_KEYS)):
            self._remove_batch(batch)

    def _remove_batch(self, keys: list[Item]) -> None:
        request: Any = {self._name: [{"DeleteRequest": {"Key": key}} for key in keys]}
        for _ in self.attempts():
            done = _ask(lambda: self._client.batch_write_item(RequestItems=request))  # noqa: B023 - called at once
            request = done.get("UnprocessedItems")
            if not request:
                return

    def _delete(self, key: Item) -> None:
        self._write(lambda: self._client.delete_item(TableName=self._name, Key=key))

    def _write(self, call: Callable[[], R]) -> R:
        """Write one item; where a transaction holds it just now, nothing happened: try again."""
        for attempt in range(ATTEMPTS):
            try:
                return _ask(call)
            except ClientError as error:
                if error.response["Error"]["Code"] != _CONFLICT:
                    raise
            self._pause(attempt)
        raise _busy()

    def _find_batch(self, keys: list[Item]) -> Iterator[Item]:
        request: Any = {self._name: {"Keys": keys, "ConsistentRead": True}}
        for _ in self.attempts():
            found = _ask(lambda: self._client.batch_get_item(RequestItems=request))  # noqa: B023 - called at once
            yield from map(decode, found["Responses"].get(self._name, []))
            request = found.get("UnprocessedKeys")
            if not request:
                return

    def _query(self, **request: Any) -> Iterator[Item]:
        while True:
            found = self._ask_query(request)
            yield from map(decode, found["Items"])
            if "LastEvaluatedKey" not in found:
                return
            request["ExclusiveStartKey"] = found["LastEvaluatedKey"]

    def _ask_query(self, request: Item) -> Any:
        return _ask(lambda: self._client.query(TableName=self._name, **request))

    def _pause(self, attempt: int) -> None:
        self._sleep(random.uniform(0, FIRST_PAUSE_SECONDS * 2**attempt))  # noqa: S311 - jitter


def _between(index: str, partition: str, span: Span) -> Item:
    low, high = span
    return {
        "IndexName": index,
        "KeyConditionExpression": f"{index}pk = :partition AND {index}sk BETWEEN :low AND :high",
        "ExpressionAttributeValues": encode({":partition": partition, ":low": low, ":high": high}),
    }


def _busy() -> TemporarilyUnavailable:
    return TemporarilyUnavailable("The table is busy; try again")


def _ask(call: Callable[[], R]) -> R:
    """Call DynamoDB; botocore has tried again already when this gives up."""
    try:
        return call()
    except ClientError as error:
        if error.response["Error"]["Code"] in PASSING_ERRORS:
            raise _busy() from error
        raise
    except BotoCoreError as error:
        raise TemporarilyUnavailable("The table did not answer; try again") from error
