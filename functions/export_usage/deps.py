"""What tells usage to Stripe runs on."""

from oriel.adapters.clients import dynamodb_client, sqs_client, ssm_client
from oriel.adapters.dynamodb.billing_accounts import DynamoAccountStore
from oriel.adapters.dynamodb.export_cursors import DynamoExportCursors
from oriel.adapters.dynamodb.usage_totals import DynamoTotalsStore
from oriel.adapters.export_queue import SqsExportQueue
from oriel.adapters.parameters import read_secret
from oriel.adapters.stripe_meter import StripeMeter
from oriel.domain.clock import utc_now
from oriel.services.usage_export import ExportRound, UsageExport
from oriel.settings import Settings

from functions.export_usage.batch import Exporter


def build(settings: Settings) -> Exporter:
    """Wire it to this deployment's usage table and queue, and to the account of the key."""
    table = (dynamodb_client(), settings.usage_table)
    accounts = DynamoAccountStore(*table)
    queue = SqsExportQueue(sqs_client(), settings.export_queue_url)
    key = read_secret(ssm_client(), settings.stripe_key_parameter)
    export = UsageExport(
        accounts,
        DynamoTotalsStore(*table),
        DynamoExportCursors(*table),
        StripeMeter(key, settings.stripe_meter),
        utc_now,
    )
    return Exporter(ExportRound(accounts, queue, utc_now), export)
