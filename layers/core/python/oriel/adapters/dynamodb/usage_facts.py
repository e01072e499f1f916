"""Usage facts by day, from the usage table's index `facts`.

The index follows the table, as a rule within a second: who needs every fact compares with the
ledger.
"""

from collections.abc import Iterator
from datetime import date
from heapq import merge
from operator import itemgetter
from typing import TYPE_CHECKING

from oriel.adapters.dynamodb.attributes import Item, decode, encode
from oriel.adapters.dynamodb.usage_items import (
    FACT_SHARDS,
    FACTS,
    fact_from_item,
    facts_partition,
)
from oriel.adapters.dynamodb.usage_reads import asking
from oriel.domain.usage import UsageFact

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class DynamoFactStore:
    """The usage table's facts as whoever adds them up needs them."""

    def __init__(self, client: "DynamoDBClient", table_name: str) -> None:
        self._client = client
        self._name = table_name

    def facts_of(self, workspace_id: str, day: date, after: str = "") -> Iterator[UsageFact]:
        """Yield the facts of a day (UTC) in the order of time; raises TemporarilyUnavailable.

        What was written a moment ago may be missing. With `after` only those behind the fact with
        this `place`.
        """
        shards = (
            self._shard(facts_partition(workspace_id, day.isoformat(), shard), after)
            for shard in range(FACT_SHARDS)
        )
        return map(fact_from_item, merge(*shards, key=itemgetter(f"{FACTS}sk")))

    def _shard(self, partition: str, after: str) -> Iterator[Item]:
        condition, values = f"{FACTS}pk = :partition", {":partition": partition}
        if after:
            condition, values = f"{condition} AND {FACTS}sk > :after", {**values, ":after": after}
        pages = self._client.get_paginator("query").paginate(
            TableName=self._name,
            IndexName=FACTS,
            KeyConditionExpression=condition,
            ExpressionAttributeValues=encode(values),
        )
        with asking():
            for page in pages:
                yield from map(decode, page["Items"])
