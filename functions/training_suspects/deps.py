"""What the Suspects step runs on."""

from oriel.adapters.clients import dynamodb_client, s3_client
from oriel.adapters.dynamodb.embeddings import DynamoEmbeddingStore
from oriel.adapters.dynamodb.models import DynamoModelStore
from oriel.adapters.dynamodb.tasks import DynamoTaskStore
from oriel.adapters.s3 import S3Blobs
from oriel.services.find_suspects import FindSuspects
from oriel.settings import Settings
from oriel_vision.file_shelf import FileShelf

from functions.training_suspects.doubter import RidgeDoubter


def build(settings: Settings) -> FindSuspects[FileShelf]:
    """Wire the step to this deployment's table, buckets and backbone."""
    dynamodb, s3, table = dynamodb_client(), s3_client(), settings.core_table
    return FindSuspects(
        tasks=DynamoTaskStore(dynamodb, table),
        models=DynamoModelStore(dynamodb, table),
        datasets=S3Blobs(s3, settings.datasets_bucket),
        artifacts=S3Blobs(s3, settings.models_bucket),
        embeddings=DynamoEmbeddingStore(dynamodb, table),
        backbone=settings.backbone,
        doubter=RidgeDoubter(),
    )
