"""Entry point of the Publish step."""

from typing import Any

from oriel.adapters.clients import dynamodb_client
from oriel.adapters.dynamodb.models import DynamoModelStore
from oriel.domain.clock import utc_now
from oriel.settings import Settings

from functions.training_publish.step import run

_MODELS = DynamoModelStore(dynamodb_client(), Settings.load().core_table)


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Publish a model that was evaluated."""
    return run(event, _MODELS, utc_now)
