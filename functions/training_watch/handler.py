"""Entry point of what hears how runs of the training machine end."""

from typing import Any

import boto3
from oriel.adapters.clients import dynamodb_client
from oriel.adapters.dynamodb.models import DynamoModelStore
from oriel.adapters.notify import SnsNotifier
from oriel.domain.clock import utc_now
from oriel.settings import Settings

from functions.training_watch.watch import Watch

_SETTINGS = Settings.load()
_WATCH = Watch(
    DynamoModelStore(dynamodb_client(), _SETTINGS.core_table),
    SnsNotifier(boto3.client("sns"), _SETTINGS.notifications_topic_arn),
    utc_now,
)


def handler(event: dict[str, Any], _context: object) -> None:
    """Free the task of a run that ended without doing so itself."""
    _WATCH.ended(event["detail"])
