"""What the Plan step runs on."""

from oriel.adapters.clients import dynamodb_client, s3_client
from oriel.adapters.dynamodb.billing_accounts import DynamoAccountStore
from oriel.adapters.dynamodb.imports import DynamoImportStore
from oriel.adapters.dynamodb.labels import DynamoLabelStore
from oriel.adapters.dynamodb.tasks import DynamoTaskStore
from oriel.adapters.dynamodb.usage_totals import DynamoTotalsStore
from oriel.adapters.price_lists import FilePriceLists
from oriel.adapters.s3 import S3Blobs
from oriel.adapters.s3_incoming import S3Incoming
from oriel.domain.clock import utc_now
from oriel.services.billing_accounts import BillingAccounts
from oriel.services.import_plan import PlanImport
from oriel.settings import Settings


def build(settings: Settings) -> PlanImport:
    """Wire the step to this deployment's table and bucket."""
    dynamodb, table = dynamodb_client(), settings.core_table
    s3, bucket = s3_client(), settings.images_bucket
    accounts = BillingAccounts(
        DynamoAccountStore(dynamodb, settings.usage_table),
        FilePriceLists(),
        DynamoTotalsStore(dynamodb, settings.usage_table),
        utc_now,
    )
    return PlanImport(
        imports=DynamoImportStore(dynamodb, table),
        labels=DynamoLabelStore(dynamodb, table),
        tasks=DynamoTaskStore(dynamodb, table),
        objects=S3Incoming(s3, bucket),
        blobs=S3Blobs(s3, bucket),
        room_of=accounts.room_of,
        clock=utc_now,
    )
