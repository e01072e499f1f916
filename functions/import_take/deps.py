"""What the Take step runs on."""

from oriel.adapters.clients import dynamodb_client, s3_client
from oriel.adapters.dynamodb.images import DynamoImageStore
from oriel.adapters.dynamodb.imports import DynamoImportStore
from oriel.adapters.dynamodb.labels import DynamoLabelStore
from oriel.adapters.s3 import S3Blobs
from oriel.adapters.s3_incoming import S3Incoming
from oriel.domain.clock import utc_now
from oriel.services.images import Images
from oriel.services.import_take import TakeFiles
from oriel.settings import Settings

from functions.import_take.vision import PillowCheck


def build(settings: Settings) -> TakeFiles:
    """Wire the step to this deployment's table and bucket."""
    dynamodb, table = dynamodb_client(), settings.core_table
    s3, bucket = s3_client(), settings.images_bucket
    blobs = S3Blobs(s3, bucket)
    images, labels = DynamoImageStore(dynamodb, table), DynamoLabelStore(dynamodb, table)
    return TakeFiles(
        imports=DynamoImportStore(dynamodb, table),
        images=Images(images, labels, blobs, utc_now),
        objects=S3Incoming(s3, bucket),
        blobs=blobs,
        pictures=PillowCheck(),
        clock=utc_now,
    )
