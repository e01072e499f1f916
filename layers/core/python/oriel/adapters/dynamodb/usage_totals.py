"""Totals of usage in DynamoDB, and the counting that changes them.

A total is changed only together with the mark on the facts that it grew by and the ledger's row of
them, so that a fact counts once however often the stream delivers it. The price is one transaction
a batch, which meets others of the same workspace at its ledger's head: they go one after another.
"""

import random
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from oriel.adapters.dynamodb.attributes import decode, encode
from oriel.adapters.dynamodb.ledger import MOST_ROW_WRITES, DynamoLedgerStore, row_writes
from oriel.adapters.dynamodb.transaction import (
    CONDITION_FAILED,
    Cancelled,
    transact,
)
from oriel.adapters.dynamodb.usage_items import (
    fact_key,
    total_from_item,
    total_of,
    total_place,
    total_to_item,
    totals_partition,
)
from oriel.adapters.dynamodb.usage_reads import asking
from oriel.adapters.dynamodb.writes import Writes
from oriel.domain.billing.ledger import append
from oriel.domain.billing.usage_rows import Rate, usage_entry
from oriel.domain.errors import Conflict, TemporarilyUnavailable
from oriel.domain.usage import UsageFact, UsageTotal

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

ATTEMPTS = 40
"""At the head of a ledger; each loses to another writer that went on."""
_FIRST_PAUSE_SECONDS = 0.05
_LONGEST_PAUSE_SECONDS = 1.0
"""Long beside a transaction: whoever meets others costs capacity and has to come again."""
_UNCOUNTED = "attribute_exists(pk) AND attribute_not_exists(counted)"
_ITEMS_PER_TRANSACTION = 100


class DynamoTotalsStore:
    """The usage table's totals."""

    def __init__(
        self,
        client: "DynamoDBClient",
        table_name: str,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._client = client
        self._name = table_name
        self._writes = Writes(table_name)
        self._ledger = DynamoLedgerStore(client, table_name)
        self._sleep = sleep

    def count(self, facts: Sequence[UsageFact], rate: Rate, at: datetime) -> int:
        """Add facts to totals and ledger, each at most once ever; return how many were new.

        They are of one workspace, day (UTC) and rate. Each is in the totals, in the ledger and
        marked as counted, or in none of them. Raises TemporarilyUnavailable.
        """
        distinct = {fact.identity: fact for fact in facts}
        return sum(self._count(some, rate, at) for some in _portions(list(distinct.values())))

    def totals(self, workspace_id: str, from_day: str, to_day: str) -> Sequence[UsageTotal]:
        """Return the totals of the days from `from_day` to `to_day`, both included.

        Raises TemporarilyUnavailable.
        """
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
        with asking():
            return [total_from_item(decode(item)) for page in pages for item in page["Items"]]

    def rewrite(
        self, workspace_id: str, stand: Sequence[UsageTotal], right: Sequence[UsageTotal]
    ) -> int:
        """Replace totals that stand so, as they were read, by the right ones of the same days.

        Returns how many were wrong; raises Conflict where one has changed since it was read.
        """
        read = {total.group: total for total in stand}
        wanted = {total.group: total for total in right}
        groups = [
            group for group in read.keys() | wanted.keys() if read.get(group) != wanted.get(group)
        ]
        writes = [
            self._replace(workspace_id, read[group], wanted.get(group))
            if group in read
            else self._writes.put(total_to_item(workspace_id, wanted[group]))
            for group in groups
        ]
        try:
            for start in range(0, len(writes), _ITEMS_PER_TRANSACTION):
                self._write(writes[start : start + _ITEMS_PER_TRANSACTION])
        except Cancelled:
            raise Conflict("A total has changed since it was read; try again") from None
        return len(writes)

    def _replace(
        self, workspace_id: str, stands: UsageTotal, right: UsageTotal | None
    ) -> "TransactWriteItemTypeDef":
        as_read = ("units = :read", {"read": stands.units})
        if right is None:
            return self._writes.delete(total_place(workspace_id, stands), *as_read)
        return self._writes.put(total_to_item(workspace_id, right), *as_read)

    def _count(self, facts: Sequence[UsageFact], rate: Rate, at: datetime) -> int:
        """Count what one transaction takes; facts that are marked already drop out of the attempt.

        Where none drops out the ledger has gone on, and the row is made anew.
        """
        pending = [(fact, self._mark(fact)) for fact in facts]
        for attempt in range(ATTEMPTS):
            if attempt:
                longest = min(_FIRST_PAUSE_SECONDS * 2**attempt, _LONGEST_PAUSE_SECONDS)
                self._sleep(random.uniform(0, longest))  # noqa: S311 - jitter
            try:
                changed = self._changed([fact for fact, _ in pending], rate, at)
                self._write([*(mark for _, mark in pending), *changed])
            except Cancelled as cancelled:
                pending = [
                    one
                    for one, reason in zip(pending, cancelled.reasons, strict=False)
                    if reason != CONDITION_FAILED
                ]
                if not pending:
                    return 0
            else:
                return len(pending)
        raise TemporarilyUnavailable("The ledger is busy; try again")

    def _changed(
        self, facts: Sequence[UsageFact], rate: Rate, at: datetime
    ) -> "list[TransactWriteItemTypeDef]":
        """Return what changes with the marks: totals and ledger."""
        workspace_id = facts[0].workspace_id
        head = self._ledger.head(workspace_id)
        row = append(head, workspace_id, usage_entry(facts, rate), at)
        added = (self._add(list(some)) for _, some in groupby(facts, _place))
        return [*added, *row_writes(self._writes, row)]

    def _write(self, items: "Sequence[TransactWriteItemTypeDef]") -> None:
        try:
            transact(self._client, items, self._sleep)
        except ClientError as error:
            # Whatever the fault is: what was answered must not be lost to it.
            raise TemporarilyUnavailable("The usage table does not take it now") from error

    def _mark(self, fact: UsageFact) -> "TransactWriteItemTypeDef":
        return self._writes.update(fact_key(fact), assign={"counted": True}, condition=_UNCOUNTED)

    def _add(self, facts: Sequence[UsageFact]) -> "TransactWriteItemTypeDef":
        total = total_of(facts)
        assigned = total_to_item(facts[0].workspace_id, total)
        for name in ("pk", "sk", "units"):
            del assigned[name]
        return self._writes.update(
            total_place(facts[0].workspace_id, total),
            assign=assigned,
            add={"units": total.units},
            condition="",
        )


def _place(fact: UsageFact) -> str:
    return total_place(fact.workspace_id, total_of([fact]))["sk"]


def _portions(facts: list[UsageFact]) -> Iterator[list[UsageFact]]:
    """Cut facts into what a transaction takes: their marks, their totals and the ledger's row."""
    portion: list[UsageFact] = []
    places: set[str] = set()
    for place, fact in sorted(((_place(fact), fact) for fact in facts), key=itemgetter(0)):
        items = len(portion) + 1 + len(places | {place}) + MOST_ROW_WRITES
        if items > _ITEMS_PER_TRANSACTION:
            yield portion
            portion, places = [], set()
        portion.append(fact)
        places.add(place)
    if portion:
        yield portion
