"""What the Prepare step runs on."""

from oriel.adapters.clients import dynamodb_client, s3_client
from oriel.adapters.dynamodb.embeddings import DynamoEmbeddingStore
from oriel.adapters.dynamodb.images import DynamoImageStore
from oriel.adapters.dynamodb.models import DynamoModelStore
from oriel.adapters.dynamodb.tasks import DynamoTaskStore
from oriel.adapters.s3 import S3Blobs
from oriel.domain.clock import utc_now
from oriel.services.copies import CopySearch
from oriel.services.prepare import Prepare
from oriel.settings import Settings

from functions.training_prepare.copies import NumpyCopyFinder
from functions.training_prepare.step import Places


def build(settings: Settings) -> tuple[Prepare, Places]:
    """Wire the step to this deployment's table and buckets."""
    dynamodb, table = dynamodb_client(), settings.core_table
    prepare = Prepare(
        tasks=DynamoTaskStore(dynamodb, table),
        images=DynamoImageStore(dynamodb, table),
        models=DynamoModelStore(dynamodb, table),
        copies=CopySearch(
            DynamoEmbeddingStore(dynamodb, table), settings.backbone, NumpyCopyFinder()
        ),
        datasets=S3Blobs(s3_client(), settings.datasets_bucket),
        images_bucket=settings.images_bucket,
        minimum_per_label=settings.min_images_per_label,
        clock=utc_now,
    )
    return prepare, Places(settings.datasets_bucket, settings.models_bucket)
