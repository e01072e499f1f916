"""The queue whose messages wake the sweeper."""

import json
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from oriel.domain.errors import TemporarilyUnavailable

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient


class SqsSweepQueue:
    """Sends one message for each sweep that shall go on."""

    def __init__(self, client: "SQSClient", queue_url: str) -> None:
        self._client = client
        self._queue_url = queue_url

    def send(self, workspace_id: str, subject_id: str, delay_seconds: int = 0) -> None:
        """Let the sweep go on after the delay (900 at most); raises TemporarilyUnavailable."""
        body = {"format": 1, "workspace_id": workspace_id, "subject_id": subject_id}
        try:
            self._client.send_message(
                QueueUrl=self._queue_url, MessageBody=json.dumps(body), DelaySeconds=delay_seconds
            )
        except (ClientError, BotoCoreError) as error:
            raise TemporarilyUnavailable(
                "The thing is hidden, but its deletion could not be begun; delete it again"
            ) from error


def from_message(body: str) -> tuple[str, str]:
    """Return the workspace and the subject of a message; raises KeyError, TypeError, ValueError."""
    content = json.loads(body)
    if content["format"] != 1:
        raise ValueError("unknown format of a sweep's message")
    return content["workspace_id"], content["subject_id"]
