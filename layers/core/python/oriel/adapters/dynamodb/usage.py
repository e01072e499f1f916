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

from oriel.adapters.dynamodb.transaction import CONDITION_FAILED, Cancelled, transact
from oriel.adapters.replies import pack_reply, unpack_reply
from oriel.domain.clock import from_iso, to_iso
from oriel.domain.errors import Conflict, TemporarilyUnavailable
from oriel.domain.usage import RequestKey, StoredReply, UsageFact, UsageTotal

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

FACT_PREFIX = "FACT#"
REPLY_KEPT = timedelta(days=30)
"""After that the table's time to live (`expires_at`) drops the reply; the facts stay."""

_FACTS_PER_TRANSACTION = 99  # DynamoDB takes 100 items; the total is one of them


class DynamoUsageStore:
    """The usage table."""

    def __init__(self, client: "DynamoDBClient", table_name: str) -> None:
        self._client = client
        self._table = table_name

    def find_reply(self, workspace_id: str, key: RequestKey) -> StoredReply | None:
        """Return what was answered under this key; None where nothing was."""
        try:
            found = self._client.get_item(
                TableName=self._table,
                Key=_key(_request(workspace_id, key), "REPLY"),
                ConsistentRead=True,
            )
        except (ClientError, BotoCoreError) as error:
            raise TemporarilyUnavailable("The usage table did not answer; try again") from error
        item = found.get("Item")
        return None if item is None else _reply_from_item(item)

    def commit(
        self,
        workspace_id: str,
        key: RequestKey,
        facts: Sequence[UsageFact],
        reply: StoredReply,
        at: datetime,
    ) -> None:
        """Record the facts and the reply, all or nothing; raises Conflict where the key exists.

        Raises TemporarilyUnavailable where the table does not take it now.
        """
        items = [_reply_to_item(workspace_id, key, reply, at), *map(_fact_to_item, facts)]
        try:
            self._write([self._put_new(item) for item in items])
        except Cancelled:
            raise Conflict("The request key was used before") from None

    def count(self, facts: Sequence[UsageFact]) -> int:
        """Add facts to the totals, each at most once ever; return how many were new."""
        groups: dict[tuple[str, str], dict[tuple[str, int], UsageFact]] = defaultdict(dict)
        for fact in facts:
            groups[_total_key(fact)][(fact.request_key, fact.record_index)] = fact
        return sum(
            self._count(total, distinct[start : start + _FACTS_PER_TRANSACTION])
            for total, distinct in ((key, list(group.values())) for key, group in groups.items())
            for start in range(0, len(distinct), _FACTS_PER_TRANSACTION)
        )

    def totals(self, workspace_id: str, from_day: str, to_day: str) -> Sequence[UsageTotal]:
        """Return the totals of the days from `from_day` to `to_day`, both included."""
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression="pk = :pk AND sk BETWEEN :first AND :last",
            ExpressionAttributeValues={
                ":pk": {"S": _totals(workspace_id)},
                ":first": {"S": f"DAY#{from_day}"},
                ":last": {"S": f"DAY#{to_day}#~"},
            },
        )
        return [_total_from_item(item) for page in pages for item in page["Items"]]

    def _count(self, total: tuple[str, str], facts: Sequence[UsageFact]) -> int:
        """Count the facts of one total; those that are marked already drop out of the attempt."""
        pending = list(facts)
        while pending:
            try:
                self._write([*map(self._mark, pending), self._add(total, pending)])
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

    def _put_new(self, item: Mapping[str, Any]) -> "TransactWriteItemTypeDef":
        return {
            "Put": {
                "TableName": self._table,
                "Item": item,
                "ConditionExpression": "attribute_not_exists(pk)",
            }
        }

    def _mark(self, fact: UsageFact) -> "TransactWriteItemTypeDef":
        return {
            "Update": {
                "TableName": self._table,
                "Key": _key(_request(fact.workspace_id, fact.request_key), _fact_sk(fact)),
                "UpdateExpression": "SET counted = :yes",
                "ConditionExpression": "attribute_exists(pk) AND attribute_not_exists(counted)",
                "ExpressionAttributeValues": {":yes": {"BOOL": True}},
            }
        }

    def _add(
        self, total: tuple[str, str], facts: Sequence[UsageFact]
    ) -> "TransactWriteItemTypeDef":
        some = facts[0]
        return {
            "Update": {
                "TableName": self._table,
                "Key": _key(*total),
                "UpdateExpression": "SET #day = :day, task_id = :task, model_version = :version"
                " ADD units :units",
                "ExpressionAttributeNames": {"#day": "day"},
                "ExpressionAttributeValues": {
                    ":day": {"S": _day(some)},
                    ":task": {"S": some.task_id},
                    ":version": {"N": str(some.model_version)},
                    ":units": {"N": str(sum(fact.units for fact in facts))},
                },
            }
        }


def fact_from_item(item: Mapping[str, Any]) -> UsageFact:
    """Read a fact, as the table or its stream has it; raises KeyError or ValueError."""
    return UsageFact(
        workspace_id=item["workspace_id"]["S"],
        request_key=RequestKey(item["request_key"]["S"]),
        record_index=int(item["record_index"]["N"]),
        task_id=item["task_id"]["S"],
        model_version=int(item["model_version"]["N"]),
        units=int(item["units"]["N"]),
        occurred=from_iso(item["occurred"]["S"]),
    )


def _fact_to_item(fact: UsageFact) -> dict[str, Any]:
    return _key(_request(fact.workspace_id, fact.request_key), _fact_sk(fact)) | {
        "workspace_id": {"S": fact.workspace_id},
        "request_key": {"S": fact.request_key},
        "record_index": {"N": str(fact.record_index)},
        "task_id": {"S": fact.task_id},
        "model_version": {"N": str(fact.model_version)},
        "units": {"N": str(fact.units)},
        "occurred": {"S": to_iso(fact.occurred)},
    }


def _reply_to_item(
    workspace_id: str, key: RequestKey, reply: StoredReply, at: datetime
) -> dict[str, Any]:
    item = _key(_request(workspace_id, key), "REPLY") | {
        "body_hash": {"S": reply.body_hash},
        "at": {"S": to_iso(at)},
        "expires_at": {"N": str(int((at + REPLY_KEPT).timestamp()))},
    }
    packed = pack_reply(reply.reply)
    return item if packed is None else item | {"reply": {"B": packed}}


def _reply_from_item(item: Mapping[str, Any]) -> StoredReply:
    packed = item.get("reply")
    return StoredReply(
        item["body_hash"]["S"], None if packed is None else unpack_reply(bytes(packed["B"]))
    )


def _total_from_item(item: Mapping[str, Any]) -> UsageTotal:
    return UsageTotal(
        day=item["day"]["S"],
        task_id=item["task_id"]["S"],
        model_version=int(item["model_version"]["N"]),
        units=int(item["units"]["N"]),
    )


def _key(pk: str, sk: str) -> dict[str, Any]:
    return {"pk": {"S": pk}, "sk": {"S": sk}}


def _request(workspace_id: str, key: RequestKey) -> str:
    return f"WS#{workspace_id}#REQ#{key}"


def _fact_sk(fact: UsageFact) -> str:
    return f"{FACT_PREFIX}{fact.record_index:04d}"


def _totals(workspace_id: str) -> str:
    return f"WS#{workspace_id}#TOTALS"


def _day(fact: UsageFact) -> str:
    return fact.occurred.date().isoformat()


def _total_key(fact: UsageFact) -> tuple[str, str]:
    version = f"{fact.model_version:08d}"
    return (
        _totals(fact.workspace_id),
        f"DAY#{_day(fact)}#TASK#{fact.task_id}#VERSION#{version}",
    )
