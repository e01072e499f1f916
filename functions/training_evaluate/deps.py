"""What the Evaluate step runs on."""

from oriel.adapters.clients import dynamodb_client, s3_client
from oriel.adapters.dynamodb.embeddings import DynamoEmbeddingStore
from oriel.adapters.dynamodb.images import DynamoImageStore
from oriel.adapters.dynamodb.models import DynamoModelStore
from oriel.adapters.dynamodb.tasks import DynamoTaskStore
from oriel.adapters.s3 import S3Blobs
from oriel.domain.snapshot import MAX_MEASURED
from oriel.services.answer_head import AnswerHead
from oriel.services.answer_network import AnswerNetwork
from oriel.services.beside_production import BesideProduction
from oriel.services.evaluate import Evaluate
from oriel.services.measure_abstention import MeasureAbstention
from oriel.services.stored_embeddings import StoredEmbeddings
from oriel.settings import Settings

from functions.training_evaluate.measure import NumpyMeasures
from functions.training_evaluate.runners import NumpyHeads, OnnxNetworks
from functions.training_evaluate.step import Steps

MAX_BESIDE = 1000
"""Test pictures that a network in production answers beside the new model: both have to be done in
one function's time. Those of the smallest hashes, so that the new model has answered them too."""


def build(settings: Settings) -> Steps:
    """Wire the step to this deployment's table, buckets and backbone."""
    dynamodb, s3, table = dynamodb_client(), s3_client(), settings.core_table
    artifacts = S3Blobs(s3, settings.models_bucket)
    images = DynamoImageStore(dynamodb, table)
    stored = StoredEmbeddings(
        images=images,
        embeddings=DynamoEmbeddingStore(dynamodb, table),
        backbone=settings.backbone,
    )
    pictures = S3Blobs(s3, settings.images_bucket)
    models, tasks = DynamoModelStore(dynamodb, table), DynamoTaskStore(dynamodb, table)
    heads = AnswerHead(artifacts, stored, NumpyHeads())
    networks, beside = (
        AnswerNetwork(artifacts, pictures, OnnxNetworks(), most)
        for most in (MAX_MEASURED, MAX_BESIDE)
    )
    return Steps(
        datasets=S3Blobs(s3, settings.datasets_bucket),
        answer_head=heads,
        answer_network=networks,
        evaluate=Evaluate(models, images, artifacts, NumpyMeasures(), settings.code_version),
        beside_production=BesideProduction(
            tasks=tasks,
            models=models,
            backbone=settings.backbone,
            heads=heads,
            networks=beside.published,
        ),
        measure_abstention=MeasureAbstention(tasks),
        models_bucket=settings.models_bucket,
    )
