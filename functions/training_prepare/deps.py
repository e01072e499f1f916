"""What the Prepare step runs on."""

from oriel.adapters.clients import dynamodb_client, s3_client
from oriel.adapters.dynamodb.embeddings import DynamoEmbeddingStore
from oriel.adapters.dynamodb.images import DynamoImageStore
from oriel.adapters.dynamodb.models import DynamoModelStore
from oriel.adapters.dynamodb.tasks import DynamoTaskStore
from oriel.adapters.s3 import S3Blobs
from oriel.domain.clock import utc_now
from oriel.domain.training_capacity import TrainingCapacity
from oriel.services.copies import CopySearch
from oriel.services.prepare import Prepare
from oriel.services.training_reports import TrainingReports
from oriel.settings import Settings
from oriel_vision.holdout import held_out_groups

from functions.training_prepare.copies import NumpyCopyFinder
from functions.training_prepare.step import Places


def build(settings: Settings) -> tuple[Prepare, Places, TrainingCapacity]:
    """Wire the step to this deployment's table and buckets."""
    dynamodb, s3, table = dynamodb_client(), s3_client(), settings.core_table
    prepare = Prepare(
        tasks=DynamoTaskStore(dynamodb, table),
        images=DynamoImageStore(dynamodb, table),
        models=DynamoModelStore(dynamodb, table),
        copies=CopySearch(
            DynamoEmbeddingStore(dynamodb, table), settings.backbone, NumpyCopyFinder()
        ),
        reports=TrainingReports(S3Blobs(s3, settings.models_bucket)),
        hold_out=held_out_groups,
        datasets=S3Blobs(s3, settings.datasets_bucket),
        images_bucket=settings.images_bucket,
        minimum_per_label=settings.min_images_per_label,
        clock=utc_now,
    )
    places = Places(settings.datasets_bucket, settings.models_bucket)
    return prepare, places, settings.training_capacity
