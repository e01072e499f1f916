"""What the meter runs on."""

from oriel.adapters.clients import dynamodb_client
from oriel.adapters.dynamodb.usage import DynamoUsageStore
from oriel.adapters.dynamodb.usage_totals import DynamoTotalsStore
from oriel.services.counting import Counting
from oriel.settings import Settings

from functions.meter.batch import Meter


def build(settings: Settings) -> Meter:
    """Wire the meter to this deployment's usage table."""
    client, table = dynamodb_client(), settings.usage_table
    return Meter(DynamoUsageStore(client, table), Counting(DynamoTotalsStore(client, table)))
