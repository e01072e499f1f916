"""Totals of usage in DynamoDB.

A total is changed only together with the mark on the facts that it grew by, so that a fact counts
once however often the stream delivers it. The price is one transaction a batch and total.
"""

from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from oriel.adapters.dynamodb.attributes import decode, encode
from oriel.adapters.dynamodb.transaction import CONDITION_FAILED, Cancelled, transact
from oriel.adapters.dynamodb.usage_items import (
    day_of_fact,
    fact_key,
    total_from_item,
    total_key,
    totals_partition,
)
from oriel.adapters.dynamodb.writes import Writes
from oriel.domain.errors import TemporarilyUnavailable
from oriel.domain.usage import UsageFact, UsageTotal

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

_UNCOUNTED = "attribute_exists(pk) AND attribute_not_exists(counted)"
_FACTS_PER_TRANSACTION = 99  # DynamoDB takes 100 items; the total is one of them


class DynamoTotalsStore:
    """The usage table's totals."""

    def __init__(self, client: "DynamoDBClient", table_name: str) -> None:
        self._client = client
        self._name = table_name
        self._writes = Writes(table_name)

    def count(self, facts: Sequence[UsageFact]) -> int:
        """Add facts to the totals, each at most once ever; return how many were new."""
        distinct = {fact.identity: fact for fact in facts}
        groups: dict[str, list[UsageFact]] = defaultdict(list)
        for fact in distinct.values():
            groups["\n".join(total_key(fact).values())].append(fact)
        return sum(
            self._count(group[start : start + _FACTS_PER_TRANSACTION])
            for group in groups.values()
            for start in range(0, len(group), _FACTS_PER_TRANSACTION)
        )

    def totals(self, workspace_id: str, from_day: str, to_day: str) -> Sequence[UsageTotal]:
        """Return the totals of the days from `from_day` to `to_day`, both included."""
        between = {
            ":pk": totals_partition(workspace_id),
            ":from": f"DAY#{from_day}",
            ":to": f"DAY#{to_day}~",
        }
        pages = self._client.get_paginator("query").paginate(
            TableName=self._name,
            KeyConditionExpression="pk = :pk AND sk BETWEEN :from AND :to",
            ExpressionAttributeValues=encode(between),
        )
        return [total_from_item(decode(item)) for page in pages for item in page["Items"]]

    def _count(self, facts: Sequence[UsageFact]) -> int:
        """Count the facts of one total; those that are marked already drop out of the attempt."""
        pending = list(facts)
        while pending:
            try:
                self._write([*map(self._mark, pending), self._add(pending)])
            except Cancelled as cancelled:
                pending = [
                    fact
                    for fact, reason in zip(pending, cancelled.reasons, strict=False)
                    if reason != CONDITION_FAILED
                ]
            else:
                return len(pending)
        return 0

    def _write(self, items: "Sequence[TransactWriteItemTypeDef]") -> None:
        try:
            transact(self._client, items)
        except ClientError as error:
            # Whatever the fault is: what was answered must not be lost to it.
            raise TemporarilyUnavailable("The usage table does not take it now") from error

    def _mark(self, fact: UsageFact) -> "TransactWriteItemTypeDef":
        return self._writes.update(fact_key(fact), assign={"counted": True}, condition=_UNCOUNTED)

    def _add(self, facts: Sequence[UsageFact]) -> "TransactWriteItemTypeDef":
        some = facts[0]
        return self._writes.update(
            total_key(some),
            assign={
                "day": day_of_fact(some),
                "task_id": some.task_id,
                "model_version": some.model_version,
            },
            add={"units": sum(fact.units for fact in facts)},
            condition="",
        )
