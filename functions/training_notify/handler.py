"""Entry point of the Notify step."""

from typing import Any

from oriel.adapters.clients import dynamodb_client, sns_client
from oriel.adapters.dynamodb.models import DynamoModelStore
from oriel.adapters.notify import SnsNotifier
from oriel.settings import Settings

from functions.training_notify.step import run

_SETTINGS = Settings.load()
_MODELS = DynamoModelStore(dynamodb_client(), _SETTINGS.core_table)
_NOTIFIER = SnsNotifier(
    sns_client(), _SETTINGS.notifications_topic_arn, _SETTINGS.workspace_topics_arn
)


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Tell whoever listens that a training ended."""
    return run(event, _MODELS, _NOTIFIER)
