"""What the meter runs on."""

from oriel.adapters.clients import dynamodb_client, sns_client
from oriel.adapters.dynamodb.alerts import DynamoAlertStore
from oriel.adapters.dynamodb.billing_accounts import DynamoAccountStore
from oriel.adapters.dynamodb.holds import DynamoHoldStore
from oriel.adapters.dynamodb.usage import DynamoUsageStore
from oriel.adapters.dynamodb.usage_totals import DynamoTotalsStore
from oriel.adapters.notify_allowances import SnsAllowanceNotifier
from oriel.adapters.price_lists import FilePriceLists
from oriel.domain.clock import utc_now
from oriel.services.allowance_alerts import AllowanceAlerts
from oriel.services.billing_accounts import BillingAccounts
from oriel.services.counting import Counting
from oriel.settings import Settings

from functions.meter.batch import Meter


def build(settings: Settings) -> Meter:
    """Wire the meter to this deployment's usage table."""
    client, table = dynamodb_client(), settings.usage_table
    accounts, totals = DynamoAccountStore(client, table), DynamoTotalsStore(client, table)
    prices = FilePriceLists()
    return Meter(
        usage=DynamoUsageStore(client, table),
        counting=Counting(totals, accounts, prices, utc_now),
        alerts=AllowanceAlerts(
            BillingAccounts(accounts, prices, totals, utc_now),
            DynamoHoldStore(client, table),
            DynamoAlertStore(client, table),
            SnsAllowanceNotifier(sns_client, settings.workspace_topics_arn),
        ),
    )
