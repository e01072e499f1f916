"""The queue of pictures that a candidate is to answer unheard."""

import json
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from oriel.domain.errors import TemporarilyUnavailable
from oriel.domain.shadow import ShadowWork

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient


class SqsShadowQueue:
    """Sends one message for each request."""

    def __init__(self, client: "SQSClient", queue_url: str) -> None:
        self._client = client
        self._queue_url = queue_url

    def send(self, work: ShadowWork) -> None:
        """Let the candidate answer; raises TemporarilyUnavailable."""
        body = {
            "format": 1,
            "workspace_id": work.workspace_id,
            "task_id": work.task_id,
            "trial_id": work.trial_id,
            "record_ids": work.record_ids,
        }
        try:
            self._client.send_message(QueueUrl=self._queue_url, MessageBody=json.dumps(body))
        except (ClientError, BotoCoreError) as error:
            raise TemporarilyUnavailable("The candidate could not be asked") from error


def from_message(body: str) -> ShadowWork:
    """Return what a message asks for; raises KeyError, TypeError, ValueError."""
    content = json.loads(body)
    if content["format"] != 1:
        raise ValueError("unknown format of a shadow's message")
    return ShadowWork(
        content["workspace_id"],
        content["task_id"],
        content["trial_id"],
        tuple(content["record_ids"]),
    )
