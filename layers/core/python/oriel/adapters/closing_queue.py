"""The queue on which each workspace's billing waits to be looked at, apart from all others."""

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from oriel.domain.errors import TemporarilyUnavailable

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

AT_ONCE = 10
"""Messages that SQS takes in one call."""


class SqsClosingQueue:
    """Sends one message for each workspace."""

    def __init__(self, client: "SQSClient", queue_url: str) -> None:
        self._client = client
        self._queue_url = queue_url

    def send(self, workspace_ids: Sequence[str]) -> None:
        """Let workspaces be looked at; raises TemporarilyUnavailable.

        Some may have been sent all the same: looking twice does no harm.
        """
        for start in range(0, len(workspace_ids), AT_ONCE):
            self._send(workspace_ids[start : start + AT_ONCE])

    def _send(self, workspace_ids: Sequence[str]) -> None:
        bodies = [{"format": 1, "workspace_id": workspace_id} for workspace_id in workspace_ids]
        try:
            sent = self._client.send_message_batch(
                QueueUrl=self._queue_url,
                Entries=[
                    {"Id": str(index), "MessageBody": json.dumps(body)}
                    for index, body in enumerate(bodies)
                ],
            )
        except (ClientError, BotoCoreError) as error:
            raise _not_taken() from error
        if sent.get("Failed"):
            raise _not_taken()


def from_message(body: str) -> str:
    """Return a message's workspace; raises KeyError, TypeError or ValueError."""
    content = json.loads(body)
    if content["format"] != 1:
        raise ValueError("unknown format of a close's message")
    return str(content["workspace_id"])


def _not_taken() -> TemporarilyUnavailable:
    return TemporarilyUnavailable("The queue did not take all workspaces")
