"""What ingest runs on."""

from oriel.adapters.clients import dynamodb_client, s3_client, stepfunctions_client
from oriel.adapters.dynamodb.embeddings import DynamoEmbeddingStore
from oriel.adapters.dynamodb.images import DynamoImageStore
from oriel.adapters.dynamodb.imports import DynamoImportStore
from oriel.adapters.dynamodb.labels import DynamoLabelStore
from oriel.adapters.dynamodb.uploads import DynamoUploadStore
from oriel.adapters.import_machine import StepFunctionsImportMachine
from oriel.adapters.s3 import S3Blobs
from oriel.adapters.s3_incoming import S3Incoming
from oriel.domain.clock import utc_now
from oriel.services.arrivals import Arrivals
from oriel.services.images import Images
from oriel.services.import_arrivals import ArchiveArrivals
from oriel.services.ingest import Ingest
from oriel.settings import Settings
from oriel_vision.backbone import Backbone

from functions.ingest.batch import Intake
from functions.ingest.vision import BackboneEmbedder, PillowCheck, PillowReader


def build(settings: Settings) -> Intake:
    """Wire ingest to this deployment's table, bucket and backbone, which it loads."""
    dynamodb, table = dynamodb_client(), settings.core_table
    s3, bucket = s3_client(), settings.images_bucket
    images = DynamoImageStore(dynamodb, table)
    blobs = S3Blobs(s3, bucket)
    backbone = Backbone.load(settings.backbone)
    ingest = Ingest(
        images=images,
        embeddings=DynamoEmbeddingStore(dynamodb, table),
        blobs=blobs,
        reader=PillowReader(backbone.input_size),
        embedder=BackboneEmbedder(backbone),
    )
    arrivals = Arrivals(
        uploads=DynamoUploadStore(dynamodb, table),
        images=Images(images, DynamoLabelStore(dynamodb, table), blobs, utc_now),
        blobs=blobs,
        pictures=PillowCheck(),
        clock=utc_now,
    )
    archives = ArchiveArrivals(
        imports=DynamoImportStore(dynamodb, table),
        objects=S3Incoming(s3, bucket),
        machine=StepFunctionsImportMachine(stepfunctions_client(), settings.import_machine_arn),
        clock=utc_now,
    )
    return Intake(ingest, arrivals, archives)
