"""The queue where usage waits while its table does not take it."""

import base64
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from oriel.adapters.held import hold_from_fields, hold_to_fields
from oriel.adapters.replies import LargeReplies, pack_reply, unpack_reply
from oriel.domain.billing.holds import Hold
from oriel.domain.clock import from_iso, to_iso
from oriel.domain.errors import PayloadTooLarge, TemporarilyUnavailable
from oriel.domain.usage import RequestKey, StoredReply, UsageFact
from oriel.services.metering import Deferred

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

MAX_REPLY_BYTES = 150_000
"""In base64 200 KB of the 256 KB that a message holds; facts take at most 300 bytes each."""


class SqsUsageOutbox:
    """Sends what is to be committed later to a queue; the meter commits it.

    Replies that no message holds go to `large`; without it nothing keeps them.
    """

    def __init__(
        self, client: "SQSClient", queue_url: str, large: LargeReplies | None = None
    ) -> None:
        self._client = client
        self._queue_url = queue_url
        self._large = large

    def put(  # noqa: PLR0913, PLR0917 - what a request comes to
        self,
        workspace_id: str,
        key: RequestKey,
        facts: Sequence[UsageFact],
        reply: StoredReply,
        at: datetime,
        hold: Hold | None = None,
    ) -> None:
        """Keep them durably until they are committed; raises TemporarilyUnavailable."""
        try:
            body = self._message(Deferred(workspace_id, key, tuple(facts), reply, at, hold))
            self._client.send_message(QueueUrl=self._queue_url, MessageBody=body)
        except (ClientError, BotoCoreError, PayloadTooLarge) as error:
            # Too large for a message is not too large for the table, once it answers again.
            raise TemporarilyUnavailable("The answer could not be recorded; try again") from error

    def _message(self, entry: Deferred) -> str:
        try:
            return to_message(entry)
        except PayloadTooLarge:
            if self._large is None:
                raise
            kept = self._large.keep(entry.workspace_id, entry.reply)
            return to_message(replace(entry, reply=kept))


def to_message(entry: Deferred) -> str:
    """Write an entry as JSON; raises PayloadTooLarge where a message cannot hold the reply."""
    packed = pack_reply(entry.reply.reply, MAX_REPLY_BYTES)
    return json.dumps(
        {
            "format": 1,
            "workspace_id": entry.workspace_id,
            "key": entry.key,
            "at": to_iso(entry.at),
            "body_hash": entry.reply.body_hash,
            "reply": None if packed is None else base64.b64encode(packed).decode(),
            "kept_at": entry.reply.kept_at,
            "facts": [_fact_to_json(fact) for fact in entry.facts],
            "hold": None if entry.hold is None else hold_to_fields(entry.hold),
        },
        separators=(",", ":"),
    )


def from_message(body: str) -> Deferred:
    """Read what `to_message` wrote; raises KeyError, TypeError or ValueError."""
    content = json.loads(body)
    if content["format"] != 1:
        raise ValueError("unknown format of an outbox message")
    workspace_id, key = content["workspace_id"], RequestKey(content["key"])
    packed = content["reply"]
    reply = None if packed is None else unpack_reply(base64.b64decode(packed))
    # Messages of before there were holds have none.
    held = content.get("hold")
    return Deferred(
        workspace_id=workspace_id,
        key=key,
        facts=tuple(_fact_from_json(workspace_id, key, fact) for fact in content["facts"]),
        reply=StoredReply(content["body_hash"], reply, content.get("kept_at", "")),
        at=from_iso(content["at"]),
        hold=None if held is None else hold_from_fields(workspace_id, key, held),
    )


def _fact_to_json(fact: UsageFact) -> dict[str, Any]:
    return {
        "record_index": fact.record_index,
        "task_id": fact.task_id,
        "model_version": fact.model_version,
        "units": fact.units,
        "occurred": to_iso(fact.occurred),
        "task_index": fact.task_index,
        "token_id": fact.token_id,
        "price_version": fact.price_version,
    }


def _fact_from_json(workspace_id: str, key: RequestKey, content: dict[str, Any]) -> UsageFact:
    return UsageFact(
        workspace_id=workspace_id,
        request_key=key,
        record_index=content["record_index"],
        task_id=content["task_id"],
        model_version=content["model_version"],
        units=content["units"],
        occurred=from_iso(content["occurred"]),
        task_index=content.get("task_index", 0),
        token_id=content.get("token_id", ""),
        price_version=content.get("price_version", ""),
    )
