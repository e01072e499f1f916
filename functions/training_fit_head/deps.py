"""What the FitHead step runs on."""

from oriel.adapters.clients import dynamodb_client, s3_client
from oriel.adapters.dynamodb.embeddings import DynamoEmbeddingStore
from oriel.adapters.dynamodb.images import DynamoImageStore
from oriel.adapters.s3 import S3Blobs
from oriel.services.fit_head import FitHead
from oriel.services.stored_embeddings import StoredEmbeddings
from oriel.settings import Settings
from oriel_vision.file_shelf import FileShelf

from functions.training_fit_head.solver import RidgeSolver


def build(settings: Settings) -> FitHead[FileShelf]:
    """Wire the step to this deployment's table, buckets and backbone."""
    dynamodb, s3 = dynamodb_client(), s3_client()
    return FitHead(
        datasets=S3Blobs(s3, settings.datasets_bucket),
        artifacts=S3Blobs(s3, settings.models_bucket),
        stored=StoredEmbeddings(
            images=DynamoImageStore(dynamodb, settings.core_table),
            embeddings=DynamoEmbeddingStore(dynamodb, settings.core_table),
            backbone=settings.backbone,
        ),
        solver=RidgeSolver(),
    )
