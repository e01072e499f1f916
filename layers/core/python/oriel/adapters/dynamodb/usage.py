"""Usage facts and kept replies in DynamoDB.

A request key is one partition. Where a caller chose it, its `REPLY` and its facts appear in one
transaction that requires all of them to be new, so that of two requests with one key exactly one is
billed. What the request held is settled in it.

The key of an invocation is its own: what lies there already was put there by an earlier attempt to
commit the same. It has no reply, and where it comes to one fact and held nothing, that is one plain
write, which takes a fraction of a transaction's time and price.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from oriel.adapters.dynamodb.attributes import Item, encode
from oriel.adapters.dynamodb.holds import HoldWrites
from oriel.adapters.dynamodb.transaction import (
    CONDITION_FAILED,
    CONDITION_FAILED_ALONE,
    Cancelled,
    transact,
)
from oriel.adapters.dynamodb.usage_items import REPLY, fact_to_item, request_partition
from oriel.adapters.dynamodb.usage_reads import find_item
from oriel.adapters.dynamodb.writes import NEW, Writes
from oriel.adapters.replies import LargeReplies, pack_reply, unpack_reply
from oriel.domain.billing.holds import Hold
from oriel.domain.clock import to_iso
from oriel.domain.errors import Conflict, PayloadTooLarge, TemporarilyUnavailable
from oriel.domain.usage import RequestKey, StoredReply, UsageFact

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

REPLY_KEPT_SECONDS = 400 * 24 * 60 * 60
"""After that the table's time to live (`expires_at`) drops the reply; the facts stay. The bucket of
large ones keeps them as long (infra/stacks/data.py)."""
_NOT_NOW = "The usage table does not take it now"


class DynamoUsageStore:
    """The usage table's replies and facts.

    Replies that no item holds go to `large`; without it they are refused, and those that others
    kept there are said to be there.
    """

    def __init__(
        self, client: "DynamoDBClient", table_name: str, large: LargeReplies | None = None
    ) -> None:
        self._client = client
        self._large = large
        self._name = table_name
        self._writes = Writes(table_name)
        self._holds = HoldWrites(table_name)

    def find_reply(self, workspace_id: str, key: RequestKey) -> StoredReply | None:
        """Return what was answered under this key; None where nothing was."""
        at = {"pk": request_partition(workspace_id, key), "sk": REPLY}
        found = find_item(self._client, self._name, at)
        if found is None:
            return None
        stored = _reply_from_item(found)
        return self._large.find(stored) if stored.kept_at and self._large else stored

    def commit(  # noqa: PLR0913, PLR0917 - what a request comes to
        self,
        workspace_id: str,
        key: RequestKey,
        facts: Sequence[UsageFact],
        reply: StoredReply,
        at: datetime,
        hold: Hold | None = None,
    ) -> None:
        """Record the facts and the reply, all or nothing; raises Conflict where the key exists.

        Where nobody but this request can know the key, what exists is its own and all is well.
        `hold` goes with it, and its counters keep what was answered; where it was released already
        they gain that. Raises TemporarilyUnavailable where the table does not take it now,
        PayloadTooLarge where it never will take the reply.
        """
        items = list(map(fact_to_item, facts))
        if reply.is_kept:
            items.append(self._reply_item(workspace_id, key, reply, at))
        elif len(items) == 1 and hold is None:
            self._put(items[0])
            return
        own = [self._writes.put(item) for item in items]
        try:
            self._commit_with(own, workspace_id, facts, hold)
        except Conflict:
            if reply.is_kept:
                raise

    def _put(self, item: Item) -> None:
        try:
            self._client.put_item(TableName=self._name, Item=encode(item), ConditionExpression=NEW)
        except ClientError as error:
            if error.response["Error"]["Code"] != CONDITION_FAILED_ALONE:
                raise TemporarilyUnavailable(_NOT_NOW) from error
        except BotoCoreError as error:
            raise TemporarilyUnavailable(_NOT_NOW) from error

    def _commit_with(
        self,
        own: "list[TransactWriteItemTypeDef]",
        workspace_id: str,
        facts: Sequence[UsageFact],
        hold: Hold | None,
    ) -> None:
        if hold is None:
            self._commit(own, [])
        elif not self._commit(own, self._holds.settle(hold, hold.committed(facts))):
            self._commit(own, self._holds.change(workspace_id, hold.used(facts)))

    def _reply_item(
        self, workspace_id: str, key: RequestKey, reply: StoredReply, at: datetime
    ) -> Item:
        try:
            return _reply_to_item(workspace_id, key, reply, at)
        except PayloadTooLarge:
            if self._large is None:
                raise
            kept = self._large.keep(workspace_id, reply)
            return _reply_to_item(workspace_id, key, kept, at)

    def _commit(
        self, own: "list[TransactWriteItemTypeDef]", others: "list[TransactWriteItemTypeDef]"
    ) -> bool:
        """Write all of it; False where nothing but the others' conditions did not hold."""
        try:
            transact(self._client, [*own, *others])
        except Cancelled as cancelled:
            if CONDITION_FAILED not in cancelled.reasons[: len(own)]:
                return False
            raise Conflict("The request key was used before") from None
        except ClientError as error:
            # Whatever the fault is: what was answered must not be lost to it.
            raise TemporarilyUnavailable(_NOT_NOW) from error
        return True


def _reply_to_item(workspace_id: str, key: RequestKey, reply: StoredReply, at: datetime) -> Item:
    return {
        "pk": request_partition(workspace_id, key),
        "sk": REPLY,
        "body_hash": reply.body_hash,
        "at": to_iso(at),
        "expires_at": int(at.timestamp()) + REPLY_KEPT_SECONDS,
        "reply": pack_reply(reply.reply),
        "kept_at": reply.kept_at or None,
    }


def _reply_from_item(item: Item) -> StoredReply:
    return StoredReply(item["body_hash"], unpack_reply(item.get("reply")), item.get("kept_at", ""))
