"""Usage facts, kept replies and totals in DynamoDB.

A request key is one partition: its `REPLY` and its facts appear in one transaction that requires
all of them to be new, so that of two requests with one key exactly one is billed. A total is
changed only together with the mark on the facts that it grew by, so that a fact counts once however
often the stream delivers it. The price is one transaction a request and one a batch and total.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from oriel.adapters.dynamodb.attributes import Item, decode, encode
from oriel.adapters.dynamodb.keys import Key
from oriel.adapters.dynamodb.transaction import CONDITION_FAILED, Cancelled, transact
from oriel.adapters.dynamodb.writes import Writes
from oriel.adapters.replies import pack_reply, unpack_reply
from oriel.domain.clock import from_iso, to_iso
from oriel.domain.errors import Conflict, TemporarilyUnavailable
from oriel.domain.usage import RequestKey, StoredReply, UsageFact, UsageTotal

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

REPLY = "REPLY"
FACT_PREFIX = "FACT#"
REPLY_KEPT = timedelta(days=30)
"""After that the table's time to live (`expires_at`) drops the reply; the facts stay."""

_UNCOUNTED = "attribute_exists(pk) AND attribute_not_exists(counted)"
_FACTS_PER_TRANSACTION = 99  # DynamoDB takes 100 items; the total is one of them


class DynamoUsageStore:
    """The usage table."""

    def __init__(self, client: "DynamoDBClient", table_name: str) -> None:
        self._client = client
        self._name = table_name
        self._writes = Writes(table_name)

    def find_reply(self, workspace_id: str, key: RequestKey) -> StoredReply | None:
        """Return what was answered under this key; None where nothing was."""
        at = {"pk": _request(workspace_id, key), "sk": REPLY}
        try:
            found = self._client.get_item(TableName=self._name, Key=encode(at), ConsistentRead=True)
        except (ClientError, BotoCoreError) as error:
            raise TemporarilyUnavailable("The usage table did not answer; try again") from error
        return _reply_from_item(decode(found["Item"])) if "Item" in found else None

    def commit(
        self,
        workspace_id: str,
        key: RequestKey,
        facts: Sequence[UsageFact],
        reply: StoredReply,
        at: datetime,
    ) -> None:
        """Record the facts and the reply, all or nothing; raises Conflict where the key exists.

        Raises TemporarilyUnavailable where the table does not take it now, PayloadTooLarge where
        it never will take the reply.
        """
        items = [_reply_to_item(workspace_id, key, reply, at), *map(_fact_to_item, facts)]
        try:
            self._write([self._writes.put(item) for item in items])
        except Cancelled:
            raise Conflict("The request key was used before") from None

    def count(self, facts: Sequence[UsageFact]) -> int:
        """Add facts to the totals, each at most once ever; return how many were new."""
        distinct = {fact.identity: fact for fact in facts}
        groups: dict[str, list[UsageFact]] = defaultdict(list)
        for fact in distinct.values():
            groups["\n".join(_total_key(fact).values())].append(fact)
        return sum(
            self._count(group[start : start + _FACTS_PER_TRANSACTION])
            for group in groups.values()
            for start in range(0, len(group), _FACTS_PER_TRANSACTION)
        )

    def totals(self, workspace_id: str, from_day: str, to_day: str) -> Sequence[UsageTotal]:
        """Return the totals of the days from `from_day` to `to_day`, both included."""
        between = {
            ":pk": _totals(workspace_id),
            ":from": f"DAY#{from_day}",
            ":to": f"DAY#{to_day}~",
        }
        pages = self._client.get_paginator("query").paginate(
            TableName=self._name,
            KeyConditionExpression="pk = :pk AND sk BETWEEN :from AND :to",
            ExpressionAttributeValues=encode(between),
        )
        return [_total_from_item(decode(item)) for page in pages for item in page["Items"]]

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
        return self._writes.update(_fact_key(fact), assign={"counted": True}, condition=_UNCOUNTED)

    def _add(self, facts: Sequence[UsageFact]) -> "TransactWriteItemTypeDef":
        some = facts[0]
        return self._writes.update(
            _total_key(some),
            assign={
                "day": _day(some),
                "task_id": some.task_id,
                "model_version": some.model_version,
            },
            add={"units": sum(fact.units for fact in facts)},
            condition="",
        )


def fact_from_stream(image: Mapping[str, Any]) -> UsageFact:
    """Read a fact as the table's stream has it; raises KeyError, TypeError or ValueError."""
    item = decode(image)
    return UsageFact(
        workspace_id=item["workspace_id"],
        request_key=RequestKey(item["request_key"]),
        record_index=int(item["record_index"]),
        task_id=item["task_id"],
        model_version=int(item["model_version"]),
        units=int(item["units"]),
        occurred=from_iso(item["occurred"]),
        # Facts of before a request could ask several tasks do not say which of them it was.
        task_index=int(item.get("task_index", 0)),
        token_id=item.get("token_id", ""),
        price_version=item.get("price_version", ""),
    )


def _fact_to_item(fact: UsageFact) -> Item:
    return {
        **_fact_key(fact),
        "workspace_id": fact.workspace_id,
        "request_key": fact.request_key,
        "record_index": fact.record_index,
        "task_id": fact.task_id,
        "model_version": fact.model_version,
        "units": fact.units,
        "occurred": to_iso(fact.occurred),
        "task_index": fact.task_index,
        "token_id": fact.token_id,
        "price_version": fact.price_version,
    }


def _reply_to_item(workspace_id: str, key: RequestKey, reply: StoredReply, at: datetime) -> Item:
    return {
        "pk": _request(workspace_id, key),
        "sk": REPLY,
        "body_hash": reply.body_hash,
        "at": to_iso(at),
        "expires_at": int((at + REPLY_KEPT).timestamp()),
        "reply": pack_reply(reply.reply),
    }


def _reply_from_item(item: Item) -> StoredReply:
    return StoredReply(item["body_hash"], unpack_reply(item.get("reply")))


def _total_from_item(item: Item) -> UsageTotal:
    return UsageTotal(item["day"], item["task_id"], item["model_version"], item["units"])


def _request(workspace_id: str, key: RequestKey) -> str:
    return f"WS#{workspace_id}#REQ#{key}"


def _fact_key(fact: UsageFact) -> Key:
    """Return where a fact lies; that of a request's first task where those of one task always lay.

    So a fact that is counted while the code changes is found by the old and by the new.
    """
    pk = _request(fact.workspace_id, fact.request_key)
    task = f"#{fact.task_index:02d}" if fact.task_index else ""
    return {"pk": pk, "sk": f"{FACT_PREFIX}{fact.record_index:04d}{task}"}


def _totals(workspace_id: str) -> str:
    return f"WS#{workspace_id}#TOTALS"


def _day(fact: UsageFact) -> str:
    return fact.occurred.date().isoformat()


def _total_key(fact: UsageFact) -> Key:
    version = f"{fact.model_version:08d}"
    return {
        "pk": _totals(fact.workspace_id),
        "sk": f"DAY#{_day(fact)}#TASK#{fact.task_id}#VERSION#{version}",
    }
