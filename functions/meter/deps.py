"""What the meter runs on."""

from oriel.adapters.clients import dynamodb_client
from oriel.adapters.dynamodb.billing_accounts import DynamoAccountStore
from oriel.adapters.dynamodb.usage import DynamoUsageStore
from oriel.adapters.dynamodb.usage_totals import DynamoTotalsStore
from oriel.adapters.price_lists import FilePriceLists
from oriel.domain.clock import utc_now
from oriel.services.counting import Counting
from oriel.settings import Settings

from functions.meter.batch import Meter


def build(settings: Settings) -> Meter:
    """Wire the meter to this deployment's usage table."""
    client, table = dynamodb_client(), settings.usage_table
    accounts, totals = DynamoAccountStore(client, table), DynamoTotalsStore(client, table)
    return Meter(
        DynamoUsageStore(client, table), Counting(totals, accounts, FilePriceLists(), utc_now)
    )
