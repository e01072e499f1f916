"""The queue on which each workspace's usage waits to be told to others, apart from all else."""

import json
from datetime import date
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from oriel.domain.errors import TemporarilyUnavailable

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient


class SqsExportQueue:
    """Sends one message for each workspace."""

    def __init__(self, client: "SQSClient", queue_url: str) -> None:
        self._client = client
        self._queue_url = queue_url

    def send(self, workspace_id: str, first: date) -> None:
        """Let a workspace's usage be told from a day on; raises TemporarilyUnavailable."""
        body = {"format": 1, "workspace_id": workspace_id, "first": first.isoformat()}
        try:
            self._client.send_message(QueueUrl=self._queue_url, MessageBody=json.dumps(body))
        except (ClientError, BotoCoreError) as error:
            raise TemporarilyUnavailable("The queue did not take a workspace") from error


def from_message(body: str) -> tuple[str, date]:
    """Return a message's workspace and first day; raises KeyError, TypeError or ValueError."""
    content = json.loads(body)
    if content["format"] != 1:
        raise ValueError("unknown format of an export's message")
    return content["workspace_id"], date.fromisoformat(content["first"])
