"""What ingest runs on."""

from oriel.adapters.clients import dynamodb_client, s3_client
from oriel.adapters.dynamodb.embeddings import DynamoEmbeddingStore
from oriel.adapters.dynamodb.images import DynamoImageStore
from oriel.adapters.s3 import S3Blobs
from oriel.services.ingest import Ingest
from oriel.settings import Settings
from oriel_vision.backbone import Backbone

from functions.ingest.vision import BackboneEmbedder, PillowReader


def build(settings: Settings) -> Ingest:
    """Wire ingest to this deployment's table, bucket and backbone, which it loads."""
    dynamodb = dynamodb_client()
    backbone = Backbone.load(settings.backbone)
    return Ingest(
        images=DynamoImageStore(dynamodb, settings.core_table),
        embeddings=DynamoEmbeddingStore(dynamodb, settings.core_table),
        blobs=S3Blobs(s3_client(), settings.images_bucket),
        reader=PillowReader(backbone.input_size),
        embedder=BackboneEmbedder(backbone),
    )
