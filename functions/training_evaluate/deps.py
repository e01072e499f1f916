"""What the Evaluate step runs on."""

from oriel.adapters.clients import dynamodb_client, s3_client
from oriel.adapters.dynamodb.embeddings import DynamoEmbeddingStore
from oriel.adapters.dynamodb.images import DynamoImageStore
from oriel.adapters.dynamodb.models import DynamoModelStore
from oriel.adapters.s3 import S3Blobs
from oriel.services.answer_head import AnswerHead
from oriel.services.answer_network import AnswerNetwork
from oriel.services.evaluate import Evaluate
from oriel.services.stored_embeddings import StoredEmbeddings
from oriel.settings import Settings

from functions.training_evaluate.measure import NumpyMeasures
from functions.training_evaluate.runners import NumpyHeads, OnnxNetworks
from functions.training_evaluate.step import Steps


def build(settings: Settings) -> Steps:
    """Wire the step to this deployment's table, buckets and backbone."""
    dynamodb, s3, table = dynamodb_client(), s3_client(), settings.core_table
    artifacts = S3Blobs(s3, settings.models_bucket)
    stored = StoredEmbeddings(
        images=DynamoImageStore(dynamodb, table),
        embeddings=DynamoEmbeddingStore(dynamodb, table),
        backbone=settings.backbone,
    )
    pictures = S3Blobs(s3, settings.images_bucket)
    models = DynamoModelStore(dynamodb, table)
    return Steps(
        datasets=S3Blobs(s3, settings.datasets_bucket),
        answer_head=AnswerHead(artifacts, stored, NumpyHeads()),
        answer_network=AnswerNetwork(artifacts, pictures, OnnxNetworks()),
        evaluate=Evaluate(models, artifacts, NumpyMeasures(), settings.code_version),
        models_bucket=settings.models_bucket,
    )
