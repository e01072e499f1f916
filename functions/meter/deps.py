"""What the meter runs on."""

from oriel.adapters.clients import dynamodb_client
from oriel.adapters.dynamodb.usage import DynamoUsageStore
from oriel.settings import Settings


def build(settings: Settings) -> DynamoUsageStore:
    """Wire the meter to this deployment's usage table."""
    return DynamoUsageStore(dynamodb_client(), settings.usage_table)
