"""Entry point of what hears how runs of the training machine begin and end."""

from typing import Any

from oriel.adapters.clients import dynamodb_client, sns_client
from oriel.adapters.dynamodb.models import DynamoModelStore
from oriel.adapters.notify import SnsNotifier
from oriel.domain.clock import utc_now
from oriel.settings import Settings

from functions.training_watch.watch import Watch

_SETTINGS = Settings.load()
_WATCH = Watch(
    DynamoModelStore(dynamodb_client(), _SETTINGS.core_table),
    SnsNotifier(sns_client(), _SETTINGS.notifications_topic_arn, _SETTINGS.workspace_topics_arn),
    utc_now,
)


def handler(event: dict[str, Any], _context: object) -> None:
    """Announce a run, or free the task of one that ended without doing so itself."""
    _WATCH.hears(event["detail"])
